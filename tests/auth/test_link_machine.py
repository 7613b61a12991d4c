"""Random people link outside identities to their accounts and take them off; what must hold whatever they do (M10; spec core §10).

Two providers prove identities, ask, send elsewhere, refuse and break; two visitors begin, go on, go on several times at once, become
somebody else in between, and take links off, several at once too.

* no link is made by a flow that did not pass, and a flow that passes has made its link;
* an identity belongs to one account; the audit tells of each link once;
* an account without a password keeps its last link;
* whoever was asked hears of the end of an attempt exactly once.
"""

from __future__ import annotations

import itertools
import shutil
import tempfile
import threading
from pathlib import Path
from random import Random
from types import SimpleNamespace

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from wikigate.accounts.identities import Identities, Identity
from wikigate.auth.audit import Audit
from wikigate.auth.auto_creation import LinkedAccount
from wikigate.auth.credentials import CredentialChanges
from wikigate.auth.fields import load_all
from wikigate.auth.flow import LINK
from wikigate.auth.outcome import Abstain, Fail, Pass, Redirect, Ui
from wikigate.primitives.errors import ApiError, StoreUnavailable, api_error
from wikigate.primitives.message import Message
from wikigate.providers.oidc.membership import Membership, link_id
from wikigate.providers.oidc.relying_party import Proof
from wikigate.store.audit import AuditTable
from wikigate.store.engine import Database
from wikigate.store.schema import create

from .world import CODE_NEED, Scripted, World

ISSUERS = {"p0": "https://zero.example", "p1": "https://one.example"}
PARTY = SimpleNamespace(settings=SimpleNamespace(single_logout=False))
UI = Ui((CODE_NEED,), Message("oathauth-auth-ui"))
REDIRECT = Redirect((CODE_NEED,), "https://idp.example/")
BROKEN = (RuntimeError("broken"), "nonsense", api_error("actionthrottledtext"), StoreUnavailable("away"))
HAS_PASSWORD = "Alice"
PATIENCE = 20

VISITORS = st.integers(0, 1)
RANDOM = st.integers(0, 2**32).map(Random)
PEOPLE = st.sampled_from(["Alice", "Bob"])
IDENTITIES = st.builds(Identity, st.sampled_from(sorted(ISSUERS.values())), st.sampled_from(["x", "y"]))


class Outside(Scripted):
    """A primary whose identities are kept as those of OpenID Connect are."""

    def __init__(self, machine, ident):
        super().__init__(ident, accounts="link", begin=self._say, resume=self._say, ended=None)
        self._machine = machine
        self.membership = None
        self.ended_attempts = []

    def _say(self, attempt):
        machine = self._machine
        random = machine.local.random
        if machine.local.provider != self.id and not attempt.memory:
            return Abstain()
        number = attempt.memory.setdefault("number", next(machine.numbers))
        machine.local.asked.append(number)
        said = machine.local.forced or random.choice(
            ["proof"] * 5 + [UI] * 3 + [REDIRECT, Abstain(), Fail(Message("wrongpassword")), *BROKEN]
        )
        if said == "proof":
            identity = Identity(ISSUERS[self.id], machine.local.subject)
            said = self.membership.settle(attempt, PARTY, Proof(identity, "", "", "", {}))
            attempt.memory["proved"] = identity.subject
        if isinstance(said, Exception):
            raise said
        return said

    def ended(self, attempt, outcome):
        with self.lock:
            if "number" in attempt.memory:
                self.ended_attempts.append((attempt.memory["number"], outcome))

    def change(self, _user, _filled, _source):
        return None

    def remove(self, user, need_id):
        return self.membership.unlink(user, need_id)


class Links(RuleBasedStateMachine):
    def __init__(self):
        super().__init__()
        self.folder = tempfile.mkdtemp()
        shutil.copy(self.template, self.folder)
        self.database = Database(f"sqlite:///{self.folder}/wiki.sqlite")
        self.world = World(self.database)
        self.world.people.credentials = lambda name: SimpleNamespace(password="x" if name == HAS_PASSWORD else "")
        self.audit = Audit(AuditTable(self.database))
        self.world.audit = AuditTable(self.database)
        self.identities = Identities(self.database, self.world.people, self.world.clock)
        self.local = threading.local()
        self.numbers = itertools.count(1)
        self.providers = [Outside(self, ident) for ident in ISSUERS]
        for one in self.providers:
            one.membership = Membership(one.id, self.identities, self.world.people, {}, None, self.audit)
        flow = self.world.use(primaries=self.providers)
        self.flow = self.world._flow(flow.providers, auto_creation=LinkedAccount(), purpose=LINK)
        self.changes = CredentialChanges(flow.providers, self.world.people, self.world.manager, self.audit)
        self.visitors = [self.world.visitor() for _ in range(2)]
        self.links = {}
        self.made = 0
        self.over = []

    def teardown(self):
        self.database.close()
        shutil.rmtree(self.folder)

    @initialize()
    def give_bob_his_only_way_in(self):
        identity = Identity(ISSUERS["p0"], "bob")
        bob = self.world.people.by_name("Bob")
        assert self.identities.link(identity, bob.id)
        self.links[identity] = "Bob"

    # -- what visitors do -----------------------------------------------------------------------------------------------------

    @rule(who=VISITORS, name=PEOPLE)
    def become(self, who, name):
        """Log in as somebody, perhaps in the middle of a link."""
        self._become(self.visitors[who], name)

    def _become(self, visitor, name):
        session = visitor.session()
        account = self.world.people.by_name(name)
        self.world.manager.log_in(session, account, remember=False, now=self.world.clock.now())
        visitor.finish(session)

    @rule(who=VISITORS, random=RANDOM, identity=IDENTITIES)
    def link(self, who, random, identity):
        """Begin, and go on for a while."""
        visitor = self.visitors[who]
        self._prepare(random, identity)
        self._do(visitor, lambda: visitor.begin(flow=self.flow, stage="link"), identity)
        for _ in range(random.randrange(4)):
            self._prepare(random, identity)
            self._do(visitor, lambda: visitor.resume(flow=self.flow, code="1"), identity)

    @rule(who=VISITORS, random=RANDOM, identity=IDENTITIES)
    def resume(self, who, random, identity):
        visitor = self.visitors[who]
        self._prepare(random, identity)
        self._do(visitor, lambda: visitor.resume(flow=self.flow, code="1"), identity)

    @rule(who=VISITORS, name=PEOPLE, randoms=st.lists(RANDOM, min_size=2, max_size=4), identity=IDENTITIES)
    def resume_several_times_at_once(self, who, name, randoms, identity):
        """All of them have read the same; one comes to something, and what the others would have linked is not."""
        visitor = self.visitors[who]
        if visitor.user != name:
            self._become(visitor, name)
        self._prepare(randoms[0], identity)
        self.local.forced = UI
        assert isinstance(visitor.begin(flow=self.flow, stage="link").outcome, Ui)
        [began] = self.local.asked
        copies, answers = [visitor.copy() for _ in randoms], [None] * len(randoms)
        before, ready = self._stored(), threading.Barrier(len(randoms))

        def go(place):
            self._prepare(randoms[place], Identity(identity.issuer, f"{identity.subject}{place}"))
            session = copies[place].session()
            caller = copies[place].caller(session)
            filled = load_all(self.flow.pending(caller), {"code": "1"})
            ready.wait(PATIENCE)
            answers[place] = self._answer(lambda: self.flow.resume(caller, filled))
            copies[place].finish(session)

        _at_once([lambda place=place: go(place) for place in range(len(randoms))])
        passed = [place for place, one in enumerate(answers) if one is not None and isinstance(one.outcome, Pass)]
        assert len(passed) <= 1
        new = set(self._stored().items()) - set(before.items())
        assert len(new) <= len(passed)
        for found, owner in new:
            assert owner == name
            assert found.subject == f"{identity.subject}{passed[0]}"
            self.links[found] = owner
            self.made += 1
        if passed:
            self.over.append(began)

    @rule(who=VISITORS, random=RANDOM)
    def unlink(self, who, random):
        visitor = self.visitors[who]
        user = visitor.user
        if user is None or not self.links:
            return
        identity = random.choice(sorted(self.links, key=repr))
        may = self.links[identity] == user and (user == HAS_PASSWORD or self._count(user) > 1)
        assert self._take_off(visitor, identity) == may
        if may:
            del self.links[identity]

    @rule(who=VISITORS, name=PEOPLE, more=st.integers(1, 3))
    def unlink_everything_at_once(self, who, name, more):
        visitor, account = self.visitors[who], self.world.people.by_name(name)
        self._become(visitor, name)
        for _ in range(more):
            identity = Identity(ISSUERS["p0"], f"more {next(self.numbers)}")
            assert self.identities.link(identity, account.id)
            self.links[identity] = name
        mine, gone = [identity for identity, owner in self.links.items() if owner == name], []
        _at_once([lambda one=one: self._take_off(visitor.copy(), one) and gone.append(one) for one in mine])
        assert len(gone) == (len(mine) if name == HAS_PASSWORD else len(mine) - 1)
        for identity in gone:
            del self.links[identity]

    # -- what must hold -------------------------------------------------------------------------------------------------------

    @invariant()
    def what_is_linked_is_what_passed(self):
        assert self._stored() == self.links

    @invariant()
    def each_link_is_told_of_once(self):
        told = [row for row in AuditTable(self.database).read() if row.event == "account.linked"]
        assert len(told) == self.made

    @invariant()
    def bob_has_a_way_in(self):
        assert self._count("Bob") >= 1

    @invariant()
    def nobody_hears_of_an_end_twice(self):
        heard = [number for one in self.providers for number, _ in one.ended_attempts]
        assert len(heard) == len(set(heard))
        assert set(self.over) <= set(heard)

    # -- parts ----------------------------------------------------------------------------------------------------------------

    def _prepare(self, random, identity):
        self.local.random, self.local.subject, self.local.asked = random, identity.subject, []
        self.local.forced = None
        self.local.provider = next(ident for ident, issuer in ISSUERS.items() if issuer == identity.issuer)

    def _answer(self, do):
        try:
            return do()
        except (ApiError, StoreUnavailable):
            return None

    def _do(self, visitor, do, identity):
        user, before = visitor.user, self._stored()
        answer = self._answer(do)
        outcome = answer.outcome if answer else Fail(Message("error"))
        new = set(self._stored().items()) - set(before.items())
        if isinstance(outcome, Pass):
            assert user is not None
            assert len(new) <= 1, "it was linked before"
            for found, owner in new:
                assert (owner, found.subject) == (user, identity.subject)
                self.links[found] = owner
                self.made += 1
            # The issuer is that of the provider at which the flow was begun.
            assert (identity.subject, user) in {(found.subject, owner) for found, owner in self._stored().items()}
        else:
            assert new == set()
        if isinstance(outcome, (Pass, Fail)):
            self.over += self.local.asked

    def _take_off(self, visitor, identity):
        session = visitor.session()
        account = session.account
        return self.changes.remove(visitor.caller(session), account, link_id(identity))

    def _count(self, name):
        return sum(owner == name for owner in self.links.values())

    def _stored(self):
        people = self.world.people.accounts.values()
        found = [(identity, one.name) for one in people for identity in self.identities.of(one.id)]
        assert len({identity for identity, _ in found}) == len(found), "an identity is one account's"
        return dict(found)


def _at_once(works):
    barrier, faults = threading.Barrier(max(len(works), 1)), []

    def run(work):
        try:
            barrier.wait(PATIENCE)
            work()
        except BaseException as fault:  # noqa: BLE001  told in the test's own thread
            faults.append(fault)

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if faults:
        raise faults[0]


@pytest.fixture(scope="module", autouse=True)
def _template(tmp_path_factory):
    folder = tmp_path_factory.mktemp("template")
    database = Database(f"sqlite:///{folder}/wiki.sqlite")
    create(database)
    database.close()
    Links.template = Path(folder, "wiki.sqlite")


TestLinks = Links.TestCase
TestLinks.settings = settings(
    max_examples=30,
    stateful_step_count=30,
    phases=[Phase.explicit, Phase.generate],
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
