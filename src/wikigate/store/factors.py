"""The tables of MediaWiki's OATHAuth, and ours that says which step of each device was used last.

``oathauth_devices`` and ``oathauth_types`` are those of every version, ``oathauth_user_handles`` of those after 1.43. Every verb is one
statement, and part of the transaction that the caller holds open if there is one. A wiki's database has these tables only where that
extension is installed; without them nobody has a factor. They are looked for until they are there, so that a factor counts from the
moment of its making.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import bindparam, delete, func, not_, select, update

from wikigate.store.engine import Database, Row
from wikigate.store.types import text_of
from wikigate.store.upsert import insert_row, upsert


class FactorRows:
    """The second factors of one wiki's accounts; shared by all threads. A row is id, kind, name, moment of making, data."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._present = self._has_handles = False
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
        self._page = database.hot(
            select(column.oad_id, column.oad_user, text_of(column.oad_data))
            .select_from(devices.join(types, column.oad_type == types.c.oat_id))
            .where(types.c.oat_name == bindparam("kind"), column.oad_id > bindparam("after"))
            .order_by(column.oad_id)
            .limit(bindparam("limit"))
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
        self._last = database.hot(select(used.c.step).where(used.c.device == bindparam("device")))
        self._forget = database.hot(delete(used).where(used.c.device == bindparam("device")))
        handles = database.tables.oathauth_user_handles
        self._handle_of = database.hot(
            select(text_of(handles.c.oah_handle)).where(handles.c.oah_user == bindparam("user"))
        )
        self._owner_of = database.hot(select(handles.c.oah_user).where(handles.c.oah_handle == bindparam("handle")))
        self._keep_handle = database.hot(insert_row(handles, ("oah_user", "oah_handle"), unless=("oah_user",)))

    def present(self) -> bool:
        """Whether OATHAuth's tables are there."""
        if not self._present:
            tables, has = self._database.tables, self._database.has_table
            self._present = has(tables.oathauth_devices.name) and has(tables.oathauth_types.name)
        return self._present

    def has_handles(self) -> bool:
        """Whether there is a table of handles: OATHAuth is one of those after 1.43."""
        if not self._has_handles:
            self._has_handles = self._database.has_table(self._database.tables.oathauth_user_handles.name)
        return self._has_handles

    def of(self, user_id: int) -> list[Row]:
        """Read all of an account, the oldest first."""
        return self._of.all(user=user_id) if self.present() else []

    def page(self, kind: str, after: int, limit: int) -> list[Row]:
        """Read the next of one kind, of all accounts, behind an id: id, account, data."""
        return self._page.all(kind=kind, after=after, limit=limit) if self.present() else []

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

    def last_step(self, factor_id: int) -> int:
        """Read which step was used last; -1 where none was."""
        row = self._last.one(device=factor_id)
        return -1 if row is None else int(row[0])

    def handle_of(self, user_id: int) -> str:
        """Read an account's handle; empty where there is none."""
        row = self._handle_of.one(user=user_id) if self.has_handles() else None
        return "" if row is None else str(row[0])

    def keep_handle(self, user_id: int, handle: str) -> None:
        """Write an account's handle where it has none."""
        if self.has_handles():
            self._keep_handle.run(oah_user=user_id, oah_handle=handle)

    def owner_of(self, handle: str) -> int | None:
        """Read whose a handle is."""
        row = self._owner_of.one(handle=handle) if self.has_handles() else None
        return None if row is None else int(row[0])

    def use(self, factor_id: int, step: int) -> bool:
        """Write that a step was used; False where it, or a later one, was used before. Of several callers at once one gets True."""
        return self._use.run(device=factor_id, step=step) == 1

    def first_with(self, text: str) -> str:
        """Return the data of some row in which a text stands in quotes; empty where there is none."""
        if not self.present():
            return ""
        data = text_of(self._database.tables.oathauth_devices.c.oad_data)
        with self._database.read() as connection:
            found = connection.execute(select(data).where(data.contains(f'"{text}"', autoescape=True)).limit(1)).first()
        return "" if found is None else str(found[0])

    def beginning_otherwise(self, mark: str, prefixes: Sequence[str]) -> int:
        """Count the rows whose data begin with ``mark`` and with none of ``prefixes``."""
        if not self.present():
            return 0
        data = text_of(self._database.tables.oathauth_devices.c.oad_data)
        others = [not_(data.startswith(prefix, autoescape=True)) for prefix in prefixes]
        with self._database.read() as connection:
            statement = select(func.count()).where(data.startswith(mark, autoescape=True), *others)
            return int(connection.execute(statement).scalar_one())
