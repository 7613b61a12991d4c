"""Identifiers and random values in the shapes MediaWiki gives them."""

from __future__ import annotations

import os
from collections.abc import Callable

RandomBytes = Callable[[int], bytes]
"""``os.urandom`` or a test's replacement: a number of bytes in, that many random bytes out."""

_DIGITS = "0123456789abcdefghijklmnopqrstuv"
_DIGIT_OF_BYTE = (_DIGITS * 8).encode()

SYSTEM_RANDOM: RandomBytes = os.urandom


def digits_of(data: bytes) -> str:
    """Take one digit ``0-9a-v`` of each byte, its five low bits: of 32 evenly spread bytes remain 160 evenly spread bits."""
    return data.translate(_DIGIT_OF_BYTE).decode()


def random_id(random_bytes: RandomBytes) -> str:
    """Make 160 random bits as 32 characters ``0-9a-v``: a session id or a bot password (spec core §4.2, §6.1)."""
    return digits_of(random_bytes(32))


def random_hex32(random_bytes: RandomBytes) -> str:
    """Make 128 random bits as 32 hex digits: ``user_token``, ``bp_token`` (spec core §4.1)."""
    return random_bytes(16).hex()
