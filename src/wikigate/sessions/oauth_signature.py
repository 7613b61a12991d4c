"""Verifies the signature of an OAuth 1.0a request: HMAC-SHA1 and RSA-SHA1, nothing else (RFC 5849 §3.4.2, §3.4.3).

The order of the checks and their words are those of MediaWiki's extension (spec extensions §3.3).

SHA-1 is what the protocol prescribes; as an HMAC it has no known weakness (security H2). Comparison takes constant time (H3).
"""

from __future__ import annotations

import hmac
from base64 import b64decode, b64encode
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Final

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from wikigate.primitives.errors import WikigateError
from wikigate.primitives.secrets import constant_time_equal
from wikigate.state.base import StateStore
from wikigate.wire.http import Request
from wikigate.wire.oauth1 import base_string, read_parameters, signing_key

if TYPE_CHECKING:
    from wikigate.accounts.consumers import Consumer, Consumers

METHODS: Final = ("HMAC-SHA1", "RSA-SHA1")
_PATIENCE: Final = 300
_LONGEST_NONCE: Final = 255


class SignatureRefused(WikigateError):  # noqa: N818  the name says what happened
    """A request that is not signed as it must be; the text is the extension's."""


class Signatures:
    """Judges signed requests of one wiki; shared by all threads.

    ``origin``: scheme and host under which clients know the wiki, beside those that a request names; empty: those alone.
    """

    def __init__(self, consumers: Consumers, state: StateStore, origin: str) -> None:
        self._consumers = consumers
        self._state = state
        self._origins = ("", origin) if origin else ("",)

    @staticmethod
    def read(header: str, request: Request) -> dict[str, str]:
        """Read what a request says of itself, by its ``Authorization`` header or else; the consumer's key is there.

        Raises ``SignatureRefused``.
        """
        try:
            oauth = read_parameters(header, request)
        except ValueError as twice:
            raise SignatureRefused(f"The parameter {twice} is given twice") from None
        if (version := oauth.get("oauth_version", "1.0")) != "1.0":
            raise SignatureRefused(f"OAuth version '{version}' not supported")
        if not oauth.get("oauth_consumer_key"):
            raise SignatureRefused("Invalid consumer key")
        return oauth

    def judge(
        self,
        request: Request,
        now: float,
        oauth: Mapping[str, str],
        consumer: Consumer,
        *,
        mark: str,
        secrets: Sequence[str],
    ) -> None:
        """See that a request is of now, comes for the first time, and is signed. Raises ``SignatureRefused``.

        ``mark``: which token of the consumer, for the nonce; ``secrets``: the token's secret under each of the server's keys.
        """
        self._check_moment(int(now), oauth, f"oauth:nonce:{consumer.id}:{mark}")
        method = oauth.get("oauth_signature_method")
        if not method:
            raise SignatureRefused("No signature method parameter. This parameter is required")
        if method not in METHODS:
            supported = ", ".join(METHODS)
            raise SignatureRefused(f"Signature method '{method}' not supported try one of the following: {supported}")
        texts = [base_string(request, oauth, origin=origin) for origin in self._origins]
        signature = oauth.get("oauth_signature", "")
        if method == METHODS[0]:
            pairs = zip(self._consumers.secrets(consumer.secret), secrets, strict=True)
            good = hmac_verifies(signature, texts, (signing_key(mine, theirs) for mine, theirs in pairs))
        else:
            good = rsa_verifies(signature, texts, consumer.rsa_key)
        if not good:
            raise SignatureRefused("Invalid signature")

    def _check_moment(self, now: int, oauth: Mapping[str, str], key: str) -> None:
        """See that the request is of now, and burn its nonce (security F9)."""
        if not (stated := oauth.get("oauth_timestamp")):
            raise SignatureRefused("Missing timestamp parameter. The parameter is required")
        moment = int(stated) if stated.isascii() and stated.isdigit() and len(stated) < 16 else 0  # noqa: PLR2004
        if abs(now - moment) > _PATIENCE:
            raise SignatureRefused(f"Expired timestamp, yours {stated}, ours {now}")
        if not (nonce := oauth.get("oauth_nonce")):
            raise SignatureRefused("Missing nonce parameter. The parameter is required")
        if len(nonce) > _LONGEST_NONCE:
            raise SignatureRefused("The nonce is too long")
        if not self._state.add(f"{key}:{nonce}", b"", moment + _PATIENCE - now + 1):
            raise SignatureRefused(f"Nonce already used: {nonce}")


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
    except (ValueError, UnsupportedAlgorithm):
        return False
    return isinstance(key, RSAPublicKey) and any(_verifies(key, given, text) for text in texts)


def _verifies(key: RSAPublicKey, signature: bytes, text: bytes) -> bool:
    try:
        key.verify(signature, text, PKCS1v15(), SHA1())  # noqa: S303  RFC 5849 §3.4.3
    except InvalidSignature:
        return False
    return True
