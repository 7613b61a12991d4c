"""Passwords that everybody tries first (MediaWiki's check ``PasswordNotInCommonList``; security A3).

A rule instead of a list: a common word with a common ending, a walk over the keyboard, a run of digits or letters, a repetition. It stands
for several thousand passwords and, unlike a long list, for hardly any that a person could think of as his own.

Must not grow into a strength meter: whatever it calls common must be plainly so, because an account with such a password is asked to
change it at its next login.
"""

from __future__ import annotations

import re
from importlib.resources import files
from typing import Final

_WORDS: Final = frozenset(files("wikigate.accounts").joinpath("common_words.txt").read_text("ascii").split())
_ENDINGS: Final = ("123", "12", "1", "2")
_ROWS: Final = (
    "1234567890-=",
    "qwertyuiop[]",
    "asdfghjkl;'",
    "zxcvbnm,./",
    "abcdefghijklmnopqrstuvwxyz",
    "01234567890",
)
_WALKS: Final = "\n".join([*_ROWS, *(row[::-1] for row in _ROWS)])
_SHORTEST_WALK: Final = 3
_LONGEST: Final = 40
_REPETITION: Final = re.compile(r"(.{1,4}?)\1+", re.DOTALL)


def is_common(password: str) -> bool:
    """Whether the password, in upper or lower case, is one of those that everybody tries first."""
    if len(password) > _LONGEST:
        return False
    password = password.lower()
    if _is_common(password):
        return True
    return any(password.endswith(ending) and _is_common(password.removesuffix(ending)) for ending in _ENDINGS)


def _is_common(stem: str) -> bool:
    if stem in _WORDS or _is_walk(stem) or _REPETITION.fullmatch(stem):
        return True
    return any(_is_walk(stem[:cut]) and _is_walk(stem[cut:]) for cut in range(_SHORTEST_WALK, len(stem) - 2))


def _is_walk(text: str) -> bool:
    """Whether the text goes along a row of the keyboard, of digits or of the alphabet, in either direction."""
    return len(text) >= _SHORTEST_WALK and text in _WALKS
