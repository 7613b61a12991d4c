"""The check holds to the contract of all checks, whatever kind of captcha it asks for."""

from __future__ import annotations

import json

import pytest

from wikigate.accounts.user import Account
from wikigate.auth.attempt import Attempt, Caller, Inquiry
from wikigate.auth.captcha_settings import CaptchaSettings, FailureSettings, QuestionSettings, TriggerSettings
from wikigate.auth.fields import load_all
from wikigate.auth.outcome import Fail, Pass, Redirect, Restart, Ui
from wikigate.primitives.message import Message
from wikigate.providers.captcha.kind import CaptchaTrouble, PuzzleKind
from wikigate.providers.captcha.questions import Questions
from wikigate.providers.captcha.simple import Sum
from wikigate.testing.contracts.precheck import PreCheckContract

from .conftest import make_session

ALWAYS = CaptchaSettings(triggers=TriggerSettings(loginattempt=True))
PUZZLES = {"simple": Sum(), "questions": Questions([QuestionSettings("Capital of France?", ("Paris",))])}
WRONG = Fail(Message("wrongpassword"))


@pytest.fixture(params=PUZZLES)
def kind(request, challenges):
    return PuzzleKind(PUZZLES[request.param], challenges)


@pytest.fixture
def check(kind, make_check):
    return make_check(ALWAYS, kind)


class TestContract(PreCheckContract):
    @pytest.fixture
    def precheck(self, check):
        return check


class Solved:
    """A kind whose captchas are all solved, or cause what is said."""

    def __init__(self, kind, trouble=None):
        self.need, self.trouble, self.asked = kind.need, trouble, 0

    def is_solved(self, _filled, _caller, _stage):
        self.asked += 1
        if self.trouble is not None:
            raise self.trouble
        return True


def attempt(check, stage="login", *, memory=None, session=None, names=("Alice",)):
    caller = Caller(session or make_session(), "192.0.2.1", 1_795_221_151.0)
    needs = check.needs(Inquiry(stage, caller))
    filled = load_all(needs, {"captchaId": "1", "captchaWord": "1"})
    by_id = {one.need.id: one for one in filled}
    return Attempt(stage, caller, by_id, names=names, memory={} if memory is None else memory)


@pytest.mark.parametrize("stage", ["login", "create"])
def test_who_has_passed_it_is_not_asked_again_in_the_same_attempt(kind, make_check, stage):
    solved = Solved(kind)
    check = make_check(ALWAYS, solved)
    first = attempt(check, stage)
    assert check.check(first) is None
    later = attempt(check, stage, memory=json.loads(json.dumps(first.memory)))
    assert check.check(later) is None
    assert solved.asked == 1


def test_trouble_at_the_verifier_is_told_and_counts_against_nobody(kind, store, make_check):
    check = make_check(ALWAYS, Solved(kind, CaptchaTrouble("http")))
    for _ in range(20):
        outcome = check.check(attempt(check))
        assert outcome.message == Message("captcha-error", ("http",))
        assert not outcome.is_guess
    assert store.count("captcha:wrong:ip:192.0.2.1") == 0


@pytest.mark.parametrize(
    "question", [Ui((), Message("x")), Redirect((), "http://example.org/")], ids=["ui", "redirect"]
)
def test_a_question_for_more_counts_nothing_and_forgives_nothing(check, store, question):
    now = attempt(check)
    check.ended(now, WRONG)
    before = {key: store.count(key) for key in store._entries}
    check.paused(now, question, None)
    assert {key: store.count(key) for key in store._entries} == before


@pytest.mark.parametrize("end", ["pass", "restart"])
def test_a_success_forgives_the_name_and_not_the_address(check, store, end):
    session = make_session()
    now = attempt(check, session=session)
    check.ended(now, WRONG)
    if end == "pass":
        check.ended(now, Pass("Alice"))
    else:
        check.paused(now, Restart(), None)
    assert sorted(key.split(":")[2] for key in store._entries if store.count(key)) == ["ip", "ip"]


def test_a_success_that_took_only_a_captcha_forgives_nobody(kind, store, make_check):
    """B5: while somebody guesses at a name, its owner's login does not give him new guesses without a captcha."""
    check = make_check(ALWAYS, Solved(kind))
    check.ended(attempt(check), WRONG)
    before = {key: store.count(key) for key in store._entries}
    now = attempt(check)
    assert check.check(now) is None
    check.ended(now, Pass("Alice"))
    assert {key: store.count(key) for key in before} == before


def test_a_success_that_took_a_further_step_after_the_captcha_forgives_the_name(kind, store, make_check):
    check = make_check(ALWAYS, Solved(kind))
    check.ended(attempt(check), WRONG)
    first = attempt(check)
    assert check.check(first) is None
    check.paused(first, Ui((), Message("x")), None)
    check.ended(attempt(check, memory=json.loads(json.dumps(first.memory))), Pass("Alice"))
    assert sorted(key.split(":")[2] for key in store._entries if store.count(key)) == ["ip", "ip"]


def test_what_is_no_captcha_is_not_counted_as_a_wrong_one(check, store):
    for _ in range(20):
        assert check.check(attempt(check)) is not None
    assert store.count("captcha:wrong:ip:192.0.2.1") == 0


def test_wrong_captchas_count_by_address_whoever_is_logged_in(kind, make_check, store):
    session = make_session()
    session.account = Account(1, "Alice")
    check = make_check(ALWAYS, kind)
    caller = Caller(session, "192.0.2.1", 0.0)
    for expected in (1, 2):
        needs = check.needs(Inquiry("login", caller))
        shown = next(field.value for field in needs[0].fields if field.name == "captchaId")
        by_id = {one.need.id: one for one in load_all(needs, {"captchaId": shown, "captchaWord": "no"})}
        check.check(Attempt("login", caller, by_id, names=("Alice",)))
        assert store.count("captcha:wrong:ip:192.0.2.1") == expected


def test_what_was_no_guess_is_not_counted(check, store):
    check.ended(attempt(check), Fail(Message("x"), is_guess=False))
    assert len(store) == 0


def test_a_new_account_s_end_is_not_counted(check, store):
    check.ended(attempt(check, "create"), WRONG)
    assert len(store) == 0


def test_other_stages_are_not_its_business(check):
    caller = Caller(make_session(), "192.0.2.1", 0.0)
    assert [check.needs(Inquiry(stage, caller)) for stage in ("change", "remove", "link", "unlink")] == [()] * 4


@pytest.mark.parametrize(
    ("cookie", "asked"), [("Alice", True), ("alice", True), ("Bob", False), ("a#b", False), ("", False)]
)
def test_a_browser_that_remembers_a_name_under_attack_is_asked_at_once(kind, make_check, cookie, asked):
    settings = CaptchaSettings(per_user=FailureSettings(2, 600))
    check = make_check(settings, kind)
    for address in ("192.0.2.7", "192.0.2.8"):
        now = Attempt("login", Caller(make_session(), address, 0.0), {}, names=("Alice",))
        check.ended(now, WRONG)
    caller = Caller(make_session(cookies={"wUserName": cookie}), "192.0.2.1", 0.0)
    assert bool(check.needs(Inquiry("login", caller))) == asked
