"""OpenID Connect in PluggableAuth's shape (spec extensions §4.1; recorded as pluggableauth_clientlogin)."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import pytest

from tests.providers.oidc import faulty_provider as faults
from tests.providers.oidc.conftest import PASSWORD, RETURN, OpenIdWiki
from tests.providers.oidc.faulty_provider import FaultyProvider
from wikigate.state.sql import SqlStateStore
from wikigate.testing.transport import Answer
from wikigate.testing.wiki import Browser

PAGE = "https://wiki.example.org/wiki/Special:PluggableAuthLogin"
LOST = "https://wiki.example.org/w/index.php?title=Special:UserLogin&error=pluggableauth-fatal-error"
BEGIN = r"MediaWiki\Extension\PluggableAuth\BeginAuthenticationRequest:pluggableauthlogin0"
CONTINUE = r"MediaWiki\Extension\PluggableAuth\ContinueAuthenticationRequest"


@pytest.fixture
def wiki(provider: FaultyProvider) -> Iterator[OpenIdWiki]:
    with OpenIdWiki(provider, shape="pluggable-auth", unknown="create") as wiki:
        wiki.create_user("Alice", PASSWORD)
        wiki.link("Alice", "alice")
        yield wiki


def press(browser: Browser, **fields: str) -> Any:
    form = {"action": "clientlogin", "loginreturnurl": RETURN, "pluggableauthlogin0": "", **fields}
    return browser.post({**form, "logintoken": browser.token("login")})["clientlogin"]


def page(browser: Browser, **query: str) -> Answer:
    return browser.send("GET", f"/wiki/Special:PluggableAuthLogin?{urlencode(query)}")


def walk(wiki: OpenIdWiki, user: str, browser: Browser, **changed: str) -> Answer:
    """Press the button and go to the provider and back in the client's own session."""
    press(browser)
    return page(browser, **{**wiki.provider.log_in(page(browser).header("Location") or "", user), **changed})


def test_the_button_is_asked_for_as_recorded(wiki: OpenIdWiki) -> None:
    info = wiki.get({"action": "query", "meta": "authmanagerinfo", "amirequestsfor": "login"})
    first = info["query"]["authmanagerinfo"]["requests"][0]
    button = {"type": "button", "label": "example.net", "help": "Authenticate with PluggableAuth"}
    assert (first["id"], first["required"]) == (BEGIN, "primary-required")
    assert first["fields"] == {"pluggableauthlogin0": {**button, "optional": False, "sensitive": False}}


def test_the_browser_goes_through_the_wiki_s_page_and_comes_back_with_nothing_added(wiki: OpenIdWiki) -> None:
    node = press(wiki, username="Alice", password="nonsense")
    needs = [
        {
            "id": CONTINUE,
            "metadata": {},
            "required": "required",
            "provider": CONTINUE,
            "account": CONTINUE,
            "fields": {},
        }
    ]
    assert node == {"status": "REDIRECT", "redirecttarget": PAGE, "requests": needs}
    there = page(wiki)
    assert f"redirect_uri={PAGE}&state=" in (there.header("Location") or "")
    back = page(wiki, **wiki.provider.log_in(there.header("Location") or "", "alice"))
    assert (back.status, back.header("Location")) == (302, RETURN)
    assert wiki.go_on() == {"status": "PASS", "username": "Alice"}


def test_an_account_is_made_at_the_first_login(wiki: OpenIdWiki) -> None:
    walk(wiki, "bob", wiki)
    assert wiki.go_on() == {"status": "PASS", "username": "Bob"}


def test_continuing_before_the_browser_came_back_fails(wiki: OpenIdWiki) -> None:
    press(wiki)
    node = wiki.go_on()
    assert (node["status"], node["messagecode"]) == ("FAIL", "pluggableauth-authentication-workflow-failure")


def test_g1_what_the_browser_brought_is_taken_once(wiki: OpenIdWiki) -> None:
    walk(wiki, "alice", wiki)
    assert wiki.go_on()["status"] == "PASS"
    assert wiki.go_on()["messagecode"] == "authmanager-authn-not-in-progress"


def test_g1_continuing_after_an_answer_with_another_state_fails_as_recorded(wiki: OpenIdWiki) -> None:
    assert walk(wiki, "alice", wiki, state="zz").header("Location") == RETURN
    assert wiki.go_on()["status"] == "FAIL"
    assert wiki.who() == "127.0.0.1"
    assert "POST /token" not in wiki.provider.asked


@pytest.mark.parametrize("changed", [{"iss": "https://evil.example"}, {"code": "another"}])
def test_g1_g4_another_answer_is_none(wiki: OpenIdWiki, changed: dict[str, str]) -> None:
    assert walk(wiki, "alice", wiki, **changed).header("Location") == RETURN
    node = wiki.go_on()
    assert (node["status"], node["messagecode"]) == ("FAIL", "pluggableauth-authentication-plugin-failure")


@pytest.mark.parametrize(
    ("subpage", "status"), [("/openid.example.net", "PASS"), ("", "FAIL"), ("/evil.example", "FAIL"), ("/x", "FAIL")]
)
def test_g4_of_several_providers_each_has_a_page_of_its_own(
    provider: FaultyProvider, subpage: str, status: str
) -> None:
    evil = FaultyProvider("https://evil.example", provider.clock)
    for one in (provider, evil):
        del one.metadata["authorization_response_iss_parameter_supported"]
    with OpenIdWiki(provider, evil, shape="pluggable-auth", unknown="create") as wiki:
        press(wiki)
        away = page(wiki).header("Location") or ""
        assert f"redirect_uri={PAGE}/openid.example.net&" in away
        answer = provider.log_in(away, "bob")
        del answer["iss"]
        wiki.send("GET", f"/wiki/Special:PluggableAuthLogin{subpage}?{urlencode(answer)}")
        assert wiki.go_on()["status"] == status
        assert evil.asked == []


@pytest.mark.parametrize(
    "link", [{}, {"code": "c"}, {"code": "c", "state": "x"}, {"code": "c", "state": "é"}, {"error": "access_denied"}]
)
@pytest.mark.parametrize("when", ["before", "after"])
def test_g1_a_link_that_anybody_laid_out_ends_no_login_that_waits(
    wiki: OpenIdWiki, link: dict[str, str], when: str
) -> None:
    """Whoever follows it goes where he would have gone; the answer to his own question is still taken."""
    press(wiki)
    away = page(wiki).header("Location") or ""
    if when == "after":
        assert page(wiki, **wiki.provider.log_in(away, "alice")).header("Location") == RETURN
    led = page(wiki, **link).header("Location") or ""
    assert led == (away if when == "before" and not link else RETURN)
    if when == "before":
        assert page(wiki, **wiki.provider.log_in(away, "alice")).header("Location") == RETURN
    assert wiki.go_on() == {"status": "PASS", "username": "Alice"}


def test_g1_an_answer_is_asked_about_once(wiki: OpenIdWiki) -> None:
    press(wiki)
    answer = wiki.provider.log_in(page(wiki).header("Location") or "", "alice")
    for _ in range(2):
        assert page(wiki, **answer).header("Location") == RETURN
    assert wiki.provider.asked.count("POST /token") == 1


def test_g3_what_waits_in_the_store_makes_no_state(
    wiki: OpenIdWiki, provider: FaultyProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    written: list[bytes] = []
    put = SqlStateStore.put

    def noted(self: SqlStateStore, key: str, value: bytes, ttl: float) -> None:
        written.append(key.encode() + value)
        put(self, key, value, ttl)

    monkeypatch.setattr(SqlStateStore, "put", noted)
    press(wiki)
    state = provider.log_in(page(wiki).header("Location") or "", "alice")["state"]
    assert [b"openid:session:" in row for row in written].count(True) == 2
    assert not [row for row in written if state.encode() in row]


def test_g5_a_bad_token_fails_the_login(wiki: OpenIdWiki) -> None:
    wiki.provider.sign = faults.signed_by_a_stranger
    walk(wiki, "alice", wiki)
    assert wiki.go_on()["messagecode"] == "pluggableauth-authentication-plugin-failure"


def test_the_provider_s_refusal_fails_the_login(wiki: OpenIdWiki) -> None:
    press(wiki)
    state = wiki.provider.log_in(page(wiki).header("Location") or "", "alice")["state"]
    assert page(wiki, error="access_denied", state=state).header("Location") == RETURN
    assert wiki.go_on()["messagecode"] == "pluggableauth-authentication-plugin-failure"


def test_g1_an_answer_in_another_session_logs_nobody_in(wiki: OpenIdWiki) -> None:
    mallory = wiki.browser()
    press(mallory)
    page(mallory)
    press(wiki)
    answer = wiki.provider.log_in(page(wiki).header("Location") or "", "alice")
    page(mallory, **answer)
    assert wiki.go_on(mallory)["status"] == "FAIL"
    assert mallory.who() == "127.0.0.1"


def test_a_browser_without_a_login_is_sent_to_the_login_page(wiki: OpenIdWiki) -> None:
    """R81: once, without an exception."""
    for query in ({}, {"code": "c", "state": "s"}):
        answer = page(wiki.browser(), **query)
        assert (answer.status, answer.header("Location"), answer.cookies()) == (302, LOST, [])


def test_a_provider_that_is_down_sends_the_browser_home_and_fails_the_login(wiki: OpenIdWiki) -> None:
    wiki.provider.down.add("openid-configuration")
    press(wiki)
    assert page(wiki).header("Location") == RETURN
    assert wiki.go_on()["messagecode"] == "pluggableauth-authentication-plugin-failure"
