"""Bot passwords: one price and one answer for all that is wrong, and none at all for what was right a moment ago (spec core §6.2)."""

from __future__ import annotations

import json
from types import SimpleNamespace

import pytest

from wikigate.accounts.bot_passwords import BotPassword, BotPasswords
from wikigate.accounts.hashing import HashQueueFull
from wikigate.accounts.passwords.scheme import PasswordScheme
from wikigate.accounts.passwords.settings import PasswordSettings
from wikigate.accounts.passwords.verified_credentials import VerifiedCredentials
from wikigate.accounts.user import INVALID_TOKEN
from wikigate.auth.attempt import Caller
from wikigate.auth.audit import Audit
from wikigate.auth.bot_login import BotFail, BotLogin, BotPass
from wikigate.auth.settings import ThrottleSettings
from wikigate.auth.throttle import Throttle
from wikigate.primitives.errors import ApiError, StoreUnavailable
from wikigate.primitives.names import NameRules
from wikigate.state.memory import MemoryStateStore

from .guessing_process import at_once
from .world import AuditList, FakeClock, People

SECRET = "81s7dqo393ledr3r3s0gpg82u4mt6ovs"
WRONG = "0" * 32


class Bots:
    """The bot passwords of Alice, as far as a login asks."""

    split = staticmethod(BotPasswords.split)

    def __init__(self, scheme):
        self.scheme = scheme
        self.rows = {}
        self.add("core")

    def add(self, app, addresses=("0.0.0.0/0",), column=None):
        column = self.scheme.make(SECRET) if column is None else column
        self.rows[1, app] = BotPassword(1, app, column, "b" * 32, {"IPAddresses": list(addresses)}, ("basic",))

    def lookup(self, user_id, app):
        return self.rows.get((user_id, app))


class Hasher:
    def __init__(self):
        self.runs = []
        self.full = False

    def run(self, work, *args, source=""):
        if self.full:
            raise HashQueueFull("full")
        self.runs.append(work.__name__)
        return work(*args)


@pytest.fixture(scope="module")
def scheme():
    return PasswordScheme(PasswordSettings(profile="mediawiki"))


@pytest.fixture
def parts(scheme):
    return SimpleNamespace(
        bots=Bots(scheme), people=People(), hasher=Hasher(), audit=AuditList(), scheme=scheme, clock=FakeClock(), capacity=10,
        enabled=True,
    )  # fmt: skip


@pytest.fixture
def log_in(parts):
    made = []

    def build():
        throttle = Throttle("botpassword", ThrottleSettings(patience=60), MemoryStateStore(parts.clock))
        return BotLogin(
            parts.bots, enabled=parts.enabled, directory=parts.people, rules=NameRules(), scheme=parts.scheme, hasher=parts.hasher,
            verified=VerifiedCredentials(parts.capacity), throttle=throttle, audit=Audit(parts.audit),
        )  # fmt: skip

    def call(name="Alice@core", password=SECRET, address="192.0.2.1"):
        if not made:
            made.append(build())
        caller = Caller(None, address, parts.clock.now(), "req")
        outcome = made[0].log_in(caller, name, password)
        if isinstance(outcome, BotPass):
            made[0].begun(caller, outcome, 0)
        return outcome

    return call


def test_m03_a_right_one_passes_in_both_spellings(log_in, parts):
    for name, password in (("Alice@core", SECRET), ("alice@core", SECRET), ("Alice", f"core@{SECRET}")):
        passed = log_in(name, password)
        assert (passed.account.name, passed.bot.app) == ("Alice", "core")
    assert [row.event for row in parts.audit.rows] == ["botlogin.pass"] * 3


@pytest.mark.parametrize(
    ("name", "password"), [("Alice", SECRET), ("Alice@core", "short"), ("Alice", "core@short"), ("", "")]
)
def test_what_does_not_look_like_one_is_none(log_in, parts, name, password):
    assert log_in(name, password) is None
    assert parts.audit.rows == []


def test_where_they_are_switched_off_nothing_is_one(log_in, parts):
    parts.enabled = False
    assert log_in() is None


def test_b8_b9_everything_wrong_is_kept_quiet_and_costs_one_check(log_in, parts):
    parts.bots.add("far", ["203.0.113.0/24"])
    outcomes = [log_in("Alice@core", WRONG), log_in("Alice@nosuch", WRONG), log_in("Alice@far"), log_in("Nobody@core")]
    assert [o.message for o in outcomes] == [None] * 4
    assert [o.reason for o in outcomes] == ["wrong-password", "no-such-app", "address-not-allowed", "no-such-user"]
    assert parts.hasher.runs == ["verify", "verify_dummy", "verify_dummy", "verify_dummy"]


def test_an_impossible_name_costs_nothing(log_in, parts):
    assert log_in("A#b@core", WRONG).message is None
    assert parts.hasher.runs == []


def test_needs_reset_is_said_before_the_password_is_looked_at(log_in, parts):
    parts.bots.add("core", column="")
    for password in (SECRET, WRONG):
        outcome = log_in(password=password)
        assert (outcome.message.key, outcome.message.params) == ("botpasswords-needs-reset", ("Alice", "core"))
    assert parts.hasher.runs == []


def test_f4_a_locked_account_is_locked_to_its_bots(log_in, parts):
    parts.people.change("Alice", token=INVALID_TOKEN)
    assert log_in().message.key == "botpasswords-locked"


def test_b7_five_wrong_ones_are_judged(log_in, parts):
    outcomes = [log_in(password=WRONG) for _ in range(6)]
    assert [o.reason for o in outcomes] == ["wrong-password"] * 5 + ["throttled"]
    assert outcomes[-1].message.key == "login-throttled"
    assert log_in().message.key == "login-throttled"
    parts.clock.time += 300
    assert isinstance(log_in(), BotPass)
    assert [log_in(password=WRONG).reason for _ in range(6)] == ["wrong-password"] * 5 + ["throttled"], (
        "a success starts anew"
    )


def test_b8_a_missing_account_is_counted_like_an_existing_one(log_in):
    assert [log_in("Nobody@core", WRONG).reason for _ in range(6)] == ["no-such-user"] * 5 + ["throttled"]


def test_what_was_right_a_moment_ago_costs_no_check(log_in, parts):
    assert all(isinstance(log_in(), BotPass) for _ in range(5))
    assert parts.hasher.runs == ["verify"]


def test_known_or_not_row_restrictions_lock_and_throttle_are_looked_at(log_in, parts):
    log_in()
    for _ in range(5):
        log_in(password=WRONG)
    assert log_in().reason == "throttled"
    parts.clock.time += 300
    parts.bots.add("core", ["203.0.113.0/24"], parts.bots.rows[1, "core"].hash)
    assert log_in().reason == "address-not-allowed"
    parts.bots.add("core", column="")
    assert log_in().reason == "needs-reset"
    del parts.bots.rows[1, "core"]
    assert log_in().reason == "no-such-app"


def test_the_memory_can_be_switched_off(log_in, parts):
    parts.capacity = 0
    assert all(isinstance(log_in(), BotPass) for _ in range(3))
    assert parts.hasher.runs == ["verify"] * 3


def test_a_full_queue_is_an_error_and_counts_against_nobody(log_in, parts):
    parts.hasher.full = True
    for _ in range(10):
        with pytest.raises(ApiError) as caught:
            log_in()
        assert caught.value.issues[0].code == "ratelimited"
    parts.hasher.full = False
    assert isinstance(log_in(), BotPass)


def test_what_the_audit_cannot_note_does_not_happen(log_in, parts):
    parts.audit.fault = StoreUnavailable("full")
    with pytest.raises(StoreUnavailable):
        log_in()


def test_h6_what_is_noted_names_only_what_there_is(log_in, parts):
    log_in("Alice@core", WRONG)
    log_in("my secret@core", WRONG)
    log_in("Alice@my secret", WRONG)
    assert "secret" not in "".join(str(vars(row)) for row in parts.audit.rows)
    assert json.loads(parts.audit.rows[0].details) == {"app": "core", "reason": "wrong-password"}
    assert [(row.user_id, row.user_name) for row in parts.audit.rows] == [(1, "Alice"), (0, ""), (1, "Alice")]


@pytest.mark.parametrize("remembered", [0, 10])
def test_b2_b3_all_at_once(log_in, parts, remembered):
    parts.capacity = remembered
    log_in()
    outcomes = at_once(lambda password: type(log_in(password=password)), [SECRET] * 8 + [WRONG] * 4)
    assert outcomes.count(BotPass) == 8
    reasons = at_once(lambda _: log_in("Nobody@core", WRONG).reason, range(30))
    assert (reasons.count("no-such-user"), reasons.count("throttled")) == (5, 25)
    assert outcomes.count(BotFail) == 4
