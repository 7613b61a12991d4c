# ruff: noqa: INP001  a script beside its pages
"""Writes the reference pages that are made from the code. `make docs` calls it, `docs/check.py` compares.

Promises: the same code gives the same pages, and every setting, command and API module is on one of them.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from reference_pages.api_modules import api_modules
from reference_pages.command_line import command_line_page
from reference_pages.configuration import configuration
from reference_pages.dialects import dialects
from reference_pages.oauth import oauth
from reference_pages.tables import tables

REFERENCE = Path(__file__).parent / "reference"
README = REFERENCE.parents[1] / "README.md"
_COUNTS = re.compile(r"^\| \| recorded \| replayed equal \|\n\|---\|---\|---\|\n(?:\| .*\n)+", re.MULTILINE)

PAGES: Mapping[str, Callable[[], str]] = {
    "api-modules.md": api_modules,
    "command-line.md": command_line_page,
    "configuration.md": configuration,
    "dialects.md": dialects,
    "oauth.md": oauth,
    "tables.md": tables,
}


def outdated(folder: Path = REFERENCE) -> dict[str, str]:
    """Return the text that each page should have and has not, by its name."""
    made = {name: make() for name, make in PAGES.items()}
    return {
        name: text
        for name, text in made.items()
        if not (folder / name).exists() or (folder / name).read_text(encoding="utf-8") != text
    }


def outdated_readme() -> str | None:
    """Return the README with the counts of the page of differences, None where it has them."""
    text = README.read_text(encoding="utf-8")
    counts = _COUNTS.search((REFERENCE / "differences.md").read_text(encoding="utf-8"))
    fresh = _COUNTS.sub(counts[0], text) if counts else text
    return None if fresh == text else fresh


def write(folder: Path = REFERENCE) -> list[str]:
    """Write the pages that are not what the code says; return their names."""
    texts = outdated(folder)
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")
    return list(texts)


if __name__ == "__main__":
    for written in write():
        sys.stdout.write(f"{written} is written\n")
