"""A user leaves an app a part of what he has given it (M13; Special:OAuthManageMyGrants as MediaWiki's extension has it)."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import pytest

from wikigate.accounts.consumer_registration import ConsumerRegistration
from wikigate.testing.wiki import Browser, TestWiki

from .conftest import FORM
from .test_apps import App, borne, register
from .test_three_legs import CALLBACK
from .test_three_legs import App as SigningApp

__all__ = ["register"]

PAGE = "/w/index.php?title=Special:OAuthManageMyGrants"


@pytest.fixture
def app(register: Callable[..., App]) -> App:
    return register(grants=["editpage", "rollback"])


def leave(browser: Browser, *grants: str, **more: str) -> int:
    page = browser.send("GET", PAGE).body.decode()
    hidden = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', page))
    fields = [*{**hidden, "update": "1", **more}.items(), *(("wpgrants[]", f"grant-{grant}") for grant in grants)]
    return browser.send("POST", PAGE, FORM, urlencode(fields).encode()).status


def ticked(browser: Browser) -> dict[str, bool]:
    page = browser.send("GET", PAGE).body.decode()
    boxes = re.findall(r'name="wpgrants\[\]" value="grant-([a-z]+)"( checked)?', page)
    return {name: bool(checked) for name, checked in boxes}


def given(wiki: TestWiki) -> list[Any]:
    table = wiki.wiki.database.tables.oauth_accepted_consumer
    with wiki.wiki.database.read() as connection:
        return [json.loads(row.oaac_grants) for row in connection.execute(table.select().order_by(table.c.oaac_id))]


def test_what_is_not_ticked_is_taken_back_and_what_every_app_has_stays(app: App, wiki: TestWiki) -> None:
    app.tokens()
    assert ticked(app.browser) == {"editpage": True, "rollback": True}
    assert leave(app.browser, "rollback") == 302
    assert given(wiki) == [["useoauth", "rollback"]]
    assert ticked(app.browser) == {"editpage": False, "rollback": True}
    assert leave(app.browser) == 302
    assert given(wiki) == [["useoauth"]]


def test_the_tokens_that_name_what_was_given_end(app: App, wiki: TestWiki) -> None:
    tokens = app.tokens()
    leave(app.browser, "editpage")
    assert borne(wiki, tokens["access_token"])["error"]["code"] == "mwoauth-invalid-authorization"
    assert app.token(grant_type="refresh_token", refresh_token=tokens["refresh_token"])[0] == 401


def test_nothing_is_given_that_the_app_does_not_ask_for(app: App, wiki: TestWiki) -> None:
    app.tokens()
    leave(app.browser, "editpage", "delete", "nosuch")
    assert given(wiki) == [["useoauth", "editpage"]]


def test_a_signing_app_has_less_from_its_next_request_on(
    wiki: TestWiki, registration: ConsumerRegistration, app: App
) -> None:
    owner = wiki.wiki.services.directory.by_name("Alice")
    assert owner is not None
    made = registration.create_app(
        owner, "signs", oauth_version=1, callback=CALLBACK, callback_is_prefix=True, grants=["editpage"]
    )
    signs = SigningApp(wiki, made)
    bot = signs.bot(signs.access())
    assert "edit" in bot.who()["rights"]
    leave(signs.browser)
    me = bot.who()
    assert (me["name"], "edit" in me["rights"]) == ("Bob", False)


def test_nobody_takes_anothers_back_and_nothing_goes_without_a_token(app: App, wiki: TestWiki) -> None:
    app.tokens()
    [acceptance] = set(re.findall(r'name="acceptance" value="(\d+)"', app.browser.send("GET", PAGE).body.decode()))
    stranger = wiki.browser()
    stranger.log_in("Alice", "correct horse battery")
    other = stranger.send("GET", "/w/index.php?title=Special:OAuthConsumerRegistration").body.decode()
    [token] = set(re.findall(r'name="wpEditToken" value="([^"]+)"', other))
    assert leave(stranger, acceptance=acceptance, wpEditToken=token) == 302
    assert leave(stranger, acceptance=acceptance) == 403
    assert leave(app.browser, wpEditToken="x") == 403
    assert given(wiki) == [["useoauth", "editpage", "rollback"]]


def test_an_owner_only_consumer_is_taken_back_whole_or_not_at_all(
    wiki: TestWiki, registration: ConsumerRegistration, app: App
) -> None:
    owner = wiki.wiki.services.directory.by_name("Bob")
    assert owner is not None
    registration.create_owner_only(owner, "mine", oauth_version=2, grants=["editpage"])
    page = app.browser.send("GET", PAGE).body.decode()
    assert "Edit existing pages" in page
    assert 'name="update"' not in page
    leave(app.browser)
    assert given(wiki) == [["useoauth", "editpage"]]


def test_the_audit_tells_what_was_left(app: App, wiki: TestWiki) -> None:
    app.tokens()
    leave(app.browser, "rollback")
    with wiki.wiki.database.read() as connection:
        query = "SELECT details FROM wikigate_audit WHERE event = 'grant.take-back'"
        [(details,)] = connection.exec_driver_sql(query).fetchall()
    assert json.loads(details) == {"app": "app", "left": "basic, rollback"}
