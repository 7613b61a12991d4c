"""Identities of other servers on pages: logging in, making accounts, linking and unlinking (Example 22, M18; spec core §7.5)."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from tests.providers.oidc.conftest import ISSUER, PASSWORD, OpenIdWiki, provider
from tests.providers.oidc.faulty_provider import FaultyProvider
from tests.web.form_page import FormPage, follow, grow_old, send, show

from wikigate.testing.clock import ManualClock
from wikigate.testing.wiki import Browser, TestWiki

__all__ = ("provider",)


@pytest.fixture
def wiki(provider: FaultyProvider) -> Iterator[OpenIdWiki]:
    with OpenIdWiki(provider) as wiki:
        wiki.create_user("Alice", PASSWORD)
        yield wiki


def path(url: str) -> str:
    """The way on this wiki."""
    parts = urlsplit(url)
    return f"{parts.path}?{parts.query}"


def walk(wiki: OpenIdWiki, browser: Browser, page: FormPage, user: str, **typed: str) -> FormPage:
    """Press the button, log in at the provider, come back."""
    away = send(browser, page, useOpenId="1", **typed)
    assert away.location.startswith(ISSUER), away.alert
    brought = wiki.visit_return(wiki.provider.log_in(away.location, user))
    return follow(browser, path(brought.header("Location") or ""))


def logged_in(wiki: OpenIdWiki) -> Browser:
    browser = wiki.browser()
    assert browser.log_in("Alice", PASSWORD)["status"] == "PASS"
    return browser


def test_a_button_stands_beside_the_password_and_asks_for_nothing_that_is_clear(wiki: OpenIdWiki) -> None:
    page = show(wiki, "UserLogin")
    assert page.buttons == ["wploginattempt", "useOpenId"]
    assert "openIdProvider" not in page.values
    assert not {"wpName", "wpPassword"} & page.required


def test_of_two_providers_one_is_chosen(provider: FaultyProvider) -> None:
    other = FaultyProvider("https://second.example.net", ManualClock(provider.clock.now()))
    with OpenIdWiki(provider, other) as wiki:
        page = show(wiki, "UserLogin")
        assert page.options["openIdProvider"] == ["openid.example.net", "second.example.net"]
        assert send(wiki, page, useOpenId="1", openIdProvider="second.example.net").location.startswith(other.issuer)


def test_a_linked_identity_logs_in_and_leads_back(wiki: OpenIdWiki) -> None:
    wiki.link("Alice", "alice")
    back = walk(wiki, wiki, show(wiki, "UserLogin", returnto="Special:Sessions"), "alice")
    assert back.location == "/w/index.php?title=Special:Sessions"
    assert wiki.who() == "Alice"


def test_pluggable_buttons_are_named_after_their_providers(provider: FaultyProvider) -> None:
    with OpenIdWiki(provider, shape="pluggable-auth", unknown="create") as wiki:
        page = show(wiki, "UserLogin")
        assert page.buttons == ["wploginattempt", "pluggableauthlogin0"]
        over = follow(wiki, path(send(wiki, page, pluggableauthlogin0="1").location))
        there = wiki.provider.log_in(over.location, "bob")
        back = follow(
            wiki, "/w/index.php?title=Special:PluggableAuthLogin&" + "&".join(f"{k}={v}" for k, v in there.items())
        )
        assert follow(wiki, path(back.location)).status == 302
        assert wiki.who() == "Bob"


def test_where_no_login_at_a_provider_is_going_on_the_login_page_says_so(provider: FaultyProvider) -> None:
    with OpenIdWiki(provider, shape="pluggable-auth") as wiki:
        lost = show(wiki, "PluggableAuthLogin")
        assert "Start again" in follow(wiki, path(lost.location)).words
        assert "Start again" not in show(wiki, "UserLogin", error="sessionfailure").words


def test_example_22_a_proven_identity_is_linked_by_a_tick_after_a_login_with_the_password(wiki: OpenIdWiki) -> None:
    again = walk(wiki, wiki, show(wiki, "UserLogin"), "alice")
    assert "no account" in again.words
    assert wiki.who() != "Alice"
    asked = send(wiki, again, wpName="Alice", wpPassword=PASSWORD)
    [(box, ident)] = asked.boxes.items()
    assert ident.startswith("mw-input-confirmedLinkIDs")
    assert "sub-1" in asked.words
    assert send(wiki, asked, **{box: "1"}).status == 302
    other = wiki.browser()
    assert walk(wiki, other, show(other, "UserLogin"), "alice").status == 302
    assert other.who() == "Alice"


def test_g1_what_comes_back_counts_in_the_browser_that_set_out_and_once(wiki: OpenIdWiki) -> None:
    """Login fixation: an address with somebody else's proof logs nobody in who has not asked for it."""
    wiki.link("Alice", "alice")
    away = send(wiki, show(wiki, "UserLogin"), useOpenId="1")
    brought = path(wiki.visit_return(wiki.provider.log_in(away.location, "alice")).header("Location") or "")
    victim = wiki.browser()
    assert follow(victim, brought).status == 200
    assert victim.who() == "127.0.0.1"
    send(victim, show(victim, "UserLogin"), useOpenId="1")
    assert follow(victim, brought).alert, "his own login waits for another state"
    assert victim.who() == "127.0.0.1"
    assert follow(wiki, brought).status == 302
    assert wiki.who() == "Alice"
    other = wiki.browser()
    assert follow(other, brought).status == 200
    assert other.who() == "127.0.0.1"


@pytest.mark.parametrize("link", ["", "&code=c", "&code=c&state=x", "&error=access_denied", "&state[]=x&code=c"])
def test_g1_a_link_that_anybody_laid_out_ends_no_login_that_waits(wiki: OpenIdWiki, link: str) -> None:
    """Anybody can make a browser follow a link: who waits at the provider, waits on."""
    wiki.link("Alice", "alice")
    away = send(wiki, show(wiki, "UserLogin"), useOpenId="1")
    page = follow(wiki, f"/w/index.php?title=Special:UserLogin/return{link}")
    assert "no login that is going on" in page.alert
    assert wiki.who() == "127.0.0.1"
    brought = wiki.visit_return(wiki.provider.log_in(away.location, "alice"))
    assert follow(wiki, path(brought.header("Location") or "")).status == 302
    assert wiki.who() == "Alice"


@pytest.mark.parametrize("page", ["CreateAccount", "LinkAccounts"])
def test_g1_nor_an_account_in_the_making_nor_a_link(wiki: OpenIdWiki, page: str) -> None:
    browser = logged_in(wiki) if page == "LinkAccounts" else wiki.browser()
    away = send(browser, show(browser, page), useOpenId="1", **({"wpName": "Bob"} if page == "CreateAccount" else {}))
    assert follow(browser, f"/w/index.php?title=Special:{page}/return&code=c&state=x").alert
    brought = wiki.visit_return(wiki.provider.log_in(away.location, "bob"))
    follow(browser, path(brought.header("Location") or ""))
    other = wiki.browser()
    walk(wiki, other, show(other, "UserLogin"), "bob")
    assert other.who() == ("Alice" if page == "LinkAccounts" else "Bob")


def test_g1_the_provider_s_refusal_is_an_answer_by_its_state(wiki: OpenIdWiki) -> None:
    away = send(wiki, show(wiki, "UserLogin"), useOpenId="1")
    state = wiki.provider.log_in(away.location, "alice")["state"]
    brought = wiki.visit_return({"error": "access_denied", "state": state, "iss": ISSUER})
    back = path(brought.header("Location") or "")
    assert "could not be completed" in follow(wiki, back).alert
    assert not follow(wiki, back).alert, "and it is over"


def test_g1_a_pluggable_login_waits_until_its_browser_has_come_back(provider: FaultyProvider) -> None:
    with OpenIdWiki(provider, shape="pluggable-auth", unknown="create") as wiki:
        over = follow(wiki, path(send(wiki, show(wiki, "UserLogin"), pluggableauthlogin0="1").location))
        assert follow(wiki, "/w/index.php?title=Special:UserLogin/return").alert
        there = wiki.provider.log_in(over.location, "bob")
        query = "&".join(f"{k}={v}" for k, v in there.items())
        back = follow(wiki, f"/w/index.php?title=Special:PluggableAuthLogin&{query}")
        assert follow(wiki, path(back.location)).status == 302
        assert wiki.who() == "Bob"


def test_g1_no_address_answers_what_a_form_asks(wiki: OpenIdWiki) -> None:
    """E2: only where the browser was sent elsewhere does the conversation go on by GET."""
    again = walk(wiki, wiki, show(wiki, "UserLogin"), "alice")
    assert "no account" in again.words
    typed = f"username=Alice&password={PASSWORD}&wpName=Alice&wpPassword={PASSWORD}".replace(" ", "+")
    page = follow(wiki, f"/w/index.php?title=Special:UserLogin/return&{typed}")
    assert (page.status, page.alert, wiki.who()) == (200, "", "127.0.0.1")
    asked = send(wiki, again, wpName="Alice", wpPassword=PASSWORD)
    [(box, _)] = asked.boxes.items()
    page = follow(wiki, f"/w/index.php?title=Special:UserLogin/return&{box}=1")
    assert (page.status, wiki.who()) == (200, "127.0.0.1")
    assert send(wiki, asked, **{box: "1"}).status == 302, "the conversation still waits"
    assert wiki.who() == "Alice"


def test_g6_without_the_tick_nothing_is_linked(wiki: OpenIdWiki) -> None:
    again = walk(wiki, wiki, show(wiki, "UserLogin"), "alice")
    wrong = send(wiki, again, wpName="Alice", wpPassword="hunter2 hunter2")
    assert wrong.alert
    asked = send(wiki, wrong, wpName="Alice", wpPassword=PASSWORD)
    assert asked.boxes, "a wrong password has not lost the identity"
    assert send(wiki, asked).status == 302
    assert wiki.who() == "Alice"
    other = wiki.browser()
    walk(wiki, other, show(other, "UserLogin"), "alice")
    assert other.who() != "Alice"


def test_a_new_account_is_made_with_a_proven_identity_and_no_password(wiki: OpenIdWiki) -> None:
    walk(wiki, wiki, show(wiki, "UserLogin"), "bob")
    page = show(wiki, "CreateAccount")
    assert (page.values["wpName"], "wpPassword" in page.values) == ("Bob", False)
    assert "sub-2" in page.words
    send(wiki, page)
    assert wiki.who() == "Bob"
    other = wiki.browser()
    walk(wiki, other, show(other, "UserLogin"), "bob")
    assert other.who() == "Bob"


def test_a_new_account_is_made_by_the_button_on_its_page(wiki: OpenIdWiki) -> None:
    done = walk(wiki, wiki, show(wiki, "CreateAccount"), "bob", wpName="Robert")
    assert done.status == 200
    assert wiki.who() == "Robert"
    refused = send(wiki.browser(), FormPage(wiki.browser().send("GET", "/w/index.php?title=Special:CreateAccount")))
    assert refused.alert


def test_an_identity_is_linked_and_unlinked_by_its_owner(wiki: OpenIdWiki) -> None:
    alice = logged_in(wiki)
    assert "is linked" in walk(wiki, alice, show(alice, "LinkAccounts"), "alice").words
    other = wiki.browser()
    walk(wiki, other, show(other, "UserLogin"), "alice")
    assert other.who() == "Alice"
    page = show(alice, "UnlinkAccounts")
    assert "sub-1" in page.words
    assert send(alice, page, deed="remove", request="Nothing").status == 400
    assert send(alice, page, deed="remove").status == 200
    assert not show(alice, "UnlinkAccounts").action
    again = wiki.browser()
    walk(wiki, again, show(again, "UserLogin"), "alice")
    assert again.who() != "Alice"


def test_an_identity_of_somebody_else_is_not_linked(wiki: OpenIdWiki) -> None:
    wiki.create_user("Carol", PASSWORD)
    wiki.link("Carol", "alice")
    alice = logged_in(wiki)
    assert "another account" in walk(wiki, alice, show(alice, "LinkAccounts"), "alice").alert


def test_e2_a_form_of_another_session_links_nothing(wiki: OpenIdWiki) -> None:
    alice = logged_in(wiki)
    page = show(alice, "LinkAccounts")
    page.values["wpEditToken"] = "x"
    assert send(alice, page, useOpenId="1").alert


@pytest.mark.parametrize(("page", "operation"), [("LinkAccounts", "LinkAccounts"), ("UnlinkAccounts", "UnlinkAccount")])
def test_linking_asks_for_a_fresh_login_of_its_own(wiki: OpenIdWiki, page: str, operation: str) -> None:
    visitor = show(wiki, page)
    assert visitor.location == f"/w/index.php?title=Special:UserLogin&returnto=Special:{page}"
    alice = logged_in(wiki)
    grow_old(wiki, alice)
    assert show(alice, page).location.endswith(f"&returnto=Special:{page}&force={operation}")


def test_a_wiki_that_links_nothing_has_no_such_pages() -> None:
    with TestWiki() as wiki:
        assert [show(wiki, page).status for page in ("LinkAccounts", "UnlinkAccounts")] == [404, 404]
