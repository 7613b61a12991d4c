"""A session that its owner has ended does not come back with a request that was on its way (security D6, D7).

Each request here has read its session when the owner, elsewhere, ends all of his.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import Any
from urllib.parse import urlencode

import pytest

from wikigate.testing.authenticator import Authenticator
from wikigate.testing.wiki import Browser, TestWiki

PASSWORD = "correct horse battery"
SERVER = "https://wiki.example.org"
NEW = "another horse battery"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@pytest.fixture
def wiki() -> Iterator[TestWiki]:
    with TestWiki({"site": {"server": SERVER}}) as wiki:
        wiki.create_user("Alice", PASSWORD)
        yield wiki


@pytest.fixture
def thief(wiki: TestWiki) -> Browser:
    browser = wiki.browser()
    assert browser.log_in("Alice", PASSWORD)["status"] == "PASS"
    return browser


def one(wiki: TestWiki) -> Any:
    account = wiki.wiki.services.directory.by_name("Alice")
    assert account is not None
    return account


@pytest.fixture
def ended_in_between(wiki: TestWiki, monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Let the owner end all sessions just before the next deed is done."""
    audit = wiki.wiki.services.audit
    together = audit.together

    def end_first() -> AbstractContextManager[None]:
        monkeypatch.setattr(audit, "together", together)
        wiki.wiki.services.directory.end_sessions(one(wiki).id)
        return together()

    return lambda: monkeypatch.setattr(audit, "together", end_first)


def test_ending_the_others_does_not_bring_it_back(
    wiki: TestWiki, thief: Browser, ended_in_between: Callable[[], None]
) -> None:
    form = {"title": "Special:Sessions", "deed": "others", "wpEditToken": thief.token()}
    ended_in_between()
    answer = thief.send("POST", "/w/index.php", FORM, urlencode(form).encode())
    assert answer.status == 403
    assert thief.who() == "127.0.0.1"


def test_another_password_does_not_bring_it_back_and_is_not_set(
    wiki: TestWiki, thief: Browser, ended_in_between: Callable[[], None]
) -> None:
    change = {"action": "changeauthenticationdata", "changeauthtoken": thief.token()}
    request = "MediaWiki\\Auth\\PasswordAuthenticationRequest"
    ended_in_between()
    answer = thief.post({**change, "changeauthrequest": request, "password": NEW, "retype": NEW})
    assert answer["error"]["code"] == "badtoken"
    assert thief.who() == "127.0.0.1"
    assert wiki.browser().log_in("Alice", PASSWORD)["status"] == "PASS"


def test_a_factor_taken_away_does_not_bring_it_back_and_stays(
    wiki: TestWiki, thief: Browser, ended_in_between: Callable[[], None]
) -> None:
    factors = wiki.wiki.factors
    ident = factors.insert(one(wiki).id, "webauthn", {"friendlyName": "key"})
    form = {"title": "Special:AccountSecurity", "deed": "remove", "factor": str(ident), "wpEditToken": thief.token()}
    ended_in_between()
    answer = thief.send("POST", "/w/index.php", FORM, urlencode(form).encode())
    assert answer.status == 403
    assert thief.who() == "127.0.0.1"
    assert [factor.id for factor in factors.of(one(wiki).id)] == [ident]


def test_a_new_key_does_not_bring_it_back_and_is_not_registered(
    wiki: TestWiki, thief: Browser, ended_in_between: Callable[[], None]
) -> None:
    asked = thief.post({"action": "webauthn", "func": "getRegisterInfo"})["webauthn"]["register_info"]
    made = {"credential": Authenticator(SERVER).create(asked), "friendlyname": "key", "token": thief.token()}
    ended_in_between()
    answer = thief.post({"action": "webauthn", "func": "register", **made})
    assert answer["error"]["code"] == "webauthn-error-registration-failed"
    assert thief.who() == "127.0.0.1"
    assert not wiki.wiki.factors.of(one(wiki).id)
