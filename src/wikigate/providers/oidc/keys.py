"""The keys that an OpenID provider signs with (RFC 7517), and how they change.

A key that is not known is looked for once, and no more often than every half minute: a flood of tokens with invented key ids makes no
flood of requests (security G5). A key that was read is believed for an hour, and no longer where it cannot be read anew. Only public keys
for signatures are taken; ``oct`` keys are none.
"""

from __future__ import annotations

from collections.abc import Callable
from math import inf
from threading import Lock
from typing import Any, Final

from joserfc.errors import JoseError
from joserfc.jwk import ECKey, JWKRegistry, OKPKey, RSAKey

from wikigate.outbound.http_client import HttpClient, OutboundError
from wikigate.primitives.clock import Clock
from wikigate.providers.oidc.fault import OpenIdFault

PublicKey = RSAKey | ECKey | OKPKey
_PAUSE: Final = 30
_LIFETIME: Final = 3600
_KINDS: Final = frozenset({"RSA", "EC", "OKP"})
_PRIVATE: Final = frozenset({"d", "p", "q", "dp", "dq", "qi", "oth", "k"})
_FEWEST_BITS: Final = 2048


class ProviderKeys:
    """The keys of one provider; shared by all threads. ``address`` tells where they lie."""

    def __init__(self, address: Callable[[], str], http: HttpClient, clock: Clock) -> None:
        self._address = address
        self._http = http
        self._clock = clock
        self._lock = Lock()
        self._keys: dict[str, PublicKey] = {}
        self._read_at = self._asked_at = -inf

    def find(self, kid: str) -> PublicKey:
        """Return the key of an id. Raises ``OpenIdFault``; may ask the provider."""
        with self._lock:
            now = self._clock.now()
            if abs(now - self._read_at) >= _LIFETIME:
                self._keys = {}
            if kid not in self._keys and abs(now - self._asked_at) >= _PAUSE:
                self._asked_at = now
                self._keys = self._read()
                self._read_at = now
            key = self._keys.get(kid)
        if key is None:
            raise OpenIdFault("id-token-unknown-key")
        return key

    def _read(self) -> dict[str, PublicKey]:
        try:
            answer = self._http.get(self._address())
            found = answer.json() if answer.ok else None
        except OutboundError as error:
            raise OpenIdFault("keys-unreachable") from error
        listed = found.get("keys") if isinstance(found, dict) else None
        if not isinstance(listed, list):
            raise OpenIdFault("keys-no-answer")
        return {key.kid: key for entry in listed if (key := _key(entry)) is not None and key.kid}


def _key(entry: Any) -> PublicKey | None:
    """Read one key; None for what is no public key for signatures: other kinds may stand in the same list (RFC 7517 §5)."""
    if not isinstance(entry, dict) or entry.get("kty") not in _KINDS or not isinstance(entry.get("kid"), str):
        return None
    if entry.get("use", "sig") != "sig":
        return None
    try:
        key = JWKRegistry.import_key({name: value for name, value in entry.items() if name not in _PRIVATE})
        if isinstance(key, RSAKey):
            return key if key.public_key.key_size >= _FEWEST_BITS else None
    except (JoseError, ValueError, TypeError, KeyError):
        return None
    return key if isinstance(key, ECKey | OKPKey) else None
