"""Time-based one-time passwords (RFC 6238): six digits, steps of 30 seconds, SHA-1, as OATHAuth and every authenticator app have them.

Pure functions. Digits are compared as text and in constant time; which steps were used is not their business.
"""

from __future__ import annotations

import hmac
from base64 import b32decode, b32encode
from binascii import Error as Base32Error
from typing import Final
from urllib.parse import quote, urlencode

from wikigate.primitives.ids import RandomBytes
from wikigate.primitives.secrets import constant_time_equal

KIND: Final = "totp"
"""What a factor of an app is called in its row."""
STEP: Final = 30
DIGITS: Final = 6
_SECRET_BYTES: Final = 20
_BASE32_BLOCK: Final = 8


def right_steps(secret: object, typed: str, now: float, window: int) -> list[int]:
    """Return the steps, at most ``window`` before or behind the present one, of which a code as typed is right; the oldest first.

    White space does not matter; a secret that is none has no codes.
    """
    code = "".join(typed.split())
    key = key_of(secret)
    if key is None or len(code) != DIGITS or not code.isascii():
        return []
    present = int(now) // STEP
    steps = range(max(0, present - window), present + window + 1)
    return [step for step in steps if constant_time_equal(hotp(key, step), code)]


def hotp(key: bytes, counter: int) -> str:
    """Compute a code (RFC 4226 §5.3)."""
    digest = hmac.digest(key, counter.to_bytes(8, "big"), "sha1")
    offset = digest[-1] & 0xF
    number = int.from_bytes(digest[offset : offset + 4], "big") & 0x7FFFFFFF
    return f"{number % 10**DIGITS:0{DIGITS}}"


def key_of(secret: object) -> bytes | None:
    """Read a secret in base 32, of any length and with or without padding; None for what is none (spec extensions §1.2)."""
    if not isinstance(secret, str):
        return None
    text = "".join(secret.split()).upper().rstrip("=")
    try:
        return b32decode(text + "=" * (-len(text) % _BASE32_BLOCK)) or None
    except (Base32Error, ValueError):
        return None


def new_secret(random_bytes: RandomBytes) -> str:
    """Make a secret: 160 bits (RFC 4226 §4), 32 characters."""
    return b32encode(random_bytes(_SECRET_BYTES)).decode()


def enrolment_uri(secret: str, account: str, issuer: str) -> str:
    """Write what an authenticator app reads from a QR code."""
    label = quote(f"{issuer}:{account}", safe="")
    return f"otpauth://totp/{label}?{urlencode({'secret': secret, 'issuer': issuer}, quote_via=quote)}"
