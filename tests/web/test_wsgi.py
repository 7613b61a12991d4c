"""The WSGI skin: what reaches an endpoint, and what never does."""

from __future__ import annotations

import io
from typing import Any

import pytest

from wikigate.web.body_places import BodyPlaces
from wikigate.web.wsgi import WsgiApplication
from wikigate.wire.http import Request, Response


class Endpoint:
    """Keeps the request it was given."""

    def __init__(self) -> None:
        self.seen: Request | None = None

    def __call__(self, request: Request) -> Response:
        self.seen = request
        return Response(200, [("Content-Type", "text/plain")], b"answer")


def ask(application: WsgiApplication, path: str = "/w/api.php", **environ: Any) -> tuple[str, dict[str, str], bytes]:
    started: list[Any] = []
    base: dict[str, Any] = {
        "REQUEST_METHOD": "GET", "PATH_INFO": path, "QUERY_STRING": "", "REMOTE_ADDR": "127.0.0.1", "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(b""),
    }  # fmt: skip
    body = b"".join(application(base | environ, lambda status, headers: started.extend([status, headers])))
    return started[0], dict(started[1]), body


@pytest.fixture
def endpoint() -> Endpoint:
    return Endpoint()


@pytest.fixture
def application(endpoint: Endpoint) -> WsgiApplication:
    return WsgiApplication({"/w/api.php": endpoint}, max_body=16, trusted_proxies=["10.0.0.0/8", "127.0.0.1"])


def test_a_request_reaches_its_endpoint_with_lower_case_headers(
    application: WsgiApplication, endpoint: Endpoint
) -> None:
    status, headers, body = ask(application, QUERY_STRING="a=b", HTTP_X_REQUEST_ID="abc", CONTENT_TYPE="text/plain")
    assert (status, headers["Content-Length"], body) == ("200 OK", "6", b"answer")
    assert endpoint.seen is not None
    assert endpoint.seen.query == "a=b"
    assert endpoint.seen.header("x-request-id") == "abc"
    assert endpoint.seen.header("content-type") == "text/plain"
    assert endpoint.seen.headers.get("cookie") is None
    assert dict(endpoint.seen.headers) == {"x-request-id": "abc", "content-type": "text/plain"}


def test_what_follows_the_endpoint_is_path_info(application: WsgiApplication, endpoint: Endpoint) -> None:
    """E14: a file name behind api.php never becomes part of an answer."""
    ask(application, "/w/api.php/evil.bat")
    assert endpoint.seen is not None
    assert endpoint.seen.path_info == "/evil.bat"


def test_an_unknown_path_is_not_found(application: WsgiApplication) -> None:
    assert ask(application, "/etc/passwd")[0] == "404 Not Found"


def test_head_has_the_length_and_no_body(application: WsgiApplication) -> None:
    status, headers, body = ask(application, REQUEST_METHOD="HEAD")
    assert (status, headers["Content-Length"], body) == ("200 OK", "6", b"")


@pytest.mark.parametrize("environ", [{"CONTENT_LENGTH": "17"}, {"CONTENT_LENGTH": ""}], ids=["stated", "chunked"])
def test_a_body_beyond_the_limit_is_left_out(
    application: WsgiApplication, endpoint: Endpoint, environ: dict[str, str]
) -> None:
    """T2: nothing of an oversized body is kept but the fact."""
    ask(application, REQUEST_METHOD="POST", **environ, **{"wsgi.input": io.BytesIO(b"x" * 17)})
    assert endpoint.seen is not None
    assert (endpoint.seen.body, endpoint.seen.oversized) == (b"", True)


def test_a_body_is_read_for_post_alone(application: WsgiApplication, endpoint: Endpoint) -> None:
    for method, expected in (("POST", b"a=b"), ("PUT", b"")):
        ask(application, REQUEST_METHOD=method, CONTENT_LENGTH="3", **{"wsgi.input": io.BytesIO(b"a=b")})
        assert endpoint.seen is not None
        assert endpoint.seen.body == expected


@pytest.mark.parametrize(
    ("path", "environ", "closes"),
    [
        ("/w/api.php", {"CONTENT_LENGTH": "3"}, False),
        ("/w/api.php", {"CONTENT_LENGTH": "17"}, True),
        ("/w/api.php", {"CONTENT_LENGTH": "3", "HTTP_CONTENT_ENCODING": "gzip"}, True),
        ("/w/api.php", {"HTTP_TRANSFER_ENCODING": "chunked", "HTTP_CONTENT_ENCODING": "gzip"}, True),
        ("/w/api.php", {"CONTENT_LENGTH": "3", "REQUEST_METHOD": "PUT"}, True),
        ("/w/api.php", {"CONTENT_LENGTH": "0", "REQUEST_METHOD": "PUT"}, False),
        ("/w/api.php", {"CONTENT_LENGTH": "", "REQUEST_METHOD": "GET"}, False),
        ("/nowhere", {"CONTENT_LENGTH": "3"}, True),
        ("/nowhere", {"REQUEST_METHOD": "GET"}, False),
    ],
)
def test_who_leaves_a_body_unread_says_that_the_connection_ends(
    application: WsgiApplication, path: str, environ: dict[str, str], closes: bool
) -> None:
    """RFC 9112 §9.6: a client that is not told sends its next request into a connection that is gone."""
    sent = {"REQUEST_METHOD": "POST", "wsgi.input": io.BytesIO(b"a=b"), **environ}
    assert (ask(application, path, **sent)[1].get("Connection") == "close") is closes


def test_t1_a_body_that_no_thread_may_wait_for_is_not_read(endpoint: Endpoint) -> None:
    places = BodyPlaces(2)
    application = WsgiApplication({"/w/api.php": endpoint}, max_body=16, places=places)
    stream = io.BytesIO(b"a=b")
    with places.take("127.0.0.1"):
        status, headers, _ = ask(application, REQUEST_METHOD="POST", CONTENT_LENGTH="3", **{"wsgi.input": stream})
        assert (status, headers["Connection"], headers["Retry-After"]) == ("503 Service Unavailable", "close", "1")
        assert (stream.tell(), endpoint.seen) == (0, None)
        assert ask(application)[0] == "200 OK"
        for other in ("192.0.2.7", "127.0.0.1"):
            environ = {"REMOTE_ADDR": other, "CONTENT_LENGTH": "3", "wsgi.input": stream}
            assert ask(application, REQUEST_METHOD="POST", **environ)[0].startswith(
                "200" if other != "127.0.0.1" else "503"
            )
    stream.seek(0)
    assert ask(application, REQUEST_METHOD="POST", CONTENT_LENGTH="3", **{"wsgi.input": stream})[0] == "200 OK"


def test_an_encoded_body_is_refused(application: WsgiApplication) -> None:
    """T7: a gzip bomb is never opened."""
    assert ask(application, REQUEST_METHOD="POST", HTTP_CONTENT_ENCODING="gzip")[0].startswith("415")


@pytest.mark.parametrize(
    "environ",
    [
        {"SERVER_PROTOCOL": "HTTP/1.1", "HTTP_HOST": ""},
        {"HTTP_HOST": "wiki.example.org,evil.example"},
        {"CONTENT_LENGTH": "3", "HTTP_TRANSFER_ENCODING": "chunked"},
        {"HTTP_TRANSFER_ENCODING": "gzip, chunked"},
        {"CONTENT_LENGTH": "3,3"},
        {"CONTENT_LENGTH": "4"},
        {"CONTENT_LENGTH": "-1"},
        {"CONTENT_LENGTH": "\N{SUPERSCRIPT TWO}"},
        {"CONTENT_LENGTH": "9" * 5000},
    ],
)
def test_a_request_that_two_servers_could_read_differently_is_refused(
    application: WsgiApplication, endpoint: Endpoint, environ: dict[str, str]
) -> None:
    """T6: request smuggling."""
    status, _, _ = ask(application, REQUEST_METHOD="POST", **environ, **{"wsgi.input": io.BytesIO(b"a=b")})
    assert status == "400 Bad Request"
    assert endpoint.seen is None


def test_http_1_0_needs_no_host(application: WsgiApplication) -> None:
    assert ask(application, SERVER_PROTOCOL="HTTP/1.0")[0] == "200 OK"


def test_a_cookie_header_beyond_the_limit_is_refused(application: WsgiApplication) -> None:
    """T5."""
    assert ask(application, HTTP_COOKIE="a=" + "b" * 70_000)[0].startswith("431")


@pytest.mark.parametrize(
    ("peer", "forwarded", "address"),
    [
        ("192.0.2.1", "9.9.9.9", "192.0.2.1"),
        ("127.0.0.1", "9.9.9.9", "9.9.9.9"),
        ("127.0.0.1", "1.1.1.1, 9.9.9.9, 10.1.2.3", "9.9.9.9"),
        ("127.0.0.1", "", "127.0.0.1"),
        ("127.0.0.1", "10.1.1.1, 10.1.2.3", "10.1.1.1"),
        ("127.0.0.1", "not an address", "not?an?address"),
    ],
)
def test_only_a_trusted_proxy_names_the_client(
    application: WsgiApplication, endpoint: Endpoint, peer: str, forwarded: str, address: str
) -> None:
    """B12: the rightmost hop that is no trusted proxy."""
    ask(application, REMOTE_ADDR=peer, HTTP_X_FORWARDED_FOR=forwarded)
    assert endpoint.seen is not None
    assert endpoint.seen.address == address


def test_only_a_trusted_proxy_names_the_scheme(application: WsgiApplication, endpoint: Endpoint) -> None:
    for peer, scheme in (("127.0.0.1", "https"), ("192.0.2.1", "http")):
        ask(application, REMOTE_ADDR=peer, HTTP_X_FORWARDED_PROTO="https")
        assert endpoint.seen is not None
        assert endpoint.seen.scheme == scheme
