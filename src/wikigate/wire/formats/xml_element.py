"""An annotated result as XML elements, in MediaWiki's way (spec framework §5.2, §5.4).

Scalars of a map become attributes, maps and lists child elements, list items elements named by their tag; the content key becomes the
element's text, or a child of its own name where there are other children.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field
from typing import Any

from wikigate.wire.formats.php_float import TEXT_DIGITS, php_float
from wikigate.wire.formats.plain_tree import by_index, is_list, visible
from wikigate.wire.formats.xml_name import xml_name
from wikigate.wire.phpkey import is_index
from wikigate.wire.result import List, MapMeta, meta_of, tag_of
from wikigate.wire.unicode import clean_text

_SPECIAL = re.compile("[&<>\"'\n\r\t]")
_IN_ATTRIBUTES = str.maketrans({
    "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#039;", "\n": "&#10;", "\r": "&#13;", "\t": "&#9;",
})  # fmt: skip
_IN_TEXT = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})
_KEPT = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*")
_PRESERVE = ("xml:space", "preserve")
_LISTS = frozenset({"default", "BCarray"})
_CONTAINERS = (dict, list, tuple)

Attributes = list[tuple[str, str]]


@dataclass(slots=True)
class Element:
    """One element: attributes in order, and either text or children."""

    name: str
    attributes: Attributes = field(default_factory=list)
    text: str = ""
    children: list[Element] = field(default_factory=list)

    def write(self, out: list[str], line: str = "", deeper: str = "") -> None:
        """Append the element's pieces to ``out``; ``line`` stands before it, and ``deeper`` is added for its children."""
        out.append(f"{line}<{self.name}")
        for key, value in self.attributes:
            out.append(f' {key}="{value.translate(_IN_ATTRIBUTES) if _SPECIAL.search(value) else value}"')
        if self.children:
            out.append(">")
            for child in self.children:
                child.write(out, line + deeper, deeper)
            out.append(f"{line}</{self.name}>")
        elif self.text:
            text = self.text.translate(_IN_TEXT) if _SPECIAL.search(self.text) else self.text
            out.append(f">{text}</{self.name}>")
        else:
            out.append(" />")


def element_of(name: str, node: Any, attributes: Attributes) -> Element:
    """Make the element of a node; ``attributes`` stand before its own."""
    if isinstance(node, dict):
        meta = meta_of(node)
        if meta.type in {"kvp", "BCkvp"}:
            return Element(name, attributes, children=_pairs(node, meta))
        return _element_of_map(name, node, meta, attributes)
    if isinstance(node, (list, tuple)):
        return Element(name, attributes, children=_items(node))
    return Element(name, attributes, "" if node is None else _spell(node))


def _element_of_map(name: str, node: dict[str, Any], meta: MapMeta, attributes: Attributes) -> Element:
    content: Any = None
    children: list[Element] = []
    for key, value in visible(node, meta):
        if meta.content and key == meta.content:
            content = value
        elif is_index(key):
            continue
        elif isinstance(value, _CONTAINERS):
            children.append(element_of(_name(key, meta), value, []))
        elif key in meta.subelements or key in meta.bc_subelements:
            children.append(_content_element(_name(key, meta), value, []))
        elif (shown := _presence(value)) is not None:
            attributes.append((_name(key, meta), shown))
    items = _indexed(node, meta)
    if content is None:
        return Element(name, attributes, children=children + items)
    if children or items:
        own = _content_element(_name(meta.content, meta), content, [])
        return Element(name, attributes, children=[*children, own, *items])
    return _content_element(name, content, attributes)


def _content_element(name: str, content: Any, attributes: Attributes) -> Element:
    """Make an element whose content is a scalar, or the inside of a map or list."""
    if isinstance(content, _CONTAINERS):
        return Element(name, attributes, children=_inside(content))
    if content is None:
        return Element(name, attributes)
    return Element(name, [*attributes, _PRESERVE], _spell(content))


def _inside(content: Any) -> list[Element]:
    """Take apart a map or list that has no element of its own: its scalars become elements."""
    if not isinstance(content, dict):
        return _items(content)
    meta = meta_of(content)
    if meta.type in {"kvp", "BCkvp"}:
        return _pairs(content, meta)
    children: list[Element] = []
    for key, value in visible(content, meta):
        if not is_index(key):
            make = element_of if isinstance(value, _CONTAINERS) else _content_element
            children.append(make(_name(key, meta), value, []))
    return children + _indexed(content, meta)


def _items(node: Any) -> list[Element]:
    """Make a list's items; they carry their index where the list is not a plain one."""
    tag = tag_of(node)
    tag = tag if tag == "_v" else xml_name(tag)
    if isinstance(node, List) and node.type in {"assoc", "BCassoc"}:
        return [element_of(tag, item, [("_idx", str(index))]) for index, item in enumerate(node)]
    return [element_of(tag, item, []) for item in node]


def _indexed(node: dict[str, Any], meta: MapMeta) -> list[Element]:
    """Make the members of a map whose keys are integers: items rather than children."""
    items = {key: value for key, value in node.items() if is_index(key)}
    if not items:
        return []
    tag = meta.element if meta.element == "_v" else xml_name(meta.element)
    if meta.type == "array" or (meta.type in _LISTS and len(items) == len(node) and is_list(items)):
        return [element_of(tag, value, []) for value in by_index(items)]
    return [element_of(tag, value, [("_idx", key)]) for key, value in items.items()]


def _pairs(node: dict[str, Any], meta: MapMeta) -> list[Element]:
    """Make one element a key, the key in an attribute."""
    tag = meta.element if meta.element == "_v" else xml_name(meta.element)
    key_name = meta.kvp_key if meta.kvp_key == "_name" else xml_name(meta.kvp_key)
    pairs: list[Element] = []
    for key, value in visible(node, meta):
        own = (key_name, clean_text(key))
        if meta.kvp_merge and isinstance(value, dict):
            pair = element_of(tag, value, [])
            pair.attributes = [*(known for known in pair.attributes if known[0] != key_name), own]
        else:
            pair = _content_element(tag, value, [own])
        pairs.append(pair)
    return pairs


def _name(key: str, meta: MapMeta) -> str:
    return key if key in meta.preserve and _KEPT.fullmatch(key) else xml_name(clean_text(key))


def _presence(value: Any) -> str | None:
    """Spell a scalar of a map: true is the empty text, false and null are not there."""
    if isinstance(value, bool):
        return "" if value else None
    return None if value is None else _spell(value)


def _spell(value: Any) -> str:
    if isinstance(value, str):
        return value if value.isascii() and value.isprintable() else clean_text(value)
    if isinstance(value, float):
        return php_float(value, "E", TEXT_DIGITS) if math.isfinite(value) else ""
    return str(value).lower() if isinstance(value, bool) else str(value)
