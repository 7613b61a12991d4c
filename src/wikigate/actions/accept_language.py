"""The languages that a browser says it likes, as MediaWiki reads ``Accept-Language`` (spec core §17, ``acceptlang``)."""

from __future__ import annotations

import re
from typing import Final

_ENTRY: Final = re.compile(r"([a-z]{1,8}(?:-[a-z]{1,8})*|\*)\s*(?:;\s*q\s*=\s*(1(?:\.0{0,3})?|0(?:\.[0-9]{0,3})?)?)?")
# Browsers send a dozen; nobody is served by more.
_MOST: Final = 100


def accepted_languages(header: str) -> list[tuple[str, float]]:
    """Return codes in lower case with their weights, the best first; a code said twice has its last weight, weight 0 leaves it out."""
    weights: dict[str, float] = {}
    for count, entry in enumerate(_ENTRY.finditer(header[:4096].lower())):
        weight = float(entry[2] or 1)
        if weight and count < _MOST:
            weights[entry[1]] = weight
    return sorted(weights.items(), key=lambda item: -item[1])
