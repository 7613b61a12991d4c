"""The check in the way of every login: what it takes, keeps, gives back and forgives."""

from __future__ import annotations

import json
import os

import pytest

from wikigate.accounts.user import Account
from wikigate.auth.outcome import Fail, Pass, Ui
from wikigate.auth.settings import Condition, ThrottleSettings
from wikigate.auth.throttle import Throttle
from wikigate.primitives.message import Duration, Message
from wikigate.primitives.secrets import KeyRing
from wikigate.providers.login_throttle import LoginThrottle
from wikigate.sessions.cookie_writer import CookieWriter
from wikigate.sessions.known_devices import KnownDevices
from wikigate.sessions.settings import CookieSettings, KnownDeviceSettings
from wikigate.state.memory import MemoryStateStore
from wikigate.testing.clock import ManualClock
from wikigate.testing.contracts.precheck import PreCheckContract

ALICE = Account(1, "Alice")
ASKED = Ui((), Message("oathauth-auth-ui"))
WRONG = Fail(Message("wrongpassword"))


@pytest.fixture
def store():
    return MemoryStateStore(ManualClock())


@pytest.fixture
def check(store):
    settings = ThrottleSettings((Condition(2, 300),), per_name=3, per_address=3)
    writer = CookieWriter(CookieSettings(), https=False)
    devices = KnownDevices(
        KnownDeviceSettings(), name="KnownDevices", writer=writer, keys=KeyRing([b"k" * 32]), random_bytes=os.urandom
    )
    return LoginThrottle(Throttle("password", settings, store), devices)


class TestContract(PreCheckContract):
    @pytest.fixture
    def precheck(self, check):
        return check


def places(store):
    """The windows with the places taken in each."""
    return [store.count(key) for key in sorted(store._entries) if not key.endswith(":wrong")]


def wrong(store):
    return [store.count(key) for key in sorted(store._entries) if key.endswith(":wrong")]


def test_a_failure_keeps_its_place(check, store, attempts):
    attempt = attempts.make()
    assert check.check(attempt) is None
    check.ended(attempt, WRONG)
    assert (places(store), wrong(store)) == ([1, 1, 1], [1, 1, 1])


def test_beyond_the_limit_nobody_is_judged(check, attempts):
    for _ in range(2):
        attempt = attempts.make()
        check.check(attempt)
        check.ended(attempt, WRONG)
    refused = attempts.make()
    outcome = check.check(refused)
    assert (outcome.message, outcome.reason) == (Message("login-throttled", (Duration(300),)), "throttled")
    check.ended(refused, outcome)
    assert check.check(attempts.make(names=("Bob",))) is None


def test_a_success_empties_the_name_s_windows(check, store, attempts):
    first, second = attempts.make(), attempts.make()
    check.check(first)
    check.ended(first, WRONG)
    check.check(second)
    check.ended(second, Pass("Alice"))
    assert [n for n in places(store) if n] == [1, 1], "the wide ones remember the failure"


def test_what_was_no_guess_gives_its_place_back(check, store, attempts):
    attempt = attempts.make()
    check.check(attempt)
    check.ended(attempt, Fail(Message("x"), is_guess=False))
    assert (places(store), wrong(store)) == ([0, 0, 0], [])


def test_s9_right_credentials_with_a_second_factor_to_come_are_given_back(check, store, attempts):
    for _ in range(10):
        attempt = attempts.make()
        assert check.check(attempt) is None
        check.paused(attempt, ASKED, ALICE)
    assert (places(store), wrong(store)) == ([0, 0, 0], [])


def test_a_question_before_anybody_was_vouched_for_counts(check, store, attempts):
    attempt = attempts.make(names=None)
    check.check(attempt)
    check.paused(attempt, ASKED, None)
    assert (places(store), wrong(store)) == ([1], [1])


@pytest.mark.parametrize("vouched", [None, ALICE])
@pytest.mark.parametrize("outcome", [Pass("Alice"), WRONG], ids=["pass", "fail"])
def test_the_end_in_a_later_request_counts_nothing_twice(check, store, attempts, vouched, outcome):
    attempt = attempts.make()
    check.check(attempt)
    check.paused(attempt, ASKED, vouched)
    later = attempts.make(memory=json.loads(json.dumps(attempt.memory)))
    check.ended(later, outcome)
    kept = 1 if vouched is None and isinstance(outcome, Fail) else 0
    assert set(places(store)) <= {kept}
    assert set(wrong(store)) <= {kept}


def test_an_end_without_a_place_changes_nothing(check, store, attempts):
    check.ended(attempts.make(), WRONG)
    check.paused(attempts.make(), ASKED, ALICE)
    assert len(store) == 0
