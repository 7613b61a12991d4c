"""``wikigate schema``: the tables, shown or made."""

from __future__ import annotations

import click

from wikigate.cli.operator import Operator, operator_command
from wikigate.store.engine import Database
from wikigate.store.schema import ddl, open_tables
from wikigate.store.tables import Tables


@click.group()
def schema() -> None:
    """Show or create the database's tables."""


@schema.command()
@operator_command
def show(operator: Operator) -> None:
    """Print the statements that make the tables: MediaWiki's own, then Wikigate's."""
    text = ddl(Tables(_settings(operator)[1]))
    operator.say({"sql": text}, text)


@schema.command()
@operator_command
def create(operator: Operator) -> None:
    """Make the tables in an empty database, or Wikigate's own beside a wiki's; what is there already is left as it is."""
    url, prefix = _settings(operator)
    database = Database(url, prefix=prefix)
    try:
        found = open_tables(database)
    finally:
        database.close()
    whose = "all of them Wikigate's" if found == "own" else f"beside a wiki's ({found})"
    operator.say({"database": url, "schema": found}, f"The tables are in place, {whose}.")


def _settings(operator: Operator) -> tuple[str, str]:
    """Return the database's address and table prefix; the data folder is made where the database lies in it."""
    config = operator.config()
    wiki = next(iter(config.wikis.values()))
    config.data.mkdir(parents=True, exist_ok=True)
    return wiki.database.url, wiki.database.prefix
