"""What docs/howto/test-your-client.md promises to happen does happen, with the configuration that it prints."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

from wikigate.testing.clock import ManualClock
from wikigate.testing.wiki import TestWiki

PAGE = Path(__file__).parents[2] / "docs/howto/test-your-client.md"
TABLES = [tomllib.loads(block) for block in re.findall(r"```toml\n(.*?)```", PAGE.read_text(), re.DOTALL)]
PASSWORD = "a phrase for tests"


def steps(wiki, *forms):
    browser = wiki.browser()
    return [
        browser.post({"action": "clientlogin", "logintoken": browser.token("login"), **form})["clientlogin"]
        for form in forms
    ]


def test_every_answer_of_clientlogin_is_heard_as_the_page_says():
    [tables] = [tables for tables in TABLES if "providers" in tables.get("auth", {})]
    back, on = {"loginreturnurl": "http://localhost/back"}, {"logincontinue": 1}
    with TestWiki(tables) as wiki:
        wiki.create_user("Tester", PASSWORD)
        password = {"username": "Tester", "password": PASSWORD, **back}
        sent, passed = steps(wiki, password, {"code": "done", **on})
        assert sent["redirecttarget"] == "http://localhost/back?code=done"
        assert passed == {"status": "PASS", "username": "Tester"}
        asked = steps(wiki, password, {"code": "again", **on}, {"code": "no", **on})
        assert [answer["status"] for answer in asked] == ["REDIRECT", "UI", "FAIL"]
        there = steps(wiki, {"practicelogin": 1, **back}, {"code": "unknown", **on})
        assert [answer["status"] for answer in there] == ["REDIRECT", "RESTART"]


def test_a_new_password_is_asked_for():
    assert "`password_lifetime = 1` and `password_grace = 0`" in PAGE.read_text()
    clock = ManualClock(1_795_250_000)
    with TestWiki({"auth": {"password_lifetime": 1, "password_grace": 0}}, clock=clock) as wiki:
        wiki.create_user("Tester", PASSWORD)
        clock.move(2)
        [asked] = steps(wiki, {"username": "Tester", "password": PASSWORD, "loginreturnurl": "http://localhost/back"})
        assert asked["status"] == "UI"
        assert {"password", "retype"} <= {name for need in asked["requests"] for name in need["fields"]}
