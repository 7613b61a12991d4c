"""The table ``wikigate_outbox``: mails, from the transaction that causes one until it is sent.

A mail's states::

    waiting ──claim──> claimed ──hand_over──> handing ──> sent
       ^                  │                      │
       └──put_back/lease──┘                      └──lease over──> unsure ──again──> waiting
                          └──> failed ──again──> waiting

Promises: of several processes one has a mail (every step is one statement that names the claim); whoever has claimed one and ends before
it was handed to a mail server loses it to the next after the lease; one that may have been handed over is never taken up again by itself.
Bodies come sealed and are erased when sent. Moments are seconds.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final, Literal, TypeAlias

from sqlalchemy import ColumnElement, bindparam, delete, or_, select, update

from wikigate.store.engine import Database, Row
from wikigate.store.upsert import insert_row

State: TypeAlias = Literal["waiting", "claimed", "handing", "sent", "unsure", "failed"]

_COLUMNS: Final = ("created", "kind", "user_id", "recipient", "subject", "body", "state", "due", "tries", "error")
_OVER: Final = ("sent", "unsure", "failed")


@dataclass(frozen=True, slots=True)
class OutboxRow:
    """One mail. ``kind``: what caused it. ``due``: when it is next looked at. ``error``: why it was not sent, empty for no reason."""

    id: int
    created: int
    kind: str
    user_id: int
    recipient: str
    subject: str
    body: str = field(repr=False)
    state: State
    due: int
    tries: int
    error: str


class OutboxRows:
    """The mails of one wiki; shared by all threads. Every verb raises ``StoreUnavailable``."""

    def __init__(self, database: Database) -> None:
        self._database = database
        table = database.tables.outbox
        row = table.c
        columns = (row.id, *(row[name] for name in _COLUMNS))
        hot = database.hot
        this = row.id == bindparam("id")
        mine = (this, row.claim == bindparam("claim"))
        self._put = hot(insert_row(table, (*_COLUMNS, "claim")))
        due = (_any(row.state, ("waiting", "claimed")), row.due <= bindparam("now"))
        self._next = hot(select(row.id).where(*due).order_by(row.due, row.id).limit(1))
        self._claim = hot(
            update(table)
            .where(this, *due)
            .values(state="claimed", claim=bindparam("new_claim"), due=bindparam("until"), tries=row.tries + 1)
            .returning(*columns)
        )
        self._hand_over = hot(
            update(table).where(*mine, row.state == "claimed").values(state="handing", due=bindparam("until"))
        )
        self._sent = hot(
            update(table)
            .where(*mine, _any(row.state, ("handing", "unsure")))
            .values(state="sent", body="", error="", due=bindparam("now"))
        )
        self._settle = hot(
            update(table)
            .where(*mine, _any(row.state, ("claimed", "handing")))
            .values(state=bindparam("new_state"), due=bindparam("when"), error=bindparam("why"))
        )
        self._lost = hot(select(row.id).where(row.state == "handing", row.due <= bindparam("now")).limit(1))
        self._doubt = hot(
            update(table)
            .where(row.state == "handing", row.due <= bindparam("now"))
            .values(state="unsure", error=bindparam("why"))
        )
        self._again = hot(
            update(table)
            .where(this, _any(row.state, ("unsure", "failed")), row.body != "")
            .values(state="waiting", due=bindparam("now"), claim="", error="", created=bindparam("now"))
        )
        self._all = hot(select(*columns).order_by(row.id.desc()).limit(bindparam("most")))
        self._one = hot(select(*columns).where(this))
        over = (_any(row.state, _OVER), row.created < bindparam("before"))
        self._old = hot(select(row.id).where(*over).limit(1))
        self._trim = hot(delete(table).where(*over))

    def put(self, *, kind: str, user_id: int, recipient: str, subject: str, body: str, now: int) -> None:
        """Add a mail, in the caller's transaction where there is one."""
        self._put.run(
            kind=kind, user_id=user_id, recipient=recipient, subject=subject, body=body,
            created=now, due=now, state="waiting", tries=0, error="", claim="",
        )  # fmt: skip

    def claim(self, claim: str, *, now: int, until: int) -> OutboxRow | None:
        """Take the mail that has been due longest, until a moment; None where none is due. ``claim`` is a new random text."""
        found = self._next.one(now=now)
        if found is None:
            return None
        rows = self._claim.returning(id=found[0], now=now, new_claim=claim, until=until)
        return _row(rows[0]) if rows else None

    def hand_over(self, mail: int, claim: str, *, until: int) -> bool:
        """Note that a mail is about to be handed to a mail server; False where the claim is lost: then it must not be."""
        return self._hand_over.run(id=mail, claim=claim, until=until) == 1

    def sent(self, mail: int, claim: str, *, now: int) -> None:
        """Note that a mail server has taken a mail; its body is erased."""
        self._sent.run(id=mail, claim=claim, now=now)

    def put_back(self, mail: int, claim: str, *, due: int, error: str) -> None:
        """Let a mail that was certainly not sent wait for its next try."""
        self._settle.run(id=mail, claim=claim, new_state="waiting", when=due, why=error)

    def end(self, mail: int, claim: str, state: Literal["unsure", "failed"], *, now: int, error: str) -> None:
        """End the tries of a mail."""
        self._settle.run(id=mail, claim=claim, new_state=state, when=now, why=error)

    def doubt(self, *, now: int, error: str) -> int:
        """Count as unsure what a process has had in hand for too long; how many those were."""
        return self._doubt.run(now=now, why=error) if self._lost.one(now=now) else 0

    def again(self, mail: int, *, now: int) -> bool:
        """Let a mail that failed, or of which nobody knows, wait once more; False for any other."""
        return self._again.run(id=mail, now=now) == 1

    def newest(self, most: int) -> list[OutboxRow]:
        """Read the newest mails, the newest first."""
        return [_row(row) for row in self._all.all(most=most)]

    def get(self, mail: int) -> OutboxRow | None:
        """Read one mail."""
        row = self._one.one(id=mail)
        return None if row is None else _row(row)

    def trim(self, before: int) -> int:
        """Delete what is over and older than a moment; how many those were."""
        return self._trim.run(before=before) if self._old.one(before=before) else 0


def _any(column: ColumnElement[str], values: Sequence[str]) -> ColumnElement[bool]:
    return or_(*(column == value for value in values))


def _row(row: Row) -> OutboxRow:
    return OutboxRow(*row)
