"""The secondary that asks for a second factor (spec extensions §1.1; security C11)."""

from __future__ import annotations

from unittest.mock import Mock

import pytest

from wikigate.accounts.user import Account
from wikigate.auth.outcome import Abstain, Fail, Pass, Ui
from wikigate.auth.settings import SecondFactorSettings
from wikigate.primitives.message import Message
from wikigate.providers.factors.choice import SecondFactor
from wikigate.providers.factors.questions import CODE as FIELD
from wikigate.providers.factors.questions import CODE_NEED as NEED
from wikigate.providers.factors.questions import SHOWN
from wikigate.providers.factors.windows import FactorWindows
from wikigate.state.memory import MemoryStateStore
from wikigate.testing.clock import ManualClock
from wikigate.testing.contracts.secondary import SecondaryContract

ALICE = Account(1, "Alice")
WRONG, THROTTLED = Message("oathauth-login-failed"), Message("oathauth-throttled")


class Word:
    """A kind whose one code is ``right``."""

    rows = ("totp",)

    def __init__(self):
        self.asked = []

    def find(self, _factor, typed, _now):
        self.asked.append(typed)
        return (lambda: True) if typed == "right" else None


@pytest.fixture
def clock():
    return ManualClock()


@pytest.fixture
def word():
    return Word()


@pytest.fixture
def store(clock):
    return MemoryStateStore(clock)


@pytest.fixture
def factor(kept, word, store):
    kept.put({})
    windows = FactorWindows(store, SecondFactorSettings(per_minute=2, per_day=3), Mock())
    return SecondFactor(kept, (word,), None, windows)


class TestContract(SecondaryContract):
    @pytest.fixture
    def secondary(self, factor):
        return factor


def answer(factor, attempts, code=None, user=ALICE):
    [need] = factor.begin(attempts.make(), user).needs
    return factor.resume(attempts.make((need,), **({} if code is None else {FIELD: code})), user)


def test_it_asks_nothing_of_who_has_no_factor(factor, attempts):
    assert factor.begin(attempts.make(), Account(2, "Bob")) == Abstain()


def test_it_asks_who_has_one_for_a_code(factor, attempts):
    asked = factor.begin(attempts.make(), ALICE)
    assert (asked.message, asked.needs[0].id) == (Message("oathauth-auth-ui"), NEED)
    assert asked.needs[0].account_text == Message("rawmessage", ("Alice",))
    assert answer(factor, attempts, "right") == Pass()


@pytest.mark.parametrize(("shown", "outcome"), [(1, Abstain), (2, Ui), (None, Ui)])
def test_whoever_came_in_with_a_passkey_of_this_account_and_no_other_is_not_asked(factor, attempts, shown, outcome):
    attempt = attempts.make()
    attempt.notes[SHOWN] = shown
    assert isinstance(factor.begin(attempt, ALICE), outcome)


def test_a_wrong_code_is_asked_again_and_counted(factor, attempts, store):
    assert answer(factor, attempts, "wrong").message == WRONG
    assert [store.count(f"second-factor:{what}:1") for what in ("minute", "day")] == [1, 1]


@pytest.mark.parametrize("code", [None, ""])
def test_a_missing_code_is_asked_again_and_counts_nothing(factor, attempts, word, store, code):
    assert answer(factor, attempts, code).message == WRONG
    assert (word.asked, len(store)) == ([], 0)


def test_c11_beyond_the_limit_no_code_is_judged_not_even_a_right_one(factor, attempts, word):
    for _ in range(2):
        answer(factor, attempts, "wrong")
    for _ in range(3):
        assert answer(factor, attempts, "right").message == THROTTLED
    assert word.asked == ["wrong", "wrong"]


def test_c11_the_day_has_a_limit_of_its_own(factor, attempts, clock, store):
    for _ in range(3):
        assert answer(factor, attempts, "wrong").message == WRONG
        clock.move(61)
    for _ in range(5):
        assert answer(factor, attempts, "right").message == THROTTLED
    assert store.count("second-factor:minute:1") == 0, "what is not judged takes no place in the minute either"
    clock.move(86400)
    assert answer(factor, attempts, "right") == Pass()


def test_right_codes_count_nothing(factor, attempts, store):
    for _ in range(10):
        assert answer(factor, attempts, "right") == Pass()
    assert [store.count(f"second-factor:{what}:1") for what in ("minute", "day")] == [0, 0]


def test_one_account_s_guesses_are_no_other_s(factor, attempts, kept):
    kept.put({}, ident=2, user=2)
    for _ in range(3):
        answer(factor, attempts, "wrong")
    assert answer(factor, attempts, "right", Account(2, "Bob")) == Pass()


def test_every_factor_of_the_account_is_tried_and_no_other_kind(factor, attempts, kept, word):
    kept.put({}, ident=2)
    kept.put({}, kind="webauthn", ident=3)
    answer(factor, attempts, "wrong")
    assert word.asked == ["wrong", "wrong"]


@pytest.mark.parametrize("kind", ["webauthn", ""])
def test_a_factor_that_nobody_here_knows_is_not_passed_over(factor, attempts, kept, kind):
    kept.put({}, kind=kind)
    assert factor.begin(attempts.make(), ALICE) == Fail(WRONG, "unknown-factor", "Alice", is_guess=False)


def test_who_lost_the_factor_meanwhile_begins_anew(factor, attempts, kept):
    [need] = factor.begin(attempts.make(), ALICE).needs
    kept.rows.clear()
    assert factor.resume(attempts.make((need,), **{FIELD: "right"}), ALICE).message == WRONG
