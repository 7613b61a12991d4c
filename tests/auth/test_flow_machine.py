"""Random providers, random moves of random clients, and what must hold whatever they do.

Checks, primaries and secondaries in a random order give every answer there is, break, and answer nonsense; two visitors log in, make
accounts, answer rightly, wrongly, not at all, several times at once, with cookies of yesterday, after the order of the providers changed.

* nobody passes unless every check admitted him, a primary vouched for him, and every secondary agreed, all within one attempt;
* whoever does not pass is logged in no otherwise than before; of several requests that go on with one attempt at once, one does;
* every provider that was asked in an attempt hears of its end exactly once, and of nothing else; an attempt that is over stays over;
* what a provider keeps is there again, for this attempt alone; what others proved is nobody's to link; a code is good for one login;
* nothing that was typed into a sensitive field is stored, and of an attempt that is over nothing is.
"""

from __future__ import annotations

import itertools
import shutil
import tempfile
import threading
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from wikigate.auth.fields import load_all
from wikigate.auth.outcome import Abstain, CreateOffer, Fail, LinkOffer, Pass, Redirect, Restart, Ui
from wikigate.primitives.errors import ApiError, StoreUnavailable, api_error
from wikigate.primitives.message import Message
from wikigate.store.engine import Database
from wikigate.store.schema import create

from .world import CODE_NEED, NAME_NEED, Scripted, World

SECRET = "sesame, as it was typed"
FAIL = Fail(Message("wrongpassword"), "wrong-password")
UI = Ui((CODE_NEED,), Message("oathauth-auth-ui"))
REDIRECT = Redirect((CODE_NEED,), "https://idp.example/")
BROKEN = (RuntimeError("broken"), "nonsense", api_error("actionthrottledtext"), StoreUnavailable("away"))
NOTHING = {"login": "authmanager-authn-not-in-progress", "create": "authmanager-create-not-in-progress"}
PATIENCE = 20
KEYS = {"login": "auth.login", "create": "auth.create"}

VISITORS = st.integers(0, 1)
STAGES = st.sampled_from(["login", "login", "create"])
RANDOM = st.integers(0, 2**32).map(Random)
BEGINNINGS = st.sampled_from([{"username": "alice", "secret": SECRET}] * 4 + [{"username": "alice"}, {}])
ANSWERS = st.sampled_from(["1", "2", "3", "", None])


@dataclass
class Attempt:
    """The model of one attempt: who was asked, what each of them last said and keeps, who was vouched for."""

    number: int
    who: int
    stage: str
    began: int
    owner: str | None
    fingerprint: str
    said: dict = field(default_factory=dict)
    asked: set = field(default_factory=set)
    counts: dict = field(default_factory=dict)
    vouched: str | None = None
    over: bool = False


@dataclass
class Move:
    """One request: what it sends, and what it makes of the attempt if no other request is faster."""

    attempt: Attempt
    random: object
    sent: dict
    resumed: bool = False
    fresh: bool = True
    replaced: Attempt | None = None
    said: dict = field(default_factory=dict)
    asked: set = field(default_factory=set)
    counts: dict = field(default_factory=dict)
    vouched: str | None = None
    burnt: str | None = None
    heard: list = field(default_factory=list)
    heard_of_replaced: list = field(default_factory=list)

    def __post_init__(self):
        self.asked, self.counts = set(self.attempt.asked), dict(self.attempt.counts)
        restarted = any(isinstance(said, Restart) for said in self.attempt.said.values())
        self.fresh = not self.resumed or restarted
        if not restarted:
            self.said, self.vouched = dict(self.attempt.said), self.attempt.vouched

    def wins(self):
        attempt = self.attempt
        attempt.said, attempt.asked, attempt.counts, attempt.vouched = self.said, self.asked, self.counts, self.vouched


class Maker:
    """Makes accounts in memory."""

    def __init__(self, people):
        self.people = people
        self.lock = threading.Lock()

    def create(self, _attempt, name):
        with self.lock:
            return Fail(Message("userexists")) if name in self.people.accounts else self.people.add(name)


class Conversations(RuleBasedStateMachine):
    def __init__(self):
        super().__init__()
        self.folder = tempfile.mkdtemp()
        shutil.copy(self.template, self.folder)
        self.database = Database(f"sqlite:///{self.folder}/wiki.sqlite")
        self.world = World(self.database)
        self.maker = Maker(self.world.people)
        self.visitors = [self.world.visitor() for _ in range(2)]
        self.open = {}
        self.void = []
        self.proven = [set(), set()]
        self.good_codes = []
        self.numbers = itertools.count(1)
        self.local = threading.local()
        self.burning = threading.Lock()
        self.burnt = set()
        self.wrong = []

    def teardown(self):
        self.database.close()
        shutil.rmtree(self.folder)

    # -- the wiki -----------------------------------------------------------------------------------------------------------

    @initialize(
        checks=st.integers(0, 2),
        primaries=st.lists(st.sampled_from(["none", "create", "link"]), max_size=3),
        secondaries=st.integers(0, 3),
        links=st.booleans(),
    )
    def build(self, checks, primaries, secondaries, links):
        self.checks = [self._provider(f"c{n}", "check") for n in range(checks)]
        self.primaries = [self._provider(f"p{n}", "primary", accounts=kind) for n, kind in enumerate(primaries)]
        self.secondaries = [self._provider(f"s{n}", "secondary", takes_links=links) for n in range(secondaries)]
        self._join()

    @rule(random=RANDOM)
    def change_the_order(self, random):
        """Attempts begun before are void as long as it lasts."""
        for kind in (self.checks, self.primaries, self.secondaries):
            random.shuffle(kind)
        self._join()

    def _join(self):
        flows = self.world.use(self.checks, self.primaries, self.secondaries), self.world.creation(self.maker)
        self.flows = dict(zip(("login", "create"), flows, strict=True))

    def _provider(self, ident, kind, **more):
        provider = Scripted(ident, needs=[NAME_NEED], **more)
        begin, resume = (self._noticed(partial(self._say, provider, kind, verb)) for verb in ("begin", "resume"))
        provider.answers = {"begin": begin, "check": begin, "resume": resume}
        provider.ended = self._noticed(partial(self._hear, ident))
        return provider

    def _noticed(self, call):
        """Let what a provider finds wrong fail the test: the flow itself takes an exception for a refusal, and goes on."""

        def noticed(*arguments):
            try:
                return call(*arguments)
            except AssertionError as wrong:
                self.wrong.append(wrong)
                raise

        return noticed

    # -- what providers see, and say ------------------------------------------------------------------------------------------

    def _say(self, provider, kind, verb, attempt, *user):
        move, ident = self.local.move, provider.id
        model = move.attempt
        self._see(move, attempt, ident, verb)
        assert [one.name for one in user] == ([move.vouched] if kind == "secondary" else [])
        assert kind != "primary" or model.stage == "login" or provider.accounts != "none"
        said = move.random.choice(self._pool(kind, model))
        if verb == "resume" and move.sent.get("code") and isinstance(said, Pass) and not self._burn(move):
            said = FAIL
        move.asked.add(ident)
        move.said[ident] = said
        if kind == "check" and said is not None and not isinstance(said, Exception):
            move.asked.update(check.id for check in self.checks)
        if kind == "primary" and isinstance(said, Pass):
            move.vouched = said.user
        if isinstance(said, Restart) and said.link is not None:
            self.proven[model.who].add(said.link.id)
        move.counts[ident] = move.counts.get(ident, 0) + 1
        attempt.memory["count"] = move.counts[ident]
        if isinstance(said, Exception):
            raise said
        return said

    def _see(self, move, attempt, ident, verb):
        """What a provider is shown is this attempt's, this visitor's, and what was really sent."""
        model = move.attempt
        assert not model.over
        assert attempt.notes.setdefault("attempt", model.number) == model.number
        assert attempt.memory.get("count", 0) == move.counts.get(ident, 0)
        assert {link.id for link in attempt.links} <= self.proven[model.who]
        assert (verb == "resume") == (isinstance(move.said.get(ident), (Ui, Redirect)))
        if verb == "resume":
            code = move.sent.get("code")
            assert attempt.values(CODE_NEED.id) == (None if code is None else {"code": code})
        elif (values := attempt.values(NAME_NEED.id)) is not None:
            assert values["username"] == "alice"
            # What was typed into a sensitive field is seen in the request that brought it, and never again.
            assert values.get("secret") == (SECRET if move.fresh else None)

    def _pool(self, kind, model):
        if kind == "check":
            return [None] * 20 + [FAIL, *BROKEN]
        if kind == "secondary":
            return [Pass(), Abstain()] * 8 + [UI] * 4 + [FAIL, REDIRECT, Restart(), *BROKEN]
        number = next(self.numbers)
        link = LinkOffer(f"link-{model.who}-{number}", "p0", Message("rawmessage", ("a link",)))
        restarts = [Restart(), Restart(create=CreateOffer("p0")), Restart(link=link)]
        name = "Alice" if model.stage == "login" else f"Newcomer {number}"
        passes = [Pass(name)] * 12 + [Pass("Bob"), Pass("Nobody"), Pass()]
        return [Abstain()] * 6 + passes + [FAIL, UI, UI, REDIRECT, *restarts, *BROKEN]

    def _burn(self, move):
        """Burn the code that was sent, if it is good; as providers must, in one step."""
        code = f"{move.attempt.number}:{move.sent['code']}"
        with self.burning:
            if code in self.burnt:
                return False
            self.burnt.add(code)
        move.burnt = code
        return True

    def _hear(self, ident, attempt, outcome):
        move = self.local.move
        if isinstance(outcome, Fail) and outcome.reason == "replaced":
            assert attempt.notes["attempt"] == move.replaced.number
            move.heard_of_replaced.append(ident)
        else:
            assert attempt.notes["attempt"] == move.attempt.number
            move.heard.append((ident, outcome))

    # -- what visitors do -----------------------------------------------------------------------------------------------------

    @rule(who=VISITORS, random=RANDOM)
    def converse(self, who, random):
        """Begin, and go on as long as there is something to go on with, or until patience ends."""
        for _ in range(3):
            stage = random.choice(["login", "login", "create"])
            self._begin(who, stage, random, {"username": "alice", "secret": SECRET}, random.random() < 0.5)
            for _ in range(random.randrange(6)):
                if self._alive(who, stage) is None:
                    break
                self._resume(who, stage, random, {"username": "alice", "secret": SECRET, "code": random.choice("123")})

    @rule(who=VISITORS, stage=STAGES, random=RANDOM, sent=BEGINNINGS, preserve=st.booleans())
    def begin(self, who, stage, random, sent, preserve):
        self._begin(who, stage, random, sent, preserve)

    @rule(who=VISITORS, stage=STAGES, random=RANDOM, code=ANSWERS, sent=BEGINNINGS)
    def resume(self, who, stage, random, code, sent):
        self._resume(who, stage, random, {**sent, **({} if code is None else {"code": code})})

    def _begin(self, who, stage, random, sent, preserve):
        visitor, replaced = self.visitors[who], self._alive(who, stage)
        self.open.pop((who, stage), None)
        model = Attempt(
            next(self.numbers),
            who,
            stage,
            int(self.world.clock.now()),
            visitor.user,
            self.flows[stage].providers.fingerprint,
        )
        move = Move(model, random, sent, replaced=replaced)
        self._settle(move, lambda: visitor.begin(flow=self.flows[stage], stage=stage, preserve=preserve, **sent))
        assert sorted(move.heard_of_replaced) == sorted(replaced.asked if replaced else ())
        if replaced:
            replaced.over = True

    def _resume(self, who, stage, random, sent):
        visitor, model = self.visitors[who], self._alive(who, stage)
        self.open.pop((who, stage), None)
        if model is None:
            self._refused(visitor, stage, sent)
        else:
            self._settle(
                Move(model, random, sent, resumed=True), lambda: visitor.resume(flow=self.flows[stage], **sent)
            )

    @rule(who=VISITORS, stage=STAGES, randoms=st.lists(RANDOM, min_size=2, max_size=4), code=ANSWERS)
    def resume_several_times_at_once(self, who, stage, randoms, code):
        """All of them have read the same; one goes on, and nobody else has any effect."""
        model = self._alive(who, stage)
        if model is None:
            self._begin(who, stage, randoms[0], {"username": "alice", "secret": SECRET}, preserve=False)
            model = self._alive(who, stage)
        if model is None:
            return
        self.open.pop((who, stage))
        visitor, before = self.visitors[who], self.visitors[who].user
        sent = {"username": "alice", "secret": SECRET} | ({} if code is None else {"code": code})
        moves = [Move(model, random, sent, resumed=True) for random in randoms]
        copies = [visitor.copy() for _ in moves]
        answers = self._at_once(list(zip(copies, moves, strict=True)), self.flows[stage])
        heard = [place for place, move in enumerate(moves) if move.heard]
        going_on = [
            place for place, answer in enumerate(answers)
            if answer is not None and getattr(answer.outcome, "message", None) != Message(NOTHING[stage])
        ]  # fmt: skip
        assert len({*heard, *going_on}) == 1
        [winner] = {*heard, *going_on}
        self._came_to(moves[winner], answers[winner], copies[winner], before)
        if copies[winner].jar != visitor.jar:
            self.void.append(visitor.copy())
            visitor.jar = copies[winner].jar
        logged_in = stage == "login" and answers[winner] is not None and isinstance(answers[winner].outcome, Pass)
        # A login makes a new session, and the old one is nobody's.
        others = {copy.user for place, copy in enumerate(copies) if place != winner}
        assert others == {None if logged_in else before}

    @rule(who=VISITORS, random=RANDOM)
    def come_with_cookies_of_yesterday(self, who, random):
        """What was a session before a login or a logout is none, and holds no attempt."""
        if self.void:
            old = random.choice(self.void).copy()
            assert old.user is None
            self._refused(old, "login", {"code": "1"})

    @rule(seconds=st.sampled_from([1, 300, 601]))
    def wait(self, seconds):
        self.world.clock.time += seconds

    @rule(who=VISITORS)
    def log_out(self, who):
        visitor = self.visitors[who]
        session = visitor.session()
        if session.account is not None:
            self.void.append(visitor.copy())
            self.world.manager.log_out(session)
            visitor.finish(session)
            self._forget(who)

    @rule(who=VISITORS)
    def lose_the_cookies(self, who):
        self.visitors[who].jar.clear()
        self._forget(who)

    @invariant()
    def no_provider_found_anything_wrong(self):
        if self.wrong:
            raise self.wrong[0]

    @invariant()
    def nothing_that_was_typed_is_stored(self):
        assert SECRET not in repr(self.world.stored_sessions())

    # -- what it comes to -----------------------------------------------------------------------------------------------------

    def _forget(self, who):
        for stage in KEYS:
            self.open.pop((who, stage), None)
        self.proven[who] = set()

    def _alive(self, who, stage):
        model = self.open.get((who, stage))
        if model is None or model.fingerprint != self.flows[stage].providers.fingerprint:
            return None
        in_time = self.world.clock.now() - model.began < 600
        return model if in_time and model.owner == self.visitors[who].user else None

    def _refused(self, visitor, stage, sent):
        before = visitor.user
        answer = visitor.resume(flow=self.flows[stage], **sent)
        assert answer.message == Message(NOTHING[stage])
        assert visitor.user == before

    def _settle(self, move, do):
        """Make a move that nobody else makes at the same time."""
        visitor = self.visitors[move.attempt.who]
        before, old = visitor.user, visitor.copy()
        self.local.move = move
        try:
            answer = do()
        except (ApiError, StoreUnavailable):
            answer = None
        if visitor.jar != old.jar and old.jar:
            self.void.append(old)
        self._came_to(move, answer, visitor, before)

    def _came_to(self, move, answer, visitor, before):
        model = move.attempt
        move.wins()
        outcome = answer.outcome if answer else Fail(Message("error"))
        passed = isinstance(outcome, Pass)
        if passed:
            assert all(move.said[check.id] is None for check in self.checks)
            assert move.vouched == outcome.user
            assert outcome.user in self.world.people.accounts
            assert all(isinstance(move.said[one.id], (Pass, Abstain)) for one in self.secondaries)
            if move.burnt:
                assert move.burnt not in self.good_codes
                self.good_codes.append(move.burnt)
        assert visitor.user == (outcome.user if passed and model.stage == "login" else before)
        if isinstance(outcome, (Pass, Fail)):
            model.over = True
            assert sorted(ident for ident, _ in move.heard) == sorted(move.asked)
            assert all(type(heard) is type(outcome) for _, heard in move.heard)
            assert visitor.session().get(KEYS[model.stage]) is None
        else:
            assert move.heard == []
            if isinstance(outcome, Restart):
                model.began = int(self.world.clock.now())
            self.open[model.who, model.stage] = model

    def _at_once(self, pairs, flow):
        barrier, answers, faults = threading.Barrier(len(pairs)), [None] * len(pairs), []

        def run(place, visitor, move):
            self.local.move = move
            session = visitor.session()
            caller = visitor.caller(session)
            try:
                filled = load_all(flow.pending(caller), move.sent)
                barrier.wait(PATIENCE)
                answers[place] = flow.resume(caller, filled)
            except (ApiError, StoreUnavailable):
                pass
            except BaseException as fault:  # noqa: BLE001  told in the test's own thread
                faults.append(fault)
            finally:
                visitor.finish(session)

        threads = [threading.Thread(target=run, args=(place, *pair)) for place, pair in enumerate(pairs)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        if faults:
            raise faults[0]
        return answers


@pytest.fixture(scope="module", autouse=True)
def _template(tmp_path_factory):
    folder = tmp_path_factory.mktemp("template")
    database = Database(f"sqlite:///{folder}/wiki.sqlite")
    create(database)
    database.close()
    Conversations.template = Path(folder, "wiki.sqlite")


TestConversations = Conversations.TestCase
# Requests at the same time do not come to the same twice, so that there is nothing to be learnt from making a failure smaller.
TestConversations.settings = settings(
    max_examples=40,
    stateful_step_count=30,
    phases=[Phase.explicit, Phase.generate],
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
