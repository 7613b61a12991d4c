"""The formats for people, ``jsonfm``, ``xmlfm``, ``phpfm`` and ``rawfm``: another format's text on a page (spec framework §5.6).

The page runs no script, and everything on it that is not ours is escaped. With ``wrappedhtml`` the answer is JSON
that holds the shown text, as the API sandbox reads it.
"""

from __future__ import annotations

from collections.abc import Iterable
from http import HTTPStatus
from typing import Any

from wikigate.i18n.language import bcp47, direction
from wikigate.i18n.markup import escape
from wikigate.primitives.errors import Issue
from wikigate.primitives.message import Message, PlainText, message
from wikigate.primitives.message import Param as MessageParam
from wikigate.wire.formats.base import PageContext, TextFormat
from wikigate.wire.formats.json import encode_json
from wikigate.wire.formats.plain_tree import plain_tree
from wikigate.wire.params import Param
from wikigate.wire.phpquery import rewrite

# NFC of what comes after could fuse this mark with a "<" before it.
_IN_TEXT = str.maketrans({"&": "&amp;", "<": "&lt;", "\u0338": "&#x338;"})


def page_head(styles: Iterable[str]) -> str:
    """Return what stands in the head of each page that the API prints: that it runs nothing, how it looks.

    ``styles`` are addresses on this server. The rule stands in the page, since MediaWiki's API sends no such header.
    """
    links = "".join(f'<link rel="stylesheet" href="{escape(url)}">\n' for url in styles)
    policy = "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'"
    return (
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        f'<meta name="color-scheme" content="light dark">\n{links}'
    )


class HtmlFormat:
    """Another format's text on a page; named after it with ``fm`` behind."""

    is_html = True

    def __init__(self, base: TextFormat) -> None:
        self._base = base
        self.name = f"{base.name}fm"
        self.params: tuple[Param, ...] = (Param("wrappedhtml", "boolean"), *base.params)

    def content_type(self, options: dict[str, Any]) -> str:
        """Return HTML's media type, the sandbox's own where it asks."""
        wrapped = options["wrappedhtml"]
        return "text/mediawiki-api-prettyprint-wrapped; charset=utf-8" if wrapped else "text/html; charset=UTF-8"

    def filename(self, options: dict[str, Any]) -> str:
        """Return the file name, fixed whatever the request says."""
        return "api-result-wrapped.json" if options["wrappedhtml"] else "api-result.html"

    def warnings(self, options: dict[str, Any]) -> tuple[Issue, ...]:
        """Return what the base format has to say."""
        return self._base.warnings(options)

    def render(self, tree: dict[str, Any], options: dict[str, Any], page: PageContext) -> bytes:
        """Return the page in UTF-8."""
        shown = self._base.show(tree, options, pretty=True).translate(_IN_TEXT)
        content = f'<pre class="api-pretty-content">{shown}</pre>'
        if options["wrappedhtml"]:
            return _wrapped(content, tree, page)
        return self._page(content, page).encode()

    def _page(self, content: str, page: PageContext) -> str:
        title = page.text(message("api-format-title"))
        return (
            f'<!DOCTYPE html>\n<html lang="{escape(bcp47(page.language))}" dir="{direction(page.language)}">\n'
            '<head>\n<meta charset="UTF-8">\n'
            f"<title>{title} - {escape(page.site_name)}</title>\n"
            '<meta name="robots" content="noindex,nofollow">\n'
            '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
            f'{page_head(page.styles)}</head>\n<body>\n<div class="mw-body" role="main">\n'
            f'<h1 id="firstHeading">{title}</h1>\n<div id="mw-content-text">{self._header(page)}{_status(page)}'
            f'<div dir="ltr">{content}</div></div>\n'
            "</div>\n</body>\n</html>\n"
        )

    def _header(self, page: PageContext) -> str:
        base, shown = self._base.name, PlainText(self._base.name.upper())
        help_link = _link(f"{page.api_url}?action=help&modules=main", page.text(message("api-format-help")))
        if base == "raw":
            lines = [page.text(message("api-format-rawfm-header"))]
        elif page.query is None:
            lines = [page.text(message("api-format-prettyprint-header-only-html", shown))]
        else:
            lines = [
                page.text(message("api-format-prettyprint-header-hyperlinked", shown)),
                _link(f"{page.api_url}?{rewrite(page.query, 'format', base)}", f"<kbd>format={base}</kbd>"),
            ]
        return f'<div class="api-pretty-header">{"".join(f"<p>{line}</p>" for line in [*lines, help_link])}</div>'


def _link(url: str, text: str) -> str:
    return f'<a rel="nofollow" href="{escape(url)}">{text}</a>'


def _status(page: PageContext) -> str:
    if page.status == HTTPStatus.OK:
        return ""
    shown: tuple[MessageParam, ...] = (page.status, PlainText(_phrase(page.status)))
    text = page.text(Message("api-format-prettyprint-status", shown))
    return f'<div class="api-pretty-header api-pretty-status">{text}</div>'


def _phrase(status: int) -> str:
    return HTTPStatus(status).phrase if status in HTTPStatus.__members__.values() else ""


def _wrapped(content: str, tree: dict[str, Any], page: PageContext) -> bytes:
    answer = {
        "status": page.status,
        "statustext": _phrase(page.status),
        "html": content,
        "modules": ["mediawiki.apipretty"],
        "continue": plain_tree(tree.get("continue"), 2),
        "time": page.milliseconds,
    }
    return encode_json(answer, in_ascii=False)
