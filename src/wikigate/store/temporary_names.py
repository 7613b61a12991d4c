"""The numbers of temporary accounts, counted in MediaWiki's own table (``user_autocreate_serial``; spec core §18)."""

from __future__ import annotations

from sqlalchemy import insert, select, update

from wikigate.store.engine import Database

_SHARD = 0


class TemporaryNames:
    """Counts one wiki's temporary accounts; shared by all threads."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._table = database.tables.user_autocreate_serial

    def next(self, year: int) -> int:
        """Return a number of a year that nobody has got before, here or in a MediaWiki on the same database, from 1."""
        columns = self._table.c
        of_year = (columns.uas_shard == _SHARD) & (columns.uas_year == year)
        with self._database.write() as connection:
            counted = connection.execute(update(self._table).where(of_year).values(uas_value=columns.uas_value + 1))
            if not counted.rowcount:
                connection.execute(insert(self._table).values(uas_shard=_SHARD, uas_year=year, uas_value=1))
            return int(connection.execute(select(columns.uas_value).where(of_year)).scalar_one())
