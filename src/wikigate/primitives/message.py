"""A message: MediaWiki's key and its parameters, not yet a text.

Texts belong to ``i18n``; everything below speaks in keys. The parameter types are the ones that ``errorformat=raw`` shows
(spec framework §7.2): a plain string, ``{"plaintext"}``, ``{"num"}``, ``{"duration"}``, ``{"list", "type"}`` and a nested message.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias


@dataclass(frozen=True, slots=True)
class PlainText:
    """Text that must never be read as markup: whatever a caller sent."""

    text: str


@dataclass(frozen=True, slots=True)
class Num:
    """A number, shown in the reader's language; the empty text stands for a bound that there is not."""

    value: int | float | Literal[""]


@dataclass(frozen=True, slots=True)
class Duration:
    """A span of time in seconds, shown as “5 minutes”."""

    seconds: int


@dataclass(frozen=True, slots=True)
class ListParam:
    """Several parameters joined.

    ``comma`` as “a, b”, ``text`` as “a and b”, ``bullets`` as a list with a line for each, ``block`` likewise amid other text.
    """

    items: tuple[Param, ...]
    type: Literal["comma", "text", "bullets", "block"] = "comma"


@dataclass(frozen=True, slots=True)
class Message:
    """One message: ``key`` is MediaWiki's; ``params`` fill ``$1``, ``$2`` and so on."""

    key: str
    params: tuple[Param, ...] = ()


Param: TypeAlias = "str | int | float | PlainText | Num | Duration | ListParam | Message"


def message(key: str, *params: Param) -> Message:
    """Build a message in one breath."""
    return Message(key, params)
