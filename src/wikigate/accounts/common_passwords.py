"""Passwords that everybody tries first (MediaWiki's check ``PasswordNotInCommonList``; security A3).

``is_listed`` knows the very list that MediaWiki uses, the 100,000 most used passwords, so that a wiki and Wikigate say the same of a
password. ``is_common`` knows more: the list in any case and, by a rule, a common word with a common ending, a walk over the keyboard, a
run of digits or letters, a repetition, of any length.

The list is kept as fingerprints in order, 5 bytes each: one password in ten million is taken for a listed one. It is read when the first
password is judged.

Must not grow into a strength meter: whatever it calls common must be plainly so, because an account with such a password is asked to
change it at its next login.
"""

from __future__ import annotations

import re
from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import Final

_FINGERPRINT: Final = 5
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


def is_listed(password: str) -> bool:
    """Whether the password, as it is spelled, is on the list of those used most."""
    known, wanted = _list(), fingerprint_of(password)
    low, high = 0, len(known) // _FINGERPRINT
    while low < high:
        middle = (low + high) // 2
        if known[middle * _FINGERPRINT : (middle + 1) * _FINGERPRINT] < wanted:
            low = middle + 1
        else:
            high = middle
    return known[low * _FINGERPRINT : (low + 1) * _FINGERPRINT] == wanted


def fingerprint_of(password: str) -> bytes:
    """Return what the list keeps of a password."""
    return sha256(password.encode("utf-8", "surrogatepass")).digest()[:_FINGERPRINT]


@cache
def _list() -> bytes:
    return files("wikigate.accounts").joinpath("common_passwords.bin").read_bytes()


def is_common(password: str) -> bool:
    """Whether the password, in upper or lower case, is one of those that everybody tries first, listed or not."""
    if len(password) > _LONGEST:
        return False
    if is_listed(password):
        return True
    password = password.lower()
    if is_listed(password) or _is_common(password):
        return True
    return any(password.endswith(ending) and _is_common(password.removesuffix(ending)) for ending in _ENDINGS)


def _is_common(stem: str) -> bool:
    if stem in _WORDS or _is_walk(stem) or _REPETITION.fullmatch(stem):
        return True
    return any(_is_walk(stem[:cut]) and _is_walk(stem[cut:]) for cut in range(_SHORTEST_WALK, len(stem) - 2))


def _is_walk(text: str) -> bool:
    """Whether the text goes along a row of the keyboard, of digits or of the alphabet, in either direction."""
    return len(text) >= _SHORTEST_WALK and text in _WALKS
