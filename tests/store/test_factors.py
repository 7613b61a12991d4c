"""Rows of second factors: a step only forwards, data only over what was read, tables that may come later."""

from __future__ import annotations

import sqlite3

import pytest

from wikigate.store import schema
from wikigate.store.engine import Database
from wikigate.store.factors import FactorRows


@pytest.fixture
def rows(database):
    return FactorRows(database)


def add(database, rows, user=1, data="{}"):
    with database.transaction():
        return rows.add(user, "totp", name=None, created="20261121000000", data=data)


def test_rows_are_an_account_s_own_the_oldest_first(database, rows):
    first, _, third = add(database, rows), add(database, rows, 2), add(database, rows, data='{"a":1}')
    assert rows.of(1) == [
        (first, "totp", None, "20261121000000", "{}"), (third, "totp", None, "20261121000000", '{"a":1}'),
    ]  # fmt: skip


def test_everyone_s_of_one_kind_come_in_pages(database, rows):
    found = [add(database, rows, user) for user in (1, 2, 1)]
    with database.transaction():
        rows.add(1, "webauthn", name=None, created="20261121000000", data="{}")
        assert rows.page("totp", 0, 2) == [(found[0], 1, "{}"), (found[1], 2, "{}")]
        assert [rows.page("totp", after, 2) for after in found[1:]] == [[(found[2], 1, "{}")], []]


def test_c4_a_step_is_used_once_and_only_forwards(rows):
    assert [rows.use(1, step) for step in (5, 5, 4, 6, 6)] == [True, False, False, True, False]
    assert rows.use(2, 5)


def test_data_are_written_only_over_what_was_read_even_where_a_wiki_stored_bytes(database, rows):
    ident = add(database, rows, data="old")
    with sqlite3.connect(database.file.path) as connection:
        connection.execute("UPDATE oathauth_devices SET oad_data = CAST('old' AS BLOB)")
    connection.close()
    assert [rows.replace(ident, "old", "new"), rows.replace(ident, "old", "newer")] == [True, False]
    assert rows.of(1)[0][4] == "new"


def test_a_deleted_one_is_gone_with_its_step_and_only_its_owner_s(database, rows, rows_of):
    ident = add(database, rows)
    rows.use(ident, 5)
    assert rows.delete(1, ident)
    assert not rows.delete(1, ident)
    assert (rows.of(1), rows_of("factor_use")) == ([], [])
    other = add(database, rows, user=2)
    assert not rows.delete(1, other)
    assert [row[0] for row in rows.of(2)] == [other]


def test_a_row_of_no_known_kind_is_a_row_all_the_same(database, rows):
    add(database, rows)
    with sqlite3.connect(database.file.path) as connection:
        connection.execute("DELETE FROM oathauth_types")
    connection.close()
    assert [row[1] for row in rows.of(1)] == [None]


def test_a_wiki_without_the_tables_has_no_factors_until_they_are_there(url):
    database = Database(url)
    tables = database.tables
    own = {tables.oathauth_devices.name, tables.oathauth_types.name}
    with database.write() as connection:
        tables.mediawiki.create_all(connection, tables=[t for t in tables.mediawiki.sorted_tables if t.name not in own])
    assert schema.open_tables(database) == "mediawiki-1.43"
    rows = FactorRows(database)
    assert (rows.of(1), rows.beginning_otherwise("x", ())) == ([], 0)
    with database.write() as connection:
        tables.mediawiki.create_all(connection)
    add(database, rows)
    assert len(rows.of(1)) == 1
    database.close()


def test_it_counts_what_begins_otherwise(database, rows):
    for data in ("m:a:1", "m:b:1", "m_c", "{}"):
        add(database, rows, data=data)
    assert rows.beginning_otherwise("m:", ("m:a:",)) == 1
    assert rows.beginning_otherwise("m:", ("m:a:", "m:b:")) == 0
