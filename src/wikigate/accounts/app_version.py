"""The versions of apps: which texts are one, and which of two is the later (spec extensions §3.2).

A version is what MediaWiki's OAuth extension takes for one: numbers between dots, or a day, and what stands behind them (``1.0``,
``v2.1.3-beta2``, ``2026.11.21``). Two are compared as PHP does it: part by part, numbers as numbers, and ``dev`` < ``alpha`` < ``beta`` <
``RC`` < a number < ``pl``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import zip_longest
from typing import Final

_LONGEST: Final = 32
_BEHIND: Final = r"(?:[._-]?(?:stable|beta|b|rc|alpha|a|patch|pl|p)(?:[.-]?[0-9]+)*)?(?:[.-]?dev)?(?:\+[0-9a-z.-]+)?"
_VERSION: Final = re.compile(rf"v?[0-9]{{1,5}}(?:\.[0-9]+){{0,3}}{_BEHIND}", re.ASCII | re.IGNORECASE)
_DAY: Final = re.compile(
    rf"v?[0-9]{{4}}(?:[.:-]?[0-9]{{2}}){{1,6}}(?:[.:-]?[0-9]{{1,3}}){{0,2}}{_BEHIND}", re.ASCII | re.IGNORECASE
)
_PART: Final = re.compile(r"[0-9]+|[A-Za-z]+")
_NUMBER: Final = 4
_FORMS: Final = (("dev", 0), ("alpha", 1), ("a", 1), ("beta", 2), ("b", 2), ("RC", 3), ("rc", 3), ("pl", 5), ("p", 5))
_UNKNOWN: Final = -1


def is_version(text: str) -> bool:
    """Whether a text is a version: 32 bytes at most."""
    return len(text.encode("utf-8", "replace")) <= _LONGEST and bool(_VERSION.fullmatch(text) or _DAY.fullmatch(text))


def is_later(version: str, than: str) -> bool:
    """Whether one version is later than another; either may be any text, as a row may hold it."""
    # Where one has no more parts, what is left of the other is compared with a number that is below every other.
    for one, other in zip_longest(_parts(version), _parts(than), fillvalue=(_NUMBER, -1)):
        if one != other:
            return one > other
    return False


def _parts(version: str) -> Iterator[tuple[int, int]]:
    """Give each part's rank, and its number where it is one."""
    for part in _PART.findall(version):
        if part.isdigit():
            yield _NUMBER, int(part)
        else:
            yield next((rank for form, rank in _FORMS if part.startswith(form)), _UNKNOWN), 0
