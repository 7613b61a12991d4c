"""What providers are asked about: attempts without a flow around them."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from wikigate.auth.attempt import Attempt, Caller
from wikigate.auth.fields import load_all
from wikigate.sessions.visit import Visit
from wikigate.wire.http import Request


class Attempts:
    """Makes attempts; one memory for each, as the flow keeps it."""

    def make(self, needs=(), address="192.0.2.1", names=("Alice",), memory=None, **fields):
        filled = {one.need.id: one for one in load_all(needs, fields)}
        caller = Caller(SimpleNamespace(account=None, visit=Visit(Request("POST", "/"), 0.0)), address, 1_795_221_151.0)
        return Attempt("login", caller, filled, names=names, memory={} if memory is None else memory)


@pytest.fixture
def attempts():
    return Attempts()
