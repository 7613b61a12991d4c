"""The frame around every page: one template, one set of headers (spec security E6).

Promises that whatever a template prints is escaped, that a page runs no script and no style of its own making, is framed by nobody and
kept by no cache.
"""

from __future__ import annotations

from typing import Any, Final

from jinja2 import Environment, PackageLoader, StrictUndefined

from wikigate.actions.settings import SiteSettings
from wikigate.i18n.catalog import Catalog
from wikigate.primitives.message import Message
from wikigate.web.links import page_url
from wikigate.web.static_files import StaticFiles
from wikigate.web.visit import Visit
from wikigate.wire.http import Response

_POLICY: Final = "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; frame-ancestors 'none'"
_STAYING: Final = "; form-action 'self'"
_RUNNING: Final = "; script-src 'self'; connect-src 'self'"
_HEADERS: Final = (
    ("Content-Type", "text/html; charset=UTF-8"),
    ("X-Content-Type-Options", "nosniff"),
    ("X-Frame-Options", "DENY"),
    ("Referrer-Policy", "no-referrer"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cache-Control", "no-store"),
)


class Frame:
    """Draws pages of one wiki from the templates in ``web/templates``."""

    def __init__(self, site: SiteSettings, catalog: Catalog, static: StaticFiles) -> None:
        self._site = site
        self._catalog = catalog
        self._static = static
        self._style = static.url("style.css")
        self._home = page_url(site, site.main_page)
        self._templates = Environment(
            loader=PackageLoader("wikigate.web"), autoescape=True, undefined=StrictUndefined, auto_reload=False
        )

    def draw(
        self,
        visit: Visit,
        template: str,
        title: Message,
        *,
        status: int = 200,
        sends_on: bool = False,
        runs: bool = False,
        **context: Any,
    ) -> Response:
        """Return a page; in the template, ``text(key, …)`` is a message in the visitor's language, ``static(name)`` the address of a file.

        ``sends_on``: the answer to the page's form may send the visitor to another server, which browsers count as the form's target.
        ``runs``: the page runs scripts that are files in ``static``, and they may talk to this server.
        """

        def text(key: str, *params: Any) -> str:
            return self._catalog.plain(Message(key, params), visit.language)

        body = self._templates.get_template(template).render(
            site=self._site,
            language=visit.language,
            title=self._catalog.plain(title, visit.language),
            text=text,
            style=self._style,
            static=self._static.url,
            home=self._home,
            **context,
        )
        allowed = _POLICY + ("" if sends_on else _STAYING) + (_RUNNING if runs else "")
        return Response(status, [*_HEADERS, ("Content-Security-Policy", allowed)], body.encode())

    def tell(self, visit: Visit, title: Message, said: Message, *, status: int = 200) -> Response:
        """Return a page that says one thing."""
        return self.draw(visit, "told.html", title, status=status, said=self._catalog.plain(said, visit.language))


def redirect(url: str, *, status: int = 302) -> Response:
    """Send the visitor on; ``url`` has been judged before (spec security E7)."""
    headers = [("Location", url), *_HEADERS[1:], ("Content-Security-Policy", _POLICY + _STAYING)]
    return Response(status, headers)
