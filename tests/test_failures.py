"""What the machine may do to a wiki while it runs (security §4.2: D-1 to D-3, C-6; N12).

For each: an answer in MediaWiki's own shape and no traceback; whoever is logged in stays so; nothing that was said to be done is lost; and
once the fault is gone all goes on by itself, in the same process.
"""

from __future__ import annotations

import contextlib
import json
import logging
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from wikigate.testing.transport import Answer
from wikigate.testing.wiki import Browser, TestWiki

PASSWORD = "correct horse battery"


@pytest.fixture
def wiki() -> Iterator[TestWiki]:
    with TestWiki({"database": {"busy_timeout": 0.2}}) as wiki:
        wiki.create_user("Alice", PASSWORD)
        yield wiki


@pytest.fixture(autouse=True)
def _no_traceback(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    caplog.set_level(logging.INFO)
    yield
    assert not any(record.exc_info for record in caplog.records)


def file_of(wiki: TestWiki) -> Path:
    return wiki.wiki.database.file.path


def try_login(browser: Browser, token: str) -> tuple[Answer, dict[str, Any]]:
    """Log in with a token that was fetched before."""
    form = {"action": "clientlogin", "format": "json", "formatversion": "2", "username": "Alice", "password": PASSWORD}
    form |= {"loginreturnurl": "http://example.org/", "logintoken": token, "rememberMe": "1"}
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    answer = browser.send("POST", "/w/api.php", headers, urlencode(form).encode())
    return answer, json.loads(answer.body)


def logged_in(wiki: TestWiki) -> Browser:
    browser = wiki.browser()
    assert browser.log_in("Alice", PASSWORD, rememberMe="1")["status"] == "PASS"
    return browser


def is_unavailable(answer: Answer, body: dict[str, Any]) -> None:
    """503, when to come back, MediaWiki's shape of an error, and no cookie is touched (D-1)."""
    assert answer.status == 503
    assert body["error"]["code"] == "dbunavailable"
    assert ("Retry-After", "1") in answer.headers
    assert answer.cookies() == []


def is_whole(wiki: TestWiki) -> None:
    """Nothing is broken, and there is a session for each login that was told of, and no other."""
    with contextlib.closing(sqlite3.connect(file_of(wiki))) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        [sessions] = connection.execute("SELECT count(*) FROM wikigate_session WHERE user_id > 0").fetchone()
        [told] = connection.execute("SELECT count(*) FROM wikigate_audit WHERE event = 'login.pass'").fetchone()
    assert sessions == told


def test_d3_a_database_that_another_process_keeps_locked(wiki: TestWiki) -> None:
    before, browser = logged_in(wiki), wiki.browser()
    token = browser.token("login")
    with contextlib.closing(sqlite3.connect(file_of(wiki), isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        is_unavailable(*try_login(browser, token))
        assert before.who() == "Alice"
        assert before.token() != "+\\"
        other.execute("ROLLBACK")
    assert try_login(browser, token)[1]["clientlogin"]["status"] == "PASS"
    is_whole(wiki)


def test_d2_a_database_that_can_only_be_read(wiki: TestWiki) -> None:
    """What is read goes on; what would write is answered as on a wiki that is closed for writing."""
    before, browser = logged_in(wiki), wiki.browser()
    token = browser.token("login")
    driver = wiki.wiki.database.thread().driver
    driver.execute("PRAGMA query_only = ON")
    answer, body = try_login(browser, token)
    assert answer.status == 200
    assert (body["error"]["code"], bool(body["error"]["readonlyreason"])) == ("readonly", True)
    assert answer.cookies() == []
    assert before.who() == "Alice"
    assert before.post({"action": "logout", "token": before.token()})["error"]["code"] == "readonly"
    assert before.who() == "Alice"
    driver.execute("PRAGMA query_only = OFF")
    assert try_login(browser, token)[1]["clientlogin"]["status"] == "PASS"
    is_whole(wiki)


def test_c6_a_disk_that_is_full(wiki: TestWiki) -> None:
    before, browser = logged_in(wiki), wiki.browser()
    driver = wiki.wiki.database.thread().driver
    [pages] = driver.execute("PRAGMA page_count").fetchone()
    driver.execute(f"PRAGMA max_page_count = {pages}")
    for _ in range(300):  # what is left in pages that are there already is used up first
        answer, body = try_login(browser, browser.token("login"))
        if "error" in body:
            break
        assert body["clientlogin"]["status"] == "PASS"
        wiki.clock.move(1)
    is_unavailable(answer, body)
    assert before.who() == "Alice"
    driver.execute("PRAGMA max_page_count = 1073741823")
    assert try_login(browser, browser.token("login"))[1]["clientlogin"]["status"] == "PASS"
    assert before.who() == "Alice"
    with contextlib.closing(sqlite3.connect(file_of(wiki))) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)


@pytest.mark.parametrize("replaced", [False, True], ids=["gone", "replaced"])
def test_a_database_file_that_is_moved_away_takes_nothing_more(wiki: TestWiki, *, replaced: bool) -> None:
    """SQLite itself would go on writing to the file that nobody finds any more. It is put back, or another in its place."""
    before, browser, path = logged_in(wiki), wiki.browser(), file_of(wiki)
    token = browser.token("login")
    wiki.wiki.database.thread().driver.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    aside = path.with_suffix(".aside")
    path.rename(aside)
    is_unavailable(*try_login(browser, token))
    is_unavailable(*try_login(browser, token))
    assert not path.exists(), "nobody makes an empty one in its place"
    if replaced:
        path.write_bytes(aside.read_bytes())
    else:
        aside.rename(path)
    assert try_login(browser, token)[1]["clientlogin"]["status"] == "PASS"
    assert before.who() == "Alice"
    assert wiki.get({"action": "query", "list": "users", "ususers": "Alice"})["query"]["users"][0]["name"] == "Alice"
    is_whole(wiki)


def test_n12_a_clock_that_is_put_back_an_hour(wiki: TestWiki) -> None:
    """Nobody is logged out, everybody can log in, and a throttle ends an hour later at the latest."""
    before = logged_in(wiki)
    for _ in range(6):
        wiki.browser().log_in("Alice", "wrong")
    wiki.clock.move(-3600)
    assert before.who() == "Alice"
    assert (
        before.post({"action": "checktoken", "type": "csrf", "token": before.token()})["checktoken"]["result"]
        == "valid"
    )
    assert wiki.browser().log_in("Alice", PASSWORD)["messagecode"] == "login-throttled"
    wiki.clock.move(3600 + 301)
    browser = wiki.browser()
    assert browser.log_in("Alice", PASSWORD)["status"] == "PASS"
    wiki.clock.move(-3600)
    assert browser.who() == "Alice"
    assert logged_in(wiki).who() == "Alice"
    browser.post({"action": "logout", "token": browser.token()})
    wiki.clock.move(3600)
    assert browser.who() == "127.0.0.1", "what was ended stays so"
