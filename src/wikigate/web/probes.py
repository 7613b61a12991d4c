"""``/healthz`` and ``/readyz``: whether a process lives, and whether it can serve (security O12).

For load balancers and supervisors, so they tell nothing but that: no version, no name, no reason that a stranger could use.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from wikigate.primitives.errors import StoreUnavailable
from wikigate.wire.http import Request, Response

LIVE: Final = "/healthz"
READY: Final = "/readyz"
_HEADERS: Final = (
    ("Content-Type", "text/plain; charset=utf-8"),
    ("X-Content-Type-Options", "nosniff"),
    ("Cache-Control", "no-store"),
)


def live(_request: Request) -> Response:
    """Answer 200: whoever can say so lives."""
    return Response(200, list(_HEADERS), b"ok\n")


class Readiness:
    """Answers 200 where every one of ``asked`` returns, 503 where one raises ``StoreUnavailable``; each is one cheap read."""

    def __init__(self, asked: Sequence[Callable[[], object]]) -> None:
        self._asked = tuple(asked)

    def __call__(self, _request: Request) -> Response:
        """Ask."""
        try:
            for ask in self._asked:
                ask()
        except StoreUnavailable:
            return Response(503, list(_HEADERS), b"not ready\n")
        return Response(200, list(_HEADERS), b"ready\n")
