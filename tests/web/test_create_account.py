"""Special:CreateAccount: the same conversation as ``action=createaccount``, in a browser without scripts (M10, M16, M18; spec core §9)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from tests.web.form_page import FormPage, follow, send, show

from wikigate.testing.wiki import Browser, TestWiki

PASSWORD = "correct horse battery"
TYPED = {"wpName": "newcomer", "wpPassword": PASSWORD, "wpRetype": PASSWORD}


@pytest.fixture
def wiki() -> Iterator[TestWiki]:
    with TestWiki() as wiki:
        wiki.create_user("Alice", PASSWORD)
        yield wiki


@pytest.fixture
def alice(wiki: TestWiki) -> Browser:
    return logged_in(wiki)


def logged_in(wiki: TestWiki) -> Browser:
    browser = wiki.browser()
    assert browser.log_in("Alice", PASSWORD)["status"] == "PASS"
    return browser


def exists(wiki: TestWiki, name: str) -> bool:
    return wiki.wiki.services.directory.by_name(name) is not None


def create(browser: Browser, **changed: str) -> FormPage:
    return send(browser, show(browser, "CreateAccount"), **{**TYPED, **changed})


def test_the_inputs_have_the_ids_that_browser_suites_know(wiki: TestWiki) -> None:
    page = show(wiki, "CreateAccount")
    names = {"wpName2": "wpName", "wpPassword2": "wpPassword", "wpRetype": "wpRetype", "wpEmail": "wpEmail"}
    assert names.items() <= page.ids.items()
    assert "wpCreateaccount" in page.ids
    assert {"wpName", "wpPassword", "wpRetype"} <= page.required
    assert "wpReason" not in page.ids
    assert page.text.count('autocomplete="new-password"') == 2


def test_a_visitor_makes_an_account_and_is_logged_in_with_it(wiki: TestWiki) -> None:
    done = create(wiki)
    assert (done.status, wiki.who()) == (200, "Newcomer")
    assert "Welcome, Newcomer!" in done.words
    assert wiki.browser().log_in("Newcomer", PASSWORD)["status"] == "PASS"


def test_whoever_came_from_a_page_is_led_back_there_and_never_elsewhere(wiki: TestWiki) -> None:
    """E7."""
    page = show(wiki, "CreateAccount", returnto="Special:Sessions")
    assert send(wiki, page, **TYPED).location == "/w/index.php?title=Special:Sessions"
    other = wiki.browser()
    page = show(other, "CreateAccount", returnto="https://evil.example/")
    assert send(other, page, **{**TYPED, "wpName": "Second"}).location.startswith("/w/index.php?title=")


@pytest.mark.parametrize(
    ("changed", "said", "about"),
    [
        ({"wpName": "alice"}, "taken", "wpName2"),
        ({"wpName": "a#b"}, "no valid username", "wpName2"),
        ({"wpName": ""}, "no valid username", "wpName2"),
        ({"wpRetype": "another horse battery"}, "not the same", "wpPassword2"),
        ({"wpPassword": "short", "wpRetype": "short"}, "at least", "wpPassword2"),
        ({"wpPassword": "newcomer", "wpRetype": "newcomer"}, "", "wpPassword2"),
        ({"wpEmail": "nobody"}, "mail", "wpEmail"),
        ({"wpPassword": "", "wpRetype": ""}, "not enough", ""),
    ],
)
def test_what_cannot_be_is_refused_and_what_was_typed_stays_but_for_passwords(
    wiki: TestWiki, changed: dict[str, str], said: str, about: str
) -> None:
    """The input that is wrong says so itself, names the error, and has the focus (WCAG 3.3.1)."""
    page = create(wiki, **changed)
    assert said in page.alert
    assert page.alert
    typed = {**TYPED, **changed}
    assert (page.values["wpName"], page.values["wpPassword"], page.values["wpRetype"]) == (typed["wpName"], "", "")
    assert not exists(wiki, "Newcomer")
    assert "Alice" not in wiki.who()
    wrong = re.findall(r'<input [^>]* id="(\w+)"[^>]* aria-invalid="true" aria-describedby="mw-form-error"', page.text)
    assert wrong == ([about] if about else [])
    focus = re.findall(r'<input [^>]* id="(\w+)"[^>]* autofocus', page.text)
    assert focus == [about or "wpPassword2"]


def test_n6_a_form_of_another_session_makes_nothing(wiki: TestWiki) -> None:
    """E2."""
    page, victim = show(wiki, "CreateAccount"), wiki.browser()
    show(victim, "CreateAccount")
    assert send(victim, page, **TYPED).alert
    assert not exists(wiki, "Newcomer")


def test_somebody_who_is_logged_in_makes_accounts_for_others_and_stays_who_he_is(
    wiki: TestWiki, alice: Browser
) -> None:
    page = show(alice, "CreateAccount")
    assert page.ids["wpReason"] == "reason"
    done = send(alice, page, **TYPED, reason="a colleague")
    assert "The account Newcomer has been made" in done.words
    assert alice.who() == "Alice"
    assert exists(wiki, "Newcomer")


def test_an_account_for_somebody_else_can_have_a_temporary_password_by_mail() -> None:
    with TestWiki({"site": {"server": "http://wiki.example.org"}}) as wiki:
        wiki.create_user("Alice", PASSWORD)
        alice = logged_in(wiki)
        page = show(alice, "CreateAccount")
        assert page.boxes["mailpassword"] == "wpCreateaccountMail"
        assert not {"wpPassword", "wpRetype"} & page.required
        typed = {"wpName": "Newcomer", "mailpassword": "1"}
        assert "address" in send(alice, page, **typed).alert
        done = send(alice, show(alice, "CreateAccount"), **typed, wpEmail="newcomer@example.org")
        assert "temporary password is on its way" in done.words
        assert exists(wiki, "Newcomer")
        assert alice.who() == "Alice"
        assert "mailpassword" not in show(wiki, "CreateAccount").boxes


def test_a_visitor_without_the_right_is_told_so_before_he_types_anything() -> None:
    with TestWiki({"accounts": {"groups": [{"name": "*", "without": ["createaccount"]}]}}) as wiki:
        page = show(wiki, "CreateAccount")
        assert (page.status, page.action) == (403, "")
        assert wiki.send("POST", "/w/index.php?title=Special:CreateAccount").status == 403


def test_a_blocked_address_makes_no_accounts_nor_goes_on_with_one(wiki: TestWiki) -> None:
    """F1."""
    page = show(wiki, "CreateAccount")
    wiki.wiki.services.blocks.block_address("127.0.0.1", by=None, reason="vandals", expiry=None, create_account=True)
    refused = send(wiki, page, **TYPED)
    assert refused.status == 403
    assert "vandals" in refused.words
    assert not exists(wiki, "Newcomer")


def test_a_browser_that_met_a_block_on_the_page_carries_it_and_one_that_is_not_ours_is_taken_back(
    wiki: TestWiki,
) -> None:
    wiki.cookies["my_wikiBlockID"] = "1%21" + "0" * 128
    show(wiki, "UserLogin")
    assert "my_wikiBlockID" not in wiki.cookies
    ident = wiki.wiki.services.blocks.block_address("127.0.0.1")
    show(wiki, "CreateAccount")
    assert wiki.cookies["my_wikiBlockID"].startswith(f"{ident}%21")


def test_a_captcha_is_part_of_the_form_and_a_wrong_answer_gets_another() -> None:
    auth: dict[str, Any] = {
        "providers": ["captcha", "local-password"],
        "captcha": {"kind": "questions", "questions": [{"question": "Which colour is snow?", "answers": ["white"]}]},
    }
    with TestWiki({"auth": auth}) as wiki:
        page = show(wiki, "CreateAccount")
        assert "Which colour is snow?" in page.words
        wrong = send(wiki, page, **TYPED, captchaWord="black")
        assert wrong.alert
        assert wrong.values["captchaId"] != page.values["captchaId"]
        assert not exists(wiki, "Newcomer")
        send(wiki, wrong, **TYPED, captchaWord="white")
        assert wiki.who() == "Newcomer"


def test_pages_lead_there_and_back(wiki: TestWiki) -> None:
    login = show(wiki, "UserLogin", returnto="Special:Sessions")
    way = "/w/index.php?title=Special:CreateAccount&returnto=Special:Sessions"
    assert way in login.links
    assert "/w/index.php?title=Special:UserLogin&returnto=Special:Sessions" in follow(wiki, way).links
    assert "/w/index.php?title=Special:CreateAccount" in follow(wiki, "/w/index.php").links
