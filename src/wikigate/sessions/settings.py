"""What the configuration says of sessions and their cookies."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

DAY = 86_400


@dataclass(frozen=True, slots=True)
class CookieSettings:
    """The cookies.

    ``prefix``: what their names begin with (``$wgCookiePrefix``); empty: the wiki id. Characters unfit for a name become ``_``.
    ``session_name``: the session cookie's whole name (``$wgSessionName``); empty: ``<prefix>_session``.
    ``path``: their path. ``domain``: their domain; empty: this host only.
    ``secure``: ``always``, ``never``, or ``detect``: when the site or the request is https.
    ``http_only``: keep them from scripts. ``same_site``: ``Lax``, ``Strict``, ``None``, or empty to leave the attribute out, as MediaWiki
    does; the bot password cookie never carries it.
    ``expiration``: seconds that ``UserID`` and ``UserName`` live; 0: until the browser closes.
    ``extended_expiration``: the same and ``Token`` for a login that is to be remembered.
    """

    prefix: str = ""
    session_name: str = ""
    path: str = "/"
    domain: str = ""
    secure: Literal["detect", "always", "never"] = "detect"
    http_only: bool = True
    same_site: Literal["", "Lax", "Strict", "None"] = ""
    expiration: int = 30 * DAY
    extended_expiration: int = 180 * DAY

    def __post_init__(self) -> None:
        """Refuse what would make cookies that no browser keeps."""
        if any(c in self.path + self.domain for c in ';, \t\r\n"'):
            raise ValueError("“path” and “domain” may hold no space, comma, semicolon or quote")
        if self.expiration < 0 or self.extended_expiration < 0:
            raise ValueError("“expiration” and “extended_expiration” are seconds, 0 or more")
        if self.same_site == "None" and self.secure == "never":
            raise ValueError("browsers drop SameSite=None without Secure; set “secure” to “always” or “detect”")


@dataclass(frozen=True, slots=True)
class KnownDeviceSettings:
    """Devices from which somebody has logged in before (``P`` stands for the prefix of cookies).

    ``cookie``: mark them by a cookie ``<P>KnownDevices``, so that guesses from elsewhere do not keep their owners out; off as it comes,
    since MediaWiki has no such cookie. ``lifetime``: seconds from a login for which its device is known.
    """

    cookie: bool = False
    lifetime: int = 180 * DAY

    def __post_init__(self) -> None:
        """Refuse a device that is forgotten at once."""
        if self.lifetime < 1:
            raise ValueError("“lifetime” is a number of seconds, 1 or more")


@dataclass(frozen=True, slots=True)
class SessionSettings:
    """The sessions.

    ``lifetime``: seconds of idleness after which a session ends. ``absolute_limit``: seconds after which it ends however busy; a
    remembered login then begins a new one. ``max_per_account``: how many may run side by side, the oldest ends; 0: any number.
    ``remember_me``: ``choose``, ``force-choose``, ``always`` or ``never`` (``$wgRememberMe``).
    ``token_version``: ``$wgAuthenticationTokenVersion`` of a wiki whose database is shared; changing it ends every session.
    ``force_https``: the site is reached by https only (``$wgForceHTTPS``): cookies are secure whatever the request.
    ``cookies``: their names and attributes. ``known_devices``: where somebody has logged in before.
    """

    lifetime: int = 3600
    absolute_limit: int = 30 * DAY
    max_per_account: int = 50
    remember_me: Literal["choose", "force-choose", "always", "never"] = "choose"
    token_version: str = ""
    force_https: bool = False
    cookies: CookieSettings = field(default_factory=CookieSettings)
    known_devices: KnownDeviceSettings = field(default_factory=KnownDeviceSettings)

    def __post_init__(self) -> None:
        """Refuse a session that is over before it begins."""
        if self.lifetime < 10 or self.absolute_limit < self.lifetime:  # noqa: PLR2004  seconds
            raise ValueError("“lifetime” must be 10 seconds or more and “absolute_limit” no less than “lifetime”")
        if self.max_per_account < 0:
            raise ValueError("“max_per_account” is a number of sessions, 0 for any number")
