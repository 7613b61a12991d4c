"""`:argon2:<PHC string>`: Argon2id, or Argon2i, as PHP's `password_hash` writes it (RFC 9106; spec core §12.1).

The PHC string is `$argon2id$v=19$m=<KiB>,t=<passes>,p=<lanes>$<salt>$<tag>` in base 64 without `=` signs. Releases the
interpreter lock while it computes. It takes `m` KiB of memory for as long: how many run at once is the caller's matter.
"""

import re
from base64 import b64decode, b64encode
from binascii import Error as Base64Error
from dataclasses import dataclass, field
from typing import ClassVar, Final

from argon2.exceptions import HashingError
from argon2.low_level import Type, hash_secret_raw

from wikigate.primitives.ids import RandomBytes
from wikigate.primitives.secrets import constant_time_equal

MAX_MEMORY_KIB: Final = 1 << 20
"""1 GiB; a stored value that asks for more is refused."""

MAX_WORK_KIB: Final = 1 << 22
"""Memory times passes beyond which a stored value is refused: several seconds of a core for every guess."""

MAX_LANES: Final = 16
SALT_BYTES: Final = 16
TAG_BYTES: Final = 32

_VARIANTS: Final = {"argon2i": Type.I, "argon2id": Type.ID}
_VERSIONS: Final = (16, 19)
_MIN_SALT_BYTES: Final = 8  # RFC 9106 §3.1 and its reference implementation
_MIN_TAG_BYTES: Final = 4
_BODY: Final = re.compile(
    r"\$(?P<variant>argon2id?)\$v=(?P<version>[0-9]{2})"
    r"\$m=(?P<memory>[1-9][0-9]{0,9}),t=(?P<passes>[1-9][0-9]{0,9}),p=(?P<lanes>[1-9][0-9]{0,9})"
    r"\$(?P<salt>[A-Za-z0-9+/]+)\$(?P<tag>[A-Za-z0-9+/]+)"
)


@dataclass(frozen=True, slots=True)
class Argon2Recipe:
    """Argon2 with its parameters; satisfies `HashRecipe`. `memory` in KiB."""

    memory: int
    passes: int
    lanes: int
    variant: str = "argon2id"
    version: int = 19

    def __post_init__(self) -> None:
        """Refuse what cannot or should not be computed."""
        if self.variant not in _VARIANTS or self.version not in _VERSIONS:
            raise ValueError(f"no such Argon2: {self}")
        if self.passes < 1 or not 1 <= self.lanes <= MAX_LANES or self.memory < 8 * self.lanes:
            raise ValueError(f"cannot compute {self}")
        if self.memory > MAX_MEMORY_KIB or self.memory * self.passes > MAX_WORK_KIB:
            raise ValueError(f"too much work: {self}")

    def tag(self, password: bytes, salt: bytes, length: int) -> bytes:
        """Compute `length` bytes. Raises `MemoryError` when the machine has not the memory to do it."""
        try:
            return hash_secret_raw(
                password,
                salt,
                time_cost=self.passes,
                memory_cost=self.memory,
                parallelism=self.lanes,
                hash_len=length,
                type=_VARIANTS[self.variant],
                version=self.version,
            )
        except HashingError as error:  # the parameters are known to be good, so only the memory can be at fault
            raise MemoryError(f"Argon2 with {self.memory} KiB: {error}") from error

    def make(self, password: bytes, random_bytes: RandomBytes) -> "Argon2Hash":
        """Hash a new password."""
        salt = random_bytes(SALT_BYTES)
        return Argon2Hash(self, salt, self.tag(password, salt, TAG_BYTES))

    def decoy(self, random_bytes: RandomBytes) -> "Argon2Hash":
        """Answer a value with random bytes for a tag."""
        return Argon2Hash(self, random_bytes(SALT_BYTES), random_bytes(TAG_BYTES))

    def rest(self, work: object) -> "Argon2Recipe | None":
        """Answer all of it after no work, and otherwise nothing: work of another kind cannot be compared."""
        return self if work is None else None


@dataclass(frozen=True, slots=True)
class Argon2Hash:
    """A stored Argon2 value; satisfies `PasswordHash`."""

    recipe: Argon2Recipe
    salt: bytes = field(repr=False)
    tag: bytes = field(repr=False)
    usable: ClassVar[bool] = True

    @property
    def work(self) -> Argon2Recipe:
        """The whole recipe."""
        return self.recipe

    def verify(self, password: bytes) -> bool:
        """Compute again with the column's own salt and parameters, and compare."""
        return constant_time_equal(self.recipe.tag(password, self.salt, len(self.tag)), self.tag)

    def column(self) -> str:
        """Spell `:argon2:$argon2id$…`."""
        recipe = self.recipe
        return (
            f":argon2:${recipe.variant}$v={recipe.version}$m={recipe.memory},t={recipe.passes},p={recipe.lanes}"
            f"${_encoded(self.salt)}${_encoded(self.tag)}"
        )


def parse(body: str) -> Argon2Hash | None:
    """Parse what follows `:argon2:`."""
    match = _BODY.fullmatch(body)
    if match is None:
        return None
    try:
        recipe = Argon2Recipe(
            int(match["memory"]), int(match["passes"]), int(match["lanes"]), match["variant"], int(match["version"])
        )
        salt, tag = _decoded(match["salt"]), _decoded(match["tag"])
    except (ValueError, Base64Error):
        return None
    if len(salt) < _MIN_SALT_BYTES or len(tag) < _MIN_TAG_BYTES:
        return None
    return Argon2Hash(recipe, salt, tag)


def _encoded(data: bytes) -> str:
    return b64encode(data).decode().rstrip("=")


def _decoded(text: str) -> bytes:
    return b64decode(text + "=" * (-len(text) % 4), validate=True)
