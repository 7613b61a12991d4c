"""The examples of the documents: which are marked to be run, and how what they print is compared.

A fenced block whose first line says `console run` or `python run` is run by `tests/docs`. The console blocks of one page share one shell:
a line that begins with `$ ` is a command, which goes on after a backslash; the lines below it are what it prints, with `…` for
what is different each time. A `python` block that says `as NAME` is a file that these commands find beside them. A `toml` block is a
configuration, and is read as one. Must not run anything.
"""
# ruff: noqa: INP001  a module beside its pages

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_FENCE = re.compile(r"^(`{3,})(\w+)( run| as [\w.]+)?\s*$")
_PROMPT = "$ "
ANYTHING = "…"


@dataclass(frozen=True)
class Block:
    """A fenced block: where it begins, its language, its text, whether it is marked to be run, the file that it is."""

    line: int
    language: str
    text: str
    run: bool
    file: str


@dataclass(frozen=True)
class Command:
    """One command of a console block and what it prints; ``expected`` empty says nothing about that."""

    line: int
    text: str
    expected: str


def blocks(page: Path) -> Iterator[Block]:
    """Yield the fenced blocks of a page."""
    opened: re.Match[str] | None = None
    begun, lines = 0, []
    for number, line in enumerate(page.read_text(encoding="utf-8").splitlines(), 1):
        if opened is not None:
            if line.strip() == opened[1]:
                mark = opened[3] or ""
                file = mark.removeprefix(" as ") if mark.startswith(" as ") else ""
                yield Block(begun, opened[2], "\n".join(lines) + "\n", mark == " run", file)
                opened = None
            else:
                lines.append(line)
        elif opened := _FENCE.match(line):
            begun, lines = number, []


def commands(block: Block) -> Iterator[Command]:
    """Take a console block apart."""
    found: list[tuple[int, list[str], list[str]]] = []
    continued = False
    for number, line in enumerate(block.text.splitlines(), block.line + 1):
        if continued:
            found[-1][1].append(line)
        elif line.startswith(_PROMPT):
            found.append((number, [line.removeprefix(_PROMPT)], []))
        else:
            found[-1][2].append(line)
            continue
        continued = line.endswith("\\")
    for number, words, printed in found:
        yield Command(number, "\n".join(words), "\n".join(printed).strip())


def is_what_was_printed(expected: str, printed: str) -> bool:
    """Whether a command printed what the page says."""
    pattern = ".*".join(re.escape(part) for part in expected.split(ANYTHING))
    return re.fullmatch(pattern, printed.strip(), re.DOTALL) is not None
