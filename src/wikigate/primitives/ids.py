"""Identifiers and random values in the shapes MediaWiki gives them."""

from __future__ import annotations

import os
from collections.abc import Callable

RandomBytes = Callable[[int], bytes]
"""``os.urandom`` or a test's replacement: a number of bytes in, that many random bytes out."""

_DIGITS = "0123456789abcdefghijklmnopqrstuv"
_PAIRS = tuple(a + b for a in _DIGITS for b in _DIGITS)

SYSTEM_RANDOM: RandomBytes = os.urandom


def base32hex(data: bytes) -> str:
    """Spell bytes (a multiple of five) in base 32 with the digits ``0-9a-v``: 20 bytes make the 32 characters of a session id."""
    pairs = _PAIRS
    number = int.from_bytes(data, "big")
    count = len(data) * 8 // 10
    return "".join([pairs[(number >> shift) & 1023] for shift in range((count - 1) * 10, -1, -10)])


def random_id(random_bytes: RandomBytes) -> str:
    """Make 160 random bits as 32 characters ``0-9a-v``: a session id or a bot password (spec core §4.2, §6.1)."""
    return base32hex(random_bytes(20))


def random_hex32(random_bytes: RandomBytes) -> str:
    """Make 128 random bits as 32 hex digits: ``user_token``, ``bp_token`` (spec core §4.1)."""
    return random_bytes(16).hex()
