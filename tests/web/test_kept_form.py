"""What was typed is not lost where a login is wanted first, or the form's token has become void; secrets are not kept (issue 6, E2)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from tests.web.form_page import FORM, FormPage, follow, grow_old, send, show

from wikigate.testing.wiki import Browser, TestWiki
from wikigate.web.kept_form import NAME

PASSWORD = "correct horse battery"
WANTED = {"wpappId": "r2-d2", "wpgrants-editpage": "1", "wprestrictions-ip": "10.0.0.0/8"}


@pytest.fixture
def wiki() -> Iterator[TestWiki]:
    with TestWiki({"oauth": {"enabled": True}}) as wiki:
        wiki.create_user("Alice", PASSWORD)
        wiki.create_user("Olga", PASSWORD, groups=("sysop", "bureaucrat"))
        yield wiki


def logged_in(wiki: TestWiki, name: str) -> Browser:
    browser = wiki.browser()
    assert browser.log_in(name, PASSWORD)["status"] == "PASS"
    return browser


@pytest.fixture
def alice(wiki: TestWiki) -> Browser:
    return logged_in(wiki, "Alice")


def ticked(page: FormPage) -> set[str]:
    return set(re.findall(r'type="checkbox" id="[^"]+" name="([^"]+)" value="1" checked', page.text))


def written(page: FormPage, name: str) -> str:
    """Return what stands in a textarea."""
    found = re.search(rf'name="{name}"[^>]*>([^<]*)</textarea>', page.text)
    assert found is not None
    return found[1]


def log_in_and_go_on(browser: Browser, sent_away: FormPage) -> FormPage:
    """Follow to the login, log in, follow back."""
    assert sent_away.status == 302
    login = follow(browser, sent_away.location)
    done = send(browser, login, wpName="Alice", wpPassword=PASSWORD)
    assert done.status == 302
    return follow(browser, done.location)


def bots(wiki: TestWiki) -> list[str]:
    account = wiki.wiki.services.directory.by_name("Alice")
    assert account is not None
    return [one.app for one in wiki.wiki.bot_passwords.list(account)]


def test_a_form_is_there_again_after_logging_in_once_more(wiki: TestWiki, alice: Browser) -> None:
    """C9, spec core §8.3: the login had become too old while the form was filled in."""
    form = show(alice, "BotPasswords")
    grow_old(wiki, alice)
    sent_away = send(alice, form, wpmode="create", **WANTED)
    assert "force=BotPasswords" in sent_away.location
    assert "r2-d2" not in sent_away.location
    back = log_in_and_go_on(alice, sent_away)
    assert "What you typed is here again" in back.words
    assert back.values["wpappId"] == "r2-d2"
    assert ticked(back) == {"wpgrants-editpage"}
    assert written(back, "wprestrictions-ip") == "10.0.0.0/8"
    assert bots(wiki) == []
    send(alice, back, wpmode="create", **{"wpgrants-editpage": "1"}, **{"wprestrictions-ip": "10.0.0.0/8"})
    assert bots(wiki) == ["r2-d2"]


def test_a_form_is_there_again_after_the_session_has_ended(wiki: TestWiki, alice: Browser) -> None:
    form = show(alice, "BotPasswords")
    alice.cookies.clear()
    sent_away = send(alice, form, wpmode="create", **WANTED)
    login = follow(alice, sent_away.location)
    assert "You are no longer logged in" in login.words
    back = log_in_and_go_on(alice, sent_away)
    assert back.values["wpappId"] == "r2-d2"
    assert bots(wiki) == []


def test_nobody_keeps_a_row_for_it(wiki: TestWiki) -> None:
    """D14: it travels in the address."""
    browser = wiki.browser()
    answer = browser.send("POST", "/w/index.php?title=Special:BotPasswords", FORM, urlencode(WANTED).encode())
    assert (answer.status, answer.cookies()) == (302, [])


def test_a_void_token_shows_the_form_again_as_it_was_filled_in(wiki: TestWiki, alice: Browser) -> None:
    form = show(alice, "BotPasswords")
    page = send(alice, form, wpmode="create", wpEditToken="x" * 40 + "+\\", **WANTED)
    assert page.status == 403
    assert "Send it once more" in page.alert
    assert page.values["wpappId"] == "r2-d2"
    assert ticked(page) == {"wpgrants-editpage"}
    assert bots(wiki) == []


def test_a_change_of_one_is_shown_on_its_own_form(wiki: TestWiki, alice: Browser) -> None:
    account = wiki.wiki.services.directory.by_name("Alice")
    assert account is not None
    wiki.create_bot_password(account, "r1", "basic")
    form = show(alice, "BotPasswords", appid="r1")
    typed = {"wpmode": "update", "wprestrictions-ip": "10.0.0.0/8", "wpgrants-editpage": "1"}
    page = send(alice, form, **{**typed, "wpEditToken": "x"})
    assert (page.values["wpappId"], written(page, "wprestrictions-ip")) == ("r1", "10.0.0.0/8")
    assert ticked(page) == {"wpgrants-editpage"}


def test_passwords_are_never_kept(wiki: TestWiki, alice: Browser) -> None:
    form = show(alice, "ChangeCredentials")
    grow_old(wiki, alice)
    back = log_in_and_go_on(alice, send(alice, form, wpPassword="new horse battery", wpRetype="new horse battery"))
    assert "nothing has been done yet" in back.words
    assert (back.values["wpPassword"], back.values["wpRetype"]) == ("", "")
    assert "new horse" not in back.text


def test_the_name_of_a_factor_is_kept_and_its_code_is_not(wiki: TestWiki, alice: Browser) -> None:
    form = show(alice, "AccountSecurity", action="enable", module="totp")
    page = send(alice, form, deed="totp", name="My phone", token="123456", wpEditToken="x")
    assert page.status == 403
    assert (page.values["name"], page.values["token"]) == ("My phone", "")
    grow_old(wiki, alice)
    back = log_in_and_go_on(alice, send(alice, form, deed="totp", name="My phone", token="123456"))
    assert (back.values["name"], back.values["token"]) == ("My phone", "")


def test_an_operators_form_is_there_again_too(wiki: TestWiki) -> None:
    olga = logged_in(wiki, "Olga")
    page = send(olga, show(olga, "Block"), wpTarget="Alice", wpExpiry="3 days", wpReason="spam", wpEditToken="x")
    assert page.status == 403
    assert [page.values[name] for name in ("wpTarget", "wpExpiry", "wpReason")] == ["Alice", "3 days", "spam"]
    assert not wiki.wiki.services.blocks.every()


def test_a_registration_that_is_refused_is_filled_in_again(wiki: TestWiki, alice: Browser) -> None:
    """Nobody has confirmed Alice's address."""
    form = show(alice, "OAuthConsumerRegistration")
    typed = {"wpname": "Tool", "wpcallbackUrl": "https://tool.example/", "wpgrant-editpage": "1", "wpoauthVersion": "1"}
    for more in ({}, {"wpEditToken": "x"}):
        page = send(alice, form, **{**typed, **more})
        assert page.alert
        assert (page.values["wpname"], page.values["wpcallbackUrl"]) == ("Tool", "https://tool.example/")
        assert "wpgrant-editpage" in ticked(page)
        assert '<option value="1" selected>' in page.text


def test_a_second_step_whose_session_is_gone_begins_anew(wiki: TestWiki) -> None:
    page = show(wiki, "UserLogin")
    page.values["authAction"] = "login-continue"
    again = send(wiki, page, wpLoginToken="x")
    assert "Send it once more" in again.alert
    assert {"wpName", "wpPassword"} <= set(again.values)


@pytest.mark.parametrize("kept", ["x", "wikigate:1:", "wikigate:1:00000000:AAAA"])
def test_nobody_makes_up_what_a_page_fills_in(alice: Browser, kept: str) -> None:
    page = show(alice, "BotPasswords", kept=kept)
    assert (page.status, page.values["wpappId"]) == (200, "")


def test_what_was_kept_opens_on_its_own_page_and_for_a_day(wiki: TestWiki, alice: Browser) -> None:
    olga = logged_in(wiki, "Olga")
    sealed = sealed_of(send(wiki.browser(), show(olga, "Block"), wpTarget="Alice"))
    assert show(olga, "Block", **{NAME: sealed}).values["wpTarget"] == "Alice"
    assert show(alice, "BotPasswords", **{NAME: sealed}).values["wpappId"] == ""
    wiki.clock.move(25 * 3600)
    olga = logged_in(wiki, "Olga")
    assert show(olga, "Block", **{NAME: sealed}).values["wpTarget"] == ""


def sealed_of(sent_away: FormPage) -> str:
    back = parse_qs(urlsplit(sent_away.location).query)["returntoquery"][0]
    return parse_qs(back)[NAME][0]
