"""Which needs stand in which list, in which order, and how each is marked (spec core §8.2)."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from wikigate.accounts.user import Account
from wikigate.auth.attempt import Caller, Inquiry
from wikigate.auth.fields import Field, Need
from wikigate.auth.registry import Providers
from wikigate.primitives.errors import ConfigError
from wikigate.primitives.message import Message

from .world import Scripted

TEXT = Message("rawmessage", ("text",))
REMEMBER = r"MediaWiki\Auth\RememberMeAuthenticationRequest"
USERNAME = r"MediaWiki\Auth\UsernameAuthenticationRequest"
USER_DATA = r"MediaWiki\Auth\UserDataAuthenticationRequest"
REASON = r"MediaWiki\Auth\CreationReasonAuthenticationRequest"


def need(ident, required="required", field="f"):
    return Need(ident, (Field(field, "string", TEXT, TEXT),), required)


def provider(ident, *needs, accounts="none", takes_links=False):
    made = Scripted(ident, accounts=accounts, takes_links=takes_links)
    made.needs = lambda inquiry: tuple(needs)
    return made


def ask(providers, stage="login", user=None, days=180, *, is_temp=False):
    account = None if user is None else Account(4, user, is_temp=is_temp)
    inquiry = Inquiry(stage, Caller(SimpleNamespace(account=account), "127.0.0.1", 0.0), user)
    return [(n.id, n.required) for n in providers.needs(inquiry, remember_days=days)]


def test_a_login_lists_checks_then_primaries_then_secondaries_then_to_be_remembered():
    providers = Providers(
        [provider("c", need("C"))], [provider("p", need("P"))], [provider("s", need("S", "optional"))]
    )
    assert ask(providers) == [("C", "required"), ("P", "primary-required"), ("S", "optional"), (REMEMBER, "optional")]


def test_a_need_that_two_ask_for_stands_once_at_its_first_place_in_its_strongest_form():
    loose, strict = provider("a", need("N", "optional", "old")), provider("b", need("N", field="new"))
    between = provider("x", need("X"))
    assert ask(Providers([], [loose, between, strict])) == [
        ("N", "primary-required"),
        ("X", "primary-required"),
        (REMEMBER, "optional"),
    ]
    found = Providers([], [loose, strict]).needs(Inquiry("login", Caller(SimpleNamespace(), "", 0.0)))
    assert found[0].fields[0].name == "new"


def test_an_account_asks_for_a_name_and_data_and_of_users_why():
    providers = Providers([], [provider("p", need("P"))])
    assert ask(providers, "create") == [("P", "primary-required"), (USERNAME, "required"), (USER_DATA, "required")]
    assert ask(providers, "create", "CoreUser")[-1] == (REASON, "optional")
    assert ask(providers, "create", "~2026-1", is_temp=True) == ask(providers, "create")


@pytest.mark.parametrize("stage", ["link", "unlink"])
def test_linking_concerns_only_those_who_link(stage):
    providers = Providers(
        [provider("c", need("C"))],
        [provider("p", need("P"), accounts="create"), provider("l", need("L"), accounts="link")],
    )
    assert ask(providers, stage) == [("L", "primary-required")]


@pytest.mark.parametrize("stage", ["change", "remove"])
def test_changing_concerns_primaries_and_secondaries(stage):
    providers = Providers([provider("c", need("C"))], [provider("p", need("P"))], [provider("s", need("S"))])
    assert ask(providers, stage) == [("P", "primary-required"), ("S", "required")]


def test_what_the_wiki_can_do_about_accounts_is_what_its_primaries_can():
    none, create, link = (Providers([], [provider("p", accounts=a)]) for a in ("none", "create", "link"))
    assert [(p.can_create, p.can_link) for p in (none, create, link)] == [(False, False), (True, False), (True, True)]


def test_links_are_taken_where_one_secondary_takes_them():
    assert Providers([], [], [provider("a"), provider("b", takes_links=True)]).takes_links
    assert not Providers([], [], [provider("a")]).takes_links


def test_every_form_of_a_name_counts_once():
    upper, same, never = provider("a"), provider("b"), provider("c")
    same.canonical_name = lambda typed: typed
    never.canonical_name = lambda _typed: None
    providers = Providers([], [upper, same, never])
    assert providers.names("alice") == ("Alice", "alice")
    assert providers.names("Alice") == ("Alice",)
    assert Providers([], [never]).names("alice") == ()


def test_the_fingerprint_knows_providers_kinds_and_order():
    def fingerprint(*kinds):
        return Providers(*([provider(i) for i in ids] for ids in kinds)).fingerprint

    prints = {
        fingerprint("a", "b", "cd"),
        fingerprint("a", "b", "dc"),
        fingerprint("a", "bc", "d"),
        fingerprint("", "ab", "cd"),
        fingerprint("a", "b", "c"),
    }
    assert len(prints) == 5
    assert fingerprint("a", "b", "cd") == fingerprint("a", "b", "cd")


def test_two_of_one_name_are_refused():
    with pytest.raises(ConfigError, match="“a”"):
        Providers([provider("a")], [provider("a")])
