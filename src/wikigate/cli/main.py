"""``wikigate``: the list of commands."""

from __future__ import annotations

import click

from wikigate.cli.audit import audit
from wikigate.cli.block import block
from wikigate.cli.bot_password import bot_password
from wikigate.cli.consumer import consumer
from wikigate.cli.doctor import doctor
from wikigate.cli.factor import factor
from wikigate.cli.operator import Commands
from wikigate.cli.outbox import outbox
from wikigate.cli.schema import schema
from wikigate.cli.serve import serve
from wikigate.cli.signing_key import signing_key
from wikigate.cli.user import user


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="wikigate")
def main() -> None:
    """Wikigate is the login side of the MediaWiki Action API as a service of its own."""


for command in (serve, user, bot_password, consumer, signing_key, factor, block, audit, outbox, doctor, schema):
    main.add_command(command)
