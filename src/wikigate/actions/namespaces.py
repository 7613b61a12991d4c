"""The kinds of pages that MediaWiki knows: their numbers and names (spec framework §10, ``namespaces``).

No page is kept here, yet clients learn to read titles from this list, and titles they send are read by it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Namespace:
    """One namespace: ``name`` is both its canonical and its shown name; ``subpages``: whether ``/`` divides titles in it."""

    id: int
    name: str
    subpages: bool = True


PROJECT: Final = 4
PROJECT_TALK: Final = 5
SPECIAL: Final = -1
NAMESPACES: Final = (
    Namespace(-2, "Media", subpages=False),
    Namespace(SPECIAL, "Special", subpages=False),
    Namespace(0, "", subpages=False),
    Namespace(1, "Talk"),
    Namespace(2, "User"),
    Namespace(3, "User talk"),
    Namespace(PROJECT, "Project"),
    Namespace(PROJECT_TALK, "Project talk"),
    Namespace(6, "File", subpages=False),
    Namespace(7, "File talk"),
    Namespace(8, "MediaWiki"),
    Namespace(9, "MediaWiki talk"),
    Namespace(10, "Template"),
    Namespace(11, "Template talk"),
    Namespace(12, "Help"),
    Namespace(13, "Help talk"),
    Namespace(14, "Category", subpages=False),
    Namespace(15, "Category talk"),
)
ALIASES: Final = ((6, "Image"), (7, "Image talk"))


def shown_name(namespace: Namespace, site_name: str) -> str:
    """Return a namespace's name on a wiki: the project's bears the wiki's own."""
    if namespace.id == PROJECT:
        return site_name
    return f"{site_name} talk" if namespace.id == PROJECT_TALK else namespace.name
