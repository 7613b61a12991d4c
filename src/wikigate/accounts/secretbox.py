"""The secrets that MediaWiki's OATHAuth encrypts: libsodium's secretbox (XSalsa20-Poly1305) under ``$wgOATHSecretKey``.

Ciphertext and nonce lie in the row in base 32, padded (spec extensions §1.3). The library PyNaCl is used here alone. Must not be used for
rows of ours: those are sealed with what they are for (``primitives/seal.py``).
"""

from __future__ import annotations

from base64 import b32decode, b32encode
from typing import Final

from nacl.exceptions import CryptoError
from nacl.secret import SecretBox as Box

NONCE_SIZE: Final = Box.NONCE_SIZE
_HEX_DIGITS: Final = 2 * Box.KEY_SIZE


class SecretBox:
    """Opens and closes under one key of 64 hexadecimal digits. Raises ``ValueError`` for any other."""

    def __init__(self, key: str) -> None:
        if len(key) != _HEX_DIGITS:
            raise ValueError(f"the key has {_HEX_DIGITS} hexadecimal digits")
        self._box = Box(bytes.fromhex(key))

    def close(self, text: str, nonce: bytes) -> str:
        """Encrypt a text under a nonce of ``NONCE_SIZE`` bytes."""
        return b32encode(self._box.encrypt(text.encode(), nonce).ciphertext).decode()

    def open(self, sealed: object, nonce: object) -> str:
        """Decrypt what ``close``, or the wiki, has encrypted; both in base 32. Raises ``ValueError``."""
        if not isinstance(sealed, str) or not isinstance(nonce, str):
            raise ValueError("no ciphertext or no nonce")  # noqa: TRY004  wrong data, not a wrong program
        try:
            return self._box.decrypt(b32decode(sealed), b32decode(nonce)).decode()
        except CryptoError:
            raise ValueError("not encrypted with this key") from None
