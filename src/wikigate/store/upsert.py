"""Insert a row or change the one that is there, in one statement: the one place that knows a dialect's spelling of it.

SQLite and PostgreSQL share this spelling; MariaDB's will differ, and goes here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Table, bindparam
from sqlalchemy.dialects.sqlite import Insert, insert


def insert_row(table: Table, columns: Sequence[str], *, unless: Sequence[str] | None = None) -> Insert:
    """Insert one row, a parameter for each column by its name; with ``unless``, nothing happens where those columns' values are taken."""
    statement = insert(table).values({name: bindparam(name) for name in columns})
    return statement if unless is None else statement.on_conflict_do_nothing(index_elements=list(unless))


def upsert(
    table: Table,
    columns: Sequence[str],
    *,
    keys: Sequence[str],
    changes: Mapping[str, Any] | Sequence[str],
    where: ColumnElement[bool] | None = None,
) -> Insert:
    """Insert one row or, where ``keys`` are taken, make ``changes``: columns to take over from the new row, or expressions by column.

    With ``where`` a row that is there and does not fulfil it stays as it is, and no row counts as touched.
    """
    statement = insert_row(table, columns)
    if not isinstance(changes, Mapping):
        changes = {name: statement.excluded[name] for name in changes}
    return statement.on_conflict_do_update(index_elements=list(keys), set_=dict(changes), where=where)
