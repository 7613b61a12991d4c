"""What every command shares: where the wiki is, how an answer is printed, how an error is said, and where secrets come from.

A secret comes from a prompt or from standard input, never from the arguments: those are seen by everyone on the machine.
"""

from __future__ import annotations

import functools
import json
import sys
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any, NoReturn, TypeVar

import click

from wikigate.accounts.hashing import InlineHasher
from wikigate.app import Wiki, open_wiki
from wikigate.config import Config, WikiSettings, load_config
from wikigate.data_folder import make_folder
from wikigate.primitives.errors import ConfigError, StoreUnavailable
from wikigate.store.sqlite_file import path_of

DEFAULT_DATA = Path("data")
_LONGEST = 200  # characters of the sentence that tells what a command is for
_Command = TypeVar("_Command", bound=Callable[..., Any])


class Commands(click.Group):
    """A group of commands whose help tells what each is for in a whole sentence, over two lines where one is too short."""

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands."""
        found = [(name, self.get_command(ctx, name)) for name in self.list_commands(ctx)]
        with formatter.section("Commands"):
            formatter.write_dl([(name, one.get_short_help_str(_LONGEST)) for name, one in found if one is not None])


class Operator:
    """One run of a command: the options that say which wiki, and the manner of printing."""

    def __init__(self, config: Path | None, data: Path, database: str, wiki: str, *, as_json: bool) -> None:
        self._config_file = config
        self._data = data
        self._database = database
        self._wiki_id = wiki
        self.as_json = as_json

    def config(self) -> Config:
        """Read the configuration; where ``--wiki`` names a wiki, there is no other in it. Raises ``ConfigError``."""
        config = load_config(self._config_file, self._data, database=self._database)
        if not self._wiki_id:
            return config
        if self._wiki_id not in config.wikis:
            raise ConfigError(f"No wiki “{self._wiki_id}” is configured; there are: {', '.join(config.wikis)}.")
        return replace(config, wikis={self._wiki_id: config.wikis[self._wiki_id]})

    def open_wiki(self) -> Wiki:
        """Open the wiki that the options name. Raises ``ConfigError`` where it cannot be told or opened.

        Whoever sits at a terminal is told of a database that had to be made: another ``--data`` may have been meant.
        """
        config = self.config()
        chosen = self._chosen(config)
        file = path_of(config.wikis[chosen].database.url)
        is_new = not file.exists()
        wiki = open_wiki(config, chosen, hasher=InlineHasher())
        if is_new and is_watched():
            click.echo(f"wikigate: There was no wiki yet; a new one is made in {file}.", err=True)
        return wiki

    def wiki_settings(self) -> WikiSettings:
        """Return the settings of the wiki that the options name, and open nothing. Raises ``ConfigError``."""
        config = self.config()
        return config.wikis[self._chosen(config)]

    def make_folder(self) -> None:
        """Make the data folder where there is none. Raises ``ConfigError``."""
        make_folder(self._data)

    def _chosen(self, config: Config) -> str:
        if len(config.wikis) > 1:
            raise ConfigError(f"Several wikis are configured; choose one with --wiki: {', '.join(config.wikis)}.")
        return next(iter(config.wikis))

    def say(self, fact: Any, text: str) -> None:
        """Print an answer: ``fact`` as JSON when asked for, ``text`` otherwise."""
        click.echo(json.dumps(fact, ensure_ascii=False) if self.as_json else text)


def is_watched() -> bool:
    """Whether a person reads what is said on standard error."""
    return sys.stderr.isatty()


def fail(text: str, *, exit_code: int = 1) -> NoReturn:
    """End the command with one line on standard error."""
    click.echo(f"wikigate: {text}", err=True)
    sys.exit(exit_code)


def operator_command(command: _Command) -> _Command:
    """Give a command the options ``--config``, ``--data``, ``--database``, ``--wiki`` and ``--json`` and an ``Operator`` in their place."""

    @click.option("--config", type=click.Path(path_type=Path, dir_okay=False), help="Configuration file (TOML).")
    @click.option(
        "--data",
        type=click.Path(path_type=Path),
        default=DEFAULT_DATA,
        show_default=True,
        help="Folder for all that is kept.",
    )
    @click.option("--database", default="", help="Database address, e.g. sqlite:////srv/wiki/my_wiki.sqlite.")
    @click.option("--wiki", default="", help="Which wiki, where several are configured.")
    @click.option("--json", "as_json", is_flag=True, help="Print the answer as JSON.")
    @functools.wraps(command)
    def run(*, config: Path | None, data: Path, database: str, wiki: str, as_json: bool, **rest: Any) -> Any:
        _refuse_bytes(rest.values())
        try:
            return command(Operator(config, data, database, wiki, as_json=as_json), **rest)
        except (ConfigError, StoreUnavailable) as error:
            fail(str(error))

    return run  # type: ignore[return-value]  # click's decorators keep the callable, not its signature


def _refuse_bytes(values: Iterable[Any]) -> None:
    """End the command where an argument is not text: Python hands such bytes on as lone surrogates, which no database takes."""
    for value in values:
        for text in value if isinstance(value, tuple) else (value,):
            if isinstance(text, str) and any("\ud800" <= character <= "\udfff" for character in text):
                fail("An argument is not text in UTF-8.", exit_code=2)


def read_secret(what: str, *, from_stdin: bool) -> str:
    """Read a secret from the first line of standard input, or ask for it twice without showing it."""
    if from_stdin:
        try:
            secret = sys.stdin.buffer.readline().decode().rstrip("\r\n")
        except UnicodeDecodeError:
            fail(f"The {what} on standard input is not text in UTF-8.", exit_code=2)
        if not secret:
            fail(f"No {what} came on standard input; write it there as one line.", exit_code=2)
        return secret
    if not sys.stdin.isatty():
        fail(f"The {what} is asked for at a terminal; in a script give it with --password-stdin.", exit_code=2)
    secret = click.prompt(what.capitalize(), hide_input=True, confirmation_prompt=True)
    return str(secret)
