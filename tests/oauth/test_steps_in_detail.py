"""The order of checks and the fields of answers in the steps of OAuth 1.0a, one by one (M13; extensions §3.4; RFC 5849 §2)."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from wikigate.accounts.consumer_registration import ConsumerRegistration
from wikigate.accounts.user import Account
from wikigate.testing.wiki import TestWiki

from .conftest import FORM
from .test_three_legs import CALLBACK, INDEX, PASSWORD, App

ELSEWHERE = ["203.0.113.0/24"]


@pytest.fixture
def register(wiki: TestWiki, alice: Account, registration: ConsumerRegistration) -> Callable[..., App]:
    wiki.create_user("Bob", PASSWORD)

    def register(name: str = "app", **more: Any) -> App:
        given = {"oauth_version": 1, "callback": CALLBACK, "callback_is_prefix": True, "grants": ["editpage"], **more}
        return App(wiki, registration.create_app(alice, name, **given))

    return register


@pytest.fixture
def app(register: Callable[..., App]) -> App:
    return register()


def public_key() -> str:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048).public_key()
    return key.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo).decode()


# -- initiate, token, identify --------------------------------------------------------------------------------------------


def test_an_address_from_outside_is_refused_before_the_signature_is_looked_at(register: Callable[..., App]) -> None:
    app = register(addresses=ELSEWHERE)
    for more in ({}, {"oauth_signature": "AAAA"}):
        for step in ("initiate", "token"):
            refused = app.step(step, oauth_callback="oob", **more)
            assert refused == {
                "error": "mwoauthdatastore-bad-source-ip",
                "message": "The request came from an invalid IP address.",
            }


def test_identify_looks_at_the_signature_first(
    app: App, wiki: TestWiki, alice: Account, registration: ConsumerRegistration
) -> None:
    access = app.access()
    registration.update(alice, app.made.consumer_key, addresses=ELSEWHERE)
    assert app.step("identify", access)["error"] == "mwoauthdatastore-bad-source-ip"
    assert app.step("identify", access, oauth_signature="AAAA")["error"] == "mwoauth-oauth-exception"


def test_a_request_token_that_nobody_has_agreed_to_is_told_apart_from_a_wrong_verifier(app: App) -> None:
    token = app.begin()
    assert app.step("token", token, oauth_verifier="0" * 32)["error"] == "mwoauthdatastore-bad-token"
    app.verifier(token)
    assert app.step("token", token, oauth_verifier="0" * 32)["error"] == "mwoauthdatastore-bad-verifier"


def test_the_text_of_both_tokens_confirms_the_callback_and_json_that_of_the_first(app: App) -> None:
    token = app.begin()
    text = parse_qs(app.step("token", token, raw=True, oauth_verifier=app.verifier(token)))
    assert sorted(text) == ["oauth_callback_confirmed", "oauth_token", "oauth_token_secret"]
    token = app.begin()
    assert sorted(app.step("token", token, oauth_verifier=app.verifier(token))) == ["key", "secret"]


def test_a_consumer_with_an_rsa_key_that_signs_with_its_secret_is_given_the_tokens(
    register: Callable[..., App],
) -> None:
    app = register(rsa_key=public_key())
    access = app.access()
    assert len(access[1]) == 40
    assert app.bot(access).who()["name"] == "Bob"


@pytest.mark.parametrize("grants", [["privateinfo"], ["mwoauth-authonlyprivate"], ["editpage"]])
def test_who_may_know_private_things_is_told_them(register: Callable[..., App], grants: list[str]) -> None:
    """By the right that a grant stands for, not by its name."""
    app = register(grants=grants)
    body = app.step("identify", app.access()).split(".")[1]
    claims = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    assert ({"realname", "email"} <= set(claims)) == (grants != ["editpage"])


# -- where users come back to ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("registered", "asked", "good"),
    [
        ("http://app.example/cb", "https://app.example/cb/x", True),
        ("http://app.example/cb", "http://app.example/cb?x=1", True),
        ("https://app.example/cb", "http://app.example/cb", False),
        ("http://app.example:8000/cb", "https://app.example:8000/cb", True),
        ("http://app.example:8000/cb", "https://app.example/cb", False),
        ("http://localhost:1/cb", "http://localhost:8123/cb", True),
        ("http://localhost:1/cb", "https://localhost:8123/cb/x?y=1", True),
        ("http://localhost:1/cb", "http://localhost/cb", True),
        ("http://localhost:1/cb", "http://localhost:8123/other", False),
        ("http://localhost:1/cb", "http://localhost.example:8123/cb", False),
        ("http://localhost:1/cb", "http://localhost:8123@evil.example/cb", False),
        ("http://localhost:1/cb", "http://evil.example:8123/cb", False),
        ("http://localhost:10/cb", "http://localhost:8123/cb", False),
        ("https://app.example/cb?a=1", "https://app.example/cb?a=1&b=2", True),
        ("https://app.example/cb?a=1", "https://app.example/cb?a=12", False),
        ("https://app.example/cb?a=1", "https://app.example/cb/x?a=1", False),
        ("https://app.example", "https://app.example/anything", True),
        ("https://app.example", "https://app.example.evil.example/", False),
        ("https://app.example", "https://app.example:443/", False),
    ],
)
def test_a_prefix_is_good_for_https_too_and_with_port_1_for_every_port(
    register: Callable[..., App], registered: str, asked: str, *, good: bool
) -> None:
    answer = register(callback=registered).step("initiate", oauth_callback=asked)
    assert answer.get("error") == (None if good else "mwoauth-callback-not-oob-or-prefix")


def test_the_user_comes_back_to_the_address_that_was_asked_for(register: Callable[..., App]) -> None:
    app = register(callback="http://localhost:1/cb")
    token = app.begin("https://localhost:8123/cb/x")
    assert dict(app.press(app.page(token[0])).headers)["Location"].startswith("https://localhost:8123/cb/x?oauth_")


# -- the user -------------------------------------------------------------------------------------------------------------


def test_a_link_without_the_consumers_key_is_enough(app: App) -> None:
    """RFC 5849 §2.2 has the request token alone; so ask programs made with requests-oauthlib."""
    token = app.begin()
    page = app.browser.send(
        "GET", f"{INDEX}?{urlencode({'title': 'Special:OAuth/authorize', 'oauth_token': token[0]})}"
    )
    assert "the app “app” asks" in page.body.decode()
    assert dict(app.press(page).headers)["Location"].startswith(f"{CALLBACK}?oauth_verifier=")
    stranger = {"title": "Special:OAuth/authorize", "oauth_token": "0" * 32}
    answer = app.browser.send("GET", f"{INDEX}?{urlencode(stranger)}")
    assert (answer.status, b"There is no such app" in answer.body) == (400, True)


def test_a_request_token_of_another_app_is_no_use(app: App, register: Callable[..., App]) -> None:
    other = register("other")
    page = app.browser.send(
        "GET",
        f"{INDEX}?"
        + urlencode(
            {
                "title": "Special:OAuth/authorize",
                "oauth_token": other.begin()[0],
                "oauth_consumer_key": app.made.consumer_key,
            }
        ),
    )
    assert (page.status, b"is not known, or too old" in page.body) == (400, True)


def test_why_an_app_cannot_be_connected_is_told(
    wiki: TestWiki, alice: Account, app: App, registration: ConsumerRegistration
) -> None:
    token = app.begin()[0]
    second = registration.create_app(alice, "two", oauth_version=2, callback=CALLBACK)
    own = registration.create_owner_only(alice, "own", oauth_version=1)

    def said(key: str) -> str:
        query = {"title": "Special:OAuth/authorize", "oauth_token": token, "oauth_consumer_key": key}
        answer = app.browser.send("GET", f"{INDEX}?{urlencode(query)}")
        assert answer.status == 400
        return answer.body.decode()

    assert "There is no such app" in said("0" * 32)
    assert "another version of OAuth" in said(second.consumer_key)
    assert "“own” is not in use" in said(own.consumer_key)
    registration.decide(app.made.consumer_key, "disable")
    assert "“app” is not in use" in said(app.made.consumer_key)


def test_an_app_that_has_no_address_of_its_own_sends_its_user_to_one_of_the_wiki(
    wiki: TestWiki, register: Callable[..., App]
) -> None:
    """Special:OAuth/verified shows what the callback would have been told, and nothing that was not made here."""
    app = register(callback=f"http://127.0.0.1{INDEX}?title=Special:OAuth/verified", callback_is_prefix=False)
    token = app.begin("oob")
    back = urlsplit(dict(app.press(app.page(token[0])).headers)["Location"])
    page = app.browser.send("GET", f"{back.path}?{back.query}").body.decode()
    verifier = parse_qs(back.query)["oauth_verifier"][0]
    assert verifier in page
    assert app.step("token", token, oauth_verifier=verifier)["key"]
    for query in ("", "&oauth_verifier=visit+evil.example&oauth_token=x", f"&oauth_verifier={verifier}"):
        answer = wiki.browser().send("GET", f"{INDEX}?title=Special:OAuth/verified{query}")
        assert (answer.status, b"evil.example</" in answer.body) == (400, False)


@pytest.fixture
def strict() -> Any:
    with TestWiki(
        {
            "site": {"server": "http://127.0.0.1"},
            "accounts": {"groups": [{"name": "user", "without": ["mwoauthmanagemygrants"]}]},
        }
    ) as wiki:
        yield wiki


def test_who_may_not_manage_his_grants_gives_none(strict: TestWiki) -> None:
    """The right ``mwoauthmanagemygrants``."""
    owner = strict.create_user("Alice", PASSWORD)
    strict.create_user("Bob", PASSWORD)
    assert strict.wiki.oauth is not None
    registration = strict.wiki.oauth.registration
    signs = App(strict, registration.create_app(owner, "one", oauth_version=1, callback=CALLBACK))
    token = signs.begin("oob")
    assert signs.press(signs.page(token[0])).status == 403
    two = registration.create_app(owner, "two", oauth_version=2, callback=CALLBACK)
    query = {"title": "Special:OAuth/approve", "client_id": two.consumer_key, "oauth_version": "2", "scope": "basic"}
    page = signs.browser.send("GET", f"{INDEX}?{urlencode(query)}").body.decode()
    form = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', page))
    target = f"{INDEX}?title=Special:OAuth/approve"
    for button, status in (("accept", 403), ("cancel", 302)):
        answer = signs.browser.send("POST", target, FORM, urlencode({**form, button: "1"}).encode())
        assert answer.status == status
    assert signs.browser.send("GET", f"{INDEX}?title=Special:OAuthManageMyGrants").status == 403
