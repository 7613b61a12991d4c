"""The language of a page: what the address says, what the visitor has chosen, what his browser likes, the wiki's own.

A visitor without an account who takes another language by ``uselang=…`` keeps it, in a cookie that ends with the browser, so that the
next page and the answer to a form come in it too. Nothing is stored on the server.
"""

from __future__ import annotations

from typing import Final

from wikigate.actions.accept_language import accepted_languages
from wikigate.actions.own_language import own_language
from wikigate.actions.services import Services
from wikigate.i18n.catalog import sanitise_language
from wikigate.sessions.cookie_writer import CookieWriter
from wikigate.sessions.visit import Visit as CookieVisit
from wikigate.web.visit import Visit
from wikigate.wire.http import Response

_PARAMETER: Final = "uselang"
_USER: Final = "user"
_CONTENT: Final = "content"


class PageLanguage:
    """Works out the languages of one wiki's pages; shared by all threads. ``name`` is the whole name of the cookie."""

    def __init__(self, services: Services, name: str, writer: CookieWriter) -> None:
        self._services = services
        self._name = name
        self._writer = writer

    def __call__(self, visit: Visit) -> str:
        """Return the language of a visit's page."""
        content = self._services.site.language
        asked = visit.text(_PARAMETER)
        if asked == _CONTENT:
            return content
        if asked and asked != _USER:
            return sanitise_language(asked, content)
        return own_language(visit) or self._kept(visit) or self._liked(visit) or content

    def keep(self, visit: Visit, response: Response) -> None:
        """Send the cookie where a visitor has taken one of the languages that there are."""
        asked = visit.text(_PARAMETER).lower()
        if asked in self._services.catalog.languages:
            cookies = CookieVisit(visit.request, visit.now)
            if cookies.cookie(self._name) != asked:
                self._writer.set(cookies, response, self._name, asked)

    def _kept(self, visit: Visit) -> str | None:
        header = visit.request.headers.get("cookie")
        if header is None or self._name not in header:
            return None
        code = CookieVisit(visit.request, visit.now).cookie(self._name)
        return code if code in self._services.catalog.languages else None

    def _liked(self, visit: Visit) -> str | None:
        header = visit.request.headers.get("accept-language")
        return self._services.catalog.best(code for code, _ in accepted_languages(header)) if header else None
