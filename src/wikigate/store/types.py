"""Column types as MediaWiki's SQLite tables declare them (spec core §19).

MediaWiki declares nearly every text and timestamp column ``BLOB`` and stores TEXT values in it. So ``str`` is bound and ``str`` is read,
and bytes, which another tool may have stored, are read as UTF-8. Bound as bytes a value would be a BLOB to SQLite and equal to no text.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from sqlalchemy import Cast, ColumnElement, Dialect, Text, case, cast, func, literal, or_
from sqlalchemy.types import UserDefinedType


class WikiText(UserDefinedType[str]):
    """Text in a column of the declared type ``spelling``."""

    cache_ok = True

    def __init__(self, spelling: str = "BLOB") -> None:
        self.spelling = spelling

    def get_col_spec(self, **_kw: Any) -> str:
        """Spell the type as MediaWiki's installer does."""
        return self.spelling

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], str | None]:  # noqa: ARG002
        """Read str or bytes as str."""
        return as_text


class WikiInteger(UserDefinedType[int]):
    """A whole number in a column of the declared type ``spelling``; on SQLite they all hold 64 bits."""

    cache_ok = True

    def __init__(self, spelling: str = "INTEGER UNSIGNED") -> None:
        self.spelling = spelling

    def get_col_spec(self, **_kw: Any) -> str:
        """Spell the type as MediaWiki's installer does."""
        return self.spelling


def as_text(value: Any) -> str | None:
    """Read a text column's value, whichever way it was stored; bytes that are not UTF-8 become replacement characters."""
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else value


def text_of(column: ColumnElement[str]) -> Cast[str]:
    """Read a text column in a hot statement, where no result processor runs: the database itself makes text of it."""
    return cast(column, Text)


_LOCK: Final = ":locked:"
"""Stands before a stored password that is not to be good for now; MediaWiki too knows no such kind, and takes it for none."""


def locked(column: ColumnElement[str]) -> ColumnElement[str]:
    """Make a stored password void in such a way that ``unlocked`` gives it back; none stays none."""
    text = text_of(column)
    keep = or_(text == "", func.substr(text, 1, len(_LOCK)) == _LOCK)
    return case((keep, text), else_=literal(_LOCK) + text)


def unlocked(column: ColumnElement[str]) -> ColumnElement[str]:
    """Give back what ``locked`` made void."""
    text = text_of(column)
    return case((func.substr(text, 1, len(_LOCK)) == _LOCK, func.substr(text, len(_LOCK) + 1)), else_=text)
