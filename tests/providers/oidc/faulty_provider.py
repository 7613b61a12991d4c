"""An OpenID provider in this process that does everything right until it is told otherwise; it stands in for the network.

A fault is a change of what it would send: of a token's claims or header, of a key, of an answer. What it was asked is kept in ``asked``.
"""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import parse_qs, urlsplit

from joserfc import jwt
from joserfc.jwk import ECKey, RSAKey

from wikigate.outbound.http_client import HttpAnswer, OutboundError
from wikigate.primitives.clock import Clock

LOGOUT_EVENT = "http://schemas.openid.net/event/backchannel-logout"
_KEYS = {kid: RSAKey.generate_key(2048, {"kid": kid, "use": "sig", "alg": "RS256"}) for kid in ("one", "two")}


class FaultyProvider:
    """One provider; ``users`` maps what a browser says at the login page to the claims of that user."""

    def __init__(self, issuer: str, clock: Clock, client_id: str = "ABC", secret: str = "s3cr et/") -> None:
        self.issuer, self.clock, self.client_id, self.secret = issuer, clock, client_id, secret
        self.metadata: dict[str, Any] = {
            "issuer": issuer,
            "authorization_endpoint": f"{issuer}/openid-auth.php",
            "token_endpoint": f"{issuer}/token",
            "jwks_uri": f"{issuer}/jwks",
            "userinfo_endpoint": f"{issuer}/me",
            "end_session_endpoint": f"{issuer}/logout",
            "authorization_response_iss_parameter_supported": True,
        }
        self.users: dict[str, dict[str, Any]] = {}
        self.published = ["one"]
        self.signs_with = "one"
        self.claims: dict[str, Any] = {}
        self.header: dict[str, Any] = {}
        self.sign: Callable[[dict[str, Any], dict[str, Any]], str] | None = None
        self.token_answer: dict[str, Any] = {}
        self.down: set[str] = set()
        self.asked: list[str] = []
        self._codes: dict[str, dict[str, str]] = {}

    # -- the browser's side -----------------------------------------------------------------------------------------------

    def log_in(self, url: str, user: str) -> dict[str, str]:
        """Log a user in at the address that the wiki has sent his browser to; what he comes back with."""
        query = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
        assert url.startswith(str(self.metadata["authorization_endpoint"]) + "?")
        assert (query["response_type"], query["client_id"]) == ("code", self.client_id)
        assert query["code_challenge_method"] == "S256"
        code = f"code{len(self._codes)}-{user}"
        self._codes[code] = {**query, "user": user}
        return {"code": code, "state": query["state"], "iss": self.issuer}

    # -- the network ------------------------------------------------------------------------------------------------------

    def get(self, url: str, *, headers: Mapping[str, str] | None = None) -> HttpAnswer:
        self._note("GET", url)
        if url == f"{self.issuer}/.well-known/openid-configuration":
            return _json(200, self.metadata)
        if url == self.metadata["jwks_uri"]:
            return _json(200, {"keys": [_KEYS[kid].as_dict(private=False) for kid in self.published]})
        if url == self.metadata["userinfo_endpoint"]:
            user = (headers or {})["Authorization"].removeprefix("Bearer access-")
            return _json(200, self.users[user])
        return _json(404, {})

    def post_form(self, url: str, fields: Mapping[str, str], *, headers: Mapping[str, str] | None = None) -> HttpAnswer:
        self._note("POST", url)
        assert url == self.metadata["token_endpoint"]
        basic = base64.b64encode(b"ABC:s3cr+et%2F").decode()
        if (headers or {}).get("Authorization") != f"Basic {basic}":
            return _json(401, {"error": "invalid_client"})
        asked = self._codes.pop(fields["code"], None)
        digest = hashlib.sha256(fields["code_verifier"].encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).decode().rstrip("=")
        if asked is None or asked["redirect_uri"] != fields["redirect_uri"] or asked["code_challenge"] != challenge:
            return _json(400, {"error": "invalid_grant"})
        told = self.users[asked["user"]]
        claims = {"sub": told["sub"], "nonce": asked["nonce"], "sid": f"sid-{told['sub']}", **self.claims}
        token = {"access_token": f"access-{asked['user']}", "token_type": "Bearer", "id_token": self.token(claims)}
        return _json(200, {**token, **self.token_answer})

    # -- tokens -----------------------------------------------------------------------------------------------------------

    def token(self, claims: dict[str, Any], **header: Any) -> str:
        """Sign a token; a claim that is None is left out."""
        now = int(self.clock.now())
        claims = {"iss": self.issuer, "aud": self.client_id, "iat": now, "exp": now + 300, **claims}
        claims = {name: value for name, value in claims.items() if value is not None}
        head = {"alg": "RS256", "kid": self.signs_with, **header, **self.header}
        head = {name: value for name, value in head.items() if value is not None}
        return self.sign(head, claims) if self.sign else jwt.encode(head, claims, _KEYS[self.signs_with])

    def logout_token(self, **claims: Any) -> str:
        """Sign a logout token."""
        return self.token({"jti": "1", "events": {LOGOUT_EVENT: {}}, **claims}, typ="logout+jwt")

    def _note(self, method: str, url: str) -> None:
        self.asked.append(f"{method} {url.removeprefix(self.issuer)}")
        if any(part in url for part in self.down):
            raise OutboundError(f"{urlsplit(url).hostname} could not be asked")


class Internet:
    """Several providers behind one client; satisfies ``HttpClient``."""

    def __init__(self, *providers: FaultyProvider) -> None:
        self._providers = providers

    def get(self, url: str, *, headers: Mapping[str, str] | None = None) -> HttpAnswer:
        return self._at(url).get(url, headers=headers)

    def post_form(self, url: str, fields: Mapping[str, str], *, headers: Mapping[str, str] | None = None) -> HttpAnswer:
        return self._at(url).post_form(url, fields, headers=headers)

    def _at(self, url: str) -> FaultyProvider:
        return next(one for one in self._providers if url.startswith(one.issuer + "/"))


def unsigned(header: dict[str, Any], claims: dict[str, Any]) -> str:
    """Spell a token without any signature."""
    return ".".join([*(_part(one) for one in ({**header, "alg": "none"}, claims)), ""])


def signed_with_the_public_key(header: dict[str, Any], claims: dict[str, Any]) -> str:
    """Take the public key for a shared secret: whoever mixes the two up believes it (no library makes such a token)."""
    said = f"{_part({**header, 'alg': 'HS256'})}.{_part(claims)}"
    mac = hmac.digest(_KEYS["one"].as_pem(private=False), said.encode(), "sha256")
    return f"{said}.{base64.urlsafe_b64encode(mac).decode().rstrip('=')}"


def signed_by_a_stranger(header: dict[str, Any], claims: dict[str, Any]) -> str:
    """Sign with a key of one's own under the provider's key id."""
    return jwt.encode(header, claims, RSAKey.generate_key(2048))


def with_a_key_of_its_own(header: dict[str, Any], claims: dict[str, Any]) -> str:
    """Bring the key along in the header."""
    key = ECKey.generate_key("P-256")
    head = {"alg": "ES256", "kid": "one", "jwk": key.as_dict(private=False)}
    return jwt.encode(head, claims, key)


def altered(header: dict[str, Any], claims: dict[str, Any]) -> str:
    """Change the claims behind the signature."""
    head, _, signature = jwt.encode(header, claims, _KEYS["one"]).split(".")
    return f"{head}.{_part({**claims, 'sub': 'admin'})}.{signature}"


def _part(value: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


def _json(status: int, body: Any) -> HttpAnswer:
    return HttpAnswer(status, {"content-type": "application/json"}, json.dumps(body).encode())
