"""What a client can practise without another site: REDIRECT, RESTART and a UI step, on demand (M06, M10)."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest

from wikigate.testing.wiki import TestWiki

PASSWORD = "correct horse battery"
RETURN = "http://client.example/back?flow=7#here"
ORDER = ["login-throttle", "practice-site", "local-password", "block-check", "second-factor"]


@pytest.fixture
def wiki():
    with TestWiki({"auth": {"providers": [*ORDER, "practice-errand"]}}) as wiki:
        wiki.create_user("Alice", PASSWORD)
        yield wiki


@pytest.fixture
def browser(wiki):
    return wiki.browser()


def step(browser, **form):
    if "logincontinue" not in form:
        form["loginreturnurl"] = RETURN
    return browser.post({"action": "clientlogin", "logintoken": browser.token("login"), **form})["clientlogin"]


def go_on(browser, **form):
    return step(browser, logincontinue="1", **form)


def brought_back(answer):
    """Return the fields that the browser brings to the client's address."""
    target = urlsplit(answer["redirecttarget"])
    assert (target.netloc, target.path, target.fragment) == ("client.example", "/back", "here")
    fields = {name: value for name, [value] in parse_qs(target.query).items()}
    assert fields.pop("flow") == "7"
    return fields


def test_the_other_site_answers_by_redirect_and_restart_and_the_password_ends_it(browser):
    sent = step(browser, practicelogin="1")
    assert (sent["status"], sent["redirectdata"]) == ("REDIRECT", {"practice": "other-site"})
    assert [need["id"] for need in sent["requests"]] == ["PracticeReturnRequest"]
    restart = go_on(browser, **brought_back(sent))
    assert (restart["status"], restart["messagecode"]) == ("RESTART", "authmanager-authn-no-local-user")
    errand = step(browser, username="Alice", password=PASSWORD)
    assert errand["status"] == "REDIRECT"
    assert go_on(browser, **brought_back(errand)) == {"status": "PASS", "username": "Alice"}


def test_another_step_is_asked_for_by_again(browser):
    step(browser, username="Alice", password=PASSWORD)
    for _ in range(3):
        asked = go_on(browser, code="again")
        assert (asked["status"], asked["messagecode"]) == ("UI", "wikigate-practice-again")
    assert go_on(browser, code="done")["status"] == "PASS"
    step(browser, practicelogin="1")


@pytest.mark.parametrize("first", [{"practicelogin": "1"}, {"username": "Alice", "password": PASSWORD}])
@pytest.mark.parametrize("code", ["", "other", "Done", "Alice"])
def test_any_other_code_fails(browser, first, code):
    step(browser, **first)
    refused = go_on(browser, code=code)
    assert (refused["status"], refused["messagecode"]) == ("FAIL", "wikigate-practice-refused")
    assert browser.who() != "Alice"


def test_the_other_site_vouches_for_nobody(browser):
    step(browser, practicelogin="1")
    assert go_on(browser, code="done")["status"] == "FAIL"
    assert browser.who() != "Alice"


def test_a_wrong_password_is_sent_on_no_errand(browser):
    assert step(browser, username="Alice", password="wrong")["status"] == "FAIL"


def test_both_are_off_as_they_come():
    with TestWiki() as wiki:
        wiki.create_user("Alice", PASSWORD)
        browser = wiki.browser()
        asked = browser.get({"action": "query", "meta": "authmanagerinfo", "amirequestsfor": "login"})
        assert "Practice" not in repr(asked)
        assert browser.log_in("Alice", PASSWORD)["status"] == "PASS"
