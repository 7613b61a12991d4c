"""The page of every command and option, made of the command line itself."""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Iterator

import click

from reference_pages.markdown import MADE, cell, page
from wikigate.cli.main import main as command_line


def command_line_page() -> str:
    """Write the page of every command and option."""
    leaves = list(_leaves(command_line, ("wikigate",)))
    common = set.intersection(*({_names(option) for option in _options(command)} for _, command in leaves))
    shared = [option for option in _options(leaves[0][1]) if _names(option) in common]
    lines = [
        "# Command line",
        "",
        MADE,
        "",
        "`wikigate COMMAND --help` prints the same. Exit codes: 0 when it worked, 1 for something that you can mend (one line on standard",
        "error says what), 2 for a command that is written wrong. Secrets come from a prompt or from standard input, never from the",
        "arguments, which everyone on the machine can see.",
        "",
        "| command | what it does |",
        "|---|---|",
        *(f"| [`{' '.join(words)}`](#{'-'.join(words)}) | {cell(_help(command))} |" for words, command in leaves),
        "",
        "## Options of every command",
        "",
        *_option_table(shared),
    ]
    for words, command in leaves:
        lines += [
            f"## {' '.join(words)}",
            "",
            inspect.cleandoc(command.help or ""),
            "",
            "```text",
            _usage(words, command),
            "```",
            "",
        ]
        own = [option for option in _options(command) if _names(option) not in common]
        if own:
            lines += _option_table(own)
    return page(lines)


def _leaves(command: click.Command, words: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    if not isinstance(command, click.Group):
        yield words, command
        return
    for name, below in command.commands.items():
        yield from _leaves(below, (*words, name))


def _options(command: click.Command) -> list[click.Option]:
    return [param for param in command.params if isinstance(param, click.Option)]


def _names(option: click.Option) -> str:
    return ", ".join((*option.opts, *option.secondary_opts))


def _usage(words: tuple[str, ...], command: click.Command) -> str:
    context = click.Context(command, info_name=" ".join(words))
    return " ".join((" ".join(words), *command.collect_usage_pieces(context)))


def _help(command: click.Command) -> str:
    return (command.help or "").strip().split("\n\n")[0].replace("\n", " ")


def _option_table(options: Iterable[click.Option]) -> Iterator[str]:
    yield "| option | meaning |"
    yield "|---|---|"
    for option in options:
        value = "" if option.is_flag else f" {option.make_metavar(click.Context(command_line))}"
        notes = []
        if option.multiple and "repeated" not in (option.help or ""):
            notes.append("May be given several times.")
        if option.show_default and option.default is not None and not option.is_flag:
            notes.append(f"Default: `{option.default}`.")
        text = " ".join([" ".join((option.help or "").split()), *notes])
        yield f"| `{cell(_names(option) + value)}` | {cell(text)} |"
    yield ""
