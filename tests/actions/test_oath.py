"""``meta=oath`` and ``action=oathvalidate`` (mission M09; spec extensions §1.4; security C11, C20; recorded in oath_api_modules)."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing

import pytest

from wikigate.accounts.recovery_codes import CODES
from wikigate.testing.wiki import Browser, TestWiki

SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
PASSWORD = "correct horse battery"
RIGHTS = {
    "accounts": {
        "groups": [
            {"name": "programs", "rights": ["oathauth-api-all"]},
            {"name": "helpers", "rights": ["oathauth-verify-user"]},
        ]
    }
}


@pytest.fixture
def wiki():
    with TestWiki(RIGHTS) as wiki:
        alice = wiki.create_user("Alice", PASSWORD)
        wiki.wiki.factors.add(alice.id, "totp", {"secret": SECRET, CODES: ["AAAABBBBCCCCDDDD"]})
        for name, group in (("Program", "programs"), ("Helper", "helpers"), ("Bob", "")):
            account = wiki.create_user(name, PASSWORD)
            if group:
                wiki.wiki.services.directory.add_group(account.id, group)
        yield wiki


def logged_in(wiki: TestWiki, name: str) -> Browser:
    browser = wiki.browser()
    assert browser.log_in(name, PASSWORD)["status"] == "PASS"
    return browser


def asked(browser: Browser, **more: str):
    return browser.get({"action": "query", "meta": "oath", **more})


def judged(browser: Browser, data: str, user: str = "Alice"):
    return browser.post({"action": "oathvalidate", "user": user, "data": data, "token": browser.token("csrf")})


def code(text: str) -> str:
    return json.dumps({"token": text})


@pytest.mark.parametrize("name", ["", "Bob"])
def test_c20_without_the_right_nobody_learns_of_anybody_s_factor(wiki, name):
    browser = logged_in(wiki, name) if name else wiki.browser()
    for user in ("Alice", "Bob"):
        error = asked(browser, oathuser=user)["error"]
        assert (error["code"], error["info"]) == ("permissiondenied", "You don't have permission to check OATH status.")
        assert judged(browser, code("000000"), user)["error"]["code"] == "permissiondenied"


def test_whoever_looks_into_a_case_gives_a_reason_and_is_noted(wiki):
    helper = logged_in(wiki, "Helper")
    error = asked(helper, oathuser="Alice")["error"]
    assert (error["code"], error["info"]) == ("noreason", 'The "reason" parameter must be set.')
    answer = asked(helper, oathuser="Alice", oathreason="lost telephone")
    assert answer["query"]["oath"] == {"enabled": True}
    with closing(sqlite3.connect(wiki.wiki.database.file.path)) as connection:
        query = "SELECT user_name, details FROM wikigate_audit WHERE event = 'factor.verify'"
        [(name, details)] = connection.execute(query).fetchall()
    assert (name, json.loads(details)) == ("Alice", {"by": "Helper", "reason": "lost telephone"})


@pytest.mark.parametrize(
    "data", ["", "x", "[]", "null", "{}", '{"token":5}', '{"token":null}', "[" * 100_000, code("000000")]
)
def test_what_is_no_right_code_is_not_valid(wiki, data):
    program = logged_in(wiki, "Program")
    assert judged(program, data or " ")["oathvalidate"] == {"enabled": True, "valid": False}


def test_c3_a_right_code_is_used_up(wiki):
    program = logged_in(wiki, "Program")
    assert [judged(program, code("aaaa-bbbb-cccc-dddd"))["oathvalidate"]["valid"] for _ in range(2)] == [True, False]


def test_c11_wrong_codes_count_with_those_of_logins(wiki):
    program = logged_in(wiki, "Program")
    for _ in range(10):
        assert judged(program, code("000000"))["oathvalidate"] == {"enabled": True, "valid": False}
    assert judged(program, code("000000"))["error"]["code"] == "ratelimited"
    browser = wiki.browser()
    browser.log_in("Alice", PASSWORD)
    form = {"action": "clientlogin", "logincontinue": "1", "logintoken": browser.token("login")}
    answer = browser.post({**form, "OATHToken": "AAAABBBBCCCCDDDD"})["clientlogin"]
    assert answer["messagecode"] == "oathauth-throttled"


@pytest.mark.parametrize("user", ["Bob", "Nobody", "127.0.0.1"])
def test_who_has_no_factor_has_no_valid_code(wiki, user):
    program = logged_in(wiki, "Program")
    assert judged(program, code("000000"), user)["oathvalidate"] == {"enabled": False, "valid": False}
    assert asked(program, oathuser=user)["query"]["oath"] == {"enabled": False}


def test_a_wiki_without_second_factors_has_no_such_modules():
    with TestWiki({"auth": {"providers": ["login-throttle", "local-password"]}}) as wiki:
        assert asked(wiki.browser())["warnings"]["query"]["warnings"].startswith("Unrecognized value")
        assert wiki.post({"action": "oathvalidate"})["error"]["code"] == "badvalue"
