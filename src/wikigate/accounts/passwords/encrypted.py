"""`:<name>:<cipher>:<secret>:<iv>:<ciphertext>`: another column value, encrypted under a secret outside the database.

MediaWiki's `EncryptedPassword` (spec core §12.1; checked against the real MediaWiki). The secret is named by its place in
the configured list; PHP's `openssl_encrypt` pads it with NULs or cuts it to the key's length. Ciphertext and
initialisation vector are in base 64, CBC is padded by PKCS #7.

Promises: whatever cannot be decrypted is a value that no password matches. A decrypted value is parsed like any other,
but never as an encrypted one. Must not: guard integrity, which the format cannot; it hides hashes, no more.
"""

import re
from base64 import b64decode, b64encode
from binascii import Error as Base64Error
from dataclasses import dataclass, field
from typing import Final

from cryptography.hazmat.primitives.ciphers import Cipher, CipherContext
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC, CTR
from cryptography.hazmat.primitives.padding import PKCS7

from wikigate.accounts.passwords.base import HashRecipe, Parser, PasswordHash
from wikigate.accounts.passwords.settings import EncryptionSettings
from wikigate.primitives.ids import RandomBytes

_IV_BYTES: Final = 16
_CIPHER: Final = re.compile(r"aes-(?P<bits>128|192|256)-(?P<mode>cbc|ctr)")
_INDEX: Final = re.compile(r"0|[1-9][0-9]{0,3}")


@dataclass(frozen=True, slots=True)
class EncryptedHash:
    """A stored encrypted value and what was found inside; satisfies `PasswordHash`."""

    recipe: "EncryptedRecipe | None"
    inner: PasswordHash
    text: str = field(repr=False)

    @property
    def usable(self) -> bool:
        """As the value inside."""
        return self.inner.usable

    @property
    def work(self) -> object:
        """As the value inside; decrypting costs microseconds."""
        return self.inner.work

    def verify(self, password: bytes) -> bool:
        """As the value inside."""
        return self.inner.verify(password)

    def column(self) -> str:
        """Answer the column as it was stored."""
        return self.text


@dataclass(frozen=True, slots=True)
class EncryptedRecipe:
    """Another recipe's values, encrypted; satisfies `HashRecipe`. `index` is the place of the secret in the settings."""

    settings: EncryptionSettings
    cipher: str
    index: int
    inner: HashRecipe

    def make(self, password: bytes, random_bytes: RandomBytes) -> EncryptedHash:
        """Hash a new password and encrypt the result."""
        return self._wrapped(self.inner.make(password, random_bytes), random_bytes)

    def decoy(self, random_bytes: RandomBytes) -> EncryptedHash:
        """Encrypt the inner recipe's decoy."""
        return self._wrapped(self.inner.decoy(random_bytes), random_bytes)

    def rest(self, work: object) -> HashRecipe | None:
        """As the inner recipe."""
        return self.inner.rest(work)

    def _wrapped(self, inner: PasswordHash, random_bytes: RandomBytes) -> EncryptedHash:
        initial = random_bytes(_IV_BYTES)
        plain = inner.column().encode()
        if self.cipher.endswith("cbc"):
            padder = PKCS7(AES.block_size).padder()
            plain = padder.update(plain) + padder.finalize()
        encrypted = _run(_cipher(self.cipher, self.settings.secrets[self.index], initial).encryptor(), plain)
        fields = self.cipher, str(self.index), b64encode(initial).decode(), b64encode(encrypted).decode()
        return EncryptedHash(self, inner, f":{self.settings.type}:{':'.join(fields)}")


def parse(body: str, settings: EncryptionSettings, parse_inner: Parser) -> EncryptedHash | None:
    """Decrypt what follows `:<name>:` and parse what is inside with `parse_inner`, which gets a whole column value."""
    fields = body.split(":")
    if len(fields) != 4 or not _CIPHER.fullmatch(fields[0]) or not _INDEX.fullmatch(fields[1]):  # noqa: PLR2004
        return None
    cipher, index = fields[0], int(fields[1])
    if index >= len(settings.secrets):
        return None
    try:
        initial, encrypted = b64decode(fields[2], validate=True), b64decode(fields[3], validate=True)
        plain = _run(_cipher(cipher, settings.secrets[index], initial).decryptor(), encrypted)
        if cipher.endswith("cbc"):
            unpadder = PKCS7(AES.block_size).unpadder()
            plain = unpadder.update(plain) + unpadder.finalize()
        inner = parse_inner(plain.decode("ascii"))
    except (ValueError, Base64Error):
        return None
    if inner is None or not inner.usable:
        return None
    recipe = inner.recipe
    wrapped = EncryptedRecipe(settings, cipher, index, recipe) if recipe else None
    return EncryptedHash(wrapped, inner, f":{settings.type}:{body}")


def _cipher(name: str, secret: str, initial: bytes) -> Cipher[CBC | CTR]:
    """Raise `ValueError` for an initialisation vector of another length than a block."""
    match = _CIPHER.fullmatch(name)
    if match is None:
        raise ValueError(name)
    size = int(match["bits"]) // 8
    key = secret.encode()[:size].ljust(size, b"\0")
    return Cipher(AES(key), CBC(initial) if match["mode"] == "cbc" else CTR(initial))


def _run(context: CipherContext, data: bytes) -> bytes:
    return context.update(data) + context.finalize()
