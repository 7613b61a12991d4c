"""OAuth 2 access tokens: JWTs signed with RS256, as MediaWiki's OAuth extension issues them (spec extensions §3.5; RFC 7519, RFC 9068).

Promises: no other algorithm than RS256, and no header that names a key of its own (``jku``, ``x5u``, ``jwk``), is ever considered
(security F6); every failure is None; a token is good as long as the key that signed it is in the list (``signing_keys.py``).
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Mapping
from threading import Lock
from typing import TYPE_CHECKING, Any, Final

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import OctKey

from wikigate.accounts.signing_keys import ALGORITHM, SigningKeys

if TYPE_CHECKING:
    from joserfc.jwk import RSAKey

_HEADER: Final = {"typ": "JWT", "alg": ALGORITHM}
_HEADER_NAMES: Final = frozenset({"typ", "alg", "kid"})
_REMEMBERED: Final = 4096
_LONGEST: Final = 8192


class AccessTokens:
    """Issues and verifies access tokens; shared by all threads. ``issuer`` empty: tokens of any issuer signed by our keys are ours."""

    def __init__(self, keys: SigningKeys, issuer: str) -> None:
        self.keys: Final = keys
        self.issuer: Final = issuer
        self._lock = Lock()
        self._known: OrderedDict[bytes, Mapping[str, Any]] = OrderedDict()
        self._known_by: tuple[RSAKey, ...] = ()

    def issue(
        self, *, audience: str, subject: str, identifier: str, now: float, expires: float, scopes: tuple[str, ...]
    ) -> str:
        """Sign a token; ``identifier`` becomes its ``jti``. Raises ``ConfigError``."""
        claims = {
            "aud": audience, "jti": identifier, "iat": now, "nbf": now, "exp": expires, "sub": subject, "iss": self.issuer,
            "scopes": list(scopes),
        }  # fmt: skip
        return jwt.encode(dict(_HEADER), claims, self.keys.newest(), algorithms=[ALGORITHM])

    @staticmethod
    def identity(claims: dict[str, Any], secret: str) -> str:
        """Sign what an app is told of its user with the app's own secret (HS256; spec extensions §3.4)."""
        key = OctKey.import_key(secret)
        return jwt.encode({"typ": "JWT", "alg": "HS256"}, claims, key, algorithms=["HS256"])

    def read(self, token: str, now: float) -> Mapping[str, Any] | None:
        """Return the claims of a token that is ours and in its time; None for every other.

        The signature of a token that was verified before is not worked out again while the keys are the same; its time is judged each
        time.
        """
        if len(token) > _LONGEST:
            return None
        digest = hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()
        keys = self.keys.all()
        with self._lock:
            if keys is not self._known_by:
                self._known.clear()
                self._known_by = keys
            claims = self._known.get(digest)
        if claims is None:
            claims = self._verified(token, keys)
            if claims is None:
                return None
            with self._lock:
                if keys is self._known_by:
                    self._known[digest] = claims
                if len(self._known) > _REMEMBERED:
                    self._known.popitem(last=False)
        return claims if claims["nbf"] <= now < claims["exp"] else None

    def _verified(self, token: str, keys: tuple[RSAKey, ...]) -> Mapping[str, Any] | None:
        for key in keys:
            try:
                found = jwt.decode(token, key, algorithms=[ALGORITHM])
            except (JoseError, ValueError, TypeError, RecursionError):
                continue
            if set(found.header) <= _HEADER_NAMES and found.header.get("typ", "JWT") in {"JWT", "at+jwt"}:
                return found.claims if self._well_formed(found.claims) else None
        return None

    def _well_formed(self, claims: Mapping[str, Any]) -> bool:
        moments = all(
            isinstance(claims.get(name), int | float) and not isinstance(claims.get(name), bool)
            for name in ("nbf", "exp")
        )
        texts = all(isinstance(claims.get(name), str) for name in ("aud", "jti", "sub", "iss"))
        # A token made where the wiki's address was not configured names no issuer; its row in this database tells that it is ours.
        return moments and texts and (not self.issuer or claims["iss"] in {"", self.issuer})
