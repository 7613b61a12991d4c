"""Which keys of an array PHP takes for integers: such keys are numbered anew, ordered by value and shown without quotes."""

from __future__ import annotations

from typing import Final

_MOST_DIGITS: Final = len(str(2**63))


def is_index(key: str) -> bool:
    """Whether PHP takes a key for an integer: decimal, canonical, within 64 bits."""
    digits = key.removeprefix("-")
    if not (digits.isascii() and digits.isdigit()) or len(digits) > _MOST_DIGITS:
        return False
    if digits[0] == "0":
        return key == "0"
    return -(2**63) <= int(key) < 2**63
