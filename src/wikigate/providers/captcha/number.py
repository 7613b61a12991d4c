"""What spells the same number, as PHP reads numbers in texts: a captcha's answer is right in each of these ways (spec extensions §2.2)."""

from __future__ import annotations

import re
from typing import Final

_BLANK: Final = r"[ \t\n\r\v\f]*"
_NUMBER: Final = re.compile(rf"{_BLANK}([+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?){_BLANK}", re.ASCII)
_EXACT: Final = 2.0**53
"""From it on one number stands for several that were meant."""


def spelled_number(text: str) -> float | None:
    """Return the number that a text spells: ``28``, ``+028``, `` 28.0``, ``2.8e1``; None where it is none, or too large to be exact."""
    found = _NUMBER.fullmatch(text)
    number = None if found is None else float(found[1])
    # Adding zero makes one of the two zeros.
    return None if number is None or abs(number) >= _EXACT else number + 0.0
