"""Recovery codes: each of them good once, instead of a code of the app or a security key (spec extensions §1.1, point 5, and §1.6).

Typed in any case, with or without spaces and dashes (security C15). Where the tables are ours a set is a row of its own, and holds hashes:
a code has 120 bits, so that a quick hash is enough (security C9). A wiki's rows have them as that wiki reads them: beside the secret of
the app in MediaWiki 1.43, in a row of their own in later versions, plain or encrypted.

Burning one is one statement that writes the row only if it is still what was read, so that of several callers with one code one succeeds,
and of two codes at once both are burnt (security C7).
"""

from __future__ import annotations

import hashlib
from base64 import b32encode
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, Final

from wikigate.accounts.factor_form import KEYS
from wikigate.accounts.factors import FactorRefused
from wikigate.accounts.totp import KIND as TOTP
from wikigate.primitives.secrets import constant_time_equal
from wikigate.primitives.timestamps import parse_ts14

if TYPE_CHECKING:
    from wikigate.accounts.factors import Factor, Factors
    from wikigate.primitives.ids import RandomBytes

KIND: Final = "recoverycodes"
CODES: Final = "scratch_tokens"
"""The member of an app's row that holds them in MediaWiki 1.43."""
_HASHED: Final = "sha256:"
_COUNT: Final = 10
_CODE_BYTES: Final = 10
_HASHED_CODE_BYTES: Final = 15
_SHORTEST: Final = 8
_TS14: Final = 14


class RecoveryCodes:
    """Makes, judges and burns them; shared by all threads."""

    rows = (TOTP, KIND)
    """The kinds of rows in which there may be some."""

    def __init__(self, factors: Factors, random_bytes: RandomBytes) -> None:
        self._factors = factors
        self._random_bytes = random_bytes

    def renew(self, user_id: int) -> list[str]:
        """Give an account a new set of ten, which are shown now and never again; all older ones are void.

        The owner is told. Raises ``FactorRefused`` where the account has no factor that they could stand in for.
        """
        form = self._factors.form
        codes = new_codes(self._random_bytes, strong=form.hashes)
        with self._factors.together():
            mine = self._factors.of(user_id)
            holders = [one for one in mine if one.kind == (KIND if form.separate else TOTP) and one.data]
            if not any(one.kind != KIND for one in mine) or not (form.separate or holders):
                raise FactorRefused("There is no second factor that recovery codes could stand in for.")
            for one in mine:
                if codes_of(one.data) and one not in holders[:1]:
                    self._factors.change(one, _with(one, []))
            if holders:
                self._factors.change(holders[0], _with(holders[0], self._kept(codes)))
            else:
                self._factors.insert(user_id, KIND, {KEYS: self._kept(codes)})
            self._factors.notices.codes_renewed(user_id)
        return codes

    def left(self, user_id: int) -> int:
        """Count those of an account that were not used yet; one whose time is over counts too, and is good no more."""
        return self.left_in(self._factors.of(user_id))

    @staticmethod
    def left_in(factors: Iterable[Factor]) -> int:
        """Count those in some rows."""
        return sum(len(codes_of(one.data)) for one in factors)

    def find(self, factor: Factor, typed: str, now: float) -> Callable[[], bool] | None:
        """Whether a code is one of a row's: what burns it, None where it is none; see ``CodeKind``."""
        code = plain(typed)
        if len(code) < _SHORTEST or not any(_matches(one, code, now) for one in _entries(factor.data)):
            return None
        return lambda: self._burn(factor, code, now)

    def _burn(self, factor: Factor, code: str, now: float) -> bool:
        found: Factor | None = factor
        while found is not None:
            entries = _entries(found.data)
            left = [one for one in entries if not _matches(one, code, now)]
            if len(left) == len(entries):
                return False
            with self._factors.together():
                if self._factors.change(found, _with(found, left)):
                    self._factors.notices.code_used(factor.user_id, self.left(factor.user_id))
                    return True
            found = self._factors.again(found)
        return False

    def _kept(self, codes: Iterable[str]) -> list[str]:
        return [_hash(code) if self._factors.form.hashes else code for code in codes]


def codes_of(data: Mapping[str, Any]) -> list[str]:
    """Read what is kept of the codes that are left in a row."""
    return [one if isinstance(one, str) else one[0] for one in _entries(data)]


def new_codes(random_bytes: RandomBytes, *, strong: bool = False) -> list[str]:
    """Make a set: ten codes of 80 bits, 16 characters each, as wikis have them; ``strong``: of 120 bits, 24 characters."""
    size = _HASHED_CODE_BYTES if strong else _CODE_BYTES
    return [b32encode(random_bytes(size)).decode() for _ in range(_COUNT)]


def plain(code: str) -> str:
    """Bring a code as typed into the form in which it is compared; empty for what can be none."""
    text = "".join(code.split()).replace("-", "").upper()
    return text if text.isascii() else ""


def _entries(data: Mapping[str, Any]) -> list[Any]:
    """Read the entries of a row; very old ones have them as one text with commas (spec extensions §1.3)."""
    codes = data.get(CODES if CODES in data else KEYS)
    if isinstance(codes, str):
        codes = codes.split(",")
    return [one for one in codes if _code(one)] if isinstance(codes, list) else []


def _code(entry: Any) -> str:
    code = entry[0] if isinstance(entry, list) and entry else entry
    return code if isinstance(code, str) else ""


def _matches(entry: Any, code: str, now: float) -> bool:
    kept, sent = _code(entry), _hash(code)
    if not kept.startswith(_HASHED):
        kept, sent = plain(kept), code
    return constant_time_equal(kept.encode(), sent.encode()) and not _is_over(entry, now)


def _is_over(entry: Any, now: float) -> bool:
    """Whether a code that is good for a time alone (spec extensions §1.6) is so no longer; what cannot be read is over."""
    known = entry[1] if isinstance(entry, list) and len(entry) > 1 else None
    expiry = known.get("expiry") if isinstance(known, dict) else None
    if expiry is None:
        return known is not None and not isinstance(known, dict)
    text = str(expiry)
    if not (text.isascii() and text.isdigit()):
        return True
    end = parse_ts14(text) if len(text) == _TS14 else float(text)
    return end is None or now >= end


def _with(factor: Factor, entries: list[Any]) -> dict[str, Any]:
    return {**factor.data, (KEYS if factor.kind == KIND else CODES): entries}


def _hash(code: str) -> str:
    return _HASHED + hashlib.sha256(code.encode()).hexdigest()
