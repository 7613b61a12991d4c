"""The table ``bot_passwords``. Every verb is one statement, and part of the transaction that the caller holds open if there is one."""

from __future__ import annotations

from typing import Final

from sqlalchemy import bindparam, delete, select, update

from wikigate.store.engine import Database, Row
from wikigate.store.types import locked, text_of, unlocked
from wikigate.store.upsert import upsert

_COLUMNS: Final = ("bp_user", "bp_app_id", "bp_password", "bp_token", "bp_restrictions", "bp_grants")


class BotPasswordRows:
    """The bot passwords of one wiki; shared by all threads. A row is app id, password, token, restrictions and grants."""

    def __init__(self, database: Database) -> None:
        table = database.tables.bot_passwords
        column = table.c
        mine = column.bp_user == bindparam("user")
        this = column.bp_app_id == bindparam("app")
        row = select(
            text_of(column.bp_app_id),
            text_of(column.bp_password),
            text_of(column.bp_token),
            text_of(column.bp_restrictions),
            text_of(column.bp_grants),
        ).where(mine)
        self._one = database.hot(row.where(this))
        self._all = database.hot(row.order_by(column.bp_app_id))
        self._put = database.hot(upsert(table, _COLUMNS, keys=("bp_user", "bp_app_id"), changes=_COLUMNS[2:]))
        self._change = database.hot(
            update(table)
            .where(mine, this)
            .values(
                bp_token=bindparam("token"), bp_restrictions=bindparam("restrictions"), bp_grants=bindparam("grants")
            )
        )
        self._delete = database.hot(delete(table).where(mine, this))
        self._lock = database.hot(update(table).where(mine).values(bp_password=locked(column.bp_password)))
        self._unlock = database.hot(update(table).where(mine).values(bp_password=unlocked(column.bp_password)))
        self._void = database.hot(update(table).where(mine).values(bp_password=""))

    def get(self, user_id: int, app: str) -> Row | None:
        """Read one (a hot read)."""
        return self._one.one(user=user_id, app=app)

    def all(self, user_id: int) -> list[Row]:
        """Read all of an account, by app id."""
        return self._all.all(user=user_id)

    def put(self, user_id: int, app: str, *, password: str, token: str, restrictions: str, grants: str) -> None:
        """Write one, over one of the same name."""
        self._put.run(
            bp_user=user_id,
            bp_app_id=app,
            bp_password=password,
            bp_token=token,
            bp_restrictions=restrictions,
            bp_grants=grants,
        )

    def change(self, user_id: int, app: str, *, token: str, restrictions: str, grants: str) -> bool:
        """Write what one may do, and leave its password; False where there is none."""
        return self._change.run(user=user_id, app=app, token=token, restrictions=restrictions, grants=grants) == 1

    def delete(self, user_id: int, app: str) -> bool:
        """Delete one; False where there is none."""
        return self._delete.run(user=user_id, app=app) == 1

    def lock(self, user_id: int) -> None:
        """Make the passwords of all of an account void until ``unlock``."""
        self._lock.run(user=user_id)

    def unlock(self, user_id: int) -> None:
        """Make them good again."""
        self._unlock.run(user=user_id)

    def void(self, user_id: int) -> int:
        """Empty the passwords of all of an account, as a changed main password does; their number (spec core §6.3)."""
        return self._void.run(user=user_id)
