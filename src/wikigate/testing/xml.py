"""The API's XML, read into nested lists and written in its one spelling (spec framework §5.4).

A node is ``[name, {attribute: value}, child, …]``; a child is a node or a text. Entities other than XML's own are refused, so is a
document type, so nothing outside the text can be asked for.
"""

from __future__ import annotations

from typing import Any, TypeAlias
from xml.parsers import expat

XmlNode: TypeAlias = "list[Any]"

_TEXT = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
_ATTRIBUTE = {**_TEXT, '"': "&quot;", "'": "&#039;", "\n": "&#10;", "\r": "&#13;", "\t": "&#9;"}


def read_xml(text: str, *, pretty: bool = False) -> XmlNode:
    """Read a document; ``pretty`` drops the white space between elements. Raises ``ValueError`` where it is not well-formed."""
    parser = expat.ParserCreate()
    parser.ordered_attributes = True
    parser.buffer_text = True
    top: XmlNode = ["", {}]
    stack = [top]

    def start(name: str, attributes: list[str]) -> None:
        node: XmlNode = [name, dict(zip(attributes[::2], attributes[1::2], strict=True))]
        stack[-1].append(node)
        stack.append(node)

    def text_of(data: str) -> None:
        stack[-1].append(data)

    def refuse(*_: object) -> None:
        raise ValueError("a document type")

    parser.StartElementHandler = start
    parser.EndElementHandler = lambda _name: stack.pop()
    parser.CharacterDataHandler = text_of
    parser.StartDoctypeDeclHandler = refuse
    try:
        parser.Parse(text, True)
    except expat.ExpatError as error:
        raise ValueError(f"XML: {error}") from error
    if pretty:
        _drop_spaces(top)
    node: XmlNode = top[2]
    return node


def _drop_spaces(node: XmlNode) -> None:
    children = node[2:]
    if any(isinstance(child, list) for child in children):
        children = [child for child in children if isinstance(child, list) or child.strip()]
        node[2:] = children
    for child in children:
        if isinstance(child, list):
            _drop_spaces(child)


def write_xml(node: XmlNode, *, pretty: bool = False) -> str:
    """Write a document as the API does: no white space between elements, or a line and two spaces a level when ``pretty``."""
    return f'<?xml version="1.0"?>{_write(node, 0 if pretty else None)}'


def _write(node: XmlNode, level: int | None) -> str:
    lead = "" if level is None else "\n" + "  " * level
    inner = None if level is None else level + 1
    name, attributes, *children = node
    spelled = "".join(f' {key}="{_escape(value, _ATTRIBUTE)}"' for key, value in attributes.items())
    if not children:
        return f"{lead}<{name}{spelled} />"
    inside = "".join(_write(x, inner) if isinstance(x, list) else _escape(x, _TEXT) for x in children)
    last = lead if any(isinstance(child, list) for child in children) else ""
    return f"{lead}<{name}{spelled}>{inside}{last}</{name}>"


def _escape(text: str, table: dict[str, str]) -> str:
    return "".join(table.get(character, character) for character in text)
