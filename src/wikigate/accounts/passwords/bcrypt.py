"""`:bcrypt:<cost>$<salt>$<digest>`: bcrypt as PHP's `crypt` computes it under `$2y$`, cut up by MediaWiki.

Spec core §12.1: 22 characters of salt, 31 of digest. PHP reads a password as a C string: it ends at the first NUL, and
only the first 72 bytes count (checked against the real MediaWiki). We verify that and must not make it: a format that
ignores part of a password is no format for new ones.
"""

import re
from dataclasses import dataclass, field
from typing import ClassVar, Final

import bcrypt

from wikigate.primitives.secrets import constant_time_equal

MAX_COST: Final = 16
"""Doublings beyond which a stored value is refused: several seconds of a core for every guess."""

_MIN_COST: Final = 4
_SIGNIFICANT_BYTES: Final = 72
_BODY: Final = re.compile(r"(?P<cost>[0-9]{1,2})\$(?P<salt>[./A-Za-z0-9]{22})\$(?P<digest>[./A-Za-z0-9]{31})")


@dataclass(frozen=True, slots=True)
class BcryptWork:
    """The work of one bcrypt check."""

    cost: int


@dataclass(frozen=True, slots=True)
class BcryptHash:
    """A stored bcrypt value; satisfies `PasswordHash`."""

    work: BcryptWork
    salt: str = field(repr=False)
    digest: str = field(repr=False)
    usable: ClassVar[bool] = True
    recipe: ClassVar[None] = None

    def verify(self, password: bytes) -> bool:
        """Compute again with the column's own salt and cost, and compare."""
        setting = f"$2y${self.work.cost:02}${self.salt}"
        significant = password.partition(b"\0")[0][:_SIGNIFICANT_BYTES]
        computed = bcrypt.hashpw(significant, setting.encode())
        return constant_time_equal(computed, f"{setting}{self.digest}".encode())

    def column(self) -> str:
        """Spell `:bcrypt:…`."""
        return f":bcrypt:{self.work.cost}${self.salt}${self.digest}"


def parse(body: str) -> BcryptHash | None:
    """Parse what follows `:bcrypt:`."""
    match = _BODY.fullmatch(body)
    if match is None or not _MIN_COST <= int(match["cost"]) <= MAX_COST:
        return None
    return BcryptHash(BcryptWork(int(match["cost"])), match["salt"], match["digest"])
