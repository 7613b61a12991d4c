"""``action=logout`` (spec core §11; recorded in logout_*, botpw_session_*)."""

from __future__ import annotations

import pytest

from wikigate.testing.wiki import TestWiki

PASSWORD = "correct horse battery"


@pytest.fixture
def wiki():
    with TestWiki() as wiki:
        wiki.alice = wiki.create_user("Alice", PASSWORD)
        yield wiki


@pytest.fixture
def browser(wiki):
    browser = wiki.browser()
    browser.log_in("Alice", PASSWORD, rememberMe="1")
    return browser


def log_out(browser, **form):
    return browser.post({"action": "logout", "token": browser.token(), **form})


def test_m39_an_empty_answer_and_every_cookie_but_the_name_s_deleted(browser):
    assert log_out(browser) == {}
    assert set(browser.cookies) == {"my_wikiUserName"}
    assert browser.who() == "127.0.0.1"


def test_m39_xml_says_nothing_too(browser):
    body = f"action=logout&format=xml&token={browser.token().replace('+', '%2B')}".encode()
    answer = browser.send("POST", "/w/api.php", {"Content-Type": "application/x-www-form-urlencoded"}, body)
    assert answer.body == b'<?xml version="1.0"?><api />'


def test_s2_what_was_copied_before_logs_nobody_in_afterwards(wiki, browser):
    copy = wiki.browser()
    copy.cookies = dict(browser.cookies)
    log_out(browser)
    assert copy.who() == "127.0.0.1"


def test_other_sessions_live_on(wiki, browser):
    other = wiki.browser()
    other.log_in("Alice", PASSWORD)
    log_out(browser)
    assert other.who() == "Alice"


@pytest.mark.parametrize(("token", "code"), [(None, "missingparam"), ("+\\", "badtoken"), ("x", "badtoken")])
def test_m39_a_csrf_token_is_needed(browser, token, code):
    form = {"action": "logout"} | ({} if token is None else {"token": token})
    assert browser.post(form)["error"]["code"] == code
    assert browser.who() == "Alice"


def test_m39_a_get_is_refused(browser):
    assert browser.get({"action": "logout"})["error"]["code"] == "missingparam"
    assert browser.get({"action": "logout", "token": browser.token()})["error"]["code"] == "mustpostparams"


def test_a_visitor_is_told_that_he_is_one(wiki):
    visitor = wiki.browser()
    assert log_out(visitor, errorformat="none") == {"warnings": [{"code": "notloggedin", "module": "logout"}]}
    assert visitor.cookies == {}


def test_a_bot_password_s_session_ends_and_leaves_the_other_alone(wiki):
    bot, browser = wiki.create_bot_password(wiki.alice, "bot"), wiki.browser()
    browser.post(
        {"action": "login", "lgname": bot.login, "lgpassword": bot.password, "lgtoken": browser.token("login")}
    )
    copy = wiki.browser()
    copy.cookies = dict(browser.cookies)
    assert log_out(browser) == {}
    assert set(browser.cookies) == {"my_wiki_session"}
    assert copy.who() == "127.0.0.1"


def test_a_session_that_comes_with_each_request_cannot_be_ended(browser, monkeypatch):
    monkeypatch.setattr("wikigate.sessions.cookie.CookieSource.can_log_out", False)
    assert log_out(browser, errorformat="none")["errors"] == [{"code": "cannotlogout", "module": "logout"}]
    assert browser.who() == "Alice"


def test_m16_it_works_on_a_private_wiki():
    with TestWiki({"accounts": {"private": True}}) as wiki:
        wiki.create_user("Alice", PASSWORD)
        browser = wiki.browser()
        browser.log_in("Alice", PASSWORD)
        assert log_out(browser) == {}
