"""Random providers, random moves of random clients, and what must hold whatever they do.

* nobody passes unless every check admitted him, a primary vouched for him, and every secondary agreed, all within one attempt;
* whoever does not pass is logged in no otherwise than before;
* every provider that was asked in an attempt hears of its end exactly once, and of nothing else.
"""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from wikigate.auth.outcome import Abstain, CreateOffer, Fail, LinkOffer, Pass, Redirect, Restart, Ui
from wikigate.primitives.errors import ApiError, StoreUnavailable, api_error
from wikigate.primitives.message import Message
from wikigate.store.engine import Database
from wikigate.store.schema import create

from .world import CODE_NEED, NAME_NEED, Scripted, World

FAIL = Fail(Message("wrongpassword"), "wrong-password")
UI = Ui((CODE_NEED,), Message("oathauth-auth-ui"))
REDIRECT = Redirect((CODE_NEED,), "https://idp.example/")
RESTARTS = (
    Restart(),
    Restart(create=CreateOffer("p0")),
    Restart(link=LinkOffer("link", "p0", Message("rawmessage", ("a link",)))),
)
BROKEN = (RuntimeError("broken"), "nonsense", api_error("actionthrottledtext"), StoreUnavailable("away"))


class Attempt:
    """The model of one attempt: who was asked, what he last said, who was vouched for."""

    def __init__(self, began):
        self.began = began
        self.asked = set()
        self.said = {}
        self.vouched = None
        self.ended = {}

    def restart(self):
        self.said = {}
        self.vouched = None


class Logins(RuleBasedStateMachine):
    def __init__(self):
        super().__init__()
        self.folder = tempfile.mkdtemp()
        shutil.copy(self.template, self.folder)
        self.database = Database(f"sqlite:///{self.folder}/wiki.sqlite")
        self.world = World(self.database)
        self.visitors = [self.world.visitor() for _ in range(2)]
        self.open = {}
        self.closed = []
        self.current = None

    def teardown(self):
        self.database.close()
        shutil.rmtree(self.folder)

    @initialize(
        checks=st.integers(0, 2), primaries=st.integers(0, 3), secondaries=st.integers(0, 3), links=st.booleans()
    )
    def build(self, checks, primaries, secondaries, links):
        self.checks = [self._provider(f"c{n}", "check") for n in range(checks)]
        self.primaries = [self._provider(f"p{n}", "primary") for n in range(primaries)]
        self.secondaries = [self._provider(f"s{n}", "secondary", links) for n in range(secondaries)]
        self.world.use(self.checks, self.primaries, self.secondaries)

    def _provider(self, ident, kind, links=False):
        def answer(verb):
            def choose(attempt, *user):
                model = self.current
                model.asked.add(ident)
                if kind == "check":
                    said = self.random.choice([None] * 6 + [FAIL, *BROKEN])
                elif kind == "primary":
                    pool = [Pass("Alice"), Pass("Bob"), Pass("Nobody"), Pass(), FAIL, UI, REDIRECT, *RESTARTS, *BROKEN]
                    said = self.random.choice([Abstain()] * 6 + [Pass("Alice")] * 4 + pool)
                    assert not user
                else:
                    assert user[0].name == model.vouched
                    said = self.random.choice([Pass(), Abstain()] * 6 + [FAIL, UI, REDIRECT, RESTARTS[0], *BROKEN])
                assert (verb == "resume") == (isinstance(model.said.get(ident), (Ui, Redirect)))
                model.said[ident] = said
                if kind == "primary" and isinstance(said, Pass) and said.user in {"Alice", "Bob"}:
                    model.vouched = said.user
                attempt.memory["count"] = attempt.memory.get("count", 0) + 1
                if isinstance(said, Exception):
                    raise said
                return said

            return choose

        provider = Scripted(ident, begin=answer("begin"), resume=answer("resume"), needs=[NAME_NEED], takes_links=links)

        def ended(attempt, outcome):
            replaced = isinstance(outcome, Fail) and outcome.reason == "replaced"
            model = self.replaced if replaced else self.current
            model.ended.setdefault(ident, []).append(outcome)

        provider.ended = ended
        return provider

    @rule(who=st.integers(0, 1), random=st.randoms(use_true_random=False), preserve=st.booleans())
    def begin(self, who, random, preserve):
        visitor, self.random = self.visitors[who], random
        self.replaced = self._alive(who)
        self.open.pop(who, None)
        self.current = Attempt(int(self.world.clock.now()))
        self._move(who, lambda: visitor.begin(username="alice", secret="s", preserve=preserve))
        if self.replaced is not None:
            assert {k: len(v) for k, v in self.replaced.ended.items()} == dict.fromkeys(self.replaced.asked, 1)

    @rule(who=st.integers(0, 1), random=st.randoms(use_true_random=False))
    def resume(self, who, random):
        visitor, self.random = self.visitors[who], random
        self.current = self._alive(who)
        self.open.pop(who, None)
        if self.current is None:
            answer = visitor.resume(code="1")
            assert answer.message == Message("authmanager-authn-not-in-progress")
            return
        if any(isinstance(said, Restart) for said in self.current.said.values()):
            self.current.restart()
        self._move(who, lambda: visitor.resume(code="1", username="alice", secret="s"))

    @rule(seconds=st.sampled_from([1, 300, 601]))
    def wait(self, seconds):
        self.world.clock.time += seconds

    @rule(who=st.integers(0, 1))
    def log_out(self, who):
        visitor = self.visitors[who]
        session = visitor.session()
        if session.account is not None:
            self.world.manager.log_out(session)
            visitor.finish(session)
            self.open.pop(who, None)

    @rule(who=st.integers(0, 1))
    def lose_the_cookies(self, who):
        self.visitors[who].jar.clear()
        self.open.pop(who, None)

    def _alive(self, who):
        model = self.open.get(who)
        return model if model is not None and self.world.clock.now() - model.began < 600 else None

    def _move(self, who, do):
        visitor, model = self.visitors[who], self.current
        before = visitor.user
        try:
            answer = do()
        except (ApiError, StoreUnavailable):
            answer = None
        outcome = answer.outcome if answer else Fail(Message("error"))
        if isinstance(outcome, Pass):
            assert all(model.said[c.id] is None for c in self.checks)
            assert model.vouched == outcome.user == visitor.user
            assert all(isinstance(model.said[s.id], (Pass, Abstain)) for s in self.secondaries)
        else:
            assert visitor.user == before
        if isinstance(outcome, (Pass, Fail)):
            assert {ident: len(heard) for ident, heard in model.ended.items()} == dict.fromkeys(model.asked, 1)
            assert all(type(heard[0]) is type(outcome) for heard in model.ended.values())
            self.closed.append((model, {ident: list(heard) for ident, heard in model.ended.items()}))
        else:
            assert model.ended == {}
            if isinstance(outcome, Restart):
                model.began = int(self.world.clock.now())
            self.open[who] = model

    @invariant()
    def what_has_ended_stays_ended(self):
        for model, heard in self.closed:
            assert model.ended == heard


@pytest.fixture(scope="module", autouse=True)
def _template(tmp_path_factory):
    folder = tmp_path_factory.mktemp("template")
    database = Database(f"sqlite:///{folder}/wiki.sqlite")
    create(database)
    database.close()
    Logins.template = Path(folder, "wiki.sqlite")


TestLogins = Logins.TestCase
TestLogins.settings = settings(
    max_examples=60, stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck)
)
