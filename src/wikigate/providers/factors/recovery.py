"""Recovery codes: each of them good once, instead of a code of the app (spec extensions §1.1, point 5).

They lie in the row of their TOTP secret, as OATHAuth keeps them. Typed in any case, with or without spaces and dashes (security C15).
Burning one is one statement that writes the row only if it is still what was read, so that of several callers with one code one succeeds,
and of two codes at once both are burnt (security C7). A code is burnt before the session is given (security K3).
"""

from __future__ import annotations

from base64 import b32encode
from collections.abc import Mapping
from typing import Any, Final

from wikigate.accounts.factors import Factor, Factors
from wikigate.primitives.ids import RandomBytes
from wikigate.primitives.secrets import constant_time_equal

CODES: Final = "scratch_tokens"
_COUNT: Final = 10
_CODE_BYTES: Final = 10
_SHORTEST: Final = 8


class RecoveryCodes:
    """Codes kept for the day when the app is lost; satisfies ``CodeKind``."""

    rows = "totp"

    def __init__(self, factors: Factors) -> None:
        self._factors = factors

    def accept(self, factor: Factor, typed: str, _now: float) -> bool:
        """See ``CodeKind``."""
        code = _plain(typed)
        if len(code) < _SHORTEST:
            return False
        found: Factor | None = factor
        while found is not None:
            codes = codes_of(found.data)
            left = [one for one in codes if not constant_time_equal(_plain(one).encode(), code.encode())]
            if len(left) == len(codes):
                return False
            if self._factors.change(found, {**found.data, CODES: left}):
                return True
            found = self._factors.again(found)
        return False


def codes_of(data: Mapping[str, Any]) -> list[str]:
    """Read the codes that are left; very old rows have them as one text with commas (spec extensions §1.3)."""
    codes = data.get(CODES)
    if isinstance(codes, str):
        codes = codes.split(",")
    return [one for one in codes if isinstance(one, str) and one] if isinstance(codes, list) else []


def new_codes(random_bytes: RandomBytes) -> list[str]:
    """Make a set: ten codes of 80 bits, 16 characters each."""
    return [b32encode(random_bytes(_CODE_BYTES)).decode() for _ in range(_COUNT)]


def _plain(code: str) -> str:
    text = "".join(code.split()).replace("-", "").upper()
    return text if text.isascii() else ""
