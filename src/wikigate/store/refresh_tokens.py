"""The table ``wikigate_refresh_token``. Every verb is one statement; spending is atomic, so that one token buys one successor."""

from __future__ import annotations

from sqlalchemy import bindparam, delete, select, update

from wikigate.store.engine import Database, Row
from wikigate.store.upsert import insert_row


class RefreshTokenRows:
    """The refresh tokens of one wiki's apps; shared by all threads."""

    def __init__(self, database: Database) -> None:
        table = database.tables.refresh_token
        column = table.c
        this = column.key == bindparam("key")
        self._add = database.hot(
            insert_row(table, ("key", "acceptance", "family", "access", "scopes", "expires", "spent"))
        )
        self._get = database.hot(
            select(column.acceptance, column.family, column.access, column.scopes, column.expires, column.spent).where(
                this
            )
        )
        self._spend = database.hot(update(table).where(this, column.spent == 0).values(spent=1))
        self._family = database.hot(select(column.access).where(column.family == bindparam("family")))
        self._end_family = database.hot(update(table).where(column.family == bindparam("family")).values(spent=1))
        self._sweep = database.hot(
            delete(table).where(
                column.key.in_(select(column.key).where(column.expires <= bindparam("now")).limit(bindparam("slice")))
            )
        )
        self._of_acceptance = database.hot(delete(table).where(column.acceptance == bindparam("acceptance")))

    def add(self, key: bytes, *, acceptance: int, family: bytes, access: str, scopes: str, expires: int) -> None:
        """Write one."""
        self._add.run(
            key=key, acceptance=acceptance, family=family, access=access, scopes=scopes, expires=expires, spent=0
        )

    def get(self, key: bytes) -> Row | None:
        """Read one: acceptance, family, access token's id, scopes, end, whether it is spent."""
        return self._get.one(key=key)

    def spend(self, key: bytes) -> bool:
        """Spend one; False where it was spent already."""
        return bool(self._spend.run(key=key))

    def family(self, family: bytes) -> list[str]:
        """Return the ids of the access tokens that came of one code."""
        return [access for (access,) in self._family.all(family=family)]

    def end_family(self, family: bytes) -> None:
        """Spend all that came of one code."""
        self._end_family.run(family=family)

    def sweep(self, now: int, limit: int) -> int:
        """Delete at most ``limit`` tokens whose time is over; the number of rows deleted."""
        return self._sweep.run(now=now, slice=limit)

    def forget(self, acceptance: int) -> None:
        """Delete those of an acceptance that is taken back."""
        self._of_acceptance.run(acceptance=acceptance)
