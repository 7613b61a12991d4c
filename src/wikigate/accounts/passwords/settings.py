"""What an operator may choose about stored passwords: a named profile, and for shared wikis the encryption around it.

The profiles carry their source; nobody chooses bare numbers. Must not compute anything.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal, get_args

from wikigate.accounts.passwords.argon2 import Argon2Recipe
from wikigate.accounts.passwords.base import HashRecipe
from wikigate.accounts.passwords.pbkdf2 import Pbkdf2Recipe

ProfileName = Literal["argon2id", "argon2id-rfc9106", "argon2id-php", "owasp", "mediawiki"]
DEFAULT_PROFILE: Final[ProfileName] = "argon2id"
CipherName = Literal["aes-128-cbc", "aes-192-cbc", "aes-256-cbc", "aes-128-ctr", "aes-192-ctr", "aes-256-ctr"]


@dataclass(frozen=True, slots=True)
class Profile:
    """A way to store new passwords, with the document that recommends it."""

    recipe: HashRecipe
    source: str


PROFILES: Final[Mapping[ProfileName, Profile]] = {
    "argon2id": Profile(
        Argon2Recipe(memory=19 * 1024, passes=2, lanes=1),
        "OWASP Password Storage Cheat Sheet; OWASP ASVS 5.0, appendix C, Argon2id with t=2",
    ),
    "argon2id-rfc9106": Profile(
        Argon2Recipe(memory=64 * 1024, passes=3, lanes=4), "RFC 9106 section 4, second recommended option"
    ),
    "argon2id-php": Profile(
        Argon2Recipe(memory=64 * 1024, passes=4, lanes=1),
        "PHP's own default, which a MediaWiki with $wgPasswordDefault = 'argon2' leaves alone",
    ),
    "owasp": Profile(
        Pbkdf2Recipe("sha512", rounds=210_000, length=64), "OWASP Password Storage Cheat Sheet, PBKDF2-HMAC-SHA512"
    ),
    "mediawiki": Profile(
        Pbkdf2Recipe("sha512", rounds=30_000, length=64),
        "MediaWiki 1.43's $wgPasswordDefault: for a database shared with a wiki, so that neither rehashes the other's",
    ),
}


@dataclass(frozen=True, slots=True)
class EncryptionSettings:
    """MediaWiki's ``EncryptedPassword``: stored passwords encrypted once more under a secret outside the database.

    ``type``: the name under which the wiki's ``$wgPasswordConfig`` registers it.
    ``secrets``: the wiki's list in the wiki's order. A column names a secret by its position, and the last one encrypts, so a new
    secret is appended and none is ever removed while a column uses it.
    ``cipher``: for new values; an old one says its own.
    ``wrap``: whether new passwords are encrypted; otherwise the old ones are verified and stored plainly at the next login.

    Raises `ValueError` for an empty list, an empty secret, an unusable name or an unknown cipher.
    """

    type: str
    secrets: tuple[str, ...] = field(repr=False)
    cipher: CipherName = "aes-256-cbc"
    wrap: bool = True

    def __post_init__(self) -> None:
        """Refuse what would only show at the first login."""
        if not self.secrets or not all(self.secrets):
            raise ValueError("encrypted passwords need at least one secret, and no empty one")
        if not self.type or ":" in self.type or not self.type.isascii():
            raise ValueError(f"{self.type!r} cannot be the name of a password type: ASCII without a colon")
        if self.cipher not in get_args(CipherName):
            raise ValueError(f"unknown cipher {self.cipher!r}, known are {', '.join(get_args(CipherName))}")


@dataclass(frozen=True, slots=True)
class PasswordSettings:
    """How passwords are stored.

    ``profile``: how new passwords are stored, and old ones at their next login. Empty: ``argon2id`` in a database of our own,
    ``mediawiki`` in one that is shared with a wiki.
    ``legacy_encoding``: try a password that fails once more in windows-1252, for accounts of a wiki that was once in that encoding
    (``$wgLegacyEncoding``).
    ``encryption``: for a wiki that encrypts its stored passwords; left out for any other.
    """

    profile: ProfileName | Literal[""] = ""
    legacy_encoding: bool = False
    encryption: EncryptionSettings | None = None
