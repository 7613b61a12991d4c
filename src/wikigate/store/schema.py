"""Whose tables a database holds, and how ours are made.

Promises: a database is recognised by what it holds, not by what it says of itself; one that we do not know is refused in one sentence that
names what is missing; MediaWiki's tables on a wiki's own database are never altered.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, Literal, TypeAlias

from sqlalchemy import Connection, Inspector, MetaData, Table, inspect, select
from sqlalchemy.schema import CreateIndex, CreateTable

from wikigate.primitives.errors import ConfigError
from wikigate.store.engine import Database
from wikigate.store.tables import Tables
from wikigate.store.upsert import insert_row

Schema: TypeAlias = Literal["empty", "own", "mediawiki-1.43"]
"""``own``: the tables are all of our making. ``mediawiki-1.43``: they are a wiki's, and that wiki may be writing to them."""

VERSION: Final = 1
"""Counts the changes of our own tables."""

_OF_EXTENSIONS: Final = frozenset(
    {
        "oathauth_types", "oathauth_devices", "oathauth_user_handles",
        "oauth_registered_consumer", "oauth_accepted_consumer", "oauth2_access_tokens",
    }
)  # fmt: skip


def open_tables(database: Database) -> Schema:
    """Make the database ready for use: create everything in an empty one, add our tables to a wiki's. Raises ``ConfigError``."""
    schema = recognise(database)
    if schema == "empty":
        create(database)
        return "own"
    add_own_tables(database, owner="own" if schema == "own" else "mediawiki")
    return schema


def is_ready(database: Database) -> bool:
    """Whether ``open_tables`` would find nothing to make. Raises ``ConfigError`` for tables that we cannot work with."""
    schema = recognise(database)
    if schema == "empty":
        return False
    wanted = (database.tables.own, database.tables.mediawiki) if schema == "own" else (database.tables.own,)
    with database.read() as connection:
        present = frozenset(inspect(connection).get_table_names())
    return all(present.issuperset(metadata.tables) for metadata in wanted)


def recognise(database: Database) -> Schema:
    """Tell whose tables these are. Raises ``ConfigError`` for tables that we cannot work with."""
    tables = database.tables
    with database.read() as connection:
        inspector = inspect(connection)
        names = frozenset(inspector.get_table_names())
        if not names:
            return "empty"
        meta: dict[str, str] = {}
        if tables.meta.name in names:
            meta.update(
                (key, value) for key, value in connection.execute(select(tables.meta.c.key, tables.meta.c.value))
            )
        _check_version(database, meta)
        _check_wiki(database, names)
        for table in tables.mediawiki.sorted_tables:
            if table.name in names:
                _check_columns(database, inspector, table)
    return "own" if meta.get("tables") == "own" else "mediawiki-1.43"


def create(database: Database) -> None:
    """Make MediaWiki's tables and ours in an empty database. Raises ``ConfigError`` where it is not empty."""
    tables = database.tables
    database.file.write_ahead()
    with database.write() as connection:
        if inspect(connection).get_table_names():
            if recognise(database) == "own":
                return
            raise ConfigError(f"{database.file.path} has tables already; give the name of a new file.")
        tables.mediawiki.create_all(connection, checkfirst=False)
        tables.own.create_all(connection, checkfirst=False)
        statistics = {column.name: int(column.primary_key) for column in tables.site_stats.c}
        connection.execute(insert_row(tables.site_stats, list(statistics)), statistics)
        _write_meta(connection, tables, owner="own")


def add_own_tables(database: Database, *, owner: Literal["own", "mediawiki"] = "mediawiki") -> None:
    """Add our tables to a database that has MediaWiki's; nothing happens where they are there already.

    Where all tables are ours (``owner``), those of MediaWiki's that an earlier version of ours did not know are added too.
    """
    tables = database.tables
    wanted = [tables.own, tables.mediawiki] if owner == "own" else [tables.own]
    with database.read() as connection:
        present = frozenset(inspect(connection).get_table_names())
    if all(present.issuperset(metadata.tables) for metadata in wanted):
        return
    with database.write() as connection:
        for metadata in wanted:
            metadata.create_all(connection)
        _write_meta(connection, tables, owner=owner)


def ddl(tables: Tables) -> str:
    """Spell the statements that make all the tables."""
    return "\n".join(statement for metadata in (tables.mediawiki, tables.own) for statement in _statements(metadata))


def _statements(metadata: MetaData) -> Iterator[str]:
    for table in metadata.sorted_tables:
        yield f"{str(CreateTable(table)).strip()};\n"
        for index in sorted(table.indexes, key=lambda index: str(index.name)):
            yield f"{CreateIndex(index)};\n"


def _write_meta(connection: Connection, tables: Tables, *, owner: str) -> None:
    statement = insert_row(tables.meta, ("key", "value"), unless=("key",))
    connection.execute(statement, [{"key": "tables", "value": owner}, {"key": "version", "value": str(VERSION)}])


def _check_version(database: Database, meta: dict[str, str]) -> None:
    version = meta.get("version", "0")
    if not version.isdigit() or int(version) > VERSION:
        raise ConfigError(
            f"{database.file.path} was made by a newer Wikigate (tables of version {version}, this one knows {VERSION}); upgrade this one."
        )


def _check_wiki(database: Database, names: frozenset[str]) -> None:
    """See that all of MediaWiki 1.43's tables are there that we read and write."""
    path, tables = database.file.path, database.tables
    prefix = tables.prefix
    if tables.user.name not in names:
        others = sorted(name.removesuffix("user_groups") for name in names if name.endswith("user_groups"))
        known = [found for found in others if f"{found}user" in names]
        hint = f"; those with the prefix “{known[0]}” are there" if known else ""
        raise ConfigError(
            f"{path} has tables, but none of MediaWiki's with the prefix “{prefix}”{hint}: check the database's address and prefix."
        )
    if prefix + "ipblocks" in names and tables.block.name not in names:
        raise ConfigError(
            f"{path} is the database of a MediaWiki older than 1.42 (blocks in the table “ipblocks”); "
            "Wikigate works with 1.43: update the wiki first."
        )
    for table in tables.mediawiki.sorted_tables:
        if table.name not in names and table.name.removeprefix(prefix) not in _OF_EXTENSIONS:
            raise ConfigError(
                f"{path} lacks the table “{table.name}” of MediaWiki 1.43; update the wiki with its own update script first."
            )


def _check_columns(database: Database, inspector: Inspector, table: Table) -> None:
    """See that a table has every column that we know, and none that we would have to fill without knowing it."""
    path = database.file.path
    columns = {column["name"]: column for column in inspector.get_columns(table.name)}
    for name in [column.name for column in table.c]:
        if name not in columns:
            raise ConfigError(
                f"{path} lacks the column “{name}” in “{table.name}”, which MediaWiki 1.43 has; update the wiki with its own update script."
            )
    for name, column in columns.items():
        if name not in table.c and not column["nullable"] and column["default"] is None:
            raise ConfigError(
                f"{path} has the column “{name}” in “{table.name}”, which this version of Wikigate cannot fill; "
                "it works with MediaWiki 1.43."
            )
