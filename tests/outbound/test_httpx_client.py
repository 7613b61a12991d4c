"""Requests to other servers end, are bounded, and tell no secret when they fail."""

from __future__ import annotations

import gzip
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from wikigate.outbound.http_client import HttpAnswer, OutboundError
from wikigate.outbound.httpx_client import HttpxClient

PACKED = gzip.compress(b"[" + b" " * 1_000_000 + b"]")


class Server(BaseHTTPRequestHandler):
    """Answers by path."""

    def do_GET(self) -> None:
        if self.path == "/moved":
            self.send_response(302)
            self.send_header("Location", "/json")
            self.end_headers()
            return
        body = {"/json": b'{"a": 1}', "/big": b"x" * 5000, "/packed": PACKED}.get(self.path.partition("?")[0], b"?")
        self.send_response(200 if body != b"?" else 404)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("X-Seen", self.headers["User-Agent"])
        self.send_header("X-Asked", self.headers["Accept-Encoding"])
        if body is PACKED:
            self.send_header("Content-Encoding", "gzip")
        self.end_headers()
        if self.path == "/slow":
            self.server.released.wait(20)  # type: ignore[attr-defined]
        self.wfile.write(body)

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("X-Type", self.headers["Content-Type"])
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Keep silent."""


@pytest.fixture
def base() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Server)
    server.released = threading.Event()  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.released.set()  # type: ignore[attr-defined]
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def client() -> Iterator[HttpxClient]:
    client = HttpxClient(timeout=0.5, max_bytes=4000)
    yield client
    client.close()


def test_an_answer_has_its_status_headers_and_body(base: str, client: HttpxClient) -> None:
    answer = client.get(f"{base}/json?x=1")
    assert (answer.status, answer.ok, answer.json(), answer.headers["x-seen"]) == (200, True, {"a": 1}, "Wikigate")
    assert client.get(f"{base}/nothing").status == 404


def test_a_form_is_posted_as_a_form(base: str, client: HttpxClient) -> None:
    answer = client.post_form(base, {"a b": "ü&="})
    assert answer.body == b"a+b=%C3%BC%26%3D"
    assert answer.headers["x-type"] == "application/x-www-form-urlencoded"


def test_a_redirect_is_an_answer_and_is_not_followed(base: str, client: HttpxClient) -> None:
    assert client.get(f"{base}/moved").status == 302


def test_nobody_is_asked_for_a_packed_answer_and_none_is_taken(base: str, client: HttpxClient) -> None:
    """Small on the way, a thousand times as large unpacked."""
    assert client.get(f"{base}/json").headers["x-asked"] == "identity"
    with pytest.raises(OutboundError, match="packed"):
        client.get(f"{base}/packed")


@pytest.mark.parametrize(
    ("path", "text"), [("/big", "more than 4000 bytes"), ("/slow", "could not be asked \\(ReadTimeout\\)")]
)
def test_too_much_and_too_slow_are_errors(base: str, client: HttpxClient, path: str, text: str) -> None:
    with pytest.raises(OutboundError, match=text):
        client.get(base + path)


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:1/?code=secret", "nonsense", "ftp://a/secret", "http://[/secret", ""]
)
def test_what_cannot_be_asked_is_told_without_the_query(client: HttpxClient, url: str) -> None:
    with pytest.raises(OutboundError) as caught:
        client.get(url)
    assert "secret" not in str(caught.value)


def test_a_body_that_is_no_json_is_an_error_and_never_shown() -> None:
    with pytest.raises(OutboundError):
        HttpAnswer(200, {}, b"[" * 100_000).json()
    assert "secret" not in repr(HttpAnswer(200, {}, b"secret"))
