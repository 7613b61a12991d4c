"""The WSGI callable: an environ becomes a ``Request``, a ``Response`` becomes bytes. No rule of the API lives here.

The body is read only up to the limit; of a longer one nothing is kept but the fact (spec security T2), and only so many are waited
for at once (T1). The client's address is taken
from ``X-Forwarded-For`` only where the peer is a trusted proxy, and then the rightmost hop that is not one (B12).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from http import HTTPStatus
from typing import Any

from wikigate.primitives.addresses import Networks, normalise_address
from wikigate.web.body_places import BodyPlaces
from wikigate.wire.http import Request, Response

StartResponse = Callable[[str, list[tuple[str, str]]], Any]
Endpoint = Callable[[Request], Response]

_BODY_METHODS = frozenset({"POST"})
_STATUS_LINES = {status.value: f"{status.value} {status.phrase}" for status in HTTPStatus}
_NOT_MODIFIED = HTTPStatus.NOT_MODIFIED.value
# Whom HTTPS has served once keeps to it for a year and longer (RFC 6797, spec security E6); browsers ignore it over plain HTTP.
_STRICT_TRANSPORT = ("Strict-Transport-Security", "max-age=63072000")
_MAX_COOKIE_HEADER = 64 * 1024
# Digits of a Content-Length: those of 2**63; Python itself reads no number of thousands.
_LONGEST_LENGTH = 19
_CLOSE = ("Connection", "close")


class EnvironHeaders(Mapping[str, str]):
    """The request headers of a WSGI environ by lower-case name, read in place."""

    __slots__ = ("_environ",)

    def __init__(self, environ: dict[str, Any]) -> None:
        self._environ = environ

    def get(self, name: str, default: Any = None) -> Any:
        """Return a header's value; names are lower-case."""
        value = self._environ.get(_KEYS.get(name) or _key(name))
        return default if value is None else value

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and self.get(name) is not None

    def __getitem__(self, name: str) -> str:
        value = self.get(name)
        if value is None:
            raise KeyError(name)
        return value  # type: ignore[no-any-return]  # a WSGI environ holds text

    def __iter__(self) -> Iterator[str]:
        for key in self._environ:
            if key.startswith("HTTP_"):
                yield key[5:].replace("_", "-").lower()
            elif key in {"CONTENT_TYPE", "CONTENT_LENGTH"}:
                yield key.replace("_", "-").lower()

    def __len__(self) -> int:
        return sum(1 for _ in self)


def _key(name: str) -> str:
    if name in {"content-type", "content-length"}:
        return name.upper().replace("-", "_")
    return "HTTP_" + name.upper().replace("-", "_")


_KEYS = {
    name: _key(name)
    for name in (
        "accept-language", "authorization", "content-encoding", "content-length", "content-type", "cookie", "if-none-match", "origin",
        "promise-non-write-api-action", "treat-as-untrusted", "user-agent", "x-forwarded-for", "x-forwarded-proto", "x-request-id",
    )
}  # fmt: skip


class WsgiApplication:
    """Finds the endpoint by path and calls it.

    ``endpoints`` maps a path (``/w/api.php``) to what answers it; what follows an endpoint's path becomes ``path_info``.
    ``max_body`` is in bytes; ``places`` limits the bodies that are waited for. Everything else is answered 404.
    """

    def __init__(
        self,
        endpoints: Mapping[str, Endpoint],
        *,
        max_body: int,
        trusted_proxies: Iterable[str] = (),
        places: BodyPlaces | None = None,
    ) -> None:
        self._endpoints = dict(endpoints)
        self._max_body = max_body
        self._proxies = Networks(trusted_proxies)
        self._places = BodyPlaces() if places is None else places

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> list[bytes]:
        """Answer one request (PEP 3333)."""
        response, is_read = self._respond(environ)
        if not is_read and _has_body(environ):
            response.headers.append(_CLOSE)
        body = response.body
        headers = response.headers
        if response.status != _NOT_MODIFIED:
            headers.append(("Content-Length", str(len(body))))
        start_response(_STATUS_LINES[response.status], headers)
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [body]

    def _respond(self, environ: dict[str, Any]) -> tuple[Response, bool]:
        """Return the answer, and whether the body was read to its end."""
        path: str = environ.get("PATH_INFO", "") or "/"
        endpoint = self._endpoints.get(path)
        path_info = ""
        if endpoint is None:
            for known, candidate in self._endpoints.items():
                if path.startswith(known + "/"):
                    endpoint, path_info = candidate, path[len(known) :]
                    break
            else:
                return _plain(404, b"Nothing is served here. The API lies at /w/api.php.\n"), False
        if (refusal := _refusal(environ)) is not None:
            return refusal, False
        method: str = environ["REQUEST_METHOD"]
        address, scheme = self._peer(environ)
        body, oversized = (b"", False)
        takes_body = method in _BODY_METHODS
        if takes_body:
            with self._places.take(address) as free:
                if not free:
                    retry = ("Retry-After", "1")
                    return _plain(503, b"Too many requests whose body is still to come.\n", retry), False
                body, oversized = self._body(environ)
            if not oversized and len(body) < int(environ.get("CONTENT_LENGTH") or 0):
                return _plain(400, b"The body is shorter than its stated length.\n"), False
        query, headers = environ.get("QUERY_STRING", ""), EnvironHeaders(environ)
        response = endpoint(Request(method, path, query, headers, body, address, scheme, path_info, oversized))
        if scheme == "https":
            response.headers.append(_STRICT_TRANSPORT)
        return response, takes_body and not oversized

    def _body(self, environ: dict[str, Any]) -> tuple[bytes, bool]:
        stated: str = environ.get("CONTENT_LENGTH", "")
        stream = environ["wsgi.input"]
        if stated:
            size = int(stated)
            if size > self._max_body:
                return b"", True
            return (stream.read(size) if size else b""), False
        # A chunked body states no length: read one byte more than may come.
        body: bytes = stream.read(self._max_body + 1)
        return (b"", True) if len(body) > self._max_body else (body, False)

    def _peer(self, environ: dict[str, Any]) -> tuple[str, str]:
        address: str = environ.get("REMOTE_ADDR", "")
        scheme: str = environ.get("wsgi.url_scheme", "http")
        if not self._proxies or address not in self._proxies:
            return normalise_address(address), scheme
        stated: str = environ.get("HTTP_X_FORWARDED_FOR", "")
        for hop in reversed(stated.split(",")):
            address = hop.strip() or address
            if address not in self._proxies:
                break
        forwarded = environ.get("HTTP_X_FORWARDED_PROTO", "")
        return normalise_address(address), (forwarded if forwarded in {"http", "https"} else scheme)


def _refusal(environ: dict[str, Any]) -> Response | None:
    """Answer a request that no endpoint is to see, whatever it asks for."""
    if len(environ.get("HTTP_COOKIE", "")) > _MAX_COOKIE_HEADER:
        return _plain(431, b"The Cookie header is longer than this server reads.\n")
    if environ.get("HTTP_CONTENT_ENCODING", "identity") not in {"", "identity"}:
        return _plain(415, b"Request bodies are taken as they are: leave Content-Encoding out.\n")
    if not _is_framed(environ):
        return _plain(400, b"A request names one host, and its body has one length.\n")
    return None


def _has_body(environ: dict[str, Any]) -> bool:
    """Whether a request says that a body follows.

    The connection of one that is left unread takes no further request, and a client is told so before it sends one (RFC 9112 §9.6).
    """
    return environ.get("CONTENT_LENGTH", "") not in {"", "0"} or "HTTP_TRANSFER_ENCODING" in environ


def _is_framed(environ: dict[str, Any]) -> bool:
    """Whether a request says once whom it is for and once how long it is (RFC 9112 §3.2, §6.3).

    Two servers in a row could read one that does not so differently that what one takes for a body is the next request to the other.
    """
    host: str = environ.get("HTTP_HOST", "")
    if "," in host or (not host and environ.get("SERVER_PROTOCOL") == "HTTP/1.1"):
        return False
    length: str = environ.get("CONTENT_LENGTH", "")
    coding: str = environ.get("HTTP_TRANSFER_ENCODING", "")
    if coding and coding.strip().lower() != "chunked":
        return False
    return not length or (length.isascii() and length.isdigit() and len(length) <= _LONGEST_LENGTH and not coding)


def _plain(status: int, text: bytes, *headers: tuple[str, str]) -> Response:
    plain = [("Content-Type", "text/plain; charset=utf-8"), ("X-Content-Type-Options", "nosniff")]
    return Response(status, [*plain, *headers], text)
