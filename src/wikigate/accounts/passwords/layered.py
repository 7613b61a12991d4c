"""`:pbkdf2-legacyA:` and `:pbkdf2-legacyB:`: an old md5 digest wrapped in PBKDF2 without knowing the password.

MediaWiki's maintenance script `wrapOldPasswords` writes them. Fields are parted by `!`: the parameters of each layer
(md5 has none), then the salts of each layer, then the outermost digest; the password of the outer layer is the
hexadecimal digest of the inner one (spec core §12.1, recorded). Verified, never made.
"""

from dataclasses import dataclass, field
from typing import ClassVar

from wikigate.accounts.passwords import pbkdf2
from wikigate.accounts.passwords.md5 import md5_digest
from wikigate.accounts.passwords.pbkdf2 import Pbkdf2Hash, Pbkdf2Recipe


@dataclass(frozen=True, slots=True)
class LayeredHash:
    """A stored PBKDF2 value over an md5 digest; satisfies `PasswordHash`. `salt` is the inner one, None for none."""

    type: str
    salt: str | None = field(repr=False)
    outer: Pbkdf2Hash
    usable: ClassVar[bool] = True
    recipe: ClassVar[None] = None

    @property
    def work(self) -> Pbkdf2Recipe:
        """That of the outer layer; md5 adds nothing that could be measured."""
        return self.outer.recipe

    def verify(self, password: bytes) -> bool:
        """Compute both layers again and compare."""
        return self.outer.verify(md5_digest(password, self.salt).encode())

    def column(self) -> str:
        """Spell `:pbkdf2-legacyA:!…`."""
        recipe = self.outer.recipe
        return (
            f":{self.type}:!{recipe.algorithm}:{recipe.rounds}:{recipe.length}"
            f"!{self.salt or ''}!{self.outer.salt}!{self.outer.derived}"
        )


def parse_legacy_a(body: str) -> LayeredHash | None:
    """Parse what follows `:pbkdf2-legacyA:`; the inner salt may be empty, which means there is none."""
    return _parsed("pbkdf2-legacyA", body)


def parse_legacy_b(body: str) -> LayeredHash | None:
    """Parse what follows `:pbkdf2-legacyB:`; without an inner salt no password could match."""
    layered = _parsed("pbkdf2-legacyB", body)
    return layered if layered and layered.salt is not None else None


def _parsed(type_: str, body: str) -> LayeredHash | None:
    fields = body.split("!")
    if len(fields) != 5 or fields[0] or ":" in fields[2]:  # noqa: PLR2004  two layers: 2 parameters, 2 salts, 1 digest
        return None
    _, parameters, inner_salt, outer_salt, derived = fields
    outer = pbkdf2.parse(f"{parameters}:{outer_salt}:{derived}")
    return LayeredHash(type_, inner_salt or None, outer) if outer else None
