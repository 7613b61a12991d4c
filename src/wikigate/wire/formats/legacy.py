"""Formats that are gone from today's API, and the old manners of those that stayed (spec legacy §6).

``txt`` (``print_r``), ``dbg`` (``var_export``), ``dump`` (``var_dump``), ``yaml`` and ``wddx`` show the plain tree of version 1.
``formats_of`` gives a dialect's formats in its order.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from wikigate.primitives.errors import Issue
from wikigate.primitives.message import Message, PlainText
from wikigate.wire.dialect import Dialect
from wikigate.wire.formats.base import OutputFormat, PageContext, TextFormat, version_of
from wikigate.wire.formats.html import HtmlFormat
from wikigate.wire.formats.json import JsonFormat, encode_json
from wikigate.wire.formats.none import NoneFormat
from wikigate.wire.formats.php import PhpFormat
from wikigate.wire.formats.php_float import Float, php_float
from wikigate.wire.formats.plain_tree import plain_tree
from wikigate.wire.formats.raw import RawFormat
from wikigate.wire.formats.xml import XmlFormat
from wikigate.wire.formats.xml_element import Element, element_of
from wikigate.wire.params import Param
from wikigate.wire.phpkey import is_index

_BARE: Final = b"[]"


class OldJsonFormat(JsonFormat):
    """JSON whose empty answer is a list (to 1.24) and whose callback stands bare (to 1.22)."""

    def __init__(self, dialect: Dialect) -> None:
        self._dialect = dialect

    def content_type(self, options: dict[str, Any]) -> str:
        """Return JSON's media type; JavaScript's for a callback from 1.17 on."""
        return super().content_type(
            {**options, "callback": options["callback"] if self._dialect.callback_script else None}
        )

    def render(self, tree: dict[str, Any], options: dict[str, Any], page: PageContext) -> bytes:
        """Return the JSON text in UTF-8."""
        body = super().render(tree, options, page)
        if not self._dialect.callback_comment:
            body = body.removeprefix(b"/**/")
        if self._dialect.empty_list and version_of(options) == 1 and not tree:
            body = body.replace(b"{}", _BARE)
        return body


class OldXmlFormat(XmlFormat):
    """XML whose declaration names the encoding (to 1.13), whose items bear no index (to 1.24), and which keeps no space (to 1.14)."""

    def __init__(self, dialect: Dialect) -> None:
        self._dialect = dialect

    def show(self, tree: dict[str, Any], options: dict[str, Any], *, pretty: bool) -> str:
        """Return the document, an element a line when ``pretty``."""
        del options
        root = element_of("api", tree, [])
        dropped = {
            name
            for name, kept in (("_idx", self._dialect.indexed_pages), ("xml:space", self._dialect.xml_preserve))
            if not kept
        }
        if dropped:
            _drop(root, dropped)
        out = ['<?xml version="1.0" encoding="utf-8"?>' if self._dialect.xml_encoding else '<?xml version="1.0"?>']
        root.write(out, *(("\n", "  ") if pretty else ()))
        return "".join(out)


def _drop(element: Element, names: set[str]) -> None:
    element.attributes = [pair for pair in element.attributes if pair[0] not in names]
    for child in element.children:
        _drop(child, names)


class OldTextFormat:
    """One of the formats that are gone: a name, a media type, and how the plain tree is written."""

    is_html = False
    params: tuple[Param, ...] = ()

    def __init__(self, name: str, mime: str, write: Callable[[Any], str], *, deprecated: bool) -> None:
        self.name = name
        self._mime = mime
        self._write = write
        self._deprecated = deprecated

    def content_type(self, options: dict[str, Any]) -> str:
        """Return the media type of the time."""
        del options
        return f"{self._mime}; charset=utf-8"

    def filename(self, options: dict[str, Any]) -> str:
        """Return the file name, fixed whatever the request says."""
        del options
        return f"api-result.{self.name}"

    def warnings(self, options: dict[str, Any]) -> tuple[Issue, ...]:
        """Say, from 1.24 on, that the format will go."""
        del options
        if not self._deprecated:
            return ()
        text = f"format={self.name} is going away. Use format=json."
        return (Issue(Message("wikigate-said", (PlainText(text),)), "deprecation"),)

    def render(self, tree: dict[str, Any], options: dict[str, Any], page: PageContext) -> bytes:
        """Return the text in UTF-8."""
        del page
        return self.show(tree, options, pretty=False).encode()

    def show(self, tree: dict[str, Any], options: dict[str, Any], *, pretty: bool) -> str:
        """Return the text; it is always in lines."""
        del options, pretty
        return self._write(plain_tree(tree, 1))


# -- how each writes -------------------------------------------------------------------------------------------------------------


def _items(node: Any) -> list[tuple[str, Any]] | None:
    """Return the items of a map or list, None for a scalar."""
    if isinstance(node, Mapping):
        return list(node.items())
    if isinstance(node, list):
        return [(str(index), item) for index, item in enumerate(node)]
    return None


def _scalar(node: Any) -> str:
    if node is None or node is False:
        return ""
    if node is True:
        return "1"
    return php_float(node.value, "E") if isinstance(node, Float) else str(node)


def _print_r(node: Any, indent: str = "") -> str:
    items = _items(node)
    if items is None:
        return _scalar(node)
    inner = "".join(f"{indent}    [{key}] => {_print_r(value, indent + '        ')}\n" for key, value in items)
    return f"Array\n{indent}(\n{inner}{indent})\n"


def _key(key: str) -> str:
    return key if is_index(key) else "'" + key.replace("\\", "\\\\").replace("'", "\\'") + "'"


def _var_export(node: Any, indent: str = "") -> str:
    items = _items(node)
    if items is None:
        if node is None:
            return "NULL"
        if isinstance(node, bool):
            return str(node).lower()
        if isinstance(node, str):
            return "'" + node.replace("\\", "\\\\").replace("'", "\\'") + "'"
        return _scalar(node)
    lines = ["array ("]
    for key, value in items:
        gap = f"\n{indent}  " if _items(value) is not None else ""
        lines.append(f"{indent}  {_key(key)} => {gap}{_var_export(value, indent + '  ')},")
    return "\n".join([*lines, f"{indent})"])


def _var_dump(node: Any, indent: str = "") -> str:
    items = _items(node)
    if items is None:
        if node is None:
            return f"{indent}NULL\n"
        if isinstance(node, bool):
            return f"{indent}bool({str(node).lower()})\n"
        if isinstance(node, int):
            return f"{indent}int({node})\n"
        if isinstance(node, str):
            return f'{indent}string({len(node.encode())}) "{node}"\n'
        return f"{indent}float({_scalar(node)})\n"
    shown = "".join(f"{indent}  [{_dumped_key(key)}]=>\n{_var_dump(value, indent + '  ')}" for key, value in items)
    return f"{indent}array({len(items)}) {{\n{shown}{indent}}}\n"


def _dumped_key(key: str) -> str:
    return key if is_index(key) else f'"{key}"'


def _yaml(tree: Any) -> str:
    return "---\n" + _yaml_items(tree, "")


def _yaml_items(node: Any, indent: str) -> str:
    out = []
    is_list = isinstance(node, list)
    for key, value in _items(node) or []:
        head = f"{indent}-" if is_list else f"{indent}{key}:"
        if _items(value) is not None:
            out.append(f"{head}\n{_yaml_items(value, indent + '  ')}")
        else:
            text = _yaml_scalar(_scalar(value), indent)
            out.append(f"{head} {text}\n" if text else f"{head}\n")
    return "".join(out)


def _yaml_scalar(text: str, indent: str) -> str:
    """Write what would be read as something else on several lines, or quoted."""
    if "\n" in text:
        return "|" + "".join(f"\n{indent}  {line}" for line in text.split("\n"))
    risky = text[:1] in set("-?:,[]{}#&*!|>'\"%@` ") or ": " in text or " #" in text or text.endswith((":", " "))
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"' if text and risky else text


def _yaml_json(tree: Any) -> str:
    return encode_json(tree, in_ascii=True).decode()


def _wddx(tree: Any) -> str:
    inner = _wddx_node(tree, "    ")
    return f'<?xml version="1.0"?>\n<wddxPacket version="1.0">\n <header/>\n <data>\n{inner} </data>\n</wddxPacket>\n'


def _wddx_compact(tree: Any) -> str:
    """Write the same in one line, as the releases before 1.14 do."""
    first, _, rest = _wddx(tree).partition("\n")
    declaration = first.replace("?>", ' encoding="utf-8"?>')
    return declaration + "".join(line.strip() for line in rest.split("\n"))


def _wddx_node(node: Any, indent: str) -> str:
    items = _items(node)
    if items is None:
        kind = "number" if isinstance(node, (int, Float)) and not isinstance(node, bool) else "string"
        text = _escaped(_scalar(node))
        return f"{indent}<{kind}>{text}</{kind}>\n" if text else f"{indent}<{kind} />\n"
    if isinstance(node, list):
        inner = "".join(_wddx_node(value, indent + "  ") for _, value in items)
        return f'{indent}<array length="{len(items)}">\n{inner}{indent}</array>\n'
    inner = "".join(
        f'{indent}  <var name="{_escaped(key)}">\n{_wddx_node(value, indent + "    ")}{indent}  </var>\n'
        for key, value in items
    )
    return f"{indent}<struct>\n{inner}{indent}</struct>\n"


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")


# -- a dialect's formats ---------------------------------------------------------------------------------------------------------


def formats_of(dialect: Dialect) -> tuple[OutputFormat, ...]:
    """Make the formats of an old dialect, those of today that it lacked left out."""

    def old(name: str, mime: str, write: Callable[[Any], str]) -> OldTextFormat:
        return OldTextFormat(name, mime, write, deprecated=dialect.tokens_deprecated)

    texts: tuple[TextFormat, ...] = (
        OldJsonFormat(dialect),
        PhpFormat(),
        OldXmlFormat(dialect),
        RawFormat(),
        old("yaml", "application/yaml", _yaml_json if dialect.yaml_is_json else _yaml),
        old("wddx", "text/xml", _wddx_compact if dialect.wddx_compact else _wddx),
        old("txt", "text/text", _print_r),
        old("dbg", "text/text", _var_export),
        old("dump", "text/text", _var_dump),
    )
    known: dict[str, OutputFormat] = {"none": NoneFormat()}
    for text in texts:
        known[text.name] = text  # type: ignore[assignment]  # all but raw are formats of their own; raw is in no dialect
        known[f"{text.name}fm"] = HtmlFormat(text)
    return tuple(known[name] for name in dialect.formats)
