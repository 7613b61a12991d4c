"""Special:Sessions and Special:LoginHistory: the owner of an account sees where it is logged in and what happened to it (D7, D8, H6)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlencode

import pytest
from tests.web.test_operator_pages import FORM, PASSWORD, logged_in, post, show

from wikigate.auth.audit import EVENTS
from wikigate.testing.wiki import Browser, TestWiki
from wikigate.web.device_name import device_name

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


@pytest.fixture
def wiki() -> Iterator[TestWiki]:
    with TestWiki() as wiki:
        wiki.create_user("Alice", PASSWORD)
        wiki.create_user("Bob", PASSWORD)
        yield wiki


@pytest.fixture
def alice(wiki: TestWiki) -> Browser:
    return logged_in(wiki, "Alice")


def remembered(wiki: TestWiki) -> Browser:
    """Log in by the page, as Firefox, to stay logged in."""
    browser = wiki.browser()
    agent = {"User-Agent": FIREFOX}
    url = "/w/index.php?title=Special:UserLogin"
    token = browser.send("GET", url, agent).body.decode().partition('name="wpLoginToken" value="')[2].partition('"')[0]
    typed = {"wpName": "Alice", "wpPassword": PASSWORD, "wpRemember": "1", "authAction": "login"}
    answer = browser.send(
        "POST", url, {**FORM, **agent}, urlencode({**typed, "wpLoginToken": token.replace("&#43;", "+")}).encode()
    )
    assert answer.status == 302
    return browser


@pytest.mark.parametrize("page", ["Sessions", "LoginHistory"])
def test_a_visitor_is_sent_to_log_in(wiki: TestWiki, page: str) -> None:
    assert show(wiki, page).status == 302


@pytest.mark.parametrize("page", ["Sessions", "LoginHistory"])
def test_a_bot_password_does_not_see_them(wiki: TestWiki, page: str) -> None:
    account = wiki.wiki.services.directory.by_name("Alice")
    assert account is not None
    new = wiki.create_bot_password(account, "app", "basic")
    token = wiki.token("login")
    login = {"action": "login", "lgname": "Alice@app", "lgpassword": new.password, "lgtoken": token}
    assert wiki.post(login)["login"]["result"] == "Success"
    assert show(wiki, page).status == 403


def test_sessions_are_listed_with_device_and_the_present_one_first(wiki: TestWiki, alice: Browser) -> None:
    wiki.clock.move(60)
    remembered(wiki)
    logged_in(wiki, "Bob")
    rows = show(alice, "Sessions").rows[1:3]
    assert [row[4] for row in rows] == ["this one", "stays logged in"]
    assert rows[1][0] == "Firefox, Linux"
    assert len(show(alice, "Sessions").rows) == 4  # heads, two sessions, everywhere else


def test_another_session_is_ended_with_what_its_device_remembers(wiki: TestWiki, alice: Browser) -> None:
    other = remembered(wiki)
    assert other.who() == "Alice"
    shown = show(alice, "Sessions")
    assert post(alice, "Sessions", shown.form(deed="end")).status == 302
    assert other.who() != "Alice"
    assert alice.who() == "Alice"
    assert len(show(alice, "Sessions").rows) == 2
    assert show(alice, "LoginHistory").rows[1][1] == "Sessions were ended"


def test_all_others_are_ended_and_this_one_goes_on(wiki: TestWiki, alice: Browser) -> None:
    others = [remembered(wiki), logged_in(wiki, "Alice"), logged_in(wiki, "Alice")]
    bob = logged_in(wiki, "Bob")
    assert post(alice, "Sessions", show(alice, "Sessions").form(deed="others")).status == 302
    assert [other.who() == "Alice" for other in others] == [False] * 3
    assert alice.who() == "Alice"
    assert bob.who() == "Bob"


def test_nobody_ends_the_session_of_somebody_else(wiki: TestWiki, alice: Browser) -> None:
    bob = logged_in(wiki, "Bob")
    logged_in(wiki, "Bob")
    form = show(bob, "Sessions").form(deed="end")
    mine = show(alice, "Sessions").rows
    logged_in(wiki, "Alice")
    token = show(alice, "Sessions").form(deed="end")["wpEditToken"]
    post(alice, "Sessions", {**form, "wpEditToken": token})
    assert len(show(bob, "Sessions").rows) == 4
    assert len(mine) == 2


def test_a_form_without_its_token_ends_nothing(wiki: TestWiki, alice: Browser) -> None:
    other = logged_in(wiki, "Alice")
    form = show(alice, "Sessions").form(deed="end")
    assert post(alice, "Sessions", {**form, "wpEditToken": "+\\"}).status == 403
    assert other.who() == "Alice"


def test_history_tells_in_words_what_happened_to_this_account_alone(wiki: TestWiki, alice: Browser) -> None:
    wiki.browser().log_in("Alice", "wrong")
    wiki.browser().log_in("Bob", "wrong")
    events = [row[1] for row in show(alice, "LoginHistory").rows[1:]]
    assert events == ["A login failed", "Logged in"]


def test_history_leads_back_to_the_newest(alice: Browser) -> None:
    assert "Newest events" not in show(alice, "LoginHistory").text
    older = show(alice, "LoginHistory", before="999")
    assert older.links[0] == "/w/index.php?title=Special:LoginHistory"


@pytest.mark.parametrize("event", EVENTS)
def test_every_event_has_words(wiki: TestWiki, event: str) -> None:
    key = f"wikigate-event-{event.replace('.', '-')}"
    assert wiki.wiki.services.catalog.has(key)


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        (FIREFOX, "Firefox, Linux"),
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140.0.0.0 Safari/537.36 Edg/140.0", "Edge, Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605 Version/18.0 Mobile Safari/604", "Safari, iPhone"),
        ("Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 Chrome/140.0 Mobile Safari/537.36", "Chrome, Android"),
        ("pywikibot/11.9 (g1) requests/2.32", "pywikibot"),
        ("(nothing)", ""),
        ("", ""),
        ("x" * 500, "x" * 40),
    ],
)  # fmt: skip
def test_a_device_is_named_by_program_and_system(agent: str, name: str) -> None:
    assert device_name(agent) == name


@pytest.mark.parametrize(
    ("language", "said"), [("en", r"\d\d:\d\d, \d+ [A-Z][a-z]+ \d{4}"), ("ja", r"\d{4}年\d+月\d+日 \d\d:\d\d")]
)
def test_moments_are_spelled_for_people_and_kept_for_machines(alice: Browser, language: str, said: str) -> None:
    page = alice.send("GET", f"/w/index.php?title=Special:LoginHistory&uselang={language}").body.decode()
    found = re.search(r'<time datetime="\d{4}-\d\d-\d\dT[\d:]+Z" title="[^"]+">([^<]+) <bdi>UTC</bdi></time>', page)
    assert found is not None
    assert re.fullmatch(said, found[1])
