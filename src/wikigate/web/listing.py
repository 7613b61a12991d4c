"""Tables on pages: what stands in them, how one is searched, and what can be done with a row.

Values only; ``templates/listing.html`` draws them, and escapes whatever they hold.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Link:
    """A cell that leads on."""

    text: str
    url: str


@dataclass(frozen=True, slots=True)
class Deed:
    """A button that posts ``hidden`` to the page; ``name`` is what is to be done."""

    name: str
    label: str
    hidden: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Line:
    """One row: the first cell says what the row is about."""

    cells: Sequence[str | Link]
    deeds: Sequence[Deed] = ()


@dataclass(frozen=True, slots=True)
class Listing:
    """One table; ``empty`` is said in place of one without rows."""

    caption: str
    columns: Sequence[str]
    lines: Sequence[Line]
    empty: str = ""


@dataclass(frozen=True, slots=True)
class Search:
    """One field by which a table is searched: free text, or one of ``choices``; ``error``: what is wrong with ``value``."""

    name: str
    label: str
    value: str = ""
    choices: Sequence[str] = ()
    error: str = ""
