"""``wikigate --help``: every command tells what it is for in a whole sentence."""

from __future__ import annotations

from collections.abc import Iterator

import click
import pytest
from click.testing import CliRunner

from wikigate.cli.main import main


def groups(command: click.Command, *words: str) -> Iterator[tuple[str, ...]]:
    if isinstance(command, click.Group):
        yield words
        for name, below in command.commands.items():
            yield from groups(below, *words, name)


@pytest.mark.parametrize("words", list(groups(main)), ids=" ".join)
def test_no_sentence_is_cut_off(words: tuple[str, ...]) -> None:
    shown = CliRunner().invoke(main, [*words, "--help"], terminal_width=60)
    assert shown.exit_code == 0
    assert "..." not in shown.stdout.partition("\nCommands:\n")[2]


@pytest.mark.parametrize("words", [one for one in groups(main) if one], ids=" ".join)
def test_a_group_names_all_its_commands(words: tuple[str, ...]) -> None:
    (name,) = words
    group = main.commands[name]
    assert isinstance(group, click.Group)
    assert all(command in (group.help or "") for command in group.commands)
