"""Small pieces of Markdown: escaping, cells, anchors, whole pages. Pure functions."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

MADE = "<!-- Made from the code by docs/generate.py: change the code, then run `make docs`. -->"


def markdown(text: str) -> str:
    """Turn a docstring's ``code`` into a page's `code`, and keep angle brackets out of HTML."""
    return "".join(f"`{part}`" if inside else escaped(part) for inside, part in _alternate(text.split("``")))


def _alternate(parts: list[str]) -> Iterator[tuple[bool, str]]:
    for place, part in enumerate(parts):
        yield place % 2 == 1, part


def escaped(text: str) -> str:
    """Keep a text's ``<`` and ``*`` from becoming markup."""
    return re.sub(r"([<*])", r"\\\1", text)


def cell(text: str) -> str:
    """Fit a text into one cell of a table."""
    return " ".join(text.split()).replace("|", r"\|")


def slug(heading: str) -> str:
    """Return the anchor that a heading gets."""
    kept = re.sub(r"[^\w\- ]", "", heading.lower())
    return kept.replace(" ", "-")


def page(lines: Iterable[str]) -> str:
    """Join a page's lines; one line feed ends it, and no two empty lines follow each other."""
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).rstrip() + "\n"
