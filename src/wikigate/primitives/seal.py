"""Small secrets as they lie in a database: sealed under the server's keys, which are outside it (security C10, H4).

A sealed text is ``wikigate:1:<key>:<nonce and AES-256-GCM ciphertext in base 64>``. ``<key>`` names the key without telling anything of
it, so that it is known which key a text needs before it is tried. Sealed with the newest key, opened with any that is still in the list.
What a text is for (``context``) is sealed with it: put in another place it does not open.
"""

from __future__ import annotations

import hmac
from base64 import b64decode, b64encode
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from wikigate.primitives.ids import RandomBytes
from wikigate.primitives.secrets import KeyRing

PREFIX: Final = "wikigate:1:"
_NONCE: Final = 12


class Seal:
    """Seals and opens for one purpose; ``keys`` is the ring derived for it."""

    def __init__(self, keys: KeyRing, random_bytes: RandomBytes) -> None:
        self._keys = {_name_of(key): AESGCM(key) for key in reversed(keys.all)}
        self._newest = _name_of(keys.newest)
        self._random_bytes = random_bytes

    @property
    def prefixes(self) -> tuple[str, ...]:
        """What every text begins with that some key of the list opens."""
        return tuple(f"{PREFIX}{name}:" for name in self._keys)

    def close(self, text: str, context: str) -> str:
        """Seal a text."""
        nonce = self._random_bytes(_NONCE)
        sealed = self._keys[self._newest].encrypt(nonce, text.encode(), context.encode())
        return f"{PREFIX}{self._newest}:{b64encode(nonce + sealed).decode()}"

    def open(self, sealed: str, context: str) -> str:
        """Open a sealed text. Raises ``ValueError`` where it was not sealed so, or with a key that is no longer in the list."""
        name, _, body = sealed.removeprefix(PREFIX).partition(":")
        key = self._keys.get(name)
        if key is None or not sealed.startswith(PREFIX):
            raise ValueError("sealed with a key that is not in the list")
        data = b64decode(body, validate=True)
        try:
            return key.decrypt(data[:_NONCE], data[_NONCE:], context.encode()).decode()
        except InvalidTag:
            raise ValueError("not sealed so") from None


def _name_of(key: bytes) -> str:
    return hmac.digest(key, b"name of the key", "sha256")[:4].hex()
