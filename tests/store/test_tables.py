"""MediaWiki's half of the tables; ``mediawiki_1_43_tables.json`` holds what SQLite says of a real install's."""

import json
import sqlite3
from pathlib import Path

import pytest

from wikigate.store.tables import Tables

REAL = json.loads(Path(__file__).with_name("mediawiki_1_43_tables.json").read_text())


@pytest.fixture
def driver(database):
    connection = sqlite3.connect(database.file.path)
    yield connection
    connection.close()


LATER = {"oathauth_user_handles"}
"""Tables of MediaWiki's extensions that came after 1.43 (spec extensions §1.3)."""


def test_every_table_of_mediawikis_is_compared():
    assert set(Tables().mediawiki.tables) == set(REAL) | LATER


@pytest.mark.parametrize("table", sorted(REAL))
def test_a_table_is_as_a_real_install_has_it(driver, table):
    """Columns with declared type, nullability, default and place in the primary key; indexes with their columns."""
    columns = [
        [name, kind, bool(full), default, key]
        for _, name, kind, full, default, key in driver.execute(f"PRAGMA table_info('{table}')")
    ]
    indexes = sorted(
        [name, bool(unique), [row[2] for row in driver.execute(f"PRAGMA index_info('{name}')")]]
        for _, name, unique, *_ in driver.execute(f"PRAGMA index_list('{table}')")
        if not name.startswith("sqlite_autoindex")
    )
    sql = driver.execute("SELECT sql FROM sqlite_master WHERE name = ?", (table,)).fetchone()[0]
    assert {"autoincrement": "AUTOINCREMENT" in sql, "columns": columns, "indexes": indexes} == REAL[table]


def test_ours_stand_beside_under_our_own_name():
    tables = Tables()
    assert all(name.startswith("wikigate_") for name in tables.own.tables)
    assert not set(tables.own.tables) & set(tables.mediawiki.tables)


def test_a_prefix_stands_before_every_name():
    tables = Tables("mw_")
    assert tables.user.name == "mw_user"
    assert tables.session.name == "mw_wikigate_session"
    assert {name.removeprefix("mw_") for name in tables.mediawiki.tables} == set(REAL) | LATER
