"""Keeps what a caller sent from taking the direction of the text around it, and from giving it its own (Unicode UAX #9, isolates).

For pages alone: what goes over the API's wire stays as it is.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final, Literal

# FIRST STRONG ISOLATE and POP DIRECTIONAL ISOLATE.
_ISOLATED: Final = "\u2068{}\u2069"
# A number reads the same in both directions; what has anything else in it may not.
_NUMBER: Final = re.compile(r"[0-9.,]*", re.ASCII)
# Letters and digits that run from right to left, and the marks that make others do so.
_TURNING: Final = frozenset({"R", "AL", "AN", "RLE", "RLO", "RLI", "LRE", "LRO", "LRI", "FSI", "PDF", "PDI"})


def needs_isolation(text: str, around: Literal["ltr", "rtl"]) -> bool:
    """Whether a text could be shown in the wrong order within one of this direction, or bring disorder into it."""
    if around == "rtl":
        return not _NUMBER.fullmatch(text)
    return not text.isascii() and any(unicodedata.bidirectional(character) in _TURNING for character in text)


def isolate(text: str, around: Literal["ltr", "rtl"]) -> str:
    """Enclose a text in marks that are not seen, where it needs them; its own first letter decides how it runs."""
    return _ISOLATED.format(text) if needs_isolation(text, around) else text
