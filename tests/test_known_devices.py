"""B4: an account is under attack from everywhere, and its owner logs in from his own device all the same."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import pytest

from wikigate.testing.wiki import Browser, TestWiki

PASSWORD = "correct horse battery"
COOKIE = "my_wikiKnownDevices"
ON: dict[str, Any] = {
    "session": {"known_devices": {"cookie": True}},
    "auth": {"throttle": {"per_name": 7}},
    "server": {"trusted_proxies": ["127.0.0.1"]},
}


@pytest.fixture
def wiki() -> Iterator[TestWiki]:
    with TestWiki(ON) as wiki:
        wiki.create_user("Alice", PASSWORD)
        wiki.create_user("Bob", PASSWORD)
        yield wiki


def log_in(browser: Browser, name: str, password: str, address: str = "127.0.0.1") -> str:
    """Log in from an address; the message code, or PASS."""
    form = {"action": "clientlogin", "format": "json", "formatversion": "2", "username": name, "password": password}
    form |= {"loginreturnurl": "http://example.org/", "logintoken": browser.token("login")}
    headers = {"Content-Type": "application/x-www-form-urlencoded", "X-Forwarded-For": address}
    node = json.loads(browser.send("POST", "/w/api.php", headers, urlencode(form).encode()).body)["clientlogin"]
    return str(node.get("messagecode", node["status"]))


def device_of(wiki: TestWiki, name: str) -> Browser:
    """A browser in which somebody has logged in, and out again."""
    browser = wiki.browser()
    assert log_in(browser, name, PASSWORD) == "PASS"
    browser.post({"action": "logout", "token": browser.token()})
    assert browser.who() == "127.0.0.1"
    return browser


def attack(wiki: TestWiki, name: str) -> None:
    """Guess from many addresses until nobody is judged any more."""
    codes = [log_in(wiki.browser(), name, "wrong", f"192.0.2.{number}") for number in range(8)]
    assert codes == ["wrongpassword"] * 7 + ["login-throttled"]


def test_the_owner_gets_in_from_his_device_and_from_no_other(wiki: TestWiki) -> None:
    device = device_of(wiki, "Alice")
    attack(wiki, "Alice")
    assert log_in(wiki.browser(), "Alice", PASSWORD) == "login-throttled"
    assert log_in(device, "Alice", PASSWORD) == "PASS"
    assert log_in(wiki.browser(), "Alice", PASSWORD) == "login-throttled", "the device gives nothing back to others"


def test_guesses_from_behind_the_same_address_do_not_keep_the_owner_out(wiki: TestWiki) -> None:
    device = device_of(wiki, "Alice")
    for _ in range(6):
        log_in(wiki.browser(), "Alice", "wrong")
    assert log_in(wiki.browser(), "Alice", PASSWORD) == "login-throttled"
    assert log_in(device, "Alice", PASSWORD) == "PASS"


def test_a_known_device_may_guess_no_oftener_than_others(wiki: TestWiki) -> None:
    device = device_of(wiki, "Alice")
    assert [log_in(device, "Alice", "wrong") for _ in range(6)] == ["wrongpassword"] * 5 + ["login-throttled"]
    assert log_in(device, "Alice", PASSWORD) == "login-throttled"
    assert log_in(wiki.browser(), "Alice", PASSWORD) == "PASS", "it is counted by itself"


def test_a_device_of_one_account_is_a_stranger_to_another(wiki: TestWiki) -> None:
    device = device_of(wiki, "Bob")
    attack(wiki, "Alice")
    assert log_in(device, "Alice", PASSWORD) == "login-throttled"


def test_only_a_login_with_credentials_marks_a_device(wiki: TestWiki) -> None:
    browser = wiki.browser()
    assert log_in(browser, "Alice", "wrong") == "wrongpassword"
    assert COOKIE not in browser.cookies
    assert log_in(browser, "Alice", PASSWORD) == "PASS"
    assert COOKIE in browser.cookies


def test_action_login_marks_a_device_too_and_a_bot_password_does_not(wiki: TestWiki) -> None:
    browser, bot = wiki.browser(), wiki.browser()
    form = {"action": "login", "lgname": "Alice", "lgpassword": PASSWORD, "lgtoken": browser.token("login")}
    assert browser.post(form)["login"]["result"] == "Success"
    assert COOKIE in browser.cookies
    alice = wiki.wiki.services.directory.by_name("Alice")
    assert alice is not None
    made = wiki.create_bot_password(alice, "app")
    form = {"action": "login", "lgname": made.login, "lgpassword": made.password, "lgtoken": bot.token("login")}
    assert bot.post(form)["login"]["result"] == "Success"
    assert COOKIE not in bot.cookies


def test_off_as_it_comes() -> None:
    with TestWiki() as wiki:
        wiki.create_user("Alice", PASSWORD)
        wiki.log_in("Alice", PASSWORD)
        assert not any(name.endswith("KnownDevices") for name in wiki.cookies)
