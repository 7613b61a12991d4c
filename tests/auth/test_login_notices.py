"""Mails about logins from new devices and places (security A11)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import pytest

from wikigate.primitives.errors import StoreUnavailable
from wikigate.testing.wiki import Browser, TestWiki

PASSWORD = "correct horse battery"
ON: dict[str, Any] = {
    "auth": {"login_notices": True},
    "session": {"known_devices": {"cookie": True}},
    "server": {"trusted_proxies": ["127.0.0.1"]},
}
HOME, NEIGHBOUR, ABROAD = "192.0.2.1", "192.0.2.200", "198.51.100.7"


@pytest.fixture
def wiki() -> Iterator[TestWiki]:
    with TestWiki(ON) as wiki:
        make(wiki)
        yield wiki


def make(wiki: TestWiki) -> None:
    wiki.wiki.registration.create("Alice", PASSWORD, email="alice@example.org")


def log_in(browser: Browser, address: str, password: str = PASSWORD) -> int:
    form = {"action": "clientlogin", "format": "json", "username": "Alice", "password": password}
    form |= {"loginreturnurl": "http://example.org/", "logintoken": browser.token("login")}
    headers = {"Content-Type": "application/x-www-form-urlencoded", "X-Forwarded-For": address}
    return browser.send("POST", "/w/api.php", headers, urlencode(form).encode()).status


def letters(wiki: TestWiki) -> list[tuple[str, str]]:
    post = wiki.wiki.post
    return [(row.recipient, post.open(row)) for row in reversed(post.rows.newest(9)) if row.kind == "new-device"]


def test_the_first_login_of_all_tells_nothing(wiki: TestWiki) -> None:
    log_in(wiki.browser(), HOME)
    assert letters(wiki) == []


def test_a_login_from_elsewhere_is_told_once_and_names_no_address(wiki: TestWiki) -> None:
    """R31."""
    log_in(wiki.browser(), HOME)
    log_in(wiki.browser(), ABROAD)
    [(recipient, body)] = letters(wiki)
    assert recipient == "alice@example.org"
    assert "Alice" in body
    assert ABROAD not in body
    log_in(wiki.browser(), ABROAD)
    assert len(letters(wiki)) == 1


@pytest.mark.parametrize(
    ("first", "second", "told"),
    [
        (HOME, NEIGHBOUR, 0),
        (HOME, "192.0.3.1", 1),
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", 0),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", 1),
    ],
)
def test_addresses_of_one_network_are_one_place(wiki: TestWiki, first: str, second: str, told: int) -> None:
    log_in(wiki.browser(), first)
    log_in(wiki.browser(), second)
    assert len(letters(wiki)) == told


def test_a_known_device_may_travel(wiki: TestWiki) -> None:
    browser = wiki.browser()
    log_in(browser, HOME)
    log_in(browser, ABROAD)
    assert letters(wiki) == []


def test_a_place_is_forgotten_after_ninety_days(wiki: TestWiki) -> None:
    log_in(wiki.browser(), HOME)
    wiki.clock.move(60 * 86_400)
    log_in(wiki.browser(), ABROAD)
    wiki.clock.move(31 * 86_400)
    log_in(wiki.browser(), HOME)
    assert len(letters(wiki)) == 2


def test_a_wrong_password_tells_nothing(wiki: TestWiki) -> None:
    log_in(wiki.browser(), HOME)
    log_in(wiki.browser(), ABROAD, "wrong")
    assert letters(wiki) == []


def test_without_its_letter_there_is_no_login(wiki: TestWiki, monkeypatch: pytest.MonkeyPatch) -> None:
    """One transaction (security §4.1)."""
    log_in(wiki.browser(), HOME)
    browser = wiki.browser()

    def full(**_: object) -> None:
        raise StoreUnavailable("full")

    monkeypatch.setattr(wiki.wiki.post.rows, "put", full)
    assert log_in(browser, ABROAD) == 503
    assert browser.who() == "127.0.0.1"
    monkeypatch.undo()
    log_in(wiki.browser(), ABROAD)
    assert len(letters(wiki)) == 1, "what was undone is no earlier login"


def test_off_as_it_comes() -> None:
    with TestWiki({"server": {"trusted_proxies": ["127.0.0.1"]}}) as wiki:
        make(wiki)
        for address in (HOME, ABROAD):
            log_in(wiki.browser(), address)
        assert letters(wiki) == []
