"""Name, password and domain before any directory is asked, and what each answer of it comes to."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import pytest

from wikigate.auth.attempt import Draft, Inquiry
from wikigate.auth.ldap_settings import LdapDomain, LdapSettings
from wikigate.auth.outcome import Abstain, Fail, Pass
from wikigate.primitives.errors import ConfigError
from wikigate.primitives.names import NameRules
from wikigate.providers.ldap import connection
from wikigate.providers.ldap.accounts import OWNER, Accounts
from wikigate.providers.ldap.domain_password import DomainPassword
from wikigate.providers.ldap.person import DirectoryUnavailableError, Person
from wikigate.testing.contracts.primary import PrimaryContract

CORP = LdapDomain("CORP", "ldaps://ldap.example", base="dc=example", filter="(uid={username})")


class Book:
    """A directory with one person; ``answer`` takes its place."""

    def __init__(self):
        self.asked = []
        self.answer = None

    def authenticate(self, username, password):
        self.asked.append((username, password))
        if isinstance(self.answer, Exception):
            raise self.answer
        if self.answer is not None:
            return self.answer
        if username.casefold() != "alice":
            return "no-such-directory-user"
        return Person("alice", "a@example.org") if password == "wonder land" else "wrong-directory-password"


class Here:
    """The accounts of a wiki, in memory."""

    def __init__(self):
        self.rules = NameRules()
        self.rows = {}
        self.preferences = {}

    def by_name(self, name):
        return self.rows.get(name)

    def properties(self, user_id):
        return self.preferences.get(user_id, {})

    def create(self, name, *, properties, **_rest):
        account = SimpleNamespace(id=len(self.rows) + 1, name=name, is_locked=False, group_names=())
        self.rows[name] = account
        self.preferences[account.id] = dict(properties)
        return account


class Situation:
    def __init__(self):
        self.book, self.here = Book(), Here()
        self.drafts = []
        self.provider = self.of(CORP)

    def of(self, domain):
        return DomainPassword({"CORP": (domain, self.book)}, NameRules(), Accounts(self.here))


@pytest.fixture
def now():
    return Situation()


@pytest.fixture
def try_with(now, attempts):
    def begin(username, password):
        needs = now.provider.needs(Inquiry("login", attempts.make().caller))
        attempt = replace(attempts.make(needs, username=username, password=password, domain="CORP"), draft=Draft())
        now.drafts.append(attempt.draft)
        return now.provider.begin(attempt)

    return begin


class TestContract(PrimaryContract):
    @pytest.fixture
    def primary(self, now):
        return now.provider


def test_m36_the_right_password_passes_under_the_directory_s_name(try_with, now):
    assert try_with("ALICE", "wonder land") == Pass("Alice", is_new=True)
    [draft] = now.drafts
    assert (draft.email, draft.properties) == ("a@example.org", {OWNER: "CORP:alice"})
    now.here.create("Alice", properties=draft.properties)
    assert try_with("alice", "wonder land") == Pass("Alice")


@pytest.mark.parametrize("password", ["", "\0", "wonder land\0", "x" * 4097, "\ud800"])
def test_g10_a_password_that_is_none_reaches_no_directory(try_with, now, password):
    assert isinstance(try_with("alice", password), (Fail, Abstain))
    assert now.book.asked == []


@pytest.mark.parametrize("reason", ["no-such-directory-user", "wrong-directory-password", "several-directory-users"])
def test_b8_the_caller_hears_one_answer_the_audit_hears_which(try_with, now, reason):
    now.book.answer = reason
    answer = try_with("alice", "x")
    assert (answer.message.key, answer.reason, answer.is_guess) == ("wrongpassword", reason, True)


def test_a_directory_that_does_not_answer_counts_against_nobody(try_with, now):
    now.book.answer = DirectoryUnavailableError("down")
    answer = try_with("alice", "x")
    assert (answer.message.key, answer.is_guess) == ("externaldberror", False)


def test_an_entry_of_another_name_is_not_who_was_meant(try_with, now):
    now.book.answer = Person("admin")
    assert try_with("alice", "x").reason == "other-directory-name"
    assert now.here.rows == {}


@pytest.mark.parametrize("name", ["MediaWiki default", "127.0.0.1", "~2026-1"])
def test_r73_a_name_that_nobody_may_have_is_nobody_in_a_directory_either(try_with, now, name):
    now.book.answer = Person(name)
    answer = try_with(name, "x")
    assert (answer.message.key, now.here.rows) == ("wrongpassword", {})


def test_f4_whose_account_is_locked_stays_outside(try_with, now):
    account = now.here.create("Alice", properties={OWNER: "CORP:alice"})
    account.is_locked = True
    answer = try_with("alice", "wonder land")
    assert (answer.message.key, answer.reason) == ("wrongpassword", "locked")


@pytest.mark.parametrize(("real_name", "kept"), [("é" * 127, "é" * 127), ("é" * 128, "")])
def test_a_real_name_that_no_row_holds_is_left_out(try_with, now, real_name, kept):
    now.book.answer = Person("alice", "", real_name)
    assert try_with("alice", "x") == Pass("Alice", is_new=True)
    assert now.drafts[0].real_name == kept


def test_a_directory_whose_people_get_no_accounts_says_so(try_with, now):
    now.provider = now.of(replace(CORP, create_accounts=False))
    answer = try_with("alice", "wonder land")
    assert (answer.message.key, answer.reason) == ("authmanager-authn-autocreate-failed", "autocreate-off")
    assert (answer.is_guess, now.here.rows) == (False, {})


def test_without_the_library_the_service_says_what_to_install_where_a_domain_is_configured(monkeypatch):
    monkeypatch.setattr(connection, "ldap", None)
    with pytest.raises(ConfigError, match=r"wikigate\[ldap\]"):
        connection.Connection(CORP)


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": "A:B"}, {"uri": "http://x"}, {"bind": "direct"}, {"base": ""}, {"filter": "(uid=x)"},
        {"service_dn": "cn=x"}, {"timeout": 0},
    ],
)  # fmt: skip
def test_a_domain_that_cannot_work_is_refused(wrong):
    with pytest.raises(ValueError, match="“"):
        LdapDomain(**{"name": "CORP", "uri": "ldaps://x", "base": "dc=x", **wrong})


def test_two_domains_of_one_name_are_refused():
    with pytest.raises(ValueError, match="two domains"):
        LdapSettings((CORP, CORP))
