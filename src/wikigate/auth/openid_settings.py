"""What the configuration says of logging in with OpenID Connect."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final, Literal
from urllib.parse import urlsplit

_LOOPBACK: Final = frozenset({"127.0.0.1", "::1", "localhost"})
SAFE_ALGORITHMS: Final = frozenset(
    {"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"}
)
"""Signatures that need a private key to make (RFC 8725 §3.2): whoever can check one cannot make one."""


def is_safe_url(url: str) -> bool:
    """Whether requests may go to a URL: https, or http on this very machine; no fragment, no password in it."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        return False
    if parts.fragment or parts.username is not None or not host or any(ord(c) <= 0x20 or c == "\\" for c in url):  # noqa: PLR2004  blanks and controls
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and host in _LOOPBACK)


def origin_of(url: str) -> str:
    """Return scheme, host and port of a URL (RFC 6454 §6.2); empty where it has none, or browsers may read another host in it."""
    try:
        parts = urlsplit(url)
        port = "" if parts.port in {None, {"http": 80, "https": 443}.get(parts.scheme)} else f":{parts.port}"
    except ValueError:
        return ""
    if parts.scheme not in {"http", "https"} or not parts.hostname or "@" in parts.netloc or "\\" in url:
        return ""
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    return f"{parts.scheme}://{host}{port}"


@dataclass(frozen=True, slots=True)
class OpenIdProviderSettings:
    """One OpenID provider.

    ``name``: what clients choose it by (``openid.example.net``); it never changes. ``issuer``: its address, to the letter.
    ``client_id``, ``client_secret``: what it knows this wiki by; without a secret the wiki is a public client.
    ``label``: its name for people; empty: ``name``. ``token_auth``: how the secret is shown to it.
    ``scope``: what is asked for, ``openid`` among it. ``algorithms``: signatures that are accepted.
    ``unknown``: what becomes of somebody who has no account here: ``restart`` lets him log in otherwise and link, or create an
    account; ``create`` makes the account. ``name_claim``: the claim that a new account's name is taken from.
    ``acr_values``: how he must have shown who he is, one of them; empty: anyhow. ``amr``: means that must all have been used.
    ``max_age``: seconds since he did so at most; 0: any. ``prompt``: passed on (``login`` asks him again every time).
    ``single_logout``: whether logging out on the wiki's pages logs him out at the provider too.
    """

    name: str
    issuer: str
    client_id: str
    client_secret: str = field(default="", repr=False)
    label: str = ""
    token_auth: Literal["client_secret_basic", "client_secret_post"] = "client_secret_basic"  # noqa: S105  a method's name
    scope: tuple[str, ...] = ("openid", "profile", "email")
    algorithms: tuple[str, ...] = ("RS256", "PS256", "ES256", "EdDSA")
    unknown: Literal["restart", "create"] = "restart"
    name_claim: str = "preferred_username"
    acr_values: tuple[str, ...] = ()
    amr: tuple[str, ...] = ()
    max_age: int = 0
    prompt: str = ""
    single_logout: bool = False

    def __post_init__(self) -> None:
        """Refuse what cannot work or is not safe."""
        if not self.name or any(not (c.isalnum() or c in ".-_") for c in self.name):
            raise ValueError("“name” of an OpenID provider is made of letters, digits, dots, dashes and underscores")
        if not self.client_id:
            raise ValueError(f"the OpenID provider “{self.name}” needs a “client_id”")
        if not is_safe_url(self.issuer) or urlsplit(self.issuer).query:
            raise ValueError(f"“issuer” of “{self.name}” must be an https address without a query")
        if "openid" not in self.scope:
            raise ValueError(f"“scope” of “{self.name}” must have “openid”")
        if not self.algorithms or not SAFE_ALGORITHMS.issuperset(self.algorithms):
            raise ValueError(f"“algorithms” of “{self.name}” are some of {', '.join(sorted(SAFE_ALGORITHMS))}")
        if self.max_age < 0:
            raise ValueError(f"“max_age” of “{self.name}” is a number of seconds, 0 or more")

    @property
    def shown(self) -> str:
        """Its name for people."""
        return self.label or self.name


@dataclass(frozen=True, slots=True)
class OpenIdSettings:
    """Logging in with OpenID Connect; switched on by ``openid-connect`` or ``pluggable-auth`` in ``auth.providers``.

    ``providers``: whom to log in with. ``tolerance``: seconds that their clocks may differ from ours.
    ``return_to``: origins (``https://app.example.org``) that ``openid-connect`` sends the browser back to with the answer, beside the
    wiki's own and this machine's loopback: whoever gets that answer may be logged in by it.
    """

    providers: tuple[OpenIdProviderSettings, ...] = ()
    tolerance: int = 120
    return_to: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse two of one name, and clocks that tell nothing."""
        if len({provider.name for provider in self.providers}) != len(self.providers):
            raise ValueError("two OpenID providers have one “name”; give each its own")
        if not 0 <= self.tolerance <= 600:  # noqa: PLR2004  ten minutes
            raise ValueError("“tolerance” is a number of seconds from 0 to 600")
        if any(origin_of(origin) != origin for origin in self.return_to):
            raise ValueError("“return_to” has origins: scheme and host, and the port if it is not the usual one")

    def may_return_to(self, url: str, server: str) -> bool:
        """Whether the browser may bring an answer to ``url``; ``server`` is the wiki's own origin."""
        origin = origin_of(url)
        return bool(origin) and (
            origin in self.return_to or origin == origin_of(server) or urlsplit(url).hostname in _LOOPBACK
        )
