"""OAuth 2 access tokens: JWTs signed with RS256, as MediaWiki's OAuth extension issues them (spec extensions §3.5; RFC 7519, RFC 9068).

The one place of this room that knows ``joserfc``. Promises: no other algorithm than RS256, and no header that names a key of its own
(``jku``, ``x5u``, ``jwk``), is ever considered (security F6); every failure is None. Keys are a list: the first signs, all verify (H4).
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
from collections import OrderedDict
from collections.abc import Mapping
from pathlib import Path
from threading import Lock
from typing import Any, Final

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import OctKey, RSAKey

from wikigate.primitives.errors import ConfigError

_ALGORITHM: Final = "RS256"
_HEADER: Final = {"typ": "JWT", "alg": _ALGORITHM}
_HEADER_NAMES: Final = frozenset({"typ", "alg", "kid"})
_PEM: Final = re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----.*?-----END [A-Z ]*PRIVATE KEY-----", re.DOTALL)
_BITS: Final = 2048
_REMEMBERED: Final = 4096
_LONGEST: Final = 8192


class SigningKeys:
    """The private keys in a PEM file, newest first; read when first asked for."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._lock = Lock()
        self._keys: tuple[RSAKey, ...] = ()

    def __repr__(self) -> str:
        return f"<SigningKeys in {self._file.name}>"

    def all(self) -> tuple[RSAKey, ...]:
        """Return the keys; none where there is no file yet. Raises ``ConfigError`` for a file that holds something else."""
        with self._lock:
            if not self._keys and self._file.exists():
                self._keys = self._read()
            return self._keys

    def newest(self) -> RSAKey:
        """Return the key that signs; the first caller makes the file. Raises ``ConfigError``."""
        if not self.all():
            self._make()
        return self.all()[0]

    def public(self) -> dict[str, Any]:
        """Return the public halves as a JWK set (RFC 7517 §5)."""
        keys = ({**key.as_dict(private=False), "use": "sig", "alg": _ALGORITHM} for key in self.all())
        return {"keys": list(keys)}

    def _make(self) -> None:
        try:
            with os.fdopen(os.open(self._file, os.O_RDWR | os.O_CREAT, 0o600), "r+") as file:
                # Processes that start together wait here, and all but the first find the key made.
                fcntl.flock(file, fcntl.LOCK_EX)
                if not file.read():
                    key = rsa.generate_private_key(public_exponent=65537, key_size=_BITS)
                    pem = key.private_bytes(
                        serialization.Encoding.PEM,
                        serialization.PrivateFormat.PKCS8,
                        serialization.NoEncryption(),
                    )
                    file.write(pem.decode())
        except OSError as error:
            raise ConfigError(
                f"The key file {self._file} cannot be written ({error.strerror}); give “oauth.key_file” a place that can."
            ) from error

    def _read(self) -> tuple[RSAKey, ...]:
        try:
            found = _PEM.findall(self._file.read_text("ascii"))
            keys = tuple(RSAKey.import_key(pem) for pem in found)
        except (OSError, ValueError, JoseError) as error:
            raise ConfigError(
                f"The key file {self._file} cannot be read ({type(error).__name__}); it must hold RSA private keys in PEM form."
            ) from error
        if not keys:
            raise ConfigError(f"The key file {self._file} holds no RSA private key in PEM form; put one there.")
        return keys


class AccessTokens:
    """Issues and verifies access tokens; shared by all threads. ``issuer`` empty: tokens of any issuer signed by our keys are ours."""

    def __init__(self, keys: SigningKeys, issuer: str) -> None:
        self.keys: Final = keys
        self.issuer: Final = issuer
        self._lock = Lock()
        self._known: OrderedDict[bytes, Mapping[str, Any]] = OrderedDict()

    def issue(
        self, *, audience: str, subject: str, identifier: str, now: float, expires: float, scopes: tuple[str, ...]
    ) -> str:
        """Sign a token; ``identifier`` becomes its ``jti``. Raises ``ConfigError``."""
        claims = {
            "aud": audience, "jti": identifier, "iat": now, "nbf": now, "exp": expires, "sub": subject, "iss": self.issuer,
            "scopes": list(scopes),
        }  # fmt: skip
        return jwt.encode(dict(_HEADER), claims, self.keys.newest(), algorithms=[_ALGORITHM])

    @staticmethod
    def identity(claims: dict[str, Any], secret: str) -> str:
        """Sign what an app is told of its user with the app's own secret (HS256; spec extensions §3.4)."""
        key = OctKey.import_key(secret)
        return jwt.encode({"typ": "JWT", "alg": "HS256"}, claims, key, algorithms=["HS256"])

    def read(self, token: str, now: float) -> Mapping[str, Any] | None:
        """Return the claims of a token that is ours and in its time; None for every other.

        The signature of a token that was verified before is not worked out again; its time is judged each time.
        """
        if len(token) > _LONGEST:
            return None
        digest = hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()
        with self._lock:
            claims = self._known.get(digest)
        if claims is None:
            claims = self._verified(token)
            if claims is None:
                return None
            with self._lock:
                self._known[digest] = claims
                if len(self._known) > _REMEMBERED:
                    self._known.popitem(last=False)
        return claims if claims["nbf"] <= now < claims["exp"] else None

    def _verified(self, token: str) -> Mapping[str, Any] | None:
        for key in self.keys.all():
            try:
                found = jwt.decode(token, key, algorithms=[_ALGORITHM])
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
