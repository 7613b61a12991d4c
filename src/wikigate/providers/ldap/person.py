"""Whom a directory vouches for, and what can stand in the way, as values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from wikigate.primitives.errors import WikigateError


@dataclass(frozen=True, slots=True)
class Person:
    """One entry. ``name`` is its name attribute as it stands there; ``groups`` are DNs in the spelling of the directory."""

    name: str
    email: str = ""
    real_name: str = ""
    groups: tuple[str, ...] = ()


class DirectoryUnavailableError(WikigateError):
    """The directory did not answer, or not as it should: nothing that was sent has been judged."""


class Lookup(Protocol):
    """Asks one directory; shared by all threads."""

    def authenticate(self, username: str, password: str, /) -> Person | str:
        """Return whose name and password these are, or the reason against it in a word or two with dashes.

        Neither is empty nor holds a NUL. Raises ``DirectoryUnavailableError``.
        """
        ...
