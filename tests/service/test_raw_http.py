"""HTTP as nobody's library would write it, over a bare socket."""

from __future__ import annotations

import contextlib
import json
import socket

import pytest

from .server import PATIENCE, Client, Server

QUERY = b"/w/api.php?action=query&meta=userinfo&format=json"
POST = b"POST " + QUERY + b" HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\n"


def statuses(received: bytes) -> list[int]:
    """Return the status of each answer on the connection."""
    return [int(line.split()[1]) for line in received.split(b"\r\n") if line.startswith(b"HTTP/1.")] + [
        int(part[:3]) for part in received.split(b"}HTTP/1.1 ")[1:]
    ]


def body(received: bytes) -> bytes:
    return received.partition(b"\r\n\r\n")[2]


@pytest.mark.parametrize(
    "head",
    [
        b"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n",
        b"Transfer-Encoding: chunked\r\nContent-Length: 3\r\n",
    ],
    ids=["length-first", "encoding-first"],
)
def test_e13_with_both_lengths_the_body_ends_where_its_chunks_end(server: Server, head: bytes) -> None:
    """RFC 9112 section 6.3: the chunks win, so that nothing of the body is ever read as a second request."""
    chunks = b"26\r\nGET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n\r\n\r\n0\r\n\r\n"
    received = server.raw(POST + b"Connection: close\r\n" + head + b"\r\n" + chunks)
    assert statuses(received) in ([200], [400])
    assert b" 404 " not in received


@pytest.mark.parametrize(
    "head",
    [
        b"Content-Length: 3\r\nContent-Length: 4\r\n",
        b"Content-Length: +3\r\n",
        b"Content-Length: 3, 4\r\n",
        b"Transfer-Encoding: chunked, identity\r\n",
        b"Transfer-Encoding: xchunked\r\n",
        b"X-Sent: a\rX-Other: b\r\nContent-Length: 0\r\n",
        b"X-Sent : a\r\nContent-Length: 0\r\n",
        b"Content-Length: 0\r\nX-Sent: a\x00b\r\n",
    ],
    ids=["two-lengths", "signed", "list", "chunked-not-last", "unknown-coding", "bare-cr", "space-before-colon", "nul"],
)
def test_e13_what_two_servers_could_read_in_two_ways_is_refused(server: Server, head: bytes) -> None:
    received = server.raw(POST + head + b"\r\na=b")
    assert statuses(received) == [400]


@pytest.mark.parametrize(
    "begun",
    [b"", b"GET /w/api", POST + b"Content-Length: 9\r\n\r\na", POST + b"Transfer-Encoding: chunked\r\n\r\n9\r\na"],
    ids=["nothing", "half-a-head", "half-a-body", "half-a-chunk"],
)
def test_t1_hundreds_of_connections_that_say_nothing_more_leave_the_others_served(server: Server, begun: bytes) -> None:
    with contextlib.ExitStack() as stack:
        for _ in range(600):
            connection = stack.enter_context(socket.create_connection(("127.0.0.1", server.port), timeout=PATIENCE))
            connection.sendall(begun)
        for _ in range(4):
            visitor = Client(server)
            assert visitor.send("GET", QUERY.decode())[0] == 200
            visitor.close()


def test_t1_a_head_that_does_not_come_is_not_waited_for(server: Server) -> None:
    """Ten seconds, not the patience of this test."""
    assert b" 200 " not in server.raw(b"GET /w/api")


def test_t2_an_endless_chunked_body_is_refused_at_the_limit(server: Server) -> None:
    chunk = b"10000\r\n" + b"a" * 65536 + b"\r\n"
    received = server.raw(POST + b"Connection: close\r\nTransfer-Encoding: chunked\r\n\r\n" + chunk * 40)
    assert statuses(received) == [413]
    assert json.loads(body(received))["error"]["code"] == "http-contenttoolarge"


def test_t2_a_stated_body_beyond_the_limit_is_refused_before_it_comes(server: Server) -> None:
    received = server.raw(POST + b"Connection: close\r\nContent-Length: 104857600\r\n\r\n" + b"a=b")
    assert statuses(received) == [413]
    assert json.loads(body(received))["error"]["code"] == "http-contenttoolarge"


@pytest.mark.parametrize(
    "head",
    [
        POST + b"Content-Length: 3\r\nContent-Encoding: gzip\r\n\r\n",
        POST + b"Content-Length: 104857600\r\n\r\n",
        b"POST /nowhere HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\n",
    ],
    ids=["encoded", "too-large", "nowhere"],
)
def test_a_connection_whose_body_is_not_wanted_is_said_to_end_and_ends(server: Server, head: bytes) -> None:
    """RFC 9112 §9.6: of the body nothing comes, and the answer neither waits for it nor leaves the client in doubt."""
    received = server.raw(head)
    assert received.startswith(b"HTTP/1.1 4")
    assert b"\r\nconnection: close\r\n" in received.lower()


@pytest.mark.parametrize(
    "request_line",
    [
        b"GET %s HTTP/1.0\r\n\r\n",
        b"GET %s HTTP/1.1\r\nConnection: close\r\n\r\n",
        b"GET %s HTTP/1.1\r\nHost: \r\nConnection: close\r\n\r\n",
        b"GET %s HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n",
    ],
    ids=["http-1.0", "no-host", "empty-host", "wrong-host"],
)
def test_t9_the_host_header_is_asked_for_nothing(server: Server, request_line: bytes) -> None:
    """Absent or wrong, the answer is the same, and its links have the configured address."""
    received = server.raw(request_line % b"/w/api.php?action=query&meta=siteinfo&format=json")
    assert statuses(received)[0] in {200, 400}
    assert b"evil.example" not in received
    if statuses(received)[0] == 200:
        assert json.loads(body(received))["query"]["general"]["server"] == f"http://127.0.0.1:{server.port}"


def test_t9_what_is_no_http_is_refused(server: Server) -> None:
    assert statuses(server.raw(b"\x16\x03\x01 this is no HTTP\r\n\r\n")) == [400]


def test_the_environment_of_the_process_is_no_request_header(server: Server) -> None:
    """The server was started with HTTP_COOKIE, HTTP_X_FORWARDED_FOR and HTTP_ORIGIN in its environment."""
    visitor = Client(server)
    for number in range(4):
        connection = Client(server)
        status, content = connection.send("GET", QUERY.decode() + f"&requestid={number}")
        connection.close()
        assert status == 200
        assert json.loads(content)["query"]["userinfo"]["name"] == "127.0.0.1"
    visitor.close()
