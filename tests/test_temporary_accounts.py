"""Temporary accounts through the wire (mission M16; spec core §18; recorded in temp_accounts; cookies measured on MediaWiki 1.43)."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlencode

import pytest

from tests.wire.modules import Edit
from wikigate.plugins import all_actions
from wikigate.store.temporary_names import TemporaryNames
from wikigate.testing.transport import Answer
from wikigate.testing.wiki import Browser, TestWiki

PASSWORD = "correct horse battery"
DAY = 86_400


@contextmanager
def pages(*, temporary: bool = True, **tables: Any) -> Iterator[TestWiki]:
    """A wiki whose visitors may edit."""
    tables["accounts"] = {"temporary_accounts": temporary, **tables.get("accounts", {})}
    with TestWiki(tables, actions=(*all_actions(), Edit())) as wiki:
        yield wiki


@pytest.fixture
def wiki() -> Iterator[TestWiki]:
    with pages() as wiki:
        yield wiki


def edit(browser: Browser, token: str = "+\\") -> Any:
    return browser.post({"action": "edit", "title": "Sandbox", "text": "x", "token": token})


def post(browser: Browser, form: dict[str, str]) -> Answer:
    body = urlencode({"format": "json", "formatversion": "2", **form}).encode()
    return browser.send("POST", "/w/api.php", {"Content-Type": "application/x-www-form-urlencoded"}, body)


def cookies_set(answer: Answer) -> list[tuple[str, bool]]:
    """Name of each cookie that is set, and whether it is deleted."""
    pairs = (cookie.partition(";")[0].partition("=") for cookie in answer.cookies())
    return [(name, value == "deleted") for name, _, value in pairs]


def test_m16_a_visitor_who_writes_gets_an_account_for_the_time_being(wiki: TestWiki) -> None:
    year = time.gmtime(wiki.clock.now()).tm_year
    browser = wiki.browser()
    assert edit(browser)["edit"]["tempusercreated"] is True
    me = browser.get({"action": "query", "meta": "userinfo", "uiprop": "groups"})["query"]["userinfo"]
    assert (me["name"], me["temp"], me["groups"]) == (f"~{year}-1", True, ["*", "temp"])
    assert "tempusercreated" not in edit(browser, browser.token())["edit"]
    other = wiki.browser()
    edit(other)
    assert other.who() == f"~{year}-2"


def test_his_device_is_remembered_and_nothing_else_lets_him_in(wiki: TestWiki) -> None:
    browser = wiki.browser()
    edit(browser)
    name = browser.who()
    browser.cookies = {key: value for key, value in browser.cookies.items() if not key.endswith("session")}
    assert browser.who() == name
    assert wiki.browser().log_in(name, PASSWORD)["messagecode"] == "wrongpassword"


def test_he_has_proven_nothing_that_would_let_him_change_credentials(wiki: TestWiki) -> None:
    browser = wiki.browser()
    edit(browser)
    asked = {"action": "query", "meta": "authmanagerinfo", "amisecuritysensitiveoperation": "x"}
    info = browser.get({**asked, "amirequestsfor": "create"})["query"]["authmanagerinfo"]
    assert info["securitysensitiveoperationstatus"] == "reauth"
    accounts = {request["id"]: request["account"] for request in info["requests"]}
    assert accounts[r"MediaWiki\Auth\PasswordAuthenticationRequest"] == browser.who()
    assert r"MediaWiki\Auth\CreationReasonAuthenticationRequest" not in accounts


def test_an_account_of_his_own_is_not_known_for_his(wiki: TestWiki) -> None:
    browser = wiki.browser()
    edit(browser)
    name, before = browser.who(), dict(browser.cookies)
    token = browser.token("createaccount")
    form = {"username": "Alice", "password": PASSWORD, "retype": PASSWORD, "createreturnurl": "http://example.org/"}
    answer = post(browser, {"action": "createaccount", "createtoken": token, **form})
    assert b'"status":"PASS"' in answer.body
    kinds = [(re.sub(r".*?_?(?=session|UserID|Token)", "", name), gone) for name, gone in cookies_set(answer)]
    assert kinds == [("session", False), ("UserID", True), ("Token", True)]
    assert browser.who() == "127.0.0.1"
    browser.cookies = before
    assert browser.who() != name
    lines = wiki.get({"action": "query", "list": "users", "ususers": "Alice"})["query"]["users"]
    assert lines[0]["name"] == "Alice"


def test_a_login_takes_the_place_of_his_session(wiki: TestWiki) -> None:
    wiki.create_user("Alice", PASSWORD)
    browser = wiki.browser()
    edit(browser)
    assert browser.log_in("Alice", PASSWORD)["status"] == "PASS"
    assert browser.who() == "Alice"
    assert not any(name.endswith("Token") for name in browser.cookies)


def test_only_so_many_come_from_one_address() -> None:
    limit = [{"count": 2, "seconds": 600}]
    with pages(auth={"throttle": {"temporary_accounts": limit}}) as wiki:
        edit(wiki.browser())
        edit(wiki.browser())
        assert edit(wiki.browser())["error"]["code"] == "acct_creation_throttle_hit"
        wiki.clock.move(601)
        assert "edit" in edit(wiki.browser())


@pytest.mark.parametrize("accounts", [{"temporary_accounts": False}, {}])
def test_a_wiki_without_them_makes_none(accounts: dict[str, bool]) -> None:
    with pages(temporary=False, accounts=accounts) as wiki:
        browser = wiki.browser()
        assert "tempusercreated" not in edit(browser)["edit"]
        assert browser.who() == "127.0.0.1"
        general = wiki.get({"action": "query", "meta": "siteinfo", "siprop": "autocreatetempuser"})
        assert general["query"]["autocreatetempuser"] == {"enabled": False}


def test_clients_are_told_what_their_names_look_like(wiki: TestWiki) -> None:
    general = wiki.get({"action": "query", "meta": "siteinfo", "siprop": "autocreatetempuser"})
    assert general["query"]["autocreatetempuser"] == {"enabled": True, "matchPatterns": ["~$1"]}


def test_a_visitor_who_may_not_have_an_account_gets_none() -> None:
    with pages(accounts={"registration": False}) as wiki:
        browser = wiki.browser()
        assert "error" in edit(browser)
        assert browser.who() == "127.0.0.1"


def test_no_two_get_one_number(wiki: TestWiki) -> None:
    names, got = TemporaryNames(wiki.wiki.database), []
    barrier = threading.Barrier(8)

    def count() -> None:
        barrier.wait()
        got.extend(names.next(2026) for _ in range(10))

    threads = [threading.Thread(target=count) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(got) == list(range(1, 81))
    assert names.next(2027) == 1


def notice(browser: Browser, language: str = "en") -> str:
    """What the main page says above everything else."""
    page = browser.send("GET", f"/w/index.php?uselang={language}").body.decode()
    found = re.search(r'role="status">(.*?)</div>', page)
    return found[1] if found else ""


def test_in_its_last_ten_days_every_page_says_how_long_a_temporary_account_is_good(wiki: TestWiki) -> None:
    browser = wiki.browser()
    edit(browser)
    wiki.clock.move(80 * DAY - 1)
    assert notice(browser) == ""
    wiki.clock.move(1)
    assert notice(browser).startswith("This temporary account is good for another 10 days.")
    assert "noch 10 Tage" in notice(browser, "de")
    wiki.clock.move(9 * DAY + 1)
    assert "another 1 day." in notice(browser)
    assert "another 1 day." in browser.send("GET", "/w/index.php?title=Special:CreateAccount").body.decode()
    assert notice(wiki.browser()) == ""
    wiki.create_user("Alice", PASSWORD)
    browser.log_in("Alice", PASSWORD)
    assert notice(browser) == ""


@pytest.mark.parametrize(
    "settings", [{"temporary_account_days": 0}, {"temporary_account_notice_days": 0}, {"temporary_account_days": 200}]
)
def test_of_an_end_that_is_far_or_never_comes_or_is_not_to_be_told_nothing_is_said(settings: dict[str, int]) -> None:
    with pages(accounts=settings) as wiki:
        browser = wiki.browser()
        edit(browser)
        wiki.clock.move(89 * DAY)
        assert browser.who().startswith("~")
        assert notice(browser) == ""


def test_a_temporary_account_is_over_after_ninety_days(wiki: TestWiki) -> None:
    """M16: its remembered device leads to it no more, and its cookies are taken back."""
    browser = wiki.browser()
    edit(browser)
    name = browser.who()
    wiki.clock.move(90 * DAY - 1)
    assert browser.who() == name
    wiki.clock.move(1)
    assert browser.who() == "127.0.0.1"
    assert not any(cookie.endswith(("UserID", "Token")) for cookie in browser.cookies)
    assert edit(browser)["edit"]["tempusercreated"] is True
    assert browser.who() != name


def test_a_busy_session_of_a_temporary_account_ends_with_it(wiki: TestWiki) -> None:
    browser = wiki.browser()
    edit(browser)
    wiki.clock.move(90 * DAY - 600)
    name = browser.who()
    assert name.startswith("~")
    wiki.clock.move(500)
    assert browser.who() == name
    wiki.clock.move(100)
    assert browser.who() == "127.0.0.1"


@pytest.mark.parametrize("days", [0, 200])
def test_it_lives_as_long_as_the_configuration_says(days: int) -> None:
    with pages(accounts={"temporary_account_days": days}) as wiki:
        browser = wiki.browser()
        edit(browser)
        wiki.clock.move(150 * DAY)
        assert browser.who().startswith("~")


def test_accounts_of_people_are_never_over(wiki: TestWiki) -> None:
    wiki.create_user("Alice", PASSWORD)
    browser = wiki.browser()
    browser.log_in("Alice", PASSWORD, rememberMe="1")
    wiki.clock.move(100 * DAY)
    assert browser.who() == "Alice"


def test_what_old_ones_have_left_behind_is_removed_and_told(wiki: TestWiki) -> None:
    """The work of MediaWiki's expireTemporaryAccounts; run twice, it finds nothing."""
    old, young = wiki.browser(), wiki.browser()
    edit(old)
    gone = old.who()
    account = wiki.wiki.services.directory.by_name(gone)
    assert account is not None
    wiki.clock.move(89 * DAY)
    edit(young)
    wiki.clock.move(2 * DAY)
    told: list[str] = []
    directory = wiki.wiki.services.directory
    assert directory.end_temporary(90, lambda one: told.append(one.name)) == 1
    assert told == [gone]
    after = directory.by_name(gone)
    assert after is not None
    assert after.token != account.token
    assert directory.end_temporary(90, lambda one: told.append(one.name)) == 0
    assert young.who().startswith("~")


@pytest.mark.parametrize("anon_only", [True, False])
def test_a_block_of_visitors_hits_who_has_a_temporary_account(wiki: TestWiki, anon_only: bool) -> None:
    browser = wiki.browser()
    edit(browser)
    block = wiki.wiki.services.blocks.block_address("127.0.0.1", anon_only=anon_only)
    asked = {"action": "query", "meta": "userinfo", "uiprop": "blockinfo|cancreateaccount"}
    me = browser.get(asked)["query"]["userinfo"]
    assert (me["temp"], me["blockid"], me["blockanononly"]) == (True, block, anon_only)
    (error,) = me["cancreateaccounterror"]
    assert (error["message"], error["code"]) == ("blockedtext-tempuser", "blocked")


@pytest.mark.parametrize(
    ("sitewide", "automatic", "key"),
    [
        (True, False, "blockedtext-tempuser"),
        (False, False, "blockedtext-partial"),
        (True, True, "autoblockedtext-tempuser"),
        (False, True, "autoblockedtext-tempuser"),
    ],
)
def test_what_keeps_a_temporary_account_from_making_another_is_called_so(
    wiki: TestWiki, sitewide: bool, automatic: bool, key: str
) -> None:
    browser = wiki.browser()
    edit(browser)
    blocks = wiki.wiki.services.blocks
    account = wiki.create_user("Zoe", PASSWORD) if automatic else wiki.wiki.services.directory.by_name(browser.who())
    assert account is not None
    ident = blocks.block_account(account, sitewide=sitewide)
    if automatic:
        blocks.spread(ident, "127.0.0.1")
    me = browser.get({"action": "query", "meta": "userinfo", "uiprop": "cancreateaccount"})["query"]["userinfo"]
    assert [error["message"] for error in me["cancreateaccounterror"]] == [key]
