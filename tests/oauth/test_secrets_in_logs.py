"""Whole flows, read afterwards in every log: no secret, code, token, verifier or signature is in one (security H5, R62)."""

from __future__ import annotations

import json
import logging
import re
import sqlite3
from typing import Any

import pytest

from wikigate.accounts.consumer_registration import ConsumerRegistration
from wikigate.accounts.user import Account
from wikigate.testing.wiki import TestWiki

from .conftest import ME, Bot
from .test_apps import CALLBACK, PASSWORD, VERIFIER, borne
from .test_apps import App as OAuth2App
from .test_three_legs import App as OAuth1App


@pytest.fixture(autouse=True)
def everything(caplog: pytest.LogCaptureFixture) -> None:
    """Log all there is."""
    caplog.set_level(logging.DEBUG)


def audit(wiki: TestWiki) -> str:
    database = next(file for file in wiki.data.iterdir() if file.suffix == ".sqlite")
    with sqlite3.connect(database) as connection:
        tables = [name for (name,) in connection.execute("select name from sqlite_master where type = 'table'")]
        return str(
            [connection.execute(f"select * from {name}").fetchall() for name in tables if re.search("audit|log", name)]
        )


def assert_silent(wiki: TestWiki, log: pytest.LogCaptureFixture, secrets: list[str]) -> None:
    said = log.text + repr([record.__dict__ for record in log.records]) + audit(wiki)
    assert all(len(secret) > 15 for secret in secrets)
    assert [secret for secret in secrets if secret in said] == []


def test_an_app_of_oauth_2_leaves_nothing(
    wiki: TestWiki, alice: Account, registration: ConsumerRegistration, caplog: pytest.LogCaptureFixture
) -> None:
    wiki.create_user("Bob", PASSWORD)
    made = registration.create_app(alice, "app", oauth_version=2, callback=CALLBACK, grants=["editpage"])
    app = OAuth2App(wiki, made)
    app.browser.log_in("Bob", PASSWORD)
    code = app.code()
    tokens: dict[str, Any] = app.exchange(code)[1]
    newer = app.token(grant_type="refresh_token", refresh_token=tokens["refresh_token"])[1]
    assert borne(wiki, newer["access_token"])["query"]["userinfo"]["name"] == "Bob"
    for token in (tokens["access_token"], newer["access_token"] + "x", f"{'a' * 40}.b.c"):
        assert "error" in borne(wiki, token)
        answer = wiki.send("GET", "/w/rest.php/oauth2/resource/profile", {"Authorization": f"Bearer {token}"})
        assert answer.status == 401
        assert token.encode() not in answer.body
    app.exchange(code)
    app.token(grant_type="refresh_token", refresh_token=tokens["refresh_token"])
    app.exchange(code, client_secret="a wrong secret of the app")
    secrets = [code, VERIFIER, made.consumer_secret, "a wrong secret of the app", PASSWORD, "a" * 40]
    secrets += [value for one in (tokens, newer) for name, value in one.items() if name.endswith("_token")]
    assert_silent(wiki, caplog, secrets)


def test_an_app_of_oauth_1_leaves_nothing(
    wiki: TestWiki, alice: Account, registration: ConsumerRegistration, caplog: pytest.LogCaptureFixture
) -> None:
    """R62: the secret of a token least of all."""
    wiki.create_user("Bob", PASSWORD)
    made = registration.create_app(
        alice, "app", oauth_version=1, callback="https://app.example/cb", callback_is_prefix=True
    )
    app = OAuth1App(wiki, made)
    token = app.begin("https://app.example/cb")
    verifier = app.verifier(token)
    granted = app.step("token", token, oauth_verifier=verifier)
    app.step("token", token, oauth_verifier=verifier)
    access = (granted["key"], granted["secret"])
    app.step("identify", access)
    bot = app.bot(access)
    assert bot.who()["name"] == "Bob"
    assert bot.get(ME, oauth_signature="c2lnbmF0dXJlIG9mIG1pbmU=")["error"]["code"] == "mwoauth-invalid-authorization"
    assert_silent(wiki, caplog, [*token, verifier, *access, made.consumer_secret, "c2lnbmF0dXJlIG9mIG1pbmU="])


@pytest.mark.parametrize("version", [1, 2])
def test_an_owner_only_consumer_leaves_nothing(
    version: int, wiki: TestWiki, alice: Account, registration: ConsumerRegistration, caplog: pytest.LogCaptureFixture
) -> None:
    bot = Bot(wiki, registration.create_owner_only(alice, "bot", oauth_version=version))
    assert bot.who()["name"] == "Alice"
    registration.revoke(alice.id, bot.made.consumer_key)
    assert "error" in bot.get(ME)
    made = bot.made
    assert_silent(wiki, caplog, [one for one in (made.consumer_secret, made.access_token, made.access_secret) if one])
    assert made.consumer_secret not in json.dumps(repr(made))
