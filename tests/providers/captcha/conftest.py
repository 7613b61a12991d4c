"""What captchas are tried with: a store and a clock of their own, and somebody who calls."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from wikigate.accounts.naming import name_rules
from wikigate.accounts.rights import Rights
from wikigate.accounts.settings import AccountSettings
from wikigate.primitives.secrets import KeyRing
from wikigate.providers.captcha.challenge import Challenges
from wikigate.providers.captcha.check import Captcha
from wikigate.state.memory import MemoryStateStore
from wikigate.testing.clock import ManualClock

KEYS = KeyRing([b"new key of the server", b"old key of the server"])


class Chance:
    """Random bytes that are the same at every run."""

    def __init__(self):
        self.drawn = 0

    def __call__(self, count):
        self.drawn += 1
        return (self.drawn * 0x9E3779B1 % 2**32).to_bytes(4).ljust(count, b"\0")[:count]


def make_session(core="a" * 32, cookies=(), **more):
    kept = {}
    visit = SimpleNamespace(cookie=dict(cookies).get)
    return SimpleNamespace(
        visit=visit,
        core=core, account=None, allowed_rights=None, hold=lambda: None, get=kept.get, set=kept.__setitem__,
        remove=lambda key: kept.pop(key, None), **more,
    )  # fmt: skip


@pytest.fixture
def clock():
    return ManualClock()


@pytest.fixture
def store(clock):
    return MemoryStateStore(clock)


@pytest.fixture
def challenges(store, clock):
    return Challenges(KEYS, store, clock, Chance())


@pytest.fixture
def session():
    return make_session()


@pytest.fixture
def make_check(store):
    """Make a check of some settings and kind."""

    def make(settings, kind):
        rules = name_rules(AccountSettings(), "Wiki")
        return Captcha(settings, kind, store, Rights(AccountSettings()), rules=rules, name_cookie="wUserName")

    return make
