"""Fifty-one addresses that look like the registered one and are not, on both protocols (security E7, F10, R60, R61; RFC 9700 §4.1).

OAuth 2 takes the registered address to the character. OAuth 1.0a takes ``oob``, and where the app registered a prefix, what lies below it.
"""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlencode

import pytest

from wikigate.accounts.consumer_fields import ConsumerRefused
from wikigate.accounts.consumer_registration import ConsumerRegistration
from wikigate.accounts.user import Account
from wikigate.testing.wiki import TestWiki

from .test_apps import PASSWORD
from .test_apps import App as OAuth2App
from .test_three_legs import App as OAuth1App

REGISTERED = "https://app.example/cb"
UGLY = (
    # another host, however it is written
    "https://evil.example/cb", "https://app.example.evil.example/cb", "https://evilapp.example/cb", "https://app.example@evil.example/cb",
    "https://app.example:pass@evil.example/cb", "https://evil@app.example/cb", "https://good\\@evil.example/cb",
    "https://app.example\\@evil.example/cb", "https://app.example\\.evil.example/cb", "https://app.example#@evil.example/cb",
    "https://app.example?@evil.example/cb", "https://app.example;@evil.example/cb", "https://app.example%40evil.example/cb",
    "https://app.example./cb", "https://аpp.example/cb", "https://app.example。evil.example/cb", "https://xn--pp-7kc.example/cb",
    # nobody's host
    "//app.example/cb", "///app.example/cb", "\\\\app.example\\cb", "/\\app.example/cb", "%2f%2fapp.example/cb", "https:/app.example/cb",
    "https:app.example/cb", "http:/\\app.example/cb", "https:///app.example/cb", "/cb", "cb", "",
    # another scheme or port
    "http://app.example/cb", "ftp://app.example/cb", "javascript:alert(1)", "data:text/html,x", "vbscript:x", "https://app.example:444/cb",
    "https://app.example:443/cb", "HTTPS://app.example/cb", "https://APP.example/cb",
    # another path
    "https://app.example/", "https://app.example/cbx", "https://app.example//cb", "https://app.example/cb/../x",
    "https://app.example/cb/..\\x", "https://app.example/cb/%2e%2E/x", "https://app.example/cb/.%2e/x", "https://app.example/cb/%2E.",
    "https://app.example/%63b", "https://app.example/cb#fragment",
    # what parsers drop or break at
    " https://app.example/cb", "https://app.example/cb\r\nLocation: https://evil.example/", "https://app.example\t/cb",
)  # fmt: skip


def test_the_table_has_the_forty_addresses_and_more() -> None:
    assert len(set(UGLY)) == 51


@pytest.fixture
def app(wiki: TestWiki, alice: Account, registration: ConsumerRegistration) -> OAuth2App:
    wiki.create_user("Bob", PASSWORD)
    app = OAuth2App(wiki, registration.create_app(alice, "app", oauth_version=2, callback=REGISTERED))
    app.browser.log_in("Bob", PASSWORD)
    return app


@pytest.fixture
def register(wiki: TestWiki, alice: Account, registration: ConsumerRegistration) -> Callable[[bool], OAuth1App]:
    wiki.create_user("Bob", PASSWORD)

    def register(prefix: bool) -> OAuth1App:
        made = registration.create_app(alice, "app", oauth_version=1, callback=REGISTERED, callback_is_prefix=prefix)
        return OAuth1App(wiki, made)

    return register


def test_nobody_is_sent_to_any_of_them_by_oauth_2(app: OAuth2App) -> None:
    """The refusal is shown here; an empty ``redirect_uri`` names none, which is the registered one's."""
    for uri in filter(None, UGLY):
        for decision in ({}, {"approval_pass": "1"}, {"approval_cancel": "1"}):
            answer = app.browser.send("GET", app.ask(redirect_uri=uri, **decision))
            assert (answer.status, "Location" in dict(answer.headers)) == (401, False), uri
    empty = dict(app.browser.send("GET", app.ask(redirect_uri="", approval_cancel="1")).headers)
    assert empty["Location"].startswith(f"{REGISTERED}?error=")


def test_no_code_is_exchanged_for_any_of_them(app: OAuth2App) -> None:
    for uri in UGLY:
        code = app.press(app.follow(app.ask(redirect_uri=REGISTERED)))
        status, said = app.exchange(
            dict(code.headers)["Location"].partition("code=")[2].partition("&")[0], redirect_uri=uri
        )
        assert (status, said["error"]) == (401, "invalid_client"), uri


@pytest.mark.parametrize("prefix", [True, False])
def test_nobody_is_sent_to_any_of_them_by_oauth_1(prefix: bool, register: Callable[[bool], OAuth1App]) -> None:
    app = register(prefix)
    key = "mwoauth-callback-not-oob-or-prefix" if prefix else "mwoauth-callback-not-oob"
    for uri in (*UGLY, "OOB", "oob "):
        assert app.step("initiate", oauth_callback=uri)["error"] == key, uri


@pytest.mark.parametrize(
    "uri",
    [
        "https://good.example@evil.example/", "https://good\\@evil", "https://good.example\\@evil.example/", "https://u:p@good.example/",
        "https://good.example/#x", "https://good.example/ x", "https://good.example/\r\nX: y", "https://goоd.example/", "//good.example/",
        "https:///good", "javascript:alert(1)", "data:text/html,x", "good.example/cb", "https://[::1/", "https://good.example:port/",
        "https://good.example:99999/",
    ],
)  # fmt: skip
def test_an_address_that_two_parsers_read_differently_cannot_be_registered(
    uri: str, alice: Account, registration: ConsumerRegistration
) -> None:
    """R60."""
    for version in (1, 2):
        with pytest.raises(ConsumerRefused, match="callback"):
            registration.create_app(alice, "app", oauth_version=version, callback=uri)


def test_what_goes_on_to_the_authorization_endpoint_is_an_address(wiki: TestWiki) -> None:
    """A header holds no other letters than those of ASCII."""
    query = urlencode(
        {"title": "Special:OAuth/rest_redirect", "rest_url": "/w/rest.php/oauth2/authorize?state=ü%20€&x=1"}
    )
    answer = wiki.send("GET", f"/w/index.php?{query}")
    assert answer.status == 302
    assert answer.header("Location") == "/w/rest.php/oauth2/authorize?state=%C3%BC%20%E2%82%AC&x=1"


def test_who_comes_back_from_the_login_goes_on_to_the_authorization_endpoint_alone(wiki: TestWiki) -> None:
    """R61: ``rest redirect`` is no open redirect."""
    endpoint = "/w/rest.php/oauth2/authorize"
    crooked = [f"{endpoint}\r\nX: y?", f"{endpoint}/../x?", f"//evil.example{endpoint}?", f"{endpoint}@evil.example/?"]
    for url in (*UGLY, *crooked, "/w/index.php?title=X", endpoint):
        query = urlencode({"title": "Special:OAuth/rest_redirect", "rest_url": url})
        answer = wiki.send("GET", f"/w/index.php?{query}")
        assert (answer.status, "Location" in dict(answer.headers)) == (404, False), url
