"""Whose tables a database holds, and one sentence where we cannot work with them."""

import sqlite3
import threading

import pytest

from wikigate.primitives.errors import ConfigError
from wikigate.store import schema
from wikigate.store.engine import Database
from wikigate.store.tables import Tables

_COMMENT_OF_TOMORROW = """CREATE TABLE comment (comment_id INTEGER PRIMARY KEY, comment_hash INTEGER, comment_text BLOB,
    comment_data BLOB, comment_kind INTEGER NOT NULL)"""


@pytest.fixture
def open_database():
    """Open databases and close them at the end."""
    opened = []

    def make(url, **kwargs):
        opened.append(Database(url, **kwargs))
        return opened[-1]

    yield make
    for database in opened:
        database.close()


@pytest.fixture
def wiki_file(tmp_path):
    """The file of a wiki that has never seen us, with statements run in it."""

    def make(*statements, prefix=""):
        path = tmp_path / "theirs.sqlite"
        database = Database(f"sqlite:///{path}", prefix=prefix)
        with database.write() as connection:
            database.tables.mediawiki.create_all(connection)
        database.close()
        with sqlite3.connect(path) as connection:
            for statement in statements:
                connection.execute(statement)
        connection.close()
        return f"sqlite:///{path}"

    return make


def test_an_empty_database_gets_everything(url, open_database):
    database = open_database(url)
    assert schema.recognise(database) == "empty"
    assert schema.open_tables(database) == "own"
    assert schema.recognise(database) == "own"
    assert schema.open_tables(database) == "own"


def test_our_own_file_does_not_make_readers_wait(url, open_database):
    database = open_database(url)
    schema.create(database)
    assert sqlite3.connect(database.file.path).execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_statistics_begin_at_zero(database, rows_of):
    assert [row["ss_users"] for row in rows_of("site_stats")] == [0]


def test_a_wikis_database_gets_our_tables_beside_its_own(wiki_file, open_database):
    database = open_database(wiki_file())
    assert schema.recognise(database) == "mediawiki-1.43"
    assert schema.open_tables(database) == "mediawiki-1.43"
    assert schema.recognise(database) == "mediawiki-1.43"
    with sqlite3.connect(database.file.path) as connection:
        names = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    connection.close()
    assert names >= set(database.tables.own.tables)


def test_a_wikis_tables_and_journal_are_left_alone(wiki_file, open_database):
    url = wiki_file()
    path = url.removeprefix("sqlite:///")

    def theirs():
        with sqlite3.connect(path) as connection:
            mode = connection.execute("PRAGMA journal_mode").fetchone()
            found = connection.execute(
                "SELECT name, sql FROM sqlite_master WHERE name NOT LIKE '%wikigate%'"
            ).fetchall()
        connection.close()
        return mode, sorted(found, key=str)

    before = theirs()
    schema.open_tables(open_database(url))
    assert theirs() == before
    assert before[0] == ("delete",)


def test_tables_under_a_prefix(wiki_file, open_database):
    url = wiki_file(prefix="mw_")
    database = open_database(url, prefix="mw_")
    assert schema.open_tables(database) == "mediawiki-1.43"
    assert schema.recognise(database) == "mediawiki-1.43"


@pytest.mark.parametrize(
    ("statements", "says"),
    [
        (["DROP TABLE block_target"], "lacks the table “block_target” of MediaWiki 1.43"),
        (["DROP TABLE user_groups"], "lacks the table “user_groups”"),
        (["ALTER TABLE user DROP COLUMN user_is_temp"], "lacks the column “user_is_temp” in “user”"),
        (["DROP TABLE block", "CREATE TABLE ipblocks (ipb_id INTEGER)"], "older than 1.42"),
        (["ALTER TABLE bot_passwords ADD COLUMN bp_new BLOB DEFAULT '' NOT NULL"], None),
        (
            ["DROP TABLE comment", _COMMENT_OF_TOMORROW],
            "the column “comment_kind” in “comment”, which this version of Wikigate cannot fill",
        ),
        (["DROP TABLE oathauth_devices", "DROP TABLE oathauth_types"], None),
    ],
)  # fmt: skip
def test_names_what_keeps_us_from_working(wiki_file, open_database, statements, says):
    database = open_database(wiki_file(*statements))
    if says is None:
        assert schema.recognise(database) == "mediawiki-1.43"
    else:
        with pytest.raises(ConfigError, match=says) as caught:
            schema.open_tables(database)
        assert "\n" not in str(caught.value)


def test_refuses_a_database_of_something_else(tmp_path, open_database):
    path = tmp_path / "other.sqlite"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE invoices (id INTEGER)")
    connection.close()
    with pytest.raises(ConfigError, match="none of MediaWiki's"):
        schema.open_tables(open_database(f"sqlite:///{path}"))


def test_names_the_prefix_that_was_forgotten(wiki_file, open_database):
    with pytest.raises(ConfigError, match="those with the prefix “mw_” are there"):
        schema.open_tables(open_database(wiki_file(prefix="mw_")))


def test_refuses_tables_of_a_later_version(url, open_database):
    database = open_database(url)
    schema.create(database)
    with database.write() as connection:
        connection.execute(
            database.tables.meta.update().where(database.tables.meta.c.key == "version").values(value="99")
        )
    with pytest.raises(ConfigError, match=r"newer Wikigate \(tables of version 99, this one knows 1\)"):
        schema.open_tables(database)


def test_creating_over_something_is_refused(wiki_file, open_database):
    with pytest.raises(ConfigError, match="has tables already"):
        schema.create(open_database(wiki_file()))


def test_several_workers_may_start_on_an_empty_file_at_once(url, open_database):
    databases = [open_database(url) for _ in range(4)]
    found = []
    workers = [threading.Thread(target=lambda d=d: found.append(schema.open_tables(d))) for d in databases]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert found == ["own"] * 4


def test_the_statements_shown_make_the_tables(tmp_path, open_database):
    path = tmp_path / "by hand.sqlite"
    with sqlite3.connect(path) as connection:
        connection.executescript(schema.ddl(Tables("x_")))
    connection.close()
    assert schema.recognise(open_database(f"sqlite:///{path}", prefix="x_")) == "mediawiki-1.43"
