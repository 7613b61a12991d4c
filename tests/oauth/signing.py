"""A client of OAuth 1.0a, written from RFC 5849 apart from the server: it shares no code with what it tests."""

from __future__ import annotations

import base64
import hashlib
import hmac
import itertools
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, quote

from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.hashes import SHA1

_NONCES = itertools.count()


def encode(text: str) -> str:
    return quote(text, safe="-._~")


@dataclass
class Signer:
    """Signs requests of one consumer."""

    consumer_key: str
    consumer_secret: str
    access_token: str
    access_secret: str
    moment: int
    method: str = "HMAC-SHA1"
    rsa_key: RSAPrivateKey | None = None
    more: Mapping[str, str | None] = field(default_factory=dict)

    def header(self, verb: str, address: str, query: str = "", form: str = "", **changes: str | None) -> dict[str, str]:
        """Return the header ``Authorization`` for one request; ``changes`` to its parameters, None leaves one out."""
        oauth: dict[str, str | None] = {
            "oauth_consumer_key": self.consumer_key,
            "oauth_token": self.access_token,
            "oauth_signature_method": self.method,
            "oauth_timestamp": str(self.moment),
            "oauth_nonce": f"nonce{next(_NONCES)}",
            "oauth_version": "1.0",
        }
        signature = changes.pop("oauth_signature", "")
        given = {name: value for name, value in {**oauth, **self.more, **changes}.items() if value is not None}
        pairs = [*parse_qsl(query, keep_blank_values=True), *parse_qsl(form, keep_blank_values=True), *given.items()]
        ordered = "&".join(
            f"{name}={value}" for name, value in sorted((encode(name), encode(value)) for name, value in pairs)
        )
        base = "&".join(encode(part) for part in (verb, address, ordered)).encode()
        given["oauth_signature"] = signature or self._sign(base)
        return {"Authorization": "OAuth " + ", ".join(f'{name}="{encode(value)}"' for name, value in given.items())}

    def _sign(self, base: bytes) -> str:
        if self.rsa_key is not None and self.method == "RSA-SHA1":
            return base64.b64encode(self.rsa_key.sign(base, PKCS1v15(), SHA1())).decode()
        key = f"{encode(self.consumer_secret)}&{encode(self.access_secret)}".encode()
        return base64.b64encode(hmac.new(key, base, hashlib.sha1).digest()).decode()
