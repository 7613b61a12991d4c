"""The table ``wikigate_audit``: what happened, in the order in which it did. Rows are added, and deleted by age alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from sqlalchemy import bindparam, delete, select

from wikigate.store.engine import Database
from wikigate.store.upsert import insert_row

_COLUMNS: Final = ("moment", "event", "user_id", "user_name", "address", "request_id", "details")
_PAGE: Final = 500


@dataclass(frozen=True, slots=True)
class AuditRow:
    """One event; ``moment`` in seconds, ``details`` JSON."""

    id: int
    moment: int
    event: str
    user_id: int
    user_name: str
    address: str
    request_id: str
    details: str


class AuditTable:
    """The audit of one wiki; shared by all threads."""

    def __init__(self, database: Database) -> None:
        table = database.tables.audit
        self._append = database.hot(insert_row(table, _COLUMNS))
        self._page = database.hot(
            select(table.c.id, *(table.c[name] for name in _COLUMNS))
            .where(table.c.id > bindparam("after"), table.c.moment >= bindparam("since"))
            .order_by(table.c.id)
            .limit(_PAGE)
        )
        self._last = database.hot(
            select(table.c.address)
            .where(table.c.user_id == bindparam("user_id"), table.c.moment >= bindparam("since"))
            .where(table.c.event == "login.pass")
            .order_by(table.c.moment.desc(), table.c.id.desc())
            .limit(1)
        )
        self._trim = database.hot(
            delete(table).where(
                table.c.id.in_(select(table.c.id).where(table.c.moment < bindparam("before")).limit(bindparam("slice")))
            )
        )

    def append(
        self, *, moment: int, event: str, user_id: int, user_name: str, address: str, request_id: str, details: str
    ) -> None:
        """Add one row in a transaction of its own. Raises ``StoreUnavailable``."""
        self._append.run(
            moment=moment,
            event=event,
            user_id=user_id,
            user_name=user_name,
            address=address,
            request_id=request_id,
            details=details,
        )

    def read(self, since: int = 0) -> Iterator[AuditRow]:
        """Read the events from a moment on, the oldest first; what is added meanwhile is read too."""
        after = 0
        while page := self._page.all(after=after, since=since):
            for values in page:
                yield AuditRow(*values)
            after = page[-1][0]

    def last_address(self, user_id: int, since: int) -> str:
        """Read where an account logged in from last, from a moment on; empty where it did not."""
        row = self._last.one(user_id=user_id, since=since)
        return "" if row is None else str(row[0])

    def trim(self, before: int, limit: int) -> int:
        """Delete at most ``limit`` events older than a moment; the number deleted."""
        return self._trim.run(before=before, slice=limit)
