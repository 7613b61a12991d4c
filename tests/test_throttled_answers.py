"""A throttle is honest about how long it lasts (security B13)."""

from __future__ import annotations

import json
from urllib.parse import urlencode

import pytest

from wikigate.testing.wiki import Browser, TestWiki

PASSWORD = "correct horse battery"


def answer(browser: Browser, form: dict[str, str]) -> tuple[str, str | None]:
    """Post, and return the body and the header ``Retry-After``."""
    body = urlencode({"format": "json", "formatversion": "2", **form}).encode()
    got = browser.send("POST", "/w/api.php", {"Content-Type": "application/x-www-form-urlencoded"}, body)
    return json.dumps(json.loads(got.body)), {k.lower(): v for k, v in got.headers}.get("retry-after")


def attempt(browser: Browser, action: str, name: str, password: str) -> tuple[str, str | None]:
    token = browser.token("login")
    if action == "login":
        return answer(browser, {"action": action, "lgname": name, "lgpassword": password, "lgtoken": token})
    form = {"action": action, "username": name, "password": password, "loginreturnurl": "http://example.org/"}
    return answer(browser, {**form, "logintoken": token})


@pytest.mark.parametrize("action", ["clientlogin", "login"])
@pytest.mark.parametrize("name", ["Zoe", "Nobody"])
def test_the_remaining_seconds_stand_in_the_header_and_the_window_in_the_text(action: str, name: str) -> None:
    with TestWiki() as wiki:
        wiki.create_user("Zoe", PASSWORD)
        for _ in range(5):
            assert attempt(wiki.browser(), action, name, "wrong")[1] is None
        wiki.clock.move(100)
        text, seconds = attempt(wiki.browser(), action, name, PASSWORD)
        assert "5 minutes" in text
        assert seconds == "200"


def test_a_bot_password_s_too() -> None:
    with TestWiki() as wiki:
        made = wiki.create_bot_password(wiki.create_user("Zoe", PASSWORD), "app")
        for _ in range(5):
            attempt(wiki.browser(), "login", "Zoe@app", "0123456789abcdefghijklmnopqrstuv")
        wiki.clock.move(299)
        assert attempt(wiki.browser(), "login", "Zoe@app", made.password)[1] == "1"
        wiki.clock.move(1)
        assert attempt(wiki.browser(), "login", "Zoe@app", made.password)[1] is None


def test_a_second_factor_s_too() -> None:
    with TestWiki() as wiki:
        wiki.wiki.factors.add(wiki.create_user("Zoe", PASSWORD).id, "totp", {"secret": "JBSWY3DPEHPK3PXP"})
        browser = wiki.browser()
        browser.log_in("Zoe", PASSWORD)
        form = {"action": "clientlogin", "logincontinue": "1", "logintoken": browser.token("login"), "OATHToken": "1"}
        for _ in range(10):
            assert answer(browser, form)[1] is None
        wiki.clock.move(20)
        text, seconds = answer(browser, form)
        assert ("oathauth-throttled" in text, seconds) == (True, "40")


def test_a_new_account_s_too() -> None:
    with TestWiki({"auth": {"throttle": {"account_creation": [{"count": 1, "seconds": 300}]}}}) as wiki:
        came = []
        for name in ("Ann", "Ben"):
            browser = wiki.browser()
            form = {
                "action": "createaccount", "username": name, "password": PASSWORD, "retype": PASSWORD,
                "createreturnurl": "http://example.org/", "createtoken": browser.token("createaccount"),
            }  # fmt: skip
            came.append(answer(browser, form)[1])
            wiki.clock.move(10)
        assert came == [None, "290"]


def test_a_judged_code_s_too() -> None:
    groups = [{"name": "user", "rights": ["oathauth-api-all"]}]
    with TestWiki({"accounts": {"groups": groups}}) as wiki:
        zoe = wiki.create_user("Zoe", PASSWORD)
        wiki.create_user("Ann", PASSWORD)
        wiki.wiki.factors.add(zoe.id, "totp", {"secret": "JBSWY3DPEHPK3PXP"})
        wiki.log_in("Ann", PASSWORD)
        form = {"action": "oathvalidate", "user": "Zoe", "data": '{"token":"1"}', "token": wiki.token()}
        for _ in range(10):
            assert answer(wiki, form)[1] is None
        assert answer(wiki, form)[1] == "60"
