"""``format=none``: nothing but the headers (spec framework §5.1)."""

from __future__ import annotations

from typing import Any

from wikigate.primitives.errors import Issue
from wikigate.wire.formats.base import PageContext
from wikigate.wire.params import Param


class NoneFormat:
    """An empty answer."""

    name = "none"
    is_html = False
    params: tuple[Param, ...] = ()

    def content_type(self, options: dict[str, Any]) -> str:
        """Return plain text's media type."""
        del options
        return "text/plain; charset=utf-8"

    def filename(self, options: dict[str, Any]) -> str:
        """Return the file name."""
        del options
        return "api-result.txt"

    def warnings(self, options: dict[str, Any]) -> tuple[Issue, ...]:
        """Return nothing."""
        del options
        return ()

    def render(self, tree: dict[str, Any], options: dict[str, Any], page: PageContext) -> bytes:
        """Return nothing at all, errors included."""
        del tree, options, page
        return b""
