"""One request as the session sources see it."""

from __future__ import annotations

from collections.abc import Mapping

from wikigate.wire.http import Request
from wikigate.wire.phpcookie import parse_cookies

_NO_COOKIES: Mapping[str, str] = {}


class Visit:
    """A request, the moment it came, and its cookies under PHP's rules.

    ``cookies`` holds every cookie that came, whatever its value; ``cookie`` hides the value ``deleted``, which stands for an absent
    cookie (spec core §4.1). ``sent`` holds the cookies written into the answer so far, by name.
    """

    __slots__ = ("cookies", "now", "request", "sent")

    def __init__(self, request: Request, now: float) -> None:
        self.request = request
        self.now = now
        self.sent: dict[str, str] = {}
        header = request.headers.get("cookie")
        self.cookies: Mapping[str, str] = parse_cookies(header) if header else _NO_COOKIES

    def __repr__(self) -> str:
        return f"<Visit with {len(self.cookies)} cookies>"

    def cookie(self, name: str) -> str | None:
        """Return a cookie's value; None for an absent one."""
        value = self.cookies.get(name)
        return None if value == "deleted" else value
