"""An authenticator of Web Authentication in software, with the browser around it: for tests of logins with security keys and passkeys.

::

    key = Authenticator("https://wiki.example.org")
    answer = key.create(register_info)      # what a browser posts as ``credential`` of a registration
    answer = key.get(auth_info)             # … of a login; the counter goes up by one

Makes ES256 keys and the attestation ``none``. Every fault that a server must notice can be asked for by keyword. For tests only: keys lie
in memory, and nobody is asked for consent.
"""

from __future__ import annotations

import hashlib
import json
import os
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256

_PRESENT: Final = 0x01
_VERIFIED: Final = 0x04
_ATTESTED: Final = 0x40
_SHORT: Final = 24
_BYTE: Final = 0x100


class Authenticator:
    """One authenticator with one key, as one browser at ``origin`` uses it.

    ``verifies``: whether it recognises its owner (PIN, fingerprint). ``counts``: whether it counts its uses; ``counter`` is the count.
    """

    def __init__(self, origin: str, *, verifies: bool = True, counts: bool = True) -> None:
        self.origin = origin
        self.verifies = verifies
        self.counts = counts
        self.counter = 0
        self.id = os.urandom(32)
        self.handle = b""
        self._key = ec.generate_private_key(ec.SECP256R1())

    def create(self, options: str, *, origin: str = "", kind: str = "webauthn.create") -> str:
        """Answer the options of a registration."""
        asked = json.loads(options)
        self.handle = _decode(asked["user"]["id"])
        client = _client_data(kind, asked["challenge"], origin or self.origin)
        point = self._key.public_key().public_numbers()
        public = {1: 2, 3: -7, -1: 1, -2: point.x.to_bytes(32, "big"), -3: point.y.to_bytes(32, "big")}
        attested = bytes(16) + len(self.id).to_bytes(2, "big") + self.id + cbor(public)
        data = self._data(asked["rp"]["id"], _ATTESTED) + attested
        attestation = cbor({"fmt": "none", "attStmt": {}, "authData": data})
        return self._answer({"clientDataJSON": _encode(client), "attestationObject": _encode(attestation)})

    def get(
        self, options: str, *, origin: str = "", rp_id: str = "", kind: str = "webauthn.get", present: bool = True
    ) -> str:
        """Answer the options of a login."""
        asked = json.loads(options)
        client = _client_data(kind, asked["challenge"], origin or self.origin)
        if self.counts:
            self.counter += 1
        data = self._data(rp_id or asked["rpId"], 0, present=present)
        signature = self._key.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(SHA256()))
        response = {
            "clientDataJSON": _encode(client),
            "authenticatorData": _encode(data),
            "signature": _encode(signature),
            "userHandle": _encode(self.handle),
        }
        return self._answer(response)

    def _data(self, rp_id: str, flags: int, *, present: bool = True) -> bytes:
        """Write authenticator data (§6.1): hash of the RP id, flags, counter."""
        flags |= (_PRESENT if present else 0) | (_VERIFIED if self.verifies else 0)
        return hashlib.sha256(rp_id.encode()).digest() + bytes([flags]) + self.counter.to_bytes(4, "big")

    def _answer(self, response: dict[str, str]) -> str:
        ident = _encode(self.id)
        return json.dumps({"id": ident, "rawId": ident, "type": "public-key", "response": response})


def cbor(value: Any) -> bytes:
    """Write numbers, bytes, text and maps as CBOR (RFC 8949)."""
    match value:
        case int():
            return _head(0, value) if value >= 0 else _head(1, -1 - value)
        case bytes():
            return _head(2, len(value)) + value
        case str():
            return _head(3, len(value.encode())) + value.encode()
        case dict():
            return _head(5, len(value)) + b"".join(cbor(key) + cbor(item) for key, item in value.items())
        case _:
            raise TypeError(f"nothing that an authenticator writes: {type(value).__name__}")


def _head(major: int, number: int) -> bytes:
    if number < _SHORT:
        return bytes([major << 5 | number])
    if number < _BYTE:
        return bytes([major << 5 | 24, number])
    return bytes([major << 5 | 25]) + number.to_bytes(2, "big")


def _client_data(kind: str, challenge: str, origin: str) -> bytes:
    return json.dumps({"type": kind, "challenge": challenge, "origin": origin, "crossOrigin": False}).encode()


def _encode(data: bytes) -> str:
    return urlsafe_b64encode(data).decode().rstrip("=")


def _decode(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))
