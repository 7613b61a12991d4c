"""The tables ``wikigate_identity`` and ``wikigate_identity_session``: whose an outside identity is, and what it has begun.

Every verb is one statement, and part of the transaction that the caller holds open if there is one.
"""

from __future__ import annotations

from sqlalchemy import bindparam, delete, exists, not_, select

from wikigate.store.engine import Database, Row
from wikigate.store.upsert import insert_row, upsert


class IdentityRows:
    """The outside identities of one wiki's accounts; shared by all threads. Moments are TS14."""

    def __init__(self, database: Database) -> None:
        tables = database.tables
        table, sessions = tables.identity, tables.identity_session
        column = table.c
        this = (column.issuer == bindparam("issuer"), column.subject == bindparam("subject"))
        self._find = database.hot(select(column.user_id).where(*this))
        self._of = database.hot(
            select(column.issuer, column.subject)
            .where(column.user_id == bindparam("user_id"))
            .order_by(column.created, column.issuer, column.subject)
        )
        columns = ("issuer", "subject", "user_id", "created")
        self._add = database.hot(insert_row(table, columns, unless=("issuer", "subject")))
        self._delete = database.hot(delete(table).where(*this, column.user_id == bindparam("user_id")))
        noted = ("key", "device", "issuer", "name", "user_id")
        self._note = database.hot(upsert(sessions, noted, keys=("key",), changes=noted[1:]))
        named = (sessions.c.issuer == bindparam("issuer"), sessions.c.name == bindparam("name"))
        self._sessions = database.hot(select(sessions.c.key, sessions.c.device, sessions.c.user_id).where(*named))
        self._forget = database.hot(delete(sessions).where(*named))
        self._sweep = database.hot(
            delete(sessions).where(
                sessions.c.user_id == bindparam("user_id"),
                not_(exists().where(tables.session.c.key == sessions.c.key)),
                not_(exists().where(tables.remember.c.key == sessions.c.device)),
            )
        )

    def find(self, issuer: str, subject: str) -> int | None:
        """Read whose an identity is."""
        row = self._find.one(issuer=issuer, subject=subject)
        return None if row is None else int(row[0])

    def of(self, user_id: int) -> list[Row]:
        """Read issuer and subject of all of an account, the oldest first."""
        return self._of.all(user_id=user_id)

    def add(self, issuer: str, subject: str, user_id: int, *, created: str) -> bool:
        """Write one; False where it is somebody's already."""
        return self._add.run(issuer=issuer, subject=subject, user_id=user_id, created=int(created)) == 1

    def delete(self, issuer: str, subject: str, user_id: int) -> bool:
        """Delete one of an account; False where there is none such."""
        return self._delete.run(issuer=issuer, subject=subject, user_id=user_id) == 1

    def note_session(self, key: bytes, device: bytes | None, *, issuer: str, name: str, user_id: int) -> None:
        """Write by which session of the provider one of ours was begun, and forget those of the account that are over."""
        self._sweep.run(user_id=user_id)
        self._note.run(key=key, device=device, issuer=issuer, name=name, user_id=user_id)

    def sessions(self, issuer: str, name: str) -> list[Row]:
        """Read key, device and user id of what a session of the provider has begun."""
        return self._sessions.all(issuer=issuer, name=name)

    def forget_sessions(self, issuer: str, name: str) -> None:
        """Delete those rows."""
        self._forget.run(issuer=issuer, name=name)
