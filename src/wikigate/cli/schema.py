"""``wikigate schema``: the tables, shown or made."""

from __future__ import annotations

import click

from wikigate.cli.operator import Commands, Operator, operator_command
from wikigate.store.engine import Database
from wikigate.store.schema import ddl, open_tables
from wikigate.store.tables import Tables


@click.group(cls=Commands)
def schema() -> None:
    """Tables of the database: show, create."""


@schema.command()
@operator_command
def show(operator: Operator) -> None:
    """Print the statements that make the tables: MediaWiki's own, then Wikigate's."""
    text = ddl(Tables(operator.wiki_settings().database.prefix))
    operator.say({"sql": text}, text)


@schema.command()
@operator_command
def create(operator: Operator) -> None:
    """Make the tables in an empty database, or Wikigate's own beside a wiki's; what is there already is left as it is."""
    settings = operator.wiki_settings().database
    operator.make_folder()
    database = Database(settings.url, prefix=settings.prefix)
    try:
        found = open_tables(database)
    finally:
        database.close()
    whose = "all of them Wikigate's" if found == "own" else f"beside a wiki's ({found})"
    operator.say({"database": settings.url, "schema": found}, f"The tables are in place, {whose}.")
