"""How this wiki's cookies are spelled: names, attributes, expiries, deletions (spec core §4.1).

Promises: the attributes and their order as on the recorded wire; a deletion is sent only for a cookie that came with the request or was
set before in the same response.
"""

from __future__ import annotations

from typing import Final
from urllib.parse import quote

from wikigate.sessions.settings import CookieSettings
from wikigate.sessions.visit import Visit
from wikigate.wire.http import Response, SetCookie

_UNFIT: Final = str.maketrans("=,; +.\"'\\[", "_" * 10)
_PAST: Final = 1.0
"""The moment that deletions carry: one second after the epoch, as PHP writes it."""


class CookieNames:
    """The names of one wiki's cookies."""

    __slots__ = (
        "block",
        "bot",
        "force_https",
        "known_devices",
        "language",
        "logged_out",
        "prefix",
        "session",
        "token",
        "user_id",
        "user_name",
    )

    def __init__(self, settings: CookieSettings, wiki_id: str) -> None:
        prefix = (settings.prefix or wiki_id).translate(_UNFIT)
        self.prefix: Final = prefix
        self.session: Final = (settings.session_name or f"{prefix}_session").translate(_UNFIT)
        self.bot: Final = f"{prefix}_BPsession"
        self.user_id: Final = f"{prefix}UserID"
        self.user_name: Final = f"{prefix}UserName"
        self.token: Final = f"{prefix}Token"
        self.logged_out: Final = f"{prefix}LoggedOut"
        self.block: Final = f"{prefix}BlockID"
        self.known_devices: Final = f"{prefix}KnownDevices"
        self.language: Final = f"{prefix}UseLang"
        self.force_https: Final = "forceHTTPS"


class CookieWriter:
    """Writes cookies into responses; shared by all threads.

    ``https`` says that the site itself is reached by https, so that cookies are secure whatever the request looks like.
    """

    def __init__(self, settings: CookieSettings, *, https: bool) -> None:
        self._settings = settings
        self._always = settings.secure == "always" or (https and settings.secure == "detect")
        self._detects = settings.secure == "detect"
        # What follows the value of a cookie that ends with the browser: the one that visitors get.
        self._tails = {
            (secure, same_site): self._spell("", "", secure=secure, same_site=same_site).header()[1:]
            for secure in (False, True)
            for same_site in (False, True)
        }

    def set(
        self,
        visit: Visit,
        response: Response,
        name: str,
        value: str,
        *,
        lifetime: int = 0,
        same_site: bool = True,
        never_secure: bool = False,
    ) -> None:
        """Send a cookie that lives ``lifetime`` seconds, 0 until the browser closes; its value is percent-encoded as PHP 8 does."""
        if not (value.isalnum() and value.isascii()):
            value = quote(value, safe="")
        secure = self._is_secure(visit) and not never_secure
        if lifetime:
            expires = visit.now + lifetime
            cookie = self._spell(name, value, secure=secure, same_site=same_site, expires=expires, max_age=lifetime)
            self._send(visit, response, name, cookie.header())
        else:
            self._send(visit, response, name, f"{name}={value}{self._tails[secure, same_site]}")

    def delete(
        self, visit: Visit, response: Response, name: str, *, same_site: bool = True, never_secure: bool = False
    ) -> None:
        """Delete a cookie if the client has it."""
        if name in visit.cookies or name in visit.sent:
            secure = self._is_secure(visit) and not never_secure
            cookie = self._spell(name, "deleted", secure=secure, same_site=same_site, expires=_PAST, max_age=0)
            self._send(visit, response, name, cookie.header())

    def expire(self, visit: Visit, response: Response, name: str, *, never_secure: bool = False) -> None:
        """Delete a cookie whether or not the client has it, as old releases do."""
        secure = self._is_secure(visit) and not never_secure
        cookie = self._spell(name, "deleted", secure=secure, same_site=True, expires=_PAST, max_age=0)
        self._send(visit, response, name, cookie.header())

    def _is_secure(self, visit: Visit) -> bool:
        return self._always or (self._detects and visit.request.scheme == "https")

    def _spell(
        self,
        name: str,
        value: str,
        *,
        secure: bool,
        same_site: bool,
        expires: float | None = None,
        max_age: int | None = None,
    ) -> SetCookie:
        settings = self._settings
        return SetCookie(
            name,
            value,
            expires=expires,
            max_age=max_age,
            path=settings.path,
            domain=settings.domain,
            secure=secure,
            http_only=settings.http_only,
            same_site=settings.same_site if same_site else "",
        )

    @staticmethod
    def _send(visit: Visit, response: Response, name: str, line: str) -> None:
        """Add the header unless it repeats the last word on this cookie; an earlier word stands before it, as MediaWiki leaves it."""
        if visit.sent.get(name) == line:
            return
        visit.sent[name] = line
        response.headers.append(("Set-Cookie", line))
