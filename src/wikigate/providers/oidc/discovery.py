"""What an OpenID provider says of itself (OpenID Connect Discovery 1.0 §4).

Promises that the issuer is to the letter the configured one (§4.3, security G7), that every address found may be asked, that an answer
serves for an hour, and that a provider that is down is not asked by every login. A failure is an ``OpenIdFault``.
"""

from __future__ import annotations

from dataclasses import dataclass
from threading import Lock
from typing import Any, Final
from urllib.parse import urlsplit

from wikigate.auth.openid_settings import is_safe_url
from wikigate.outbound.http_client import HttpClient, OutboundError
from wikigate.primitives.clock import Clock
from wikigate.providers.oidc.fault import OpenIdFault

_LIFETIME: Final = 3600
_PAUSE: Final = 5
"""Seconds for which a failure is believed."""


@dataclass(frozen=True, slots=True)
class Metadata:
    """A provider's addresses; empty where it has none. ``names_itself``: it puts ``iss`` into its answers (RFC 9207 §3)."""

    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    userinfo_endpoint: str = ""
    end_session_endpoint: str = ""
    names_itself: bool = False


class Discovery:
    """The metadata of one provider; shared by all threads."""

    def __init__(self, issuer: str, http: HttpClient, clock: Clock) -> None:
        self._issuer = issuer
        self._http = http
        self._clock = clock
        self._lock = Lock()
        self._known: Metadata | None = None
        self._read_at = 0.0
        self._failed_at: float | None = None

    def metadata(self) -> Metadata:
        """Return the metadata. Raises ``OpenIdFault``; may ask the provider."""
        with self._lock:
            now = self._clock.now()
            if self._known is not None and 0 <= now - self._read_at < _LIFETIME:
                return self._known
            if self._failed_at is not None and 0 <= now - self._failed_at < _PAUSE:
                raise OpenIdFault("discovery-failed-before")
            try:
                self._known = self._read()
            except OpenIdFault:
                self._failed_at = now
                raise
            self._read_at, self._failed_at = now, None
            return self._known

    def _read(self) -> Metadata:
        try:
            answer = self._http.get(f"{self._issuer.rstrip('/')}/.well-known/openid-configuration")
            found = answer.json() if answer.ok else None
        except OutboundError as error:
            raise OpenIdFault("discovery-unreachable") from error
        if not isinstance(found, dict):
            raise OpenIdFault("discovery-no-answer")
        if found.get("issuer") != self._issuer:
            raise OpenIdFault("discovery-other-issuer")
        return Metadata(
            self._address(found, "authorization_endpoint", needed=True),
            self._address(found, "token_endpoint", needed=True),
            self._address(found, "jwks_uri", needed=True),
            self._address(found, "userinfo_endpoint"),
            self._address(found, "end_session_endpoint"),
            names_itself=found.get("authorization_response_iss_parameter_supported") is True,
        )

    def _address(self, found: dict[str, Any], name: str, *, needed: bool = False) -> str:
        url = found.get(name, "")
        if not isinstance(url, str) or (url and not is_safe_url(url)) or (needed and not url):
            raise OpenIdFault("discovery-bad-address")
        if url and urlsplit(url).scheme != "https" and urlsplit(self._issuer).scheme == "https":
            # Nobody elsewhere tells us to ask this machine's own services.
            raise OpenIdFault("discovery-bad-address")
        return url
