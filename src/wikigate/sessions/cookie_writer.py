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

    __slots__ = ("bot", "force_https", "logged_out", "session", "token", "user_id", "user_name")

    def __init__(self, settings: CookieSettings, wiki_id: str) -> None:
        prefix = (settings.prefix or wiki_id).translate(_UNFIT)
        self.session: Final = (settings.session_name or f"{prefix}_session").translate(_UNFIT)
        self.bot: Final = f"{prefix}_BPsession"
        self.user_id: Final = f"{prefix}UserID"
        self.user_name: Final = f"{prefix}UserName"
        self.token: Final = f"{prefix}Token"
        self.logged_out: Final = f"{prefix}LoggedOut"
        self.force_https: Final = "forceHTTPS"


class CookieWriter:
    """Writes cookies into responses; shared by all threads.

    ``https`` says that the site itself is reached by https, so that cookies are secure whatever the request looks like.
    """

    def __init__(self, settings: CookieSettings, *, https: bool) -> None:
        self._settings = settings
        self._always = settings.secure == "always" or (https and settings.secure == "detect")
        self._detects = settings.secure == "detect"

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
        self._write(
            visit,
            response,
            name,
            quote(value, safe=""),
            expires=visit.now + lifetime if lifetime else None,
            max_age=lifetime,
            same_site=same_site,
            never_secure=never_secure,
        )

    def delete(
        self, visit: Visit, response: Response, name: str, *, same_site: bool = True, never_secure: bool = False
    ) -> None:
        """Delete a cookie if the client has it."""
        if name in visit.cookies or _was_set(response, name):
            self._write(
                visit,
                response,
                name,
                "deleted",
                expires=_PAST,
                max_age=0,
                same_site=same_site,
                never_secure=never_secure,
            )

    def _write(
        self,
        visit: Visit,
        response: Response,
        name: str,
        value: str,
        *,
        expires: float | None,
        max_age: int,
        same_site: bool,
        never_secure: bool,
    ) -> None:
        settings = self._settings
        secure = self._always or (self._detects and visit.request.scheme == "https")
        response.set_cookie(
            SetCookie(
                name,
                value,
                expires=expires,
                max_age=max_age,
                path=settings.path,
                domain=settings.domain,
                secure=secure and not never_secure,
                http_only=settings.http_only,
                same_site=settings.same_site if same_site else "",
            )
        )


def _was_set(response: Response, name: str) -> bool:
    start = f"{name}="
    return any(header == "Set-Cookie" and value.startswith(start) for header, value in response.headers)
