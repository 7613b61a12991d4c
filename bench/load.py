"""The load generator: connections that play a conversation over and over and check every answer.

Without a ``rate`` the loop is closed: each connection sends its next request when it has its answer. With a ``rate`` in requests a
second it is open: requests fall due at even distances whatever the server does, go out on the first free connection, and their latency
counts from the moment they were due, so that what a slow server keeps waiting is not forgotten. Only for conversations of one request.

Runs as a process of its own, on a core of its own: ``python -m bench.load`` reads a JSON specification from standard input and writes a
JSON report to standard output. One thread, a selector, and a generator for each connection; a conversation yields the bytes of a request
and is sent the answer. A wrong answer is an error with its text, never a fast request.
"""

from __future__ import annotations

import json
import os
import selectors
import socket
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote_plus

from bench.conversations import CONVERSATIONS, Answer, Conversation, WrongAnswer


@dataclass
class Report:
    """What one run did. Latencies are in seconds, of single requests."""

    requests: int = 0
    flows: int = 0
    seconds: float = 0.0
    errors: list[str] = field(default_factory=list)
    latencies: list[float] = field(default_factory=list)

    def summary(self) -> dict[str, Any]:
        ordered = sorted(self.latencies)

        def at(share: float) -> float:
            return ordered[min(len(ordered) - 1, int(len(ordered) * share))] if ordered else 0.0

        return {
            "requests": self.requests, "flows": self.flows, "seconds": self.seconds, "errors": self.errors[:5],
            "error_count": len(self.errors), "p50": at(0.50), "p99": at(0.99), "generator_cpu": time.process_time(),
        }  # fmt: skip


class Connection:
    """One connection and the conversation on it."""

    def __init__(self, address: tuple[str, int], start: Callable[[], Conversation]) -> None:
        self.address = address
        self._start = start
        self.conversation: Conversation = start()
        self.socket: socket.socket | None = None
        self.buffer = b""
        self.sent_at = 0.0
        self.outgoing = next(self.conversation)

    def open(self) -> socket.socket:
        self.socket = socket.create_connection(self.address, timeout=30)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return self.socket

    def send(self, due: float | None = None) -> None:
        assert self.socket is not None
        self.buffer = b""
        self.sent_at = time.perf_counter() if due is None else due
        self.socket.sendall(self.outgoing)

    def receive(self, report: Report) -> Answer | None:
        """Read what has come; the answer once all of it is there, which is counted."""
        assert self.socket is not None
        data = self.socket.recv(65536)
        self.buffer += data
        answer = complete(self.buffer, ended=not data)
        if answer is not None:
            report.requests += 1
            report.latencies.append(time.perf_counter() - self.sent_at)
        elif not data:
            raise ConnectionError(f"the server closed the connection in the middle: {self.buffer[:200]!r}")
        return answer

    def advance(self, answer: Answer, report: Report) -> None:
        """Give the conversation its answer; begin a new one when it has ended or gone wrong."""
        try:
            self.outgoing = self.conversation.send(answer)
        except StopIteration:
            report.flows += 1
            self.conversation = self._start()
            self.outgoing = next(self.conversation)
        except WrongAnswer as error:
            report.errors.append(str(error))
            self.conversation = self._start()
            self.outgoing = next(self.conversation)


def complete(buffer: bytes, *, ended: bool) -> Answer | None:
    """Read an HTTP answer when all of it is there."""
    head, separator, body = buffer.partition(b"\r\n\r\n")
    if not separator:
        return None
    lines = head.decode("latin-1").split("\r\n")
    headers = [(name.lower(), value.strip()) for name, _, value in (line.partition(":") for line in lines[1:])]
    lookup = dict(headers)
    closes = lookup.get("connection", "").lower() == "close"
    if "content-length" in lookup:
        if len(body) < int(lookup["content-length"]):
            return None
    elif lookup.get("transfer-encoding") == "chunked":
        if not body.endswith(b"0\r\n\r\n"):
            return None
        body = dechunk(body)
    elif not ended:
        return None
    return Answer(int(lines[0].split(" ")[1]), headers, body, closes or ended)


def dechunk(body: bytes) -> bytes:
    out = b""
    while True:
        size, _, body = body.partition(b"\r\n")
        length = int(size, 16)
        if not length:
            return out
        out, body = out + body[:length], body[length + 2 :]


def run(spec: dict[str, Any]) -> Report:
    """Play until the time is over; the requests under way then are finished and counted."""
    if spec.get("core") is not None:
        os.sched_setaffinity(0, {spec["core"]})
    return run_open(spec) if spec.get("rate") else run_closed(spec)


def run_closed(spec: dict[str, Any]) -> Report:
    make = CONVERSATIONS[spec["conversation"]]
    address = (spec["host"], spec["port"])
    counter = iter(range(10**9))
    selector = selectors.DefaultSelector()
    report = Report()
    host = f"{spec['host']}:{spec['port']}"
    for _ in range(spec["connections"]):
        connection = Connection(
            address, lambda: make(spec | {"n": next(counter), "http_host": host, "quote": quote_plus})
        )
        selector.register(connection.open(), selectors.EVENT_READ, connection)
        connection.send()
    started = time.perf_counter()
    deadline = started + spec["seconds"]
    open_connections = spec["connections"]
    while open_connections:
        for key, _ in selector.select(30):
            connection = key.data
            answer = connection.receive(report)
            if answer is None:
                continue
            connection.advance(answer, report)
            if answer.closes:
                selector.unregister(connection.socket)
                connection.socket.close()
            if time.perf_counter() >= deadline:
                if not answer.closes:
                    selector.unregister(connection.socket)
                    connection.socket.close()
                open_connections -= 1
                continue
            if answer.closes:
                selector.register(connection.open(), selectors.EVENT_READ, connection)
            connection.send()
    report.seconds = time.perf_counter() - started
    return report


def run_open(spec: dict[str, Any]) -> Report:
    selector = selectors.DefaultSelector()
    report = Report()
    host = f"{spec['host']}:{spec['port']}"
    idle: list[Connection] = []
    for n in range(spec["connections"]):
        specification = spec | {"n": n, "http_host": host}
        connection = Connection(
            (spec["host"], spec["port"]), lambda it=specification: CONVERSATIONS[spec["conversation"]](it)
        )
        selector.register(connection.open(), selectors.EVENT_READ, connection)
        idle.append(connection)
    distance = 1 / spec["rate"]
    started = time.perf_counter()
    due, deadline = started, started + spec["seconds"]
    while due < deadline or len(idle) < spec["connections"]:
        now = time.perf_counter()
        while idle and due <= now and due < deadline:
            idle.pop().send(due)
            due += distance
        wait = max(0.0, due - now) if idle and due < deadline else 30
        for key, _ in selector.select(wait):
            connection = key.data
            answer = connection.receive(report)
            if answer is not None:
                connection.advance(answer, report)
                idle.append(connection)
    report.seconds = time.perf_counter() - started
    return report


if __name__ == "__main__":
    print(json.dumps(run(json.load(sys.stdin)).summary()))
