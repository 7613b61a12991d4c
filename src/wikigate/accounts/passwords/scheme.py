"""How this wiki stores passwords: the one object that the rest of the program talks to.

What it is for: reading a password column of any format MediaWiki has had, checking a password against it, making new
values by the configured profile, and saying which old ones should be made anew.

Promises:

* A column that is empty, unknown or broken is “no match”, never an exception.
* A failed check costs what a check against a value of the current profile costs, also for an account that does not exist
  (`verify_dummy`), one that has no usable password, and one that still has an md5 digest (spec security B9). Not made
  equal: accounts with another *slow* format than the profile's, until they have logged in once.
* Immutable; every method may be called from any thread, and many at once. `verify`, `verify_dummy` and `make` take tens to
  hundreds of milliseconds of CPU: run them through `wikigate.accounts.hashing`. The others take microseconds.

Must not: know accounts or requests, limit attempts, judge the strength of a password or its length (the caller refuses
more than 4096 bytes before it comes here, spec security R7), open a transaction, or log.
"""

import re
from collections.abc import Mapping
from contextlib import suppress
from typing import Final

from wikigate.accounts.passwords import argon2, bcrypt, encrypted, layered, md5, pbkdf2
from wikigate.accounts.passwords.base import MAX_COLUMN_BYTES, HashRecipe, Parser, PasswordHash
from wikigate.accounts.passwords.encrypted import EncryptedRecipe
from wikigate.accounts.passwords.invalid import INVALID
from wikigate.accounts.passwords.settings import DEFAULT_PROFILE, PROFILES, PasswordSettings
from wikigate.primitives.ids import SYSTEM_RANDOM, RandomBytes

FORMATS: Final[Mapping[str, Parser]] = {
    "pbkdf2": pbkdf2.parse,
    "argon2": argon2.parse,
    "bcrypt": bcrypt.parse,
    "pbkdf2-legacyA": layered.parse_legacy_a,
    "pbkdf2-legacyB": layered.parse_legacy_b,
    "A": md5.parse_a,
    "B": md5.parse_b,
}
"""Every type of MediaWiki's stock `$wgPasswordConfig`: its parser."""

_COLUMN: Final = re.compile(r":(?P<type>[^:]+):(?P<body>.*)")


class PasswordScheme:
    """The configured way to store passwords; made once for each wiki.

    `random_bytes` gives salts. Raises `ValueError` when a configured profile's values would not fit the column.
    """

    __slots__ = ("_encryption", "_legacy_encoding", "_random_bytes", "_recipe")

    def __init__(self, settings: PasswordSettings, random_bytes: RandomBytes = SYSTEM_RANDOM) -> None:
        self._random_bytes = random_bytes
        self._legacy_encoding = settings.legacy_encoding
        self._encryption = encryption = settings.encryption
        recipe: HashRecipe = PROFILES[settings.profile or DEFAULT_PROFILE].recipe
        if encryption is not None and encryption.wrap:
            recipe = EncryptedRecipe(encryption, encryption.cipher, len(encryption.secrets) - 1, recipe)
        self._recipe = recipe
        if len(recipe.decoy(random_bytes).column()) > MAX_COLUMN_BYTES:
            raise ValueError(f"profile {settings.profile!r} with encryption does not fit {MAX_COLUMN_BYTES} bytes")

    def parse(self, stored: str | bytes | None, *, user_id: int | None = None) -> PasswordHash:
        """Read a column. Never raises.

        `user_id` is the account's number, which salts a bare md5 digest; None for a column that cannot hold one.
        """
        if isinstance(stored, bytes):
            stored = stored.decode("latin-1")
        if not stored or len(stored) > MAX_COLUMN_BYTES or not stored.isascii():
            return INVALID
        if user_id is not None and md5.DIGEST.fullmatch(stored):
            return md5.bare(stored, user_id)
        match = _COLUMN.fullmatch(stored)
        if match is None:
            return INVALID
        if self._encryption is not None and match["type"] == self._encryption.type:
            return encrypted.parse(match["body"], self._encryption, _parse_plain) or INVALID
        return _parse_plain(stored) or INVALID

    def usable(self, stored: str | bytes | None, *, user_id: int | None = None) -> bool:
        """Tell whether any password could match; MediaWiki asks this of a bot password before it checks one (core §6.2)."""
        return self.parse(stored, user_id=user_id).usable

    def verify(self, stored: str | bytes | None, password: str, *, user_id: int | None = None) -> bool:
        """Tell whether `password`, normalised to NFC by the caller, is the stored one. Slow; never raises for any text.

        `MemoryError` may come from a memory-hard hash on an exhausted machine: that is no verdict on the password.
        """
        value = self.parse(stored, user_id=user_id)
        encodings = self._encodings(password)
        if any(value.verify(encoded) for encoded in encodings):
            return True
        rest = self._recipe.rest(value.work)
        if rest is not None:
            decoy = rest.decoy(self._random_bytes)
            for encoded in encodings:
                decoy.verify(encoded)
        return False

    def verify_dummy(self, password: str) -> bool:
        """Answer False after the work of a failed `verify`: for an account that does not exist."""
        return self.verify(None, password)

    def make(self, password: str) -> str:
        """Hash a new password, normalised to NFC by the caller; answers the column value, ASCII. Slow."""
        return self._recipe.make(_utf8(password), self._random_bytes).column()

    def needs_rehash(self, stored: str | bytes | None, *, user_id: int | None = None) -> bool:
        """Tell whether a password just verified against `stored` should be stored anew: another format or parameters.

        False for a value that no password can match. The caller stores by compare-and-swap on the old column (core §12.1)
        and never for bot passwords or temporary ones.
        """
        value = self.parse(stored, user_id=user_id)
        return value.usable and value.recipe != self._recipe

    def _encodings(self, password: str) -> list[bytes]:
        encodings = [_utf8(password)]
        if self._legacy_encoding and not password.isascii():
            with suppress(UnicodeEncodeError):  # such a password cannot have been typed in that encoding
                encodings.append(password.encode("cp1252"))
        return encodings


def _parse_plain(column: str) -> PasswordHash | None:
    """Parse a column of any format but encrypted ones."""
    match = _COLUMN.fullmatch(column)
    parser = FORMATS.get(match["type"]) if match else None
    return parser(match["body"]) if match and parser else None


def _utf8(password: str) -> bytes:
    return password.encode("utf-8", "surrogatepass")
