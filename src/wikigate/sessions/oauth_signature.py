"""Verifies the signature of an OAuth 1.0a request: HMAC-SHA1 and RSA-SHA1, nothing else (RFC 5849 §3.4.2, §3.4.3).

SHA-1 is what the protocol prescribes; as an HMAC it has no known weakness (security H2). Comparison takes constant time (H3).
"""

from __future__ import annotations

import hmac
from base64 import b64decode, b64encode
from collections.abc import Iterable
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from wikigate.primitives.secrets import constant_time_equal

METHODS: Final = ("HMAC-SHA1", "RSA-SHA1")


def hmac_verifies(signature: str, texts: Iterable[bytes], keys: Iterable[bytes]) -> bool:
    """Whether one of the keys has signed one of the texts."""
    given = signature.encode("utf-8", "surrogatepass")
    keys = tuple(keys)
    good = False
    for text in texts:
        for key in keys:
            good |= constant_time_equal(b64encode(hmac.digest(key, text, "sha1")), given)
    return good


def rsa_verifies(signature: str, texts: Iterable[bytes], public_key: str) -> bool:
    """Whether the private half of a key in PEM form has signed one of the texts."""
    try:
        given, key = b64decode(signature, validate=True), load_pem_public_key(public_key.encode())
    except ValueError:
        return False
    return isinstance(key, RSAPublicKey) and any(_verifies(key, given, text) for text in texts)


def _verifies(key: RSAPublicKey, signature: bytes, text: bytes) -> bool:
    try:
        key.verify(signature, text, PKCS1v15(), SHA1())  # noqa: S303  RFC 5849 §3.4.3
    except InvalidSignature:
        return False
    return True
