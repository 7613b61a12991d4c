"""The frame around every page: one template, one set of headers (spec security E6).

Promises that whatever a template prints is escaped, that a page runs no script and no style of its own making, is framed by nobody and
kept by no cache. The scripts that it does run are files of this server, each let in by a nonce: what ``api.php`` prints for a ``callback``
comes from this server too.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from http.client import BAD_REQUEST, OK
from string import punctuation
from typing import Any, Final
from urllib.parse import quote

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from wikigate.actions.settings import SiteSettings
from wikigate.actions.shown_time import shown_time
from wikigate.i18n.catalog import Catalog
from wikigate.i18n.language import NAMES, bcp47, direction
from wikigate.primitives.message import Message, PlainText
from wikigate.web.client_config import ClientConfig
from wikigate.web.links import page_url
from wikigate.web.static_files import StaticFiles
from wikigate.web.temporary_end import TemporaryEnd
from wikigate.web.visit import Visit
from wikigate.wire.http import Response

_POLICY: Final = "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; frame-ancestors 'none'"
_NONCE_BYTES: Final = 16
_MOMENT: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", re.ASCII)
_STAYING: Final = "; form-action 'self'"
# What stands at the top of every page for somebody who is logged in, and for everybody else.
_PERSONAL: Final = ("AccountSecurity", "Preferences", "UserLogout")
_NOBODYS: Final = ("CreateAccount", "UserLogin")
_HEADERS: Final = (
    ("Content-Type", "text/html; charset=UTF-8"),
    ("X-Content-Type-Options", "nosniff"),
    ("X-Frame-Options", "DENY"),
    ("Referrer-Policy", "no-referrer"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cache-Control", "private, no-store"),
    ("Vary", "Accept-Language, Cookie"),
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


@dataclass(frozen=True, slots=True)
class Lead:
    """A link: the message key of its text, and its address."""

    key: str
    url: str


class Frame:
    """Draws pages of one wiki from the templates in ``web/templates``."""

    def __init__(
        self, site: SiteSettings, catalog: Catalog, static: StaticFiles, generator: str, ending: TemporaryEnd
    ) -> None:
        self._site = site
        self.ending = ending
        self._client = ClientConfig(site, generator)
        self._catalog = catalog
        self._static = static
        self._style = static.url("style.css")
        self._script = static.url("mw.js")
        self._mark = static.url("mark.svg")
        self._home = page_url(site, site.main_page)
        self._pages: frozenset[str] = frozenset()
        self._languages = language_choices(catalog)
        self._templates = Environment(
            loader=PackageLoader("wikigate.web"), autoescape=True, undefined=StrictUndefined, auto_reload=False
        )

    def offer(self, pages: Iterable[str]) -> None:
        """Take note of the special pages that there are; they are made after the frame, which leads to them."""
        self._pages = frozenset(pages)

    def leads(self, names: Iterable[str], **query: str) -> tuple[Lead, ...]:
        """Return links to those of the special pages that there are; the text of each is its title, MediaWiki's key for it."""
        return tuple(
            Lead(name.lower(), page_url(self._site, f"Special:{name}", **query))
            for name in names
            if name in self._pages
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
        """Return a page; in the template, ``text(key, …)`` is a message in the visitor's language, ``static(name)`` the address of a file.

        What ``text`` is given as parameters is shown as it is.

        ``shown(text)`` spells a moment (``2026-11-21T12:00:00Z``) as people read it.

        ``sends_on``: the answer to the page's form may send the visitor to another server, which browsers count as the form's target.
        A script that the template asks for bears the ``nonce``; it may talk to this server.
        """
        nonce = visit.services.random_bytes(_NONCE_BYTES).hex()
        account = visit.known_account
        notice = visit.notice or self.ending.notice(account, visit.now)

        def text(key: str, *params: Any) -> str:
            plain = (PlainText(param) if isinstance(param, str) else param for param in params)
            return visit.words(Message(key, tuple(plain)))

        def shown(value: str) -> str:
            """Spell a moment for people, and leave every other text as it is."""
            if not _MOMENT.fullmatch(value):
                return value
            spelled = shown_time(datetime.fromisoformat(value).timestamp(), self._catalog, visit.language)
            return Markup('<time datetime="{0}" title="{0}">{1} <bdi>UTC</bdi></time>').format(value, spelled)

        spoken = self._catalog.spoken(visit.language)
        body = self._templates.get_template(template).render(
            site=self._site,
            language=bcp47(spoken),
            direction=direction(spoken),
            languages=[one for one in self._languages if one.code != spoken],
            language_name=NAMES.get(spoken, spoken),
            elsewise=_elsewise(visit.request.query),
            title=visit.words(title),
            text=text,
            shown=shown,
            style=self._style,
            static=self._static.url,
            trouble=visit.words(visit.trouble) if visit.trouble else "",
            notice=visit.words(notice) if notice else "",
            script=self._script,
            nonce=nonce,
            client=self._client.block(visit),
            mark=self._mark,
            account_name=account.name if account else "",
            personal=self.leads(_PERSONAL if account else _NOBODYS),
            documentation=self._documentation(),
            home=self._home,
            **context,
        )
        running = f"; script-src 'nonce-{nonce}'; connect-src 'self'"
        allowed = _POLICY + running + ("" if sends_on else _STAYING)
        headers = [*_HEADERS, ("Content-Security-Policy", allowed), ("Content-Language", bcp47(spoken))]
        return Response(403 if visit.trouble and status == OK else status, headers, body.encode())

    def _documentation(self) -> tuple[Lead, ...]:
        api = f"{self._site.script_path}/api.php"
        version = "?action=query&meta=siteinfo&format=jsonfm&formatversion=2"
        return (*self.leads(("ApiHelp", "ApiSandbox")), Lead("wikigate-footer-version", api + version))

    def tell(self, visit: Visit, title: Message, said: Message, *, status: int = 200) -> Response:
        """Return a page that says one thing; of a request that failed, under which id it stands in the log."""
        ident = visit.request_id if status >= BAD_REQUEST else ""
        # In elements, not in marks: a code that is told is copied, and marks would be copied with it.
        words = self._catalog.page_html(said, visit.language)
        return self.draw(visit, "told.html", title, status=status, said=words, request_id=ident)


def _elsewise(query: str) -> str:
    """Return the beginning of an address of the same page, up to the code of its language."""
    kept = [part for part in query.split("&") if part and not part.startswith("uselang=")]
    return "?" + "".join(f"{part}&" for part in kept) + "uselang="


def redirect(url: str, *, status: int = 302) -> Response:
    """Send the visitor on; ``url`` has been judged before (spec security E7)."""
    # A header is ASCII, but what a client gave for an address to come back to need not be.
    headers = [
        ("Location", quote(url, safe=punctuation, errors="replace")),
        *_HEADERS[1:],
        ("Content-Security-Policy", _POLICY + _STAYING),
    ]
    return Response(status, headers)
