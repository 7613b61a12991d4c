"""`:pbkdf2:<digest>:<rounds>:<length>:<salt>:<derived>`, MediaWiki's default: salt and derived bytes in base 64.

Spec core §12.1. MediaWiki ships sha512 with 30 000 rounds and 64 bytes, and older accounts sha256 with 10 000 and 128.

HMAC ignores NULs at the end of its key, so two passwords that differ in nothing else are one here, as they are for
MediaWiki; the text of a request never holds a NUL.
"""

import re
from base64 import b64decode, b64encode
from binascii import Error as Base64Error
from dataclasses import dataclass, field, replace
from typing import ClassVar, Final

from wikigate.accounts.passwords.derivation import DIGEST_SIZES, pbkdf2
from wikigate.primitives.ids import RandomBytes
from wikigate.primitives.secrets import constant_time_equal

MAX_WORK: Final = 10_000_000
"""Rounds times blocks beyond which a stored value is refused: several seconds of a core for every guess."""

SALT_BYTES: Final = 16

_BODY: Final = re.compile(
    r"(?P<algorithm>[a-z0-9]+):(?P<rounds>[1-9][0-9]{0,8}):(?P<length>[1-9][0-9]{0,3})"
    r":(?P<salt>[A-Za-z0-9+/]*={0,2}):(?P<derived>[A-Za-z0-9+/]+={0,2})"
)


@dataclass(frozen=True, slots=True)
class Pbkdf2Recipe:
    """PBKDF2 with its parameters; satisfies `HashRecipe`. `length` is the number of derived bytes."""

    algorithm: str
    rounds: int
    length: int

    def __post_init__(self) -> None:
        """Refuse what cannot or should not be computed."""
        if self.algorithm not in DIGEST_SIZES or self.rounds < 1 or self.length < 1:
            raise ValueError(f"cannot derive with {self}")
        blocks = -(-self.length // DIGEST_SIZES[self.algorithm])
        if self.rounds * blocks > MAX_WORK:
            raise ValueError(f"too much work: {self}")

    def derive(self, password: bytes, salt: bytes) -> str:
        """Answer the derived bytes in base 64."""
        return b64encode(pbkdf2(self.algorithm, password, salt, self.rounds, self.length)).decode()

    def make(self, password: bytes, random_bytes: RandomBytes) -> "Pbkdf2Hash":
        """Hash a new password."""
        salt = random_bytes(SALT_BYTES)
        return Pbkdf2Hash(self, b64encode(salt).decode(), self.derive(password, salt))

    def decoy(self, random_bytes: RandomBytes) -> "Pbkdf2Hash":
        """Answer a value with random bytes where the derived ones belong."""
        salt, derived = random_bytes(SALT_BYTES), random_bytes(self.length)
        return Pbkdf2Hash(self, b64encode(salt).decode(), b64encode(derived).decode())

    def rest(self, work: object) -> "Pbkdf2Recipe | None":
        """Answer the rounds still to be done after fewer rounds of the same derivation; all of them after no work."""
        if work is None:
            return self
        if (
            not isinstance(work, Pbkdf2Recipe)
            or replace(work, rounds=self.rounds) != self
            or work.rounds >= self.rounds
        ):
            return None
        return replace(self, rounds=self.rounds - work.rounds)


@dataclass(frozen=True, slots=True)
class Pbkdf2Hash:
    """A stored PBKDF2 value; satisfies `PasswordHash`. Salt and derived bytes are kept as the column spells them."""

    recipe: Pbkdf2Recipe
    salt: str = field(repr=False)
    derived: str = field(repr=False)
    usable: ClassVar[bool] = True

    @property
    def work(self) -> Pbkdf2Recipe:
        """The whole recipe."""
        return self.recipe

    def verify(self, password: bytes) -> bool:
        """Derive again with the column's own salt and parameters, and compare."""
        return constant_time_equal(self.recipe.derive(password, _decoded(self.salt)), self.derived)

    def column(self) -> str:
        """Spell `:pbkdf2:…`."""
        recipe = self.recipe
        return f":pbkdf2:{recipe.algorithm}:{recipe.rounds}:{recipe.length}:{self.salt}:{self.derived}"


def parse(body: str) -> Pbkdf2Hash | None:
    """Parse what follows `:pbkdf2:`. A salt may lack its `=` signs, as it may for MediaWiki."""
    match = _BODY.fullmatch(body)
    if match is None:
        return None
    try:
        recipe = Pbkdf2Recipe(match["algorithm"], int(match["rounds"]), int(match["length"]))
        _decoded(match["salt"])
    except (ValueError, Base64Error):
        return None
    return Pbkdf2Hash(recipe, match["salt"], match["derived"])


def _decoded(salt: str) -> bytes:
    bare = salt.rstrip("=")
    return b64decode(bare + "=" * (-len(bare) % 4), validate=True)
