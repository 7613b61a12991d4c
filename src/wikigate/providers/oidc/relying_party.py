"""The wiki as a client of one OpenID provider: where it sends browsers, and how it turns a code into a proven identity.

Code flow with PKCE and nothing else (OpenID Connect Core 1.0 §3.1, RFC 7636 with S256, RFC 9700 §2.1.1). Every failure at the provider's
side is an ``OpenIdFault``. No transaction is open while the provider is asked; secrets and codes go into bodies and headers of requests
to it and nowhere else.
"""

from __future__ import annotations

import hashlib
import re
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import quote, quote_plus, urlencode

from wikigate.accounts.identities import Identity
from wikigate.auth.openid_settings import OpenIdProviderSettings
from wikigate.outbound.http_client import HttpClient, OutboundError
from wikigate.primitives.clock import Clock
from wikigate.providers.oidc.discovery import Discovery
from wikigate.providers.oidc.fault import OpenIdFault
from wikigate.providers.oidc.keys import ProviderKeys
from wikigate.providers.oidc.signed_token import LogoutOrder, Rules, read_id_token, read_logout_token

_ERROR_CODE: Final = re.compile(r"[a-z_]{1,40}")
_LONGEST_CODE: Final = 4096


@dataclass(frozen=True, slots=True)
class Proof:
    """What a provider has proven: who it is, the provider's session, the token itself, and its claims."""

    identity: Identity
    session: str
    id_token: str = field(repr=False)
    access_token: str = field(repr=False)
    claims: Mapping[str, Any] = field(repr=False)


class RelyingParty:
    """One configured provider; shared by all threads. ``redirect_uri``: where it sends browsers back to."""

    def __init__(
        self, settings: OpenIdProviderSettings, redirect_uri: str, http: HttpClient, clock: Clock, *, tolerance: int
    ) -> None:
        self.settings: Final = settings
        self._redirect_uri = redirect_uri
        self._http = http
        self._clock = clock
        self._rules = Rules(settings, tolerance)
        self._discovery = Discovery(settings.issuer, http, clock)
        self._keys = ProviderKeys(lambda: self._discovery.metadata().jwks_uri, http, clock)

    def authorization_url(self, *, state: str, nonce: str, verifier: str) -> str:
        """Return where a browser is sent to log in, parameters in the order of the documentation's example."""
        digest = hashlib.sha256(verifier.encode()).digest()
        fields = {
            "scope": " ".join(self.settings.scope),
            "response_type": "code",
            "client_id": self.settings.client_id,
            "redirect_uri": self._redirect_uri,
            "state": state,
            "nonce": nonce,
            "code_challenge": urlsafe_b64encode(digest).decode().rstrip("="),
            "code_challenge_method": "S256",
        }
        if self.settings.prompt:
            fields["prompt"] = self.settings.prompt
        if self.settings.max_age:
            fields["max_age"] = str(self.settings.max_age)
        if self.settings.acr_values:
            fields["acr_values"] = " ".join(self.settings.acr_values)
        return _with(self._discovery.metadata().authorization_endpoint, fields)

    def answered_by(self, issuer: str | None) -> bool:
        """Whether an answer is this provider's by its own word (RFC 9207 §2.4); one that always says so must. May ask the provider."""
        if issuer is None:
            return not self._discovery.metadata().names_itself
        return issuer == self.settings.issuer

    def redeem(self, code: str, *, verifier: str, nonce: str) -> Proof:
        """Turn a code into a proof. Raises ``OpenIdFault``."""
        if not 0 < len(code) <= _LONGEST_CODE:
            raise OpenIdFault("code-impossible")
        fields = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self._redirect_uri,
            "code_verifier": verifier,
        }
        answer = self._ask_for_tokens(fields)
        id_token, access_token = answer.get("id_token"), answer.get("access_token", "")
        if not isinstance(id_token, str) or not isinstance(access_token, str):
            raise OpenIdFault("token-answer-without-token")
        claims = read_id_token(id_token, self._keys, self._rules, nonce=nonce, now=self._clock.now())
        session = claims.get("sid", "")
        identity = Identity(self.settings.issuer, claims["sub"])
        return Proof(identity, session if isinstance(session, str) else "", id_token, access_token, claims)

    def described(self, proof: Proof) -> Mapping[str, Any]:
        """Return the claims with those that the provider tells about him apart (OpenID Connect Core §5.3). Raises ``OpenIdFault``."""
        endpoint = self._discovery.metadata().userinfo_endpoint
        if not endpoint or not proof.access_token:
            return proof.claims
        try:
            answer = self._http.get(endpoint, headers={"Authorization": f"Bearer {proof.access_token}"})
            told = answer.json() if answer.ok else None
        except OutboundError as error:
            raise OpenIdFault("userinfo-unreachable") from error
        if not isinstance(told, dict):
            raise OpenIdFault("userinfo-no-answer")
        if told.get("sub") != proof.identity.subject:
            # §5.3.2: claims about somebody else must not be used.
            raise OpenIdFault("userinfo-other-subject")
        return {**told, **proof.claims}

    def judge_logout(self, token: str) -> LogoutOrder:
        """Return what a logout token orders. Raises ``OpenIdFault``."""
        return read_logout_token(token, self._keys, self._rules, now=self._clock.now())

    def logout_url(self, id_token: str, back_to: str) -> str:
        """Return where a browser is sent to log out there too; empty where that cannot be done (RP-Initiated Logout 1.0 §2)."""
        try:
            endpoint = self._discovery.metadata().end_session_endpoint
        except OpenIdFault:
            return ""
        if not endpoint:
            return ""
        client_id = self.settings.client_id
        return _with(endpoint, {"id_token_hint": id_token, "client_id": client_id, "post_logout_redirect_uri": back_to})

    def _ask_for_tokens(self, fields: dict[str, str]) -> dict[str, Any]:
        headers: dict[str, str] = {}
        settings = self.settings
        if settings.client_secret and settings.token_auth == "client_secret_basic":  # noqa: S105  a method's name
            pair = f"{quote_plus(settings.client_id)}:{quote_plus(settings.client_secret)}"
            headers["Authorization"] = f"Basic {b64encode(pair.encode()).decode()}"
        else:
            fields["client_id"] = settings.client_id
            if settings.client_secret:
                fields["client_secret"] = settings.client_secret
        try:
            answer = self._http.post_form(self._discovery.metadata().token_endpoint, fields, headers=headers)
            found = answer.json()
        except OutboundError as error:
            raise OpenIdFault("token-unreachable") from error
        if not isinstance(found, dict):
            raise OpenIdFault("token-no-answer")
        if not answer.ok:
            code = found.get("error")
            shown = code if isinstance(code, str) and _ERROR_CODE.fullmatch(code) else "error"
            raise OpenIdFault(f"token-{shown}")
        return found


def _with(endpoint: str, fields: Mapping[str, str]) -> str:
    """Add a query to an endpoint, which may have one already (RFC 6749 §3.1)."""
    return f"{endpoint}{'&' if '?' in endpoint else '?'}{urlencode(fields, safe=':/', quote_via=quote)}"
