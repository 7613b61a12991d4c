"""Name and password: one answer for everything that is wrong, one price for all of it, and an upgrade on the way."""

from __future__ import annotations

import hashlib

import pytest

from wikigate.accounts.hashing import HashQueueFull
from wikigate.accounts.passwords.scheme import PasswordScheme
from wikigate.accounts.passwords.settings import PasswordSettings
from wikigate.accounts.policy import Policy
from wikigate.accounts.settings import AccountSettings
from wikigate.accounts.user import Credentials
from wikigate.auth.attempt import Inquiry
from wikigate.auth.needs import PASSWORD, password_need
from wikigate.auth.new_password import NewPasswords
from wikigate.auth.outcome import Abstain, Fail, Pass
from wikigate.primitives.errors import ApiError, StoreUnavailable
from wikigate.primitives.names import NameRules
from wikigate.providers.local_password import LocalPassword
from wikigate.testing.clock import ManualClock
from wikigate.testing.contracts.primary import PrimaryContract


class Hasher:
    """Runs the work at once and remembers what it was and for whom."""

    def __init__(self):
        self.runs = []
        self.full_from = None

    def run(self, work, *args, source=""):
        if self.full_from is not None and len(self.runs) >= self.full_from:
            raise HashQueueFull("full")
        self.runs.append((work.__name__, source))
        return work(*args)


class People:
    def __init__(self, scheme):
        self.rows = {
            "Alice": Credentials(1, "Alice", scheme.make("correct horse"), "", None, None),
            "Passwordless": Credentials(2, "Passwordless", "", "", None, None),
        }
        self.reads = []
        self.replaced = []
        self.fault = None

    def credentials(self, name):
        self.reads.append(name)
        return self.rows.get(name)

    def replace_password(self, user_id, old, new):
        if self.fault:
            raise self.fault
        self.replaced.append((user_id, old, new))
        return True


@pytest.fixture(scope="module")
def scheme():
    return PasswordScheme(PasswordSettings(profile="mediawiki"))


@pytest.fixture
def people(scheme):
    return People(scheme)


@pytest.fixture
def hasher():
    return Hasher()


@pytest.fixture
def provider(people, scheme, hasher):
    return LocalPassword(
        people,
        scheme,
        hasher,
        NameRules(),
        NewPasswords(Policy(AccountSettings()), scheme, hasher),
        clock=ManualClock(),
    )


@pytest.fixture
def try_with(provider, attempts):
    def begin(username, password, address="192.0.2.1"):
        return provider.begin(
            attempts.make([password_need("login")], username=username, password=password, address=address)
        )

    return begin


class TestContract(PrimaryContract):
    @pytest.fixture
    def primary(self, provider):
        return provider


def test_m07_the_right_password_passes_under_the_canonical_name(try_with):
    for spelling in ("Alice", "alice", " Alice ", "_Alice_", "User:alice"):
        assert try_with(spelling, "correct horse") == Pass("Alice"), spelling


@pytest.mark.parametrize("password", ["correct horse ", " correct horse", "correct hors", "Correct horse", "x"])
def test_a2_nothing_else_passes(try_with, password):
    assert try_with("Alice", password) == Fail(try_with("Nobody", "x").message, "wrong-password", "Alice")


def test_b8_a_missing_an_unusable_and_a_wrong_one_look_the_same(try_with):
    answers = [try_with("Alice", "wrong"), try_with("Nobody", "wrong"), try_with("Passwordless", "wrong")]
    assert {answer.message.key for answer in answers} == {"wrongpassword"}
    assert [answer.reason for answer in answers] == ["wrong-password", "no-such-user", "wrong-password"]
    assert [answer.user for answer in answers] == ["Alice", "", "Passwordless"], (
        "only an existing account is named, and to the audit"
    )


def test_b9_each_of_them_costs_one_check_in_the_pool(try_with, hasher):
    for name in ("Alice", "Nobody", "Passwordless"):
        try_with(name, "wrong")
    assert [name for name, _ in hasher.runs] == ["_verify", "verify_dummy", "_verify"]


@pytest.mark.parametrize("name", ["Alice", "Nobody"])
def test_b10_s1_too_long_a_password_is_refused_before_anybody_is_looked_for(try_with, people, hasher, name):
    answer = try_with(name, "é" * 2049)
    assert (answer.message.key, answer.user) == ("fatalpassworderror", "")
    assert (people.reads, hasher.runs) == ([], [])
    assert try_with(name, "é" * 2048).message.key == "wrongpassword"


@pytest.mark.parametrize("name", ["A#b", "127.0.0.1", "Talk:Alice", "MediaWiki default", "~2026-1", "a/b"])
def test_a_name_that_can_be_nobody_s_is_not_this_provider_s_business(try_with, people, name):
    assert try_with(name, "correct horse") == Abstain()
    assert people.reads == []


def test_without_its_need_it_abstains(provider, attempts):
    assert provider.begin(attempts.make()) == Abstain()


def test_hashing_is_fair_between_addresses_and_ipv6_sites(try_with, hasher):
    try_with("Alice", "x", address="2001:db8::1:2")
    try_with("Alice", "x")
    assert [source for _, source in hasher.runs] == ["2001:db8::/64", "192.0.2.1"]


def test_a_full_queue_is_an_error_and_no_verdict(try_with, hasher):
    hasher.full_from = 0
    for name in ("Alice", "Nobody"):
        with pytest.raises(ApiError) as caught:
            try_with(name, "correct horse")
        assert caught.value.issues[0].code == "ratelimited"
        assert dict(caught.value.headers) == {"Retry-After": "1"}


class TestUpgrade:
    @pytest.fixture(autouse=True)
    def old_password(self, people):
        inner = hashlib.md5(b"correct horse").hexdigest()
        digest = hashlib.md5(f"0badc0de-{inner}".encode()).hexdigest()
        self.old = f":B:0badc0de:{digest}"
        people.rows["Alice"] = Credentials(1, "Alice", self.old, "", None, None)

    def test_h1_a_right_password_in_an_old_format_is_stored_anew_once(self, try_with, people, scheme):
        assert try_with("Alice", "correct horse") == Pass("Alice")
        [(user_id, old, new)] = people.replaced
        assert (user_id, old) == (1, self.old), "compared with what was read, so that whoever changed it meanwhile wins"
        assert scheme.verify(new, "correct horse")
        assert not scheme.needs_rehash(new)

    def test_a_wrong_one_changes_nothing(self, try_with, people):
        assert isinstance(try_with("Alice", "wrong"), Fail)
        assert people.replaced == []

    @pytest.mark.parametrize("trouble", ["queue", "database"])
    def test_an_upgrade_that_cannot_be_had_now_does_not_stop_the_login(self, try_with, people, hasher, trouble):
        if trouble == "queue":
            hasher.full_from = 1
        else:
            people.fault = StoreUnavailable("read-only")
        assert try_with("Alice", "correct horse") == Pass("Alice")

    def test_a_password_in_today_s_format_is_left_alone(self, try_with, people, scheme):
        people.rows["Alice"] = Credentials(1, "Alice", scheme.make("correct horse"), "", None, None)
        assert try_with("Alice", "correct horse") == Pass("Alice")
        assert people.replaced == []


@pytest.mark.parametrize(
    ("stage", "fields"),
    [
        ("login", ["username", "password"]),
        ("create", ["username", "password", "retype"]),
        ("change", ["password", "retype"]),
        ("remove", None),
        ("link", None),
        ("unlink", None),
    ],
)
def test_m11_what_it_asks_for_at_each_stage(provider, attempts, stage, fields):
    needs = provider.needs(Inquiry(stage, attempts.make().caller, "CoreUser"))
    assert [(n.id, [f.name for f in n.fields]) for n in needs] == ([] if fields is None else [(PASSWORD, fields)])


def test_every_spelling_of_a_name_is_one_name(provider):
    """B6: so that every spelling shares one counter."""
    spellings = ["Foo bar", "foo bar", "Foo_bar", " Foo bar ", "Foo bar_", "_Foo bar", "Foo bar\u200e", "User:Foo bar"]
    assert {provider.canonical_name(spelling) for spelling in spellings} == {"Foo bar"}
    assert provider.canonical_name("A#b") is None
    assert provider.canonical_name("MediaWiki default") == "MediaWiki default"
