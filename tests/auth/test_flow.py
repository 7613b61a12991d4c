"""The conversation as its caller has it: what each outcome leads to, what is kept, who gets in."""

from __future__ import annotations

import json
import threading

import pytest

from wikigate.accounts.user import INVALID_TOKEN
from wikigate.auth.fields import load_all
from wikigate.auth.outcome import Abstain, CreateOffer, Fail, LinkOffer, Pass, Redirect, Restart, Ui
from wikigate.primitives.errors import StoreUnavailable, api_error
from wikigate.primitives.message import Message
from wikigate.sessions.settings import SessionSettings

from .world import CODE_NEED, Scripted, World, vouching

RIGHT = {"username": "alice", "secret": "right"}
WRONG = {"username": "alice", "secret": "wrong"}
ASK = Ui((CODE_NEED,), Message("oathauth-auth-ui"))


def code_asker(ident="code", right="123"):
    """A secondary that wants a code."""

    def resume(attempt, _user):
        values = attempt.values("CodeRequest")
        return Pass() if values and values["code"] == right else Ui((CODE_NEED,), Message("oathauth-login-failed"))

    return Scripted(ident, begin=ASK, resume=resume)


def key_of(answer):
    return answer.message.key


# -- one request --------------------------------------------------------------------------------------------------------


def test_m07_right_credentials_pass_at_once(world):
    world.use(primaries=[vouching()])
    visitor = world.visitor()
    answer = visitor.begin(**RIGHT)
    assert answer.outcome == Pass("Alice")
    assert answer.account.name == "Alice"
    assert visitor.user == "Alice"


def test_nobody_s_credentials_fail_and_leave_no_row(world):
    world.use(primaries=[vouching()])
    visitor = world.visitor()
    answer = visitor.begin(**WRONG)
    assert answer.outcome == Fail(Message("authmanager-authn-no-primary"), "no-primary")
    assert (visitor.user, answer.can_preserve, world.stored_sessions()) == (None, False, [])


@pytest.mark.parametrize("remember", [True, False])
def test_the_choice_to_be_remembered_is_kept_to_the_end(world, remember):
    world.use(primaries=[vouching()], secondaries=[code_asker()])
    visitor = world.visitor()
    visitor.begin(**RIGHT, **({"rememberMe": "0"} if remember else {}))
    visitor.resume(code="123")
    assert ("wToken" in visitor.jar) is remember


@pytest.mark.parametrize(
    ("mode", "has_field"), [("choose", True), ("force-choose", True), ("always", False), ("never", False)]
)
def test_remembering_is_a_choice_only_where_it_is_one(database, mode, has_field):
    world = World(database, session_settings=SessionSettings(remember_me=mode))
    flow = world.use(primaries=[vouching()])
    visitor = world.visitor()
    need = flow.needs("login", visitor.caller(visitor.session()))[-1]
    assert need.id == r"MediaWiki\Auth\RememberMeAuthenticationRequest"
    assert bool(need.fields) is has_field


def test_the_first_primary_that_does_not_abstain_decides(world):
    first, second, third = (
        Scripted("a", begin=Abstain()),
        Scripted("b", begin=Fail(Message("wrongpassword"))),
        vouching("c"),
    )
    world.use(primaries=[first, second, third])
    assert key_of(world.visitor().begin(**RIGHT)) == "wrongpassword"
    assert (first.calls, second.calls, third.calls) == (["begin"], ["begin"], [])


def test_a_check_that_refuses_ends_it_before_any_credential_is_looked_at(world):
    open_check, shut, primary = Scripted("open"), Scripted("shut", begin=Fail(Message("login-throttled"))), vouching()
    world.use(checks=[open_check, shut], primaries=[primary])
    assert key_of(world.visitor().begin(**RIGHT)) == "login-throttled"
    assert primary.calls == []
    assert [len(p.heard) for p in (open_check, shut, primary)] == [1, 1, 0]


def test_every_secondary_is_asked_and_one_refusal_suffices(world):
    abstainer, passer = Scripted("a", begin=Abstain()), Scripted("b", begin=Pass())
    refuser, never = Scripted("c", begin=Fail(Message("login-userblocked"))), Scripted("d", begin=Pass())
    world.use(primaries=[vouching()], secondaries=[abstainer, passer, refuser, never])
    visitor = world.visitor()
    assert key_of(visitor.begin(**RIGHT)) == "login-userblocked"
    assert (visitor.user, abstainer.calls, passer.calls, never.calls) == (None, ["begin"], ["begin"], [])


def test_an_unfilled_need_looks_like_nobody_s_credentials(world):
    world.use(primaries=[vouching()])
    for fields in ({}, {"username": "alice"}, {"username": "", "secret": "right"}, {"username": "alice", "secret": ""}):
        assert key_of(world.visitor().begin(**fields)) == "authmanager-authn-no-primary"


def test_a_user_without_an_account_is_not_made_up(world):
    world.use(primaries=[vouching()])
    visitor = world.visitor()
    assert key_of(visitor.begin(username="nobody", secret="right")) == "authmanager-authn-autocreate-failed"
    assert visitor.user is None


def test_auto_creation_is_a_seam(database):
    class Maker:
        def create(self, attempt, name):
            return world.people.add(name)

    world = World(database, auto_creation=Maker())
    world.use(primaries=[vouching()], secondaries=[Scripted("later", begin=Pass())])
    visitor = world.visitor()
    assert visitor.begin(username="newcomer", secret="right").outcome == Pass("Newcomer")
    assert visitor.user == "Newcomer"


def test_a_locked_account_cannot_come_in_by_a_right_credential(world):
    world.people.change("Alice", token=INVALID_TOKEN)
    primary = vouching()
    world.use(primaries=[primary])
    visitor = world.visitor()
    assert key_of(visitor.begin(**RIGHT)) == "wrongpassword"
    assert (visitor.user, primary.heard[0].outcome.reason) == (None, "locked")


# -- several requests ---------------------------------------------------------------------------------------------------


def test_m06_ui_asks_and_the_same_provider_is_resumed(world):
    second = code_asker()
    world.use(primaries=[vouching()], secondaries=[second, Scripted("last", begin=Pass())])
    visitor = world.visitor()
    answer = visitor.begin(**RIGHT)
    assert (answer.outcome, answer.needs, visitor.user) == (ASK, (CODE_NEED,), None)
    again = visitor.resume(code="999")
    assert (type(again.outcome), key_of(again), visitor.user) == (Ui, "oathauth-login-failed", None)
    assert visitor.resume(code="123").outcome == Pass("Alice")
    assert (visitor.user, second.calls) == ("Alice", ["begin", "resume", "resume"])


def test_a_provider_s_memory_lives_from_request_to_request_and_is_its_own(world):
    def begin(attempt, _user):
        attempt.memory["challenge"] = [1, {"two": "three"}]
        attempt.notes["for all"] = True
        return ASK

    def resume(attempt, _user):
        assert attempt.memory == {"challenge": [1, {"two": "three"}]}
        return Pass()

    def other(attempt, _user):
        assert (attempt.memory, attempt.notes) == ({}, {"for all": True})
        return Pass()

    world.use(
        primaries=[vouching()],
        secondaries=[Scripted("mine", begin=begin, resume=resume), Scripted("other", begin=other)],
    )
    visitor = world.visitor()
    visitor.begin(**RIGHT)
    assert visitor.resume(code="x").outcome == Pass("Alice")


def test_redirect_carries_url_data_and_needs_and_comes_back_to_its_primary(world):
    away = Redirect((CODE_NEED,), "https://idp.example/", {"dummy": "apidata"})
    primary = Scripted("idp", begin=away, resume=Pass("Bob"))
    world.use(primaries=[primary, vouching()])
    visitor = world.visitor()
    answer = visitor.begin(return_url="http://e.org/back")
    assert (answer.outcome, answer.message, answer.needs) == (away, None, (CODE_NEED,))
    assert primary.attempts[0].return_url == "http://e.org/back"
    assert visitor.resume(code="c").outcome == Pass("Bob")
    assert primary.attempts[1].return_url == "http://e.org/back"
    assert primary.attempts[1].values("CodeRequest") == {"code": "c"}


def test_the_secrets_of_the_beginning_are_not_stored(world):
    later = Scripted("later", begin=lambda attempt, _u: ASK, resume=Pass())
    tail = Scripted("tail", begin=Pass())
    world.use(primaries=[vouching()], secondaries=[later, tail])
    visitor = world.visitor()
    visitor.begin(**RIGHT)
    stored = b"".join(bytes(row.data) for row in world.stored_sessions())
    assert b"alice" in stored
    assert b"right" not in stored
    visitor.resume(code="x")
    assert tail.attempts[0].values("NameRequest") == {"username": "alice"}


@pytest.mark.parametrize("steal", [False, True])
def test_c12_the_second_step_is_bound_to_the_session_of_the_first(world, steal):
    world.use(primaries=[vouching()], secondaries=[code_asker()])
    visitor, other = world.visitor(), world.visitor()
    visitor.begin(**RIGHT)
    if steal:
        other.begin(username="bob", secret="right")
        assert other.resume(code="123").outcome == Pass("Bob")
    else:
        assert key_of(other.resume(code="123")) == "authmanager-authn-not-in-progress"
        assert other.user is None


def test_c12_a_name_sent_with_the_second_step_is_ignored(world):
    world.use(primaries=[vouching()], secondaries=[code_asker()])
    visitor = world.visitor()
    visitor.begin(**RIGHT)
    assert visitor.resume(code="123", username="bob", secret="right").outcome == Pass("Alice")


@pytest.mark.parametrize(("age", "key"), [(599, None), (600, "authmanager-authn-not-in-progress")])
def test_c12_a_flow_lives_ten_minutes(world, age, key):
    world.use(primaries=[vouching()], secondaries=[code_asker()])
    visitor = world.visitor()
    visitor.begin(**RIGHT)
    world.clock.time += age
    answer = visitor.resume(code="123")
    assert (answer.message and answer.message.key) == key


def test_a_flow_begun_under_other_providers_is_not_continued(world):
    world.use(primaries=[vouching()], secondaries=[code_asker()])
    visitor = world.visitor()
    visitor.begin(**RIGHT)
    world.use(primaries=[vouching()], secondaries=[Scripted("new", begin=Pass()), code_asker()])
    assert key_of(visitor.resume(code="123")) == "authmanager-authn-not-in-progress"


def test_a_flow_ends_with_its_pass(world):
    world.use(primaries=[vouching()], secondaries=[code_asker()])
    visitor = world.visitor()
    visitor.begin(**RIGHT)
    visitor.resume(code="123")
    assert key_of(visitor.resume(code="123")) == "authmanager-authn-not-in-progress"
    assert visitor.user == "Alice"


def test_a_flow_is_not_continued_by_whoever_logged_in_meanwhile(world):
    world.use(primaries=[vouching()], secondaries=[code_asker()])
    visitor = world.visitor()
    visitor.begin(**RIGHT)
    session = visitor.session()
    world.manager.log_in(session, world.people.by_name("Bob"), remember=False, now=world.clock.now())
    visitor.finish(session)
    assert key_of(visitor.resume(code="123")) == "authmanager-authn-not-in-progress"
    assert visitor.user == "Bob"


def test_logging_in_again_while_logged_in_works_in_several_steps_too(world):
    world.use(primaries=[vouching()], secondaries=[code_asker()])
    visitor = world.visitor()
    for name in ("alice", "alice", "bob"):
        visitor.begin(username=name, secret="right")
        assert visitor.resume(code="123").outcome == Pass(name.capitalize())
    assert visitor.user == "Bob"


def test_n5_a_second_beginning_replaces_the_first_and_its_providers_hear_of_it(world):
    primary, second = vouching(), code_asker()
    world.use(primaries=[primary], secondaries=[second])
    visitor = world.visitor()
    visitor.begin(**RIGHT)
    visitor.begin(username="bob", secret="right")
    assert [h.outcome.message.key for h in second.heard] == ["authmanager-authn-not-in-progress"]
    assert visitor.resume(code="123").outcome == Pass("Bob")
    assert [type(h.outcome) for h in primary.heard] == [Fail, Pass]


@pytest.mark.parametrize("change", ["locked", "gone", "renamed"])
def test_n10_an_account_that_is_no_longer_what_it_was_fails_at_the_second_step(world, change):
    world.use(primaries=[vouching()], secondaries=[code_asker()])
    visitor = world.visitor()
    visitor.begin(**RIGHT)
    if change == "gone":
        del world.people.accounts["Alice"]
    else:
        world.people.change("Alice", **({"token": INVALID_TOKEN} if change == "locked" else {"name": "Alicia"}))
    assert key_of(visitor.resume(code="123")) == "wrongpassword"
    assert visitor.user is None


def test_what_the_attempt_in_progress_asks_for_can_be_asked_again(world):
    flow = world.use(primaries=[vouching()], secondaries=[code_asker()])
    visitor = world.visitor()
    assert flow.pending(visitor.caller(visitor.session())) == ()
    visitor.begin(**RIGHT)
    assert flow.pending(visitor.caller(visitor.session())) == (CODE_NEED,)
    visitor.resume(code="123")
    assert flow.pending(visitor.caller(visitor.session())) == ()


# -- restart ------------------------------------------------------------------------------------------------------------

LINK = LinkOffer("DummyLinkReq", "idp", Message("rawmessage", ("Dummy (ext-1)",)), {"external": "ext-1"})


def test_m10_restart_asks_for_everything_again_and_goes_on_with_new_credentials(world):
    check = Scripted("check")
    idp = Scripted("idp", begin=lambda a: Restart() if a.values("NameRequest") is None else Abstain())
    world.use(checks=[check], primaries=[idp, vouching()])
    visitor = world.visitor()
    answer = visitor.begin()
    assert (key_of(answer), answer.can_preserve) == ("authmanager-authn-no-local-user", False)
    assert [need.id for need in answer.needs] == ["NameRequest", r"MediaWiki\Auth\RememberMeAuthenticationRequest"]
    assert visitor.resume(**RIGHT).outcome == Pass("Alice")
    assert check.calls == ["check", "check"], "b7: what restarts is counted again"


def test_what_restart_found_is_kept_for_linking_where_somebody_links(world):
    linker = Scripted(
        "linker",
        begin=lambda attempt, _u: (
            Ui((CODE_NEED,), Message("authprovider-confirmlink-message")) if attempt.links else Abstain()
        ),
        resume=Pass(),
        takes_links=True,
    )
    idp = Scripted(
        "idp", begin=lambda a: Restart(link=LINK) if a.values("NameRequest") is None else Abstain(), accounts="link"
    )
    flow = world.use(primaries=[idp, vouching()], secondaries=[linker])
    visitor = world.visitor()
    answer = visitor.begin()
    assert (key_of(answer), answer.can_preserve) == ("authmanager-authn-no-local-user-link", True)
    assert flow.preserved(visitor.session()).links == (LINK,)
    assert key_of(visitor.begin(preserve=True, **RIGHT)) == "authprovider-confirmlink-message"
    assert linker.attempts[-1].links == (LINK,)
    assert not flow.preserved(visitor.session())
    assert visitor.resume(code="DummyLinkReq").outcome == Pass("Alice")


def test_a_wrong_password_in_between_keeps_the_link(world):
    linker = Scripted("linker", begin=Pass(), takes_links=True)
    idp = Scripted("idp", begin=lambda a: Restart(link=LINK) if a.values("NameRequest") is None else Abstain())
    world.use(primaries=[idp, vouching()], secondaries=[linker])
    visitor = world.visitor()
    visitor.begin()
    assert visitor.begin(preserve=True, **WRONG).can_preserve is True
    assert visitor.begin(preserve=True, **RIGHT).outcome == Pass("Alice")
    assert linker.attempts[-1].links == (LINK,)


def test_without_preservestate_what_restart_found_is_lost(world):
    linker = Scripted("linker", begin=Pass(), takes_links=True)
    idp = Scripted("idp", begin=lambda a: Restart(link=LINK) if a.values("NameRequest") is None else Abstain())
    flow = world.use(primaries=[idp, vouching()], secondaries=[linker])
    visitor = world.visitor()
    visitor.begin()
    assert visitor.begin(**WRONG).can_preserve is False
    assert not flow.preserved(visitor.session())
    visitor.begin(preserve=True, **RIGHT)
    assert linker.attempts[-1].links == ()


def test_where_nobody_links_a_restart_offers_creation_alone(world):
    offer = CreateOffer("idp", "Newcomer", {"subject": "ext-1"})
    flow = world.use(primaries=[Scripted("idp", begin=Restart(create=offer, link=LINK))])
    visitor = world.visitor()
    answer = visitor.begin()
    assert (key_of(answer), answer.can_preserve) == ("authmanager-authn-no-local-user", True)
    kept = flow.preserved(visitor.session())
    assert (kept.create, kept.links) == (offer, ())


# -- failing closed -----------------------------------------------------------------------------------------------------

ANSWERS = [
    ("check", "begin"), ("primary", "begin"), ("primary", "resume"), ("secondary", "begin"), ("secondary", "resume"),
]  # fmt: skip
ENDS = [("check", "ended"), ("primary", "ended"), ("secondary", "ended")]
FAULTS = [
    *((kind, hook, RuntimeError("broken")) for kind, hook in ANSWERS + ENDS),
    *((kind, hook, garbage) for kind, hook in ANSWERS for garbage in ("no outcome", 0, True)),
    *((kind, hook, Restart()) for kind, hook in ANSWERS if kind != "primary"),
    ("primary", "begin", None),
    ("secondary", "begin", None),
]


def _party(kind, hook, fault):
    """Providers of a login in up to three steps, one of which fails at one hook."""
    asks = hook == "resume"
    check = Scripted("check")
    primary = Scripted("primary", begin=ASK if asks and kind == "primary" else Pass("Alice"), resume=Pass("Alice"))
    secondary = Scripted("secondary", begin=ASK if asks and kind == "secondary" else Pass(), resume=Pass())
    culprit = {"check": check, "primary": primary, "secondary": secondary}[kind]
    culprit.answers["check" if (kind, hook) == ("check", "begin") else hook] = fault
    return check, primary, secondary


@pytest.mark.parametrize(("kind", "hook", "fault"), FAULTS, ids=lambda p: p if isinstance(p, str) else repr(p))
def test_h8_a_provider_that_breaks_lets_nobody_in(world, kind, hook, fault):
    check, primary, secondary = _party(kind, hook, fault)
    world.use(checks=[check], primaries=[primary], secondaries=[secondary])
    visitor = world.visitor()
    answer = visitor.begin()
    if hook == "resume":
        answer = visitor.resume()
    assert (type(answer.outcome), key_of(answer)) == (Fail, "authmanager-authn-no-primary")
    assert visitor.user is None
    assert "wUserID" not in visitor.jar
    for provider in (check, primary, secondary):
        assert len(provider.heard) == (1 if provider.calls else 0)
    assert world.audit.rows[-1].event == "login.fail"
    assert json.loads(world.audit.rows[-1].details)["reason"] == "provider-error"


@pytest.mark.parametrize(("kind", "hook"), ANSWERS + ENDS)
@pytest.mark.parametrize("fault", [StoreUnavailable("away"), api_error("actionthrottledtext")], ids=["store", "api"])
def test_an_error_of_ours_reaches_the_caller_and_ends_the_attempt(world, kind, hook, fault):
    check, primary, secondary = _party(kind, hook, fault)
    world.use(checks=[check], primaries=[primary], secondaries=[secondary])
    visitor = world.visitor()
    if hook == "resume":
        visitor.begin()
    with pytest.raises(type(fault)):
        visitor.resume() if hook == "resume" else visitor.begin()
    assert visitor.user is None
    for provider in (check, primary, secondary):
        assert len(provider.heard) == (1 if provider.calls else 0)
        if hook != "ended" and provider.heard:
            assert provider.heard[0].outcome.is_guess is False
    assert key_of(visitor.resume()) == "authmanager-authn-not-in-progress"


def test_h8_a_primary_that_passes_without_a_name_lets_nobody_in(world):
    world.use(primaries=[Scripted("primary", begin=Pass())])
    visitor = world.visitor()
    assert key_of(visitor.begin()) == "authmanager-authn-no-primary"
    assert visitor.user is None


def test_no_primaries_mean_no_login(world):
    secondary = Scripted("secondary", begin=Pass())
    world.use(secondaries=[secondary])
    assert key_of(world.visitor().begin()) == "authmanager-authn-no-primary"
    assert secondary.calls == []


def test_what_the_audit_cannot_note_does_not_happen(world):
    world.use(primaries=[vouching()])
    world.audit.fault = StoreUnavailable("full")
    visitor = world.visitor()
    with pytest.raises(StoreUnavailable):
        visitor.begin(**RIGHT)
    assert visitor.user is None


# -- the end ------------------------------------------------------------------------------------------------------------


def test_ended_comes_once_to_each_that_was_asked_after_the_session_is_the_user_s(world):
    seen = []
    primary, secondary = vouching(), code_asker()
    unasked = vouching("unasked")
    check = Scripted("check")
    check.ended = lambda attempt, outcome: seen.append((outcome, attempt.caller.session.account.name))
    world.use(checks=[check], primaries=[primary, unasked], secondaries=[secondary])
    visitor = world.visitor()
    visitor.begin(**RIGHT)
    visitor.resume(code="nope")
    assert seen == []
    visitor.resume(code="123")
    assert seen == [(Pass("Alice"), "Alice")]
    assert [len(p.heard) for p in (primary, secondary, unasked)] == [1, 1, 0]


def test_checks_hear_of_a_pause_and_whether_somebody_was_vouched_for(world):
    check, idp = (
        Scripted("check"),
        Scripted("idp", begin=Redirect((CODE_NEED,), "https://idp.example/"), resume=Pass("Alice")),
    )
    world.use(checks=[check], primaries=[idp], secondaries=[code_asker()])
    visitor = world.visitor()
    visitor.begin()
    assert [user for _, user in check.pauses] == [None]
    visitor.resume(code="c")
    visitor.resume(code="123")
    assert len(check.pauses) == 1, "a request that no check judged is none of their business"
    other, check2 = world.visitor(), Scripted("check")
    world.use(checks=[check2], primaries=[vouching()], secondaries=[code_asker()])
    other.begin(**RIGHT)
    assert [(outcome, user.name) for outcome, user in check2.pauses] == [(ASK, "Alice")]


def test_h6_each_answer_is_noted_without_anything_that_was_typed(world):
    world.use(
        primaries=[vouching(), Scripted("last", begin=Fail(Message("wrongpassword"), "wrong-password", "Alice"))],
        secondaries=[code_asker()],
    )
    visitor = world.visitor("192.0.2.7")
    visitor.begin(username="my secret as a name", secret="wrong")
    visitor.begin(**RIGHT)
    visitor.resume(code="123")
    rows = world.audit.rows
    assert [row.event for row in rows] == ["login.fail", "login.ui", "login.pass"]
    assert [(row.user_id, row.user_name) for row in rows] == [(0, "Alice"), (1, "Alice"), (1, "Alice")]
    assert {(row.address, row.request_id, row.moment) for row in rows} == {
        ("192.0.2.7", "request-1", int(world.clock.now()))
    }
    assert json.loads(rows[0].details) == {"code": "wrongpassword", "reason": "wrong-password"}
    assert "secret" not in "".join(str(vars(row)) for row in rows)


# -- races --------------------------------------------------------------------------------------------------------------


def at_once(work, times):
    barrier, results = threading.Barrier(times), []

    def run():
        barrier.wait()
        results.append(work())

    threads = [threading.Thread(target=run) for _ in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def test_n3_a_flow_continued_eight_times_at_once_gives_one_session(world):
    primary, secondary = vouching(), code_asker()
    world.use(primaries=[primary], secondaries=[secondary])
    for _ in range(10):
        visitor = world.visitor()
        visitor.begin(**RIGHT)
        before = len([row for row in world.stored_sessions() if row.user_id])
        browsers = [visitor.copy() for _ in range(8)]
        answers = at_once(lambda pool=list(browsers): pool.pop().resume(code="123"), 8)
        passed = [a for a in answers if isinstance(a.outcome, Pass)]
        assert len(passed) == 1
        assert {key_of(a) for a in answers if a not in passed} == {"authmanager-authn-not-in-progress"}
        assert len([row for row in world.stored_sessions() if row.user_id]) == before + 1
        assert sum(browser.user == "Alice" for browser in browsers) == 1
    assert [len(p.heard) for p in (primary, secondary)] == [10, 10], "ended once for each attempt"


def test_n3_of_several_wrong_answers_at_once_one_is_asked_again_and_the_login_goes_on(world):
    """What the slower requests throw away is their own, not what the faster one has written."""
    world.use(primaries=[vouching()], secondaries=[code_asker()])
    for _ in range(10):
        visitor = world.visitor()
        visitor.begin(**RIGHT)
        sessions = [visitor.copy() for _ in range(4)]
        loaded = [(browser, browser.session()) for browser in sessions]
        answers = []
        for browser, session in loaded:
            caller = browser.caller(session)
            answers.append(world.flow.resume(caller, load_all(world.flow.pending(caller), {"code": "999"})))
            browser.finish(session)
        assert [type(answer.outcome) for answer in answers] == [Ui, Fail, Fail, Fail]
        assert isinstance(visitor.resume(code="123").outcome, Pass)


def test_n4_a_right_and_a_wrong_answer_at_once_pass_at_most_once(world):
    world.use(primaries=[vouching()], secondaries=[code_asker()])
    for _ in range(10):
        visitor = world.visitor()
        visitor.begin(**RIGHT)
        codes = ["123", "999"]
        answers = at_once(lambda c=codes, v=visitor: v.copy().resume(code=c.pop()), 2)
        assert sum(isinstance(a.outcome, Pass) for a in answers) <= 1
        assert all(isinstance(a.outcome, (Pass, Ui, Fail)) for a in answers)


def test_two_beginnings_at_once_both_come_to_their_own_end(world):
    primary = vouching()
    world.use(primaries=[primary], secondaries=[code_asker()])
    visitor = world.visitor()
    visitor.begin(**RIGHT)
    answers = at_once(lambda: visitor.copy().begin(**RIGHT), 4)
    assert all(a.outcome == ASK for a in answers)
    assert sum(h.outcome.reason == "replaced" for h in primary.heard) <= 4
    assert visitor.resume(code="123").outcome == Pass("Alice")


def test_no_transaction_is_open_while_a_provider_is_asked(world):
    def look(attempt, *_user):
        with world.database.write():  # a second transaction inside one would raise
            attempt.notes["looked"] = True
        return Pass("Alice") if not _user else Pass()

    def ended(_attempt, _outcome):
        with world.database.write():
            heard.append(True)

    heard = []
    providers = [Scripted(kind, begin=look) for kind in ("primary", "secondary")]
    for provider in providers:
        provider.ended = ended
    world.use(primaries=providers[:1], secondaries=providers[1:])
    visitor = world.visitor()
    assert visitor.begin().outcome == Pass("Alice")
    assert heard == [True, True]


# -- what is used up with a login ---------------------------------------------------------------------------------------


def spender(spends, ident="code", **more):
    """A secondary whose codes are used up by ``spends``, one answer after the other; where it was not good, it asks again."""
    answers = iter(spends)
    state = {"gone": False}

    def spend():
        good = next(answers)
        state["gone"] = not good
        return good

    def resume(_attempt, _user):
        return Ui((CODE_NEED,), Message("oathauth-login-failed")) if state["gone"] else Pass(spend=spend)

    return Scripted(ident, begin=ASK, resume=resume, **more)


def test_c8_what_a_secondary_spends_is_spent_with_the_session(world):
    world.use(primaries=[vouching()], secondaries=[spender([True])])
    visitor = world.visitor()
    visitor.begin(**RIGHT)
    assert visitor.resume(code="1").outcome == Pass("Alice")
    assert visitor.user == "Alice"


def test_c8_a_code_that_another_request_has_used_is_asked_for_again(world):
    secondary = spender([False])
    later = Scripted("later", begin=Abstain())
    world.use(primaries=[vouching()], secondaries=[secondary, later])
    visitor = world.visitor()
    visitor.begin(**RIGHT)
    answer = visitor.resume(code="1")
    assert (key_of(answer), visitor.user) == ("oathauth-login-failed", None)
    assert secondary.calls == ["begin", "resume", "resume"]
    assert secondary.heard == []


def test_c8_before_another_question_it_is_spent_with_what_is_kept(world):
    for spends, says in (([True], "what else?"), ([False], "oathauth-login-failed")):
        later = Scripted("later", begin=Ui((CODE_NEED,), Message("what else?")), resume=Pass())
        world.use(primaries=[vouching()], secondaries=[spender(spends), later])
        visitor = world.visitor()
        visitor.begin(**RIGHT)
        assert key_of(visitor.resume(code="1")) == says
        assert visitor.user is None


def test_c8_a_login_that_fails_behind_it_spends_it_all_the_same(world):
    spent = []
    resume = Pass(spend=lambda: spent.append(1) is None)
    code, later = Scripted("code", begin=ASK, resume=resume), Scripted("later", begin=Fail(Message("no")))
    world.use(primaries=[vouching()], secondaries=[code, later])
    visitor = world.visitor()
    visitor.begin(**RIGHT)
    assert key_of(visitor.resume(code="1")) == "no"
    assert spent == [1]


def test_who_never_notices_that_his_code_is_gone_lets_nobody_in(world):
    world.use(primaries=[vouching()], secondaries=[Scripted("code", begin=ASK, resume=Pass(spend=lambda: False))])
    visitor = world.visitor()
    visitor.begin(**RIGHT)
    assert isinstance(visitor.resume(code="1").outcome, Fail)
    assert visitor.user is None


@pytest.mark.parametrize("kind", ["primaries", "secondaries"])
def test_nothing_can_be_spent_that_was_not_shown_to_a_secondary_s_question(world, kind):
    one = Scripted("one", begin=Pass("Alice", spend=lambda: True))
    world.use(**{"primaries": [vouching()], kind: [one]})
    visitor = world.visitor()
    assert isinstance(visitor.begin(**RIGHT).outcome, Fail)
    assert visitor.user is None


# -- a browser comes back ---------------------------------------------------------------------------------------------------


class Away(Scripted):
    """A primary that sends everybody away and knows its answer by the mark that it gave along."""

    def awaits(self, attempt, brought):
        if "fault" in brought:
            raise RuntimeError
        return brought.get("mark") == attempt.memory["mark"]


def _send_away(attempt):
    attempt.memory["mark"] = "m1"
    return Redirect((CODE_NEED,), "https://idp.example/")


@pytest.mark.parametrize(
    ("brought", "is_awaited"), [({"mark": "m1"}, True), ({"mark": "m2"}, False), ({}, False), ({"fault": "1"}, False)]
)
def test_g1_a_provider_says_which_address_brings_its_answer_and_is_asked_without_a_trace(world, brought, is_awaited):
    """H8: a provider that fails at it has not said yes."""
    away = Away("away", begin=_send_away, resume=Pass("Alice"))
    world.use(primaries=[away])
    visitor = world.visitor()
    assert world.flow.awaits(visitor.caller(visitor.session()), brought) is False
    visitor.begin(**RIGHT)
    kept = world.stored_sessions()
    assert [world.flow.awaits(visitor.caller(visitor.session()), brought) for _ in range(2)] == [is_awaited] * 2
    assert (world.stored_sessions(), away.calls, away.heard) == (kept, ["begin"], [])
    assert visitor.resume().outcome == Pass("Alice")


def test_a_provider_that_cannot_tell_takes_any_address_but_only_for_a_browser_that_is_away(world):
    world.use(primaries=[Scripted("away", begin=Redirect((CODE_NEED,), "https://idp.example/"))])
    visitor = world.visitor()
    visitor.begin(**RIGHT)
    assert world.flow.awaits(visitor.caller(visitor.session()), {})
    world.use(primaries=[Scripted("away", begin=ASK)])
    visitor.begin(**RIGHT)
    assert not world.flow.awaits(visitor.caller(visitor.session()), {})
