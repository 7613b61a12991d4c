"""MediaWiki's two oldest formats, `:A:` and `:B:`, and the bare hexadecimal digest of its first releases.

`:A:<md5>` is md5(password); `:A:<salt>:<md5>` and `:B:<salt>:<md5>` are md5(salt + "-" + md5(password)) with the inner
digest in hexadecimal; 32 bare digits are type B with the account's number for a salt (spec core §12.1, all recorded).

They are verified so that old accounts can log in once and be stored anew. Must not be made: there is no recipe here.
"""

import hashlib
import re
from dataclasses import dataclass, field
from typing import ClassVar, Final

from wikigate.primitives.secrets import constant_time_equal

DIGEST: Final = re.compile(r"[0-9a-f]{32}")
"""A digest as these formats spell it: lower case, hexadecimal."""


def _md5(data: bytes) -> str:
    return hashlib.md5(data, usedforsecurity=False).hexdigest()


def md5_digest(password: bytes, salt: str | None) -> str:
    """Answer the 32 hexadecimal digits of `password`, unsalted for `salt` None."""
    inner = _md5(password)
    return inner if salt is None else _md5(f"{salt}-{inner}".encode())


@dataclass(frozen=True, slots=True)
class Md5Hash:
    """A stored md5 digest, salted or not; satisfies `PasswordHash`."""

    type: str
    salt: str | None = field(repr=False)
    digest: str = field(repr=False)
    usable: ClassVar[bool] = True
    recipe: ClassVar[None] = None
    work: ClassVar[None] = None

    def verify(self, password: bytes) -> bool:
        """Hash and compare; a few microseconds."""
        return constant_time_equal(md5_digest(password, self.salt), self.digest)

    def column(self) -> str:
        """Spell `:A:…` or `:B:…`; a bare digest comes back as the type B it stands for."""
        return f":{self.type}:{'' if self.salt is None else self.salt + ':'}{self.digest}"


def parse_a(body: str) -> Md5Hash | None:
    """Parse what follows `:A:`, a digest with or without a salt before it."""
    salt, colon, digest = body.rpartition(":")
    return _parsed("A", salt if colon else None, digest)


def parse_b(body: str) -> Md5Hash | None:
    """Parse what follows `:B:`, a salt and a digest."""
    salt, colon, digest = body.rpartition(":")
    return _parsed("B", salt, digest) if colon else None


def bare(column: str, user_id: int) -> Md5Hash:
    """Read a whole column that matches `DIGEST`, belonging to account number `user_id`."""
    return Md5Hash("B", str(user_id), column)


def _parsed(type_: str, salt: str | None, digest: str) -> Md5Hash | None:
    if not DIGEST.fullmatch(digest) or (salt is not None and ":" in salt):
        return None
    return Md5Hash(type_, salt, digest)
