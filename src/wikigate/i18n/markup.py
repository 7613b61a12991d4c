"""The little wikitext that messages use, as plain text and as HTML.

``strip_markup`` follows spec framework §7.2. ``to_html`` knows bold, italics, links, lists and a handful of harmless tags; everything
else is escaped, so that nothing a text contains can become an element, an attribute or a script (spec framework §15.6).
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from itertools import groupby, pairwise
from urllib.parse import quote

_QUOTED_TAG = re.compile(r"</?(?:var|kbd|samp|code)\b[^<>]*>")
_ANY_TAG = re.compile(r"</?[A-Za-z][^<>]*>")
# What wikitext reads as markup wherever it stands.
_MARKS = {ord(mark): f"&#{ord(mark)};" for mark in "\"&'<=>[]{|};"}
# What it reads as markup in one place only; the named group is the character to escape. Lines begin at the text's own beginning too.
_WIKITEXT = re.compile(
    r"_(?P<switch>_)|(?P<table>!)!|(?P<url>:)//|~~(?P<signature>~)|(?P<ending>\r)\n"
    r"|[\n\r](?P<line>-(?=---)|[!#*: \t\r\n])"
)
_AT_THE_START = re.compile(r"[-+_~]")
_AT_THE_END = re.compile(r"[_~\n\r\t]\Z")
_SCHEME = re.compile(r"\b(bitcoin|geo|magnet|mailto|matrix|news|sip|sips|sms|tel|urn|xmpp):", re.IGNORECASE | re.ASCII)
_SPACES = re.compile(r"[ \t\r\n]+")
_SAFE_TAG = re.compile(r"&lt;(/?)(var|kbd|samp|code|b|i|em|strong|small|nowiki|br)\s*(/?)&gt;")
_ENTITY = re.compile(r"&amp;(#[0-9]{1,7}|#x[0-9A-Fa-f]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_LINK = re.compile(r"\[\[:?([^\[\]|\n]+)(?:\|([^\[\]\n]*))?\]\]")
_EXTERNAL = re.compile(r"\[((?:https?:)?//[^\s\[\]]+)(?:[ \t]+([^\]\n]*))?\]")
_BOLD = re.compile(r"'''(.+?)'''")
_ITALIC = re.compile(r"''(.+?)''")
_LIST = re.compile(r"(?:^[*#][^\n]*(?:\n|$))+", re.MULTILINE)
_ITEM = re.compile(r"([*#]+)[ \t]*(.*)")
_Items = list[tuple[str, str]]
# NFC of what comes after could fuse this mark with the character before it, "<" or ">" included.
_FUSING = "\u0338"


def strip_markup(text: str) -> str:
    """Take the markup off: tags of code become quotation marks, other tags go, entities are decoded. White space stays."""
    if "<" in text:
        text = _ANY_TAG.sub("", _QUOTED_TAG.sub('"', text))
    return html.unescape(text) if "&" in text else text


def collapse_spaces(text: str) -> str:
    """Make every run of blanks, tabs and line breaks one blank, and trim."""
    return _SPACES.sub(" ", text).strip(" ")


def escape(text: str) -> str:
    """Escape text for HTML content and for attributes in double quotes."""
    return html.escape(text).replace(_FUSING, "&#x338;")


def escape_content(text: str) -> str:
    """Escape text for HTML content alone: quotation marks stay."""
    return html.escape(text, quote=False).replace(_FUSING, "&#x338;")


def escape_wikitext(text: str) -> str:
    """Escape text so that wikitext shows it as it is, wherever it is put: at its ends it must not grow together with what is there."""
    escaped = _WIKITEXT.sub(_escape_mark, f"\n{text}".translate(_MARKS))[1:]
    if (at_start := _AT_THE_START.match(escaped)) is not None:
        escaped = _character(at_start[0]) + escaped[1:]
    escaped = _AT_THE_END.sub(lambda found: _character(found[0]), escaped)
    return _SCHEME.sub(r"\1&#58;", escaped)


def _escape_mark(found: re.Match[str]) -> str:
    start, end = (position - found.start() for position in found.span(found.lastgroup or 0))
    return found[0][:start] + _character(found[0][start:end]) + found[0][end:]


def _character(text: str) -> str:
    return f"&#{ord(text)};"


def to_html(text: str, article_path: str, resolve: Callable[[str], str]) -> str:
    """Turn wikitext into HTML.

    ``article_path`` holds ``$1`` for a title. ``resolve`` turns the marks of inserted plain text that a link's target contains
    into that text.
    """
    text = escape_content(text)
    text = _ENTITY.sub(r"&\1;", text)
    text = _SAFE_TAG.sub(
        lambda tag: "" if tag[2] == "nowiki" else f"<{tag[1]}{tag[2]}{' /' if tag[2] == 'br' else ''}>", text
    )
    text = _LINK.sub(lambda link: _internal(link, article_path, resolve), text)
    text = _EXTERNAL.sub(lambda link: _external(link, resolve), text)
    text = _ITALIC.sub(r"<i>\1</i>", _BOLD.sub(r"<b>\1</b>", text))
    return _LIST.sub(_items, text)


def _internal(link: re.Match[str], article_path: str, resolve: Callable[[str], str]) -> str:
    target = resolve(html.unescape(link[1])).strip().replace(" ", "_")
    url = article_path.replace("$1", quote(target, safe="/:@!$*(),;~"))
    return f'<a href="{escape(url)}">{link[2] or link[1]}</a>'


def _external(link: re.Match[str], resolve: Callable[[str], str]) -> str:
    url = resolve(html.unescape(link[1]))
    return f'<a rel="nofollow" class="external text" href="{escape(url)}">{link[2] or link[1]}</a>'


def _items(block: re.Match[str]) -> str:
    matches = (_ITEM.match(line) for line in block[0].splitlines())
    return _lists([(item[1], item[2].strip()) for item in matches if item], 1)


def _lists(items: _Items, depth: int) -> str:
    """Make lists of items with their markers (``#*``: a bullet below a number); neighbours of one kind are one list."""
    kinds = groupby(items, key=lambda item: item[0][depth - 1])
    return "".join(_list("ol" if kind == "#" else "ul", list(own), depth) for kind, own in kinds)


def _list(tag: str, items: _Items, depth: int) -> str:
    heads = [index for index, (marker, _) in enumerate(items) if len(marker) == depth or index == 0]
    rows: list[str] = []
    for start, end in pairwise([*heads, len(items)]):
        marker, text = items[start]
        below = items[start:end] if len(marker) > depth else items[start + 1 : end]
        rows.append(f"<li>{text if len(marker) == depth else ''}{_lists(below, depth + 1)}</li>")
    return f"<{tag}>{''.join(rows)}</{tag}>"
