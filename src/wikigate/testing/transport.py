"""Ways to put a request to a server: a WSGI callable in this process, or an address.

Nothing is followed, kept or decoded: every header that comes back is told, every cookie is the caller's business.
"""

from __future__ import annotations

import contextlib
import http.client
import io
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import urlsplit


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back; ``headers`` in their order, repeated ones repeated."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes

    def header(self, name: str) -> str | None:
        """Return a header's value, values of repeated ones joined; None where it is absent."""
        values = [value for key, value in self.headers if key.lower() == name.lower()]
        return ", ".join(values) if values else None

    def cookies(self) -> list[str]:
        """Return the values of the ``Set-Cookie`` headers in their order."""
        return [value for key, value in self.headers if key.lower() == "set-cookie"]


class Transport(Protocol):
    """Puts one request; ``base`` is the server's address without a path, as it stands in answers."""

    base: str

    def send(self, method: str, target: str, headers: Mapping[str, str], body: bytes) -> Answer:
        """Send ``method target`` and return the whole answer."""
        ...


class WsgiTransport:
    """A WSGI callable, called in this process from 127.0.0.1. Raises whatever the callable raises."""

    def __init__(self, app: Callable[..., Iterable[bytes]], base: str = "http://127.0.0.1:8155") -> None:
        self.base = base
        self._app = app

    def send(self, method: str, target: str, headers: Mapping[str, str], body: bytes) -> Answer:
        """Call the application once."""
        path, _, query = target.partition("?")
        parts = urlsplit(self.base)
        environ: dict[str, Any] = {
            "REQUEST_METHOD": method,
            "SCRIPT_NAME": "",
            "PATH_INFO": path,
            "QUERY_STRING": query.encode("utf-8").decode("latin-1"),
            "SERVER_NAME": parts.hostname,
            "SERVER_PORT": str(parts.port or 80),
            "SERVER_PROTOCOL": "HTTP/1.1",
            "REMOTE_ADDR": "127.0.0.1",
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": parts.scheme,
            "wsgi.input": io.BytesIO(body),
            "wsgi.errors": io.StringIO(),
            "wsgi.multithread": True,
            "wsgi.multiprocess": False,
            "wsgi.run_once": False,
            "HTTP_HOST": parts.netloc,
        }
        for name, value in headers.items():
            key = name.upper().replace("-", "_")
            environ[key if key in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{key}"] = value
        if body or method == "POST":
            environ["CONTENT_LENGTH"] = headers.get("Content-Length", str(len(body)))
        begun: list[tuple[str, list[tuple[str, str]]]] = []

        def start(status: str, head: list[tuple[str, str]], _exc: object = None) -> Callable[[bytes], object]:
            begun.append((status, head))
            return lambda _data: None

        chunks = self._app(environ, start)
        try:
            content = b"".join(chunks)
        finally:
            close = getattr(chunks, "close", None)
            if close is not None:
                close()
        status, head = begun[-1]
        return Answer(int(status.split(" ", 1)[0]), tuple(head), content)


class HttpTransport:
    """A running server, one connection for each request, made from the address ``source`` where one is given."""

    def __init__(self, base: str, timeout: float = 60.0, source: str = "") -> None:
        self.base = base
        self._timeout = timeout
        self._source = (source, 0) if source else None

    def send(self, method: str, target: str, headers: Mapping[str, str], body: bytes) -> Answer:
        """Put the request; raises ``OSError`` where the server cannot be reached."""
        parts = urlsplit(self.base)
        connection = http.client.HTTPConnection(
            parts.hostname or "", parts.port or 80, timeout=self._timeout, source_address=self._source
        )
        try:
            connection.putrequest(method, _wire(target), skip_accept_encoding=True)
            for name, value in headers.items():
                connection.putheader(name, value.encode("utf-8"))
            if (body or method == "POST") and "Content-Length" not in headers:
                connection.putheader("Content-Length", str(len(body)))
            # A server may refuse a body before it has read it all, and closes; what it says is read all the same.
            with contextlib.suppress(BrokenPipeError, ConnectionResetError):
                connection.endheaders(body)
            response = connection.getresponse()
            return Answer(response.status, tuple(response.getheaders()), response.read())
        finally:
            connection.close()


def _wire(target: str) -> str:
    """Percent-encode what a request line cannot carry; everything else goes out as recorded."""
    return "".join(
        c if "!" <= c <= "~" and c not in '<>"' else "".join(f"%{b:02X}" for b in c.encode()) for c in target
    )
