"""A response body as a tree, whatever the format, so that two bodies can be compared leaf by leaf.

``observe`` takes the bytes apart without loss: it parses, writes the tree down again in the one spelling that the API uses for
that format (spec framework §5.3 to §5.6) and says ``irregular`` when the bytes differ from it. Two bodies are therefore byte for
byte equal when their trees are equal and neither is irregular; whether JSON escapes non-ASCII characters is told apart as
``escaped``. HTML pages are reduced to what their readers rely on: the pretty-printed body, the outline of a help page.
"""

from __future__ import annotations

import html
import json
import re
from typing import Any, Self, TypeAlias

from wikigate.testing.outline import outline
from wikigate.testing.php import read_php, write_php
from wikigate.testing.xml import XmlNode, read_xml, write_xml

Tree: TypeAlias = "dict[str, Any] | list[Any] | str | int | float | bool | None"

_PRE = re.compile(r'<pre class="api-pretty-content">(.*?)</pre>', re.DOTALL)
_CALLBACK = re.compile(r"/\*\*/([^(]*)\((.*)\)", re.DOTALL)
_WARNINGS_COMMENT = re.compile(r"<!-- API warnings and errors:\n(.*?)\n-->\n", re.DOTALL)


class Float(float):
    """A float that remembers how it was spelled."""

    spelled: str

    def __new__(cls, spelled: str) -> Self:
        """Read the number and keep its spelling."""
        number = super().__new__(cls, spelled)
        number.spelled = spelled
        return number


def observe(content_type: str, body: bytes) -> dict[str, Any]:
    """Take a body apart.

    The answer has one key that names the format (``json``, ``xml``, ``php``, ``page``, ``wrapped``, ``text``) and, where they apply,
    ``escaped``, ``callback`` and ``irregular``.
    """
    mime = content_type.partition(";")[0].strip().lower()
    text = body.decode("utf-8", "surrogateescape")
    if not text:
        return {"text": ""}
    try:
        if mime == "application/json":
            return _json(text)
        if mime == "text/javascript" and (call := _CALLBACK.fullmatch(text)) is not None:
            return {"callback": call[1], **_json(call[2])}
        if mime == "text/xml":
            return _xml(text)
        if mime == "application/vnd.php.serialized":
            return _php(body)
        if mime == "text/mediawiki-api-prettyprint-wrapped":
            return _wrapped(text)
        if mime == "text/html" and "<html" in text:
            return _page(text)
    except ValueError as error:
        return {"text": text, "irregular": str(error)}
    return {"text": text}


def _json(text: str) -> dict[str, Any]:
    tree = json.loads(text, parse_float=Float)
    out: dict[str, Any] = {"json": _open_pages(tree)}
    escaped = _escaped(text)
    if escaped is not None:
        out["escaped"] = escaped
    if text != write_json(tree, escaped=escaped is not False):
        out["irregular"] = "not the API's spelling of JSON"
    return out


def _escaped(text: str) -> bool | None:
    """Tell whether non-ASCII characters are escaped; None where the text has none. U+2028 and U+2029 always are."""
    if not text.isascii():
        return False
    return True if re.search(r"(?<!\\)(?:\\\\)*\\u(?!00[01]|2028|2029)", text) else None


def write_json(tree: Tree, *, escaped: bool, indent: int | None = None, level: int = 0) -> str:
    """Spell a tree as the API does.

    No spaces, ``/`` and ``<`` as they are, U+2028 and U+2029 escaped; ``indent`` blanks a level on lines of their own when given.
    """
    match tree:
        case dict() | list() if not tree:
            return "{}" if isinstance(tree, dict) else "[]"
        case dict():
            colon = ":" if indent is None else ": "
            items = [
                f"{_string(key, escaped)}{colon}{write_json(value, escaped=escaped, indent=indent, level=level + 1)}"
                for key, value in tree.items()
            ]
            return _enclosed("{}", items, indent, level)
        case list():
            items = [write_json(value, escaped=escaped, indent=indent, level=level + 1) for value in tree]
            return _enclosed("[]", items, indent, level)
        case str():
            return _string(tree, escaped)
        case Float():
            return tree.spelled
        case _:
            return json.dumps(tree)


def _enclosed(brackets: str, items: list[str], indent: int | None, level: int) -> str:
    if indent is None:
        return f"{brackets[0]}{','.join(items)}{brackets[1]}"
    inner = "\n" + " " * indent * (level + 1)
    return f"{brackets[0]}{inner}{f',{inner}'.join(items)}\n{' ' * indent * level}{brackets[1]}"


def _string(value: str, escaped: bool) -> str:
    spelled = json.dumps(value, ensure_ascii=escaped)
    return spelled.replace("\u2028", r"\u2028").replace("\u2029", r"\u2029")


def _open_pages(tree: Any) -> Any:
    """Replace every HTML page inside a tree (``action=help&wrap=1``) by its outline."""
    match tree:
        case dict():
            return {key: _open_pages(value) for key, value in tree.items()}
        case list():
            return [_open_pages(value) for value in tree]
        case str() if tree.startswith("<!DOCTYPE html"):
            return {"page": {"help": outline(tree)}}
        case _:
            return tree


def _xml(text: str) -> dict[str, Any]:
    node = read_xml(text)
    out: dict[str, Any] = {"xml": _open_xml(node)}
    if text != write_xml(node):
        out["irregular"] = "not the API's spelling of XML"
    return out


def _open_xml(node: XmlNode) -> XmlNode:
    return [node[0], node[1], *(_open_xml(x) if isinstance(x, list) else _open_pages(x) for x in node[2:])]


def _php(body: bytes) -> dict[str, Any]:
    tree = read_php(body)
    out: dict[str, Any] = {"php": tree}
    if body != write_php(tree):
        out["irregular"] = "not the spelling of serialize()"
    return out


def _wrapped(text: str) -> dict[str, Any]:
    tree = json.loads(text, parse_float=Float)
    tree["html"] = _pretty(str(tree.get("html", "")))
    return {"wrapped": tree}


def _page(text: str) -> dict[str, Any]:
    if _PRE.search(text) is None:
        page: dict[str, Any] = {"help": outline(text)}
        if (comment := _WARNINGS_COMMENT.match(text)) is not None:
            page["comment"] = json.loads(comment[1])
        return {"page": page}
    status = re.search(r'<div class="api-pretty-header api-pretty-status">(.*?)</div>', text, re.DOTALL)
    page = {"pretty": _pretty(text), "plain": _plain_link(text)}
    if status is not None:
        page["status"] = status[1]
    return {"page": page}


def _plain_link(text: str) -> str | None:
    """Return the query string under which a pretty-printed page offers the plain answer; None where it offers none."""
    header = re.search(r'<div class="api-pretty-header">(.*?)</div>', text, re.DOTALL)
    links = re.findall(r'href="[^"]*?api\.php\?([^"]*)"', header[1]) if header else []
    wanted = [html.unescape(link) for link in links if not link.startswith("action=help")]
    return wanted[0] if wanted else None


def _pretty(text: str) -> dict[str, Any]:
    """Take the pretty-printed body out of its page."""
    found = _PRE.search(text)
    if found is None:
        return {"text": text, "irregular": "no pretty-printed body"}
    shown = html.unescape(re.sub(r"</?(?:a|span)\b[^>]*>", "", found[1]))
    if shown.startswith("{"):
        tree = json.loads(shown, parse_float=Float)
        canonical = write_json(tree, escaped=shown.isascii() and "\\u" in shown, indent=4)
        observed: dict[str, Any] = {"json": _open_pages(tree)}
    elif shown.startswith("<?xml"):
        node = read_xml(shown, pretty=True)
        canonical = write_xml(node, pretty=True)
        observed = {"xml": _open_xml(node)}
    elif re.match(r"[aOsidbN][:;]", shown):
        return _php(shown.encode())
    else:
        return {"text": shown}
    if canonical != shown:
        observed["irregular"] = "not the API's indentation"
    return observed
