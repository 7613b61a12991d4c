"""The tables ``oathauth_devices`` and ``oathauth_types`` of MediaWiki's OATHAuth, and ours that says which step of each was used last.

Every verb is one statement, and part of the transaction that the caller holds open if there is one. A wiki's database has OATHAuth's
tables only where that extension is installed; without them nobody has a factor. They are looked for until they are there, so that a
factor counts from the moment of its making.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import bindparam, delete, func, inspect, not_, select, update

from wikigate.store.engine import Database, Row
from wikigate.store.types import text_of
from wikigate.store.upsert import insert_row, upsert


class FactorRows:
    """The second factors of one wiki's accounts; shared by all threads. A row is id, kind, name, moment of making, data."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._present = False
        devices, types, used = (
            database.tables.oathauth_devices,
            database.tables.oathauth_types,
            database.tables.factor_use,
        )
        column = devices.c
        mine, this = column.oad_user == bindparam("user"), column.oad_id == bindparam("id")
        self._of = database.hot(
            select(
                column.oad_id,
                text_of(types.c.oat_name),
                text_of(column.oad_name),
                text_of(column.oad_created),
                text_of(column.oad_data),
            )
            .select_from(devices.outerjoin(types, column.oad_type == types.c.oat_id))
            .where(mine)
            .order_by(column.oad_id)
        )
        self._add_type = database.hot(insert_row(types, ("oat_name",), unless=("oat_name",)))
        self._type = database.hot(select(types.c.oat_id).where(types.c.oat_name == bindparam("kind")))
        columns = ("oad_user", "oad_type", "oad_name", "oad_created", "oad_data")
        self._add = database.hot(insert_row(devices, columns).returning(column.oad_id))
        # Text is compared as text: another tool may have bound it as bytes, which equal no text to SQLite.
        self._replace = database.hot(
            update(devices).where(this, text_of(column.oad_data) == bindparam("old")).values(oad_data=bindparam("new"))
        )
        self._rename = database.hot(update(devices).where(this, mine).values(oad_name=bindparam("name")))
        self._delete = database.hot(delete(devices).where(this, mine))
        forward = used.c.step < bindparam("step")
        self._use = database.hot(upsert(used, ("device", "step"), keys=("device",), changes=("step",), where=forward))
        self._forget = database.hot(delete(used).where(used.c.device == bindparam("device")))

    def present(self) -> bool:
        """Whether OATHAuth's tables are there."""
        if not self._present:
            with self._database.read() as connection:
                found = inspect(connection)
                tables = self._database.tables
                self._present = found.has_table(tables.oathauth_devices.name) and found.has_table(
                    tables.oathauth_types.name
                )
        return self._present

    def of(self, user_id: int) -> list[Row]:
        """Read all of an account, the oldest first."""
        return self._of.all(user=user_id) if self.present() else []

    def add(self, user_id: int, kind: str, *, name: str | None, created: str, data: str) -> int:
        """Write one; its id. A transaction must be open."""
        self._add_type.run(oat_name=kind)
        found = self._type.one(kind=kind)
        if found is None:
            raise AssertionError("a kind that was just written")
        [(ident,)] = self._add.returning(
            oad_user=user_id, oad_type=found[0], oad_name=name, oad_created=created, oad_data=data
        )
        return int(ident)

    def replace(self, factor_id: int, old: str, new: str) -> bool:
        """Write other data over those that were read; False where they are no longer these."""
        return self._replace.run(id=factor_id, old=old, new=new) == 1

    def rename(self, user_id: int, factor_id: int, name: str) -> bool:
        """Write what one of an account is called; False where there is none such."""
        return self._rename.run(user=user_id, id=factor_id, name=name) == 1

    def delete(self, user_id: int, factor_id: int) -> bool:
        """Delete one of an account; False where there is none such. A transaction should be open."""
        self._forget.run(device=factor_id)
        return self._delete.run(user=user_id, id=factor_id) == 1

    def use(self, factor_id: int, step: int) -> bool:
        """Write that a step was used; False where it, or a later one, was used before. Of several callers at once one gets True."""
        return self._use.run(device=factor_id, step=step) == 1

    def beginning_otherwise(self, mark: str, prefixes: Sequence[str]) -> int:
        """Count the rows whose data begin with ``mark`` and with none of ``prefixes``."""
        if not self.present():
            return 0
        data = text_of(self._database.tables.oathauth_devices.c.oad_data)
        others = [not_(data.startswith(prefix, autoescape=True)) for prefix in prefixes]
        with self._database.read() as connection:
            statement = select(func.count()).where(data.startswith(mark, autoescape=True), *others)
            return int(connection.execute(statement).scalar_one())
