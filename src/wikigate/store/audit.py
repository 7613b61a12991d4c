"""The table ``wikigate_audit``: what happened, in the order in which it did. Rows are added, and deleted by age alone."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Text, bindparam, delete, or_, select

from wikigate.store.engine import Database
from wikigate.store.upsert import insert_row

_COLUMNS: Final = ("moment", "event", "user_id", "user_name", "address", "request_id", "details")
_PAGE: Final = 500
# As long as MediaWiki looks back for the address of who is blocked (``$wgRCMaxAge``).
_REMEMBERED: Final = 90 * 86_400
_FIRST: Final = 2**62


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
        self._database = database
        table = database.tables.audit
        self._append = database.hot(insert_row(table, _COLUMNS))
        self._page = database.hot(
            select(table.c.id, *(table.c[name] for name in _COLUMNS))
            .where(table.c.id > bindparam("after"), table.c.moment >= bindparam("since"))
            .order_by(table.c.id)
            .limit(_PAGE)
        )
        self._search = database.hot(
            select(table.c.id, *(table.c[name] for name in _COLUMNS))
            .where(table.c.id < bindparam("before"))
            .where(or_(bindparam("event", type_=Text) == "", table.c.event == bindparam("event", type_=Text)))
            .where(
                or_(bindparam("user_name", type_=Text) == "", table.c.user_name == bindparam("user_name", type_=Text))
            )
            .where(or_(bindparam("address", type_=Text) == "", table.c.address == bindparam("address", type_=Text)))
            .order_by(table.c.id.desc())
            .limit(bindparam("limit"))
        )
        self._last = database.hot(
            select(table.c.address)
            .where(table.c.user_id == bindparam("user_id"), table.c.moment >= bindparam("since"))
            .where(table.c.event == "login.pass")
            .order_by(table.c.moment.desc(), table.c.id.desc())
            .limit(1)
        )
        self._places = database.hot(
            select(table.c.address)
            .where(table.c.user_id == bindparam("user_id"), table.c.moment >= bindparam("since"))
            .where(table.c.event == "login.pass")
            .distinct()
            .limit(_PAGE)
        )
        self._trim = database.hot(
            delete(table).where(
                table.c.id.in_(select(table.c.id).where(table.c.moment < bindparam("before")).limit(bindparam("slice")))
            )
        )

    def together(self) -> AbstractContextManager[None]:
        """Join what this thread writes inside, events among it, into one transaction."""
        return self._database.transaction()

    def append(
        self, *, moment: int, event: str, user_id: int, user_name: str, address: str, request_id: str, details: str
    ) -> None:
        """Add one row, in the caller's transaction where there is one. Raises ``StoreUnavailable``."""
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

    def search(
        self,
        *,
        event: str = "",
        user_name: str = "",
        address: str = "",
        before: int = 0,
        limit: int = 50,
    ) -> list[AuditRow]:
        """Read events, the newest first, that are all that is asked for (empty: any), with ids below ``before`` unless that is 0."""
        rows = self._search.all(event=event, user_name=user_name, address=address, before=before or _FIRST, limit=limit)
        return [AuditRow(*values) for values in rows]

    def recent_address(self, user_id: int, now: int) -> str:
        """Read where an account logged in from last, within the 90 days for which MediaWiki remembers it; empty where it did not."""
        row = self._last.one(user_id=user_id, since=now - _REMEMBERED)
        return "" if row is None else str(row[0])

    def login_addresses(self, user_id: int, now: int) -> list[str]:
        """Read from where an account logged in within the same 90 days, each address once."""
        return [str(row[0]) for row in self._places.all(user_id=user_id, since=now - _REMEMBERED)]

    def trim(self, before: int, limit: int) -> int:
        """Delete at most ``limit`` events older than a moment; the number deleted."""
        return self._trim.run(before=before, slice=limit)
