"""``format=xml`` (spec framework §5.4); style sheets are never linked: one could make a script of an answer."""

from __future__ import annotations

from typing import Any

from wikigate.primitives.errors import Issue
from wikigate.primitives.message import Message
from wikigate.wire.formats.base import PageContext
from wikigate.wire.formats.xml_element import element_of
from wikigate.wire.params import Param

_NAMESPACE = ("xmlns", "http://www.mediawiki.org/xml/api/")


class XmlFormat:
    """XML."""

    name = "xml"
    is_html = False
    params: tuple[Param, ...] = (Param("xslt"), Param("includexmlnamespace", "boolean"))

    def content_type(self, options: dict[str, Any]) -> str:
        """Return XML's media type."""
        del options
        return "text/xml; charset=utf-8"

    def filename(self, options: dict[str, Any]) -> str:
        """Return the file name, fixed whatever the request says."""
        del options
        return "api-result.xml"

    def warnings(self, options: dict[str, Any]) -> tuple[Issue, ...]:
        """Say that ``xslt`` is not served."""
        return () if options["xslt"] is None else (Issue(Message("apiwarn-xslt-disabled"), "xslt-disabled"),)

    def render(self, tree: dict[str, Any], options: dict[str, Any], page: PageContext) -> bytes:
        """Return the document in UTF-8."""
        del page
        return self.show(tree, options, pretty=False).encode()

    def show(self, tree: dict[str, Any], options: dict[str, Any], *, pretty: bool) -> str:
        """Return the document, an element a line when ``pretty``."""
        root = element_of("api", tree, [])
        if options["includexmlnamespace"]:
            root.attributes.append(_NAMESPACE)
        out = ['<?xml version="1.0"?>']
        root.write(out, *(("\n", "  ") if pretty else ()))
        return "".join(out)
