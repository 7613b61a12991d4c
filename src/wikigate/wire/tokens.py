r"""The tokens that stand against forged requests: MediaWiki's form, a longer hash (spec core §3).

A token is 32 hexadecimal digits of HMAC-SHA-256 (truncated to 128 bits, RFC 2104 §5) over the decimal time and the salt, the time
in hexadecimal, and ``+\``. It is bound to its secret, not used up by use, and only ``max_age`` ends it before its secret goes.
Comparing takes the same time whatever differs.
"""

from __future__ import annotations

import hmac
from typing import Final

from wikigate.primitives.timestamps import LATEST

SUFFIX: Final = "+\\"
ANON_TOKEN: Final = SUFFIX
_MAC_DIGITS = 32
# No time that can be spelled has more digits.
_MAX_TIME_DIGITS = len(f"{LATEST:x}")
_HEX = frozenset("0123456789abcdef")


def make_token(secret: bytes, salt: str, now: float) -> str:
    """Make the token of a secret and a salt for a moment in seconds."""
    return _token(secret, salt, int(now))


def token_time(token: str) -> int | None:
    """Return the second in which a token says it was made; None where the text has not the form of a token."""
    if not token.endswith(SUFFIX):
        return None
    digits = token[: -len(SUFFIX)]
    if not _MAC_DIGITS < len(digits) <= _MAC_DIGITS + _MAX_TIME_DIGITS or not _HEX.issuperset(digits):
        return None
    second = int(digits[_MAC_DIGITS:], 16)
    return second if second <= LATEST else None


def matches(token: str, secret: bytes, salt: str, *, max_age: int | None = None, now: float = 0) -> bool:
    """Whether a token was made with this secret and salt and is at most ``max_age`` seconds old."""
    made = token_time(token)
    if made is None:
        return False
    is_genuine = hmac.compare_digest(_token(secret, salt, made), token)
    return is_genuine and (max_age is None or now - made <= max_age)


def _token(secret: bytes, salt: str, second: int) -> str:
    mac = hmac.digest(secret, f"{second}{salt}".encode(), "sha256")
    return f"{mac.hex()[:_MAC_DIGITS]}{second:x}{SUFFIX}"
