"""Same-origin protection and CORS as MediaWiki has them (spec framework §9).

Two questions, asked before anything else of a call: may this request act in the visitor's name, and may the page that sent it
read the answer?
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from wikigate.wire.http import Request
from wikigate.wire.phpform import Form

_EXPOSED = (
    "Access-Control-Expose-Headers",
    "MediaWiki-API-Error, Retry-After, X-Database-Lag, MediaWiki-Login-Suppressed",
)
_ALLOWED_REQUEST_HEADERS = frozenset({
    "accept", "accept-language", "content-language", "content-type", "accept-encoding", "dnt", "origin", "user-agent",
    "api-user-agent", "access-control-max-age", "authorization",
})  # fmt: skip

_CROSS_SITE = frozenset({"callback", "origin"})


def is_same_origin(request: Request, form: Form) -> bool:
    """Whether the caller may act in the visitor's name: no ``callback``, no ``origin=*``, no ``Treat-as-Untrusted`` header."""
    if request.headers.get("treat-as-untrusted") is not None:
        return False
    return form.lacks(_CROSS_SITE) or ("callback" not in form and form.get("origin") != "*")


@dataclass(frozen=True, slots=True)
class CorsAnswer:
    """The headers to add; ``refused`` ends the request with 403. ``names_origin`` makes a public answer vary by ``Origin``."""

    headers: tuple[tuple[str, str], ...] = ()
    refused: bool = False
    names_origin: bool = False


_NO_CORS = CorsAnswer()


class CorsRules:
    """The allow-list, compiled at start: host patterns with ``*`` and ``?`` and the exceptions from them."""

    def __init__(self, domains: Iterable[str], exceptions: Iterable[str] = ()) -> None:
        self._allowed = [_pattern(domain) for domain in domains]
        self._denied = [_pattern(domain) for domain in exceptions]

    def answer(self, request: Request, form: Form) -> CorsAnswer:
        """Judge a request by its ``origin`` parameter, its ``Origin`` header and, for a preflight, what it asks for."""
        if "origin" not in form:
            return _NO_CORS
        wanted = form.get("origin")
        if not isinstance(wanted, str):
            return _NO_CORS
        header = request.header("origin")
        if wanted == "*":
            allow: tuple[tuple[str, str], ...] = (
                ("Access-Control-Allow-Origin", "*"),
                ("Access-Control-Allow-Credentials", "false"),
            )
        else:
            origins = header.split(" ") if header else []
            # More than one origin makes no browser's header: refused, as spec framework §9.2 asks.
            if wanted not in origins or len(origins) != 1:
                return CorsAnswer(refused=True)
            if not self._matches(wanted):
                return CorsAnswer((("MediaWiki-CORS-Rejection", "Origin mismatch"),), names_origin=True)
            allow = (
                ("Access-Control-Allow-Origin", header),
                ("Access-Control-Allow-Credentials", "true"),
                ("Timing-Allow-Origin", header),
            )
        names_origin = wanted != "*"
        asked = request.headers.get("access-control-request-method")
        if request.method != "OPTIONS" or asked is None:
            return CorsAnswer((*allow, _EXPOSED), names_origin=names_origin)
        return self._preflight(request, allow, names_origin=names_origin)

    @staticmethod
    def _preflight(request: Request, allow: tuple[tuple[str, str], ...], *, names_origin: bool) -> CorsAnswer:
        headers = (*allow, ("Access-Control-Allow-Methods", "POST, GET, HEAD"))
        asked = request.header("access-control-request-headers")
        if asked:
            names = [name.strip().lower() for name in asked.split(",")]
            if not all(name in _ALLOWED_REQUEST_HEADERS for name in names):
                rejection = ("MediaWiki-CORS-Rejection", "Unsupported header requested in preflight")
                return CorsAnswer((rejection,), names_origin=names_origin)
            headers = (*headers, ("Access-Control-Allow-Headers", asked))
        return CorsAnswer(headers, names_origin=names_origin)

    def _matches(self, origin: str) -> bool:
        allowed = any(pattern.fullmatch(origin) for pattern in self._allowed)
        return allowed and not any(pattern.fullmatch(origin) for pattern in self._denied)


def _pattern(glob: str) -> re.Pattern[str]:
    text = re.escape(glob).replace(r"\*", ".*?").replace(r"\?", ".")
    return re.compile(rf"https?://{text}")
