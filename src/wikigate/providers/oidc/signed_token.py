"""ID tokens and logout tokens: signature first, then every claim (OpenID Connect Core 1.0 §3.1.3.7, Back-Channel Logout 1.0 §2.6).

The one file that lets ``joserfc`` judge a signature. Promises: an algorithm counts only if it is configured, never ``none`` and never one
with a shared secret; the key is the issuer's own by its id, never one that the token names or brings along (RFC 8725 §3.1, §3.10); every
failure is an ``OpenIdFault`` whose reason says which rule it was, for the audit alone.
"""

from __future__ import annotations

import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jws import extract_compact

from wikigate.auth.openid_settings import OpenIdProviderSettings
from wikigate.providers.oidc.fault import OpenIdFault
from wikigate.providers.oidc.keys import ProviderKeys

_OLDEST: Final = 600
"""Seconds since a token was issued: none that we ask for is older than the login it is for."""
_LONGEST: Final = 64 * 1024
_LONGEST_SUBJECT: Final = 255
_END_OF_TIME: Final = 1 << 40
_LOGOUT_EVENT: Final = "http://schemas.openid.net/event/backchannel-logout"
_BROUGHT_KEYS: Final = frozenset({"jku", "jwk", "x5u", "x5c", "crit"})


@dataclass(frozen=True, slots=True)
class Rules:
    """By what a token is judged: the provider as configured, and seconds that clocks may differ."""

    provider: OpenIdProviderSettings
    tolerance: int


@dataclass(frozen=True, slots=True)
class LogoutOrder:
    """A logout token: whose sessions shall end, all of a subject's or one; ``ident`` and ``expires`` for using it once."""

    subject: str
    session: str
    ident: str
    expires: float


def read_id_token(token: str, keys: ProviderKeys, rules: Rules, *, nonce: str, now: float) -> Mapping[str, Any]:
    """Return the claims of an ID token that is for us, fresh, and for this very login. Raises ``OpenIdFault``."""
    claims = _verified(token, keys, rules, now, kind="id-token")
    given = claims.get("nonce")
    if not isinstance(given, str) or not hmac.compare_digest(given.encode(), nonce.encode()):
        raise OpenIdFault("id-token-nonce")
    _subject(claims, "id-token")
    _strength(claims, rules, now)
    return claims


def read_logout_token(token: str, keys: ProviderKeys, rules: Rules, *, now: float) -> LogoutOrder:
    """Return what a logout token orders. Raises ``OpenIdFault``."""
    claims = _verified(token, keys, rules, now, kind="logout-token", types=frozenset({"logout+jwt", "jwt"}))
    events = claims.get("events")
    if not isinstance(events, dict) or not isinstance(events.get(_LOGOUT_EVENT), dict):
        raise OpenIdFault("logout-token-event")
    if "nonce" in claims:
        raise OpenIdFault("logout-token-nonce")
    ident, session, subject = claims.get("jti"), claims.get("sid", ""), claims.get("sub", "")
    if not isinstance(ident, str) or not ident or len(ident) > _LONGEST_SUBJECT:
        raise OpenIdFault("logout-token-id")
    if not isinstance(session, str) or not isinstance(subject, str) or not (session or subject):
        raise OpenIdFault("logout-token-nobody")
    return LogoutOrder(subject, session, ident, float(claims["exp"]) + rules.tolerance)


def claimed_issuer(token: str) -> str:
    """Return who is said to have issued a token, unverified: only to find whose keys to ask; empty where nobody is."""
    try:
        claims = json.loads(extract_compact(token.encode()).payload)
    except (JoseError, ValueError, UnicodeError, RecursionError):
        return ""
    issuer = claims.get("iss") if isinstance(claims, dict) else None
    return issuer if isinstance(issuer, str) else ""


@dataclass(frozen=True, slots=True)
class _Header:
    algorithm: str
    kid: str
    kind: str


def _verified(
    token: str, keys: ProviderKeys, rules: Rules, now: float, *, kind: str, types: frozenset[str] = frozenset()
) -> dict[str, Any]:
    """Check header, signature, issuer, audience and times, which all tokens have in common."""
    header = _header(token, kind)
    if header.algorithm not in rules.provider.algorithms:
        raise OpenIdFault(f"{kind}-algorithm")
    if types and header.kind not in types:
        raise OpenIdFault(f"{kind}-type")
    try:
        claims = jwt.decode(token, keys.find(header.kid), algorithms=[header.algorithm]).claims
    except (JoseError, ValueError, TypeError) as error:
        raise OpenIdFault(f"{kind}-signature") from error
    if claims.get("iss") != rules.provider.issuer:
        raise OpenIdFault(f"{kind}-issuer")
    _audience(claims, rules.provider.client_id, kind)
    _times(claims, rules.tolerance, now, kind)
    return claims


def _header(token: str, kind: str) -> _Header:
    if len(token) > _LONGEST:
        raise OpenIdFault(f"{kind}-too-long")
    try:
        header = extract_compact(token.encode()).headers()
        algorithm, kid, type_ = header["alg"], header["kid"], header.get("typ", "jwt")
    except (JoseError, ValueError, KeyError, TypeError, UnicodeError) as error:
        raise OpenIdFault(f"{kind}-header") from error
    if not all(isinstance(value, str) and value for value in (algorithm, kid, type_)) or _BROUGHT_KEYS & header.keys():
        raise OpenIdFault(f"{kind}-header")
    return _Header(algorithm, kid, type_.lower().removeprefix("application/"))


def _audience(claims: Mapping[str, Any], client_id: str, kind: str) -> None:
    """OpenID Connect Core §3.1.3.7, rules 3 to 5: it is for us, and where it is for others too, it was made for us."""
    audience = claims.get("aud")
    listed = [audience] if isinstance(audience, str) else audience
    if not isinstance(listed, list) or client_id not in listed:
        raise OpenIdFault(f"{kind}-audience")
    party = claims.get("azp")
    if (len(listed) > 1 or party is not None) and party != client_id:
        raise OpenIdFault(f"{kind}-authorized-party")


def _times(claims: Mapping[str, Any], tolerance: int, now: float, kind: str) -> None:
    expires, issued = _moment(claims.get("exp")), _moment(claims.get("iat"))
    if expires is None or issued is None:
        raise OpenIdFault(f"{kind}-times")
    if now >= expires + tolerance:
        raise OpenIdFault(f"{kind}-expired")
    if issued > now + tolerance:
        raise OpenIdFault(f"{kind}-from-the-future")
    if issued < now - _OLDEST - tolerance:
        raise OpenIdFault(f"{kind}-old")


def _subject(claims: Mapping[str, Any], kind: str) -> None:
    subject = claims.get("sub")
    if not isinstance(subject, str) or not subject or len(subject) > _LONGEST_SUBJECT or not subject.isascii():
        raise OpenIdFault(f"{kind}-subject")


def _strength(claims: Mapping[str, Any], rules: Rules, now: float) -> None:
    """Insist on what the configuration wants of the way in which he showed who he is (security G8)."""
    provider = rules.provider
    if provider.acr_values and claims.get("acr") not in provider.acr_values:
        raise OpenIdFault("id-token-acr")
    used = claims.get("amr")
    if provider.amr and not (isinstance(used, list) and all(means in used for means in provider.amr)):
        raise OpenIdFault("id-token-amr")
    if provider.max_age:
        shown = _moment(claims.get("auth_time"))
        if shown is None or shown < now - provider.max_age - rules.tolerance:
            raise OpenIdFault("id-token-auth-time")


def _moment(value: Any) -> float | None:
    return (
        float(value)
        if isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < _END_OF_TIME
        else None
    )
