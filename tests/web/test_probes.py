"""``/healthz`` and ``/readyz`` (O12): a word and nothing else, whoever asks."""

from __future__ import annotations

import sqlite3

import pytest

from wikigate.primitives.errors import StoreUnavailable
from wikigate.state.memory import MemoryStateStore
from wikigate.testing.clock import ManualClock
from wikigate.testing.wiki import TestWiki


class Broken(MemoryStateStore):
    """A store that can be made not to answer."""

    is_broken = False

    def count(self, key: str) -> int:
        if self.is_broken:
            raise StoreUnavailable(str(sqlite3.OperationalError("disk I/O error at /srv/secret/path")))
        return super().count(key)


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_a_probe_sets_no_cookie_and_tells_no_version(path: str) -> None:
    with TestWiki({"accounts": {"private": True}}) as wiki:
        answer = wiki.send("GET", path)
        names = {name for name, _ in answer.headers}
        assert (answer.status, answer.body) == (200, b"ok\n" if path == "/healthz" else b"ready\n")
        assert names == {"Content-Type", "X-Content-Type-Options", "Cache-Control", "Content-Length"}


def test_a_process_without_its_database_lives_and_is_not_ready() -> None:
    clock = ManualClock()
    state = Broken(clock)
    with TestWiki(clock=clock, state=state) as wiki:
        state.is_broken = True
        assert wiki.send("GET", "/healthz").status == 200
        answer = wiki.send("GET", "/readyz")
        assert (answer.status, answer.body) == (503, b"not ready\n")
        state.is_broken = False
        assert wiki.send("GET", "/readyz").status == 200


def test_they_are_on_every_host_and_not_below_the_api() -> None:
    with TestWiki({"host": "wiki.example.org"}) as wiki:
        assert wiki.send("GET", "/readyz", {"Host": "wiki.example.org"}).status == 200
        assert wiki.send("GET", "/readyz", {"Host": "10.0.0.1"}).status == 200
        assert wiki.send("GET", "/w/healthz").status == 404
