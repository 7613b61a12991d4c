"""The request and the response as plain values; no framework, no socket."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from wikigate.primitives.timestamps import http_date


@dataclass(slots=True)
class Request:
    """One HTTP request.

    ``path`` is the decoded path below the host; ``query`` is the raw query string without ``?``; ``headers`` has
    lower-case names (a repeated header is joined with ``", "``); ``body`` is empty unless the method is POST;
    ``oversized`` says that a body beyond the limit was left unread; ``path_info`` is what stood behind the endpoint's own path.
    ``address`` is the client's address as text after trusted proxies are taken off; ``scheme`` is ``http`` or ``https``.
    """

    method: str
    path: str
    query: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    address: str = "127.0.0.1"
    scheme: str = "http"
    path_info: str = ""
    oversized: bool = False

    def header(self, name: str) -> str:
        """Return a header by its lower-case name; the empty string where it is absent."""
        return self.headers.get(name, "")


@dataclass(frozen=True, slots=True)
class SetCookie:
    """One ``Set-Cookie``; ``expires`` is a moment in seconds or None for a session cookie.

    Attributes stand in the order that PHP writes: ``expires; Max-Age; path; domain; secure; HttpOnly; SameSite`` (spec core §4.1).
    """

    name: str
    value: str
    expires: float | None = None
    max_age: int | None = None
    path: str = "/"
    domain: str = ""
    secure: bool = False
    http_only: bool = True
    same_site: str = ""

    def header(self) -> str:
        """Spell the header's value; ``value`` is already percent-encoded."""
        parts = [f"{self.name}={self.value}"]
        if self.expires is not None:
            parts.append(f"expires={http_date(self.expires)}")
            parts.append(f"Max-Age={self.max_age}")
        parts.append(f"path={self.path}")
        if self.domain:
            parts.append(f"domain={self.domain}")
        if self.secure:
            parts.append("secure")
        if self.http_only:
            parts.append("HttpOnly")
        if self.same_site:
            parts.append(f"SameSite={self.same_site}")
        return "; ".join(parts)


@dataclass(slots=True)
class Response:
    """One HTTP response; ``headers`` keep their order and may repeat."""

    status: int = 200
    headers: list[tuple[str, str]] = field(default_factory=list)
    body: bytes = b""
