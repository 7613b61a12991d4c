"""The contract of an output format: a result tree becomes bytes.

A format is one object a wiki, made at start and shared by all threads; it keeps nothing of a request. ``render`` is called once for
each answer with the finished tree, which it must not change, and never fails: whatever the tree says, the bytes are well-formed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from wikigate.primitives.errors import Issue
from wikigate.primitives.message import Message
from wikigate.wire.params import Param

# What ``formatversion`` may be; ``latest`` is 2 (spec framework §5.3).
FORMAT_VERSION = Param("formatversion", "enum", default="1", values=("1", "2", "latest"), value_help={})


@dataclass(frozen=True, slots=True)
class PageContext:
    """What a page for people shows around the result.

    ``api_url`` is the endpoint's address; ``query`` the request's query string, None when it was posted; ``status`` the HTTP status
    that the bare format would have had; ``text`` renders a message as safe HTML; ``milliseconds`` is how long the request took.
    ``styles`` are the addresses of its style sheets.
    """

    site_name: str
    api_url: str
    language: str
    query: str | None
    status: int
    text: Callable[[Message], str]
    milliseconds: int = 0
    styles: tuple[str, ...] = ()


class OutputFormat(Protocol):
    """One value of the parameter ``format``.

    ``params`` are the format's own parameters, coerced only when an answer is printed. ``is_html`` says that the answer is a page:
    it is sent with status 200 whatever happened, and is never kept by caches.
    """

    name: str
    params: tuple[Param, ...]
    is_html: bool

    def content_type(self, options: dict[str, Any]) -> str:
        """Return the media type with its charset."""
        ...

    def filename(self, options: dict[str, Any]) -> str:
        """Return the file name for ``Content-Disposition``."""
        ...

    def warnings(self, options: dict[str, Any]) -> tuple[Issue, ...]:
        """Return what the format has to say about its options; warned of under the format's own name before rendering."""
        ...

    def render(self, tree: dict[str, Any], options: dict[str, Any], page: PageContext) -> bytes:
        """Return the answer's body."""
        ...


class TextFormat(Protocol):
    """A format that can also be shown to people: its text, in lines when ``pretty``."""

    name: str
    params: tuple[Param, ...]

    def warnings(self, options: dict[str, Any]) -> tuple[Issue, ...]:
        """Return what the format has to say about its options."""
        ...

    def show(self, tree: dict[str, Any], options: dict[str, Any], *, pretty: bool) -> str:
        """Return the answer as text."""
        ...


def version_of(options: dict[str, Any]) -> int:
    """Return the format version that the options ask for: 1 or 2."""
    return 1 if options["formatversion"] == "1" else 2
