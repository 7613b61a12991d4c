"""The frame around every page: one template, one set of headers (spec security E6).

Promises that whatever a template prints is escaped, that a page runs no script and no style of its own making, is framed by nobody and
kept by no cache.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from jinja2 import Environment, PackageLoader, StrictUndefined

from wikigate.actions.settings import SiteSettings
from wikigate.i18n.catalog import Catalog
from wikigate.i18n.language import NAMES, bcp47, direction
from wikigate.primitives.message import Message
from wikigate.web.links import page_url
from wikigate.web.static_files import StaticFiles
from wikigate.web.visit import Visit
from wikigate.wire.http import Response

_POLICY: Final = "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; frame-ancestors 'none'"
_STAYING: Final = "; form-action 'self'"
_HEADERS: Final = (
    ("Content-Type", "text/html; charset=UTF-8"),
    ("X-Content-Type-Options", "nosniff"),
    ("X-Frame-Options", "DENY"),
    ("Referrer-Policy", "no-referrer"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cache-Control", "no-store"),
)


@dataclass(frozen=True, slots=True)
class LanguageChoice:
    """A language that pages can come in: its code here, its code for HTML, its direction, and what its speakers call it."""

    code: str
    html_code: str
    direction: str
    name: str


def language_choices(catalog: Catalog) -> list[LanguageChoice]:
    """Return the languages that there are texts in, by code."""
    return [
        LanguageChoice(code, bcp47(code), direction(code), NAMES.get(code, code)) for code in sorted(catalog.languages)
    ]


class Frame:
    """Draws pages of one wiki from the templates in ``web/templates``."""

    def __init__(self, site: SiteSettings, catalog: Catalog, static: StaticFiles) -> None:
        self._site = site
        self._catalog = catalog
        self._style = static.url("style.css")
        self._home = page_url(site, site.main_page)
        self._languages = language_choices(catalog)
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
        **context: Any,
    ) -> Response:
        """Return a page; in the template, ``text(key, …)`` is a message in the visitor's language.

        ``sends_on``: the answer to the page's form may send the visitor to another server, which browsers count as the form's target.
        """

        def text(key: str, *params: Any) -> str:
            return self._catalog.plain(Message(key, params), visit.language)

        spoken = self._catalog.spoken(visit.language)
        body = self._templates.get_template(template).render(
            site=self._site,
            language=bcp47(spoken),
            direction=direction(spoken),
            languages=[one for one in self._languages if one.code != spoken],
            language_name=NAMES.get(spoken, spoken),
            elsewise=_elsewise(visit.request.query),
            title=self._catalog.plain(title, visit.language),
            text=text,
            style=self._style,
            home=self._home,
            **context,
        )
        policy = ("Content-Security-Policy", _POLICY + ("" if sends_on else _STAYING))
        return Response(status, [*_HEADERS, policy, ("Content-Language", bcp47(spoken))], body.encode())

    def tell(self, visit: Visit, title: Message, said: Message, *, status: int = 200) -> Response:
        """Return a page that says one thing."""
        return self.draw(visit, "told.html", title, status=status, said=self._catalog.plain(said, visit.language))


def _elsewise(query: str) -> str:
    """Return the beginning of an address of the same page, up to the code of its language."""
    kept = [part for part in query.split("&") if part and not part.startswith("uselang=")]
    return "?" + "".join(f"{part}&" for part in kept) + "uselang="


def redirect(url: str, *, status: int = 302) -> Response:
    """Send the visitor on; ``url`` has been judged before (spec security E7)."""
    headers = [("Location", url), *_HEADERS[1:], ("Content-Security-Policy", _POLICY + _STAYING)]
    return Response(status, headers)
