"""The same requests put to both sides: MediaWiki's answers are recorded as they come and become what Wikigate must answer."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import parse_qsl

from wikigate.testing.recorder import Recorder
from wikigate.testing.recording import Exchange, Expected, Recording, Step
from wikigate.testing.texts import Form, Texts
from wikigate.testing.transport import Answer, HttpTransport

from ..wire.fixture import Fixture, change, fill  # noqa: TID252  both suites assume the same wikis

_FORMS: Mapping[str, Form] = {"html": "html", "wikitext": "wikitext"}


@dataclass(slots=True)
class Side:
    """One of the two servers: ``base``, its database, and headers that every request to it bears."""

    base: str
    database: str
    headers: Mapping[str, str]
    source: str = "127.0.0.1"

    def send(self, method: str, target: str, headers: Mapping[str, str], body: bytes) -> Answer:
        """Put one request."""
        return HttpTransport(self.base, source=self.source).send(method, target, {**self.headers, **headers}, body)

    def fill(self, wanted: Fixture) -> None:
        """Bring the wiki into the state that a fixture describes."""
        with _opened(self.database) as connection:
            fill(connection, wanted, time.time())
        connection.close()
        self.forget()

    def perform(self, wanted: Fixture, verb: str, arguments: Any) -> None:
        """Make one of a recording's changes; time passes here as it does everywhere."""
        if verb == "advance":
            _await(time.time() + arguments)
            return
        with _opened(self.database) as connection:
            if verb == "expect_hash":
                _await_hash(connection, wanted, arguments)
            else:
                change(connection, wanted, verb, arguments, time.time())
        connection.close()
        self.forget()

    def forget(self) -> None:
        """Let MediaWiki forget what it keeps of rows, and its throttle counters; Wikigate keeps nothing of the sort."""
        variant = self.headers.get("X-Reference-Variant")
        if variant is not None:
            headers = {"X-Reference-Variant": f"{variant} forget"}
            HttpTransport(self.base, source=self.source).send("GET", "/w/api.php?action=query", headers, b"")


def _opened(database: str) -> sqlite3.Connection:
    return sqlite3.connect(database, timeout=30)


def _await(moment: float) -> None:
    """Wait for a moment of the real clock, which nobody here can move."""
    while (left := moment - time.time()) > 0:
        time.sleep(left)


def _await_hash(connection: sqlite3.Connection, wanted: Fixture, arguments: Mapping[str, Any]) -> None:
    """Wait until a stored password is of its new type: it is rewritten after the answer."""
    deadline = time.monotonic() + 10
    while True:
        try:
            change(connection, wanted, "expect_hash", arguments, time.time())
        except AssertionError:
            if time.monotonic() > deadline:
                raise
            _await(time.time() + 0.05)
        else:
            return


def record(side: Side, texts: Texts, wanted: Fixture, scenario: Recording) -> Recording:
    """Play a scenario on MediaWiki and return it with the answers that came."""
    recorder = Recorder(texts, (side.base,))
    steps: list[Step] = []
    for step in scenario.steps:
        for item in step.do:
            for verb, arguments in item.items():
                side.perform(wanted, verb, arguments)
        answer = _put(side, recorder, step.request)
        error, message = _forms(step.request)
        said = recorder.response(answer, error, message)
        expected = Expected(said.get("status", 200), said["headers"], each_once(said["cookies"]), said["body"])
        steps.append(Step(step.name, step.request, expected, step.do))
    return replace(scenario, steps=tuple(steps))


def each_once(cookies: Iterable[str]) -> tuple[str, ...]:
    """Leave out a cookie that repeats the last word on its name: MediaWiki does too, unless the second changes between the two."""
    last: dict[str, str] = {}
    kept = []
    for cookie in cookies:
        name = cookie.partition("=")[0]
        if last.get(name) != cookie:
            kept.append(cookie)
        last[name] = cookie
    return tuple(kept)


def _put(side: Side, recorder: Recorder, request: Exchange) -> Answer:
    fill_in = recorder.bindings.fill
    headers = {name: fill_in(value) for name, value in request.headers.items()}
    if request.form is not None:
        content = replace(request, form={name: fill_in(value) for name, value in request.form.items()}).content()
        headers.setdefault("Content-Type", "application/x-www-form-urlencoded")
    else:
        content = fill_in(request.content())
    target = fill_in(f"{request.path}?{request.query}" if request.query else request.path)
    return side.send(request.method, target, headers, content.encode())


def _forms(request: Exchange) -> tuple[Form, Form]:
    """Return the forms in which errors and other messages will come."""
    values = dict(parse_qsl(request.query)) | dict(request.form or parse_qsl(request.body or ""))
    message = next((value for name, value in values.items() if name.endswith("messageformat")), "wikitext")
    return _FORMS.get(values.get("errorformat", ""), "plain"), _FORMS.get(message, "wikitext")
