"""Captchas through HTTP, as clients meet them (mission M08, M09; spec extensions §2)."""

from __future__ import annotations

import json
import re
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlencode

import pytest

from wikigate.auth.settings import AuthSettings
from wikigate.testing.wiki import TestWiki

SECRET = "correct horse battery"
PROVIDERS = [*AuthSettings().providers, "captcha"]
WRONG = {
    "status": "FAIL",
    "message": "Incorrect username or password entered.\nPlease try again.",
    "messagecode": "wrongpassword",
    "canpreservestate": False,
}


def open_wiki(**captcha):
    throttle = {"conditions": [], "per_name": 0, "per_address": 0}
    wiki = TestWiki({"auth": {"providers": PROVIDERS, "throttle": throttle, "captcha": captcha}})
    wiki.create_user("Alice", SECRET)
    wiki.create_user("Bob", SECRET)
    return wiki


@pytest.fixture
def wiki():
    with open_wiki() as wiki:
        yield wiki


@pytest.fixture
def always():
    """A wiki that asks at every login."""
    with open_wiki(triggers={"loginattempt": True}) as wiki:
        yield wiki


def listed(browser, stage="login"):
    """The captcha that a form asks for; None where it asks for none."""
    info = browser.get({"action": "query", "meta": "authmanagerinfo", "amirequestsfor": stage})
    requests = info["query"]["authmanagerinfo"]["requests"]
    return next((one for one in requests if one["id"] == "CaptchaAuthenticationRequest"), None)


def solve(request):
    """The fields that answer a sum."""
    fields = request["fields"]
    first, sign, second = re.fullmatch(r"(\d+)([+−])(\d+) =", fields["captchaInfo"]["value"]).groups()
    word = int(first) + int(second) if sign == "+" else int(first) - int(second)
    return {"captchaId": fields["captchaId"]["value"], "captchaWord": str(word)}


def fail(browser, times, name="Alice"):
    for _ in range(times):
        assert browser.log_in(name, "wrong") == WRONG


def create(browser, name="Carol", **fields):
    form = {
        "action": "createaccount",
        "username": name,
        "password": SECRET,
        "retype": SECRET,
        "createreturnurl": "http://example.org/",
        "createtoken": browser.token("createaccount"),
    }
    return browser.post({**form, **fields})["createaccount"]


def rows(wiki):
    with wiki.wiki.database.read() as connection:
        return connection.exec_driver_sql("SELECT count(*) FROM wikigate_session").scalar()


# -- what is asked --------------------------------------------------------------------------------------------------------


def test_the_sum_as_recorded(always):
    request = listed(always)
    fields = request.pop("fields")
    assert request == {
        "id": "CaptchaAuthenticationRequest",
        "metadata": {"type": "simple", "mime": "text/plain"},
        "required": "required",
        "provider": r"MediaWiki\Extension\ConfirmEdit\Auth\CaptchaAuthenticationRequest",
        "account": "CaptchaAuthenticationRequest",
    }
    assert re.fullmatch(r"\d{1,19}", fields["captchaId"].pop("value"))
    assert re.fullmatch(r"\d+[+−]\d+ =", fields["captchaInfo"].pop("value"))
    fields["captchaInfo"].pop("label")
    plain = {"optional": False, "sensitive": False}
    assert fields == {
        "captchaId": {
            "type": "hidden",
            "label": "CAPTCHA ID",
            "help": "This value should be sent back unchanged.",
            **plain,
        },
        "captchaInfo": {"type": "null", "help": "Description of the CAPTCHA.", **plain},
        "captchaWord": {"type": "string", "label": "CAPTCHA", "help": "Solution of the CAPTCHA.", **plain},
    }


def test_a_visitor_who_is_shown_a_captcha_gets_a_cookie_and_no_row(always):
    browser = always.browser()
    assert listed(browser)
    assert list(browser.cookies) == ["my_wiki_session"]
    assert rows(always) == 0


def test_without_failures_a_login_asks_for_nothing(wiki):
    browser = wiki.browser()
    assert listed(browser) is None
    assert browser.cookies == {}
    assert browser.log_in("Alice", SECRET)["status"] == "PASS"


# -- logging in -----------------------------------------------------------------------------------------------------------


def test_m08_a_solved_captcha_and_the_right_password_pass(always):
    browser = always.browser()
    assert browser.log_in("Alice", SECRET, **solve(listed(browser))) == {"status": "PASS", "username": "Alice"}
    assert browser.who() == "Alice"


def test_s10_after_three_failures_the_right_password_alone_is_told_as_wrong(wiki):
    fail(wiki.browser(), 2)
    assert listed(wiki.browser()) is None
    fail(wiki.browser(), 1)
    browser = wiki.browser()
    assert browser.log_in("Bob", SECRET) == WRONG
    assert browser.log_in("Bob", SECRET, **solve(listed(browser)))["status"] == "PASS"
    assert listed(wiki.browser()), "a success forgives the name, not the address"
    wiki.clock.move(300)
    assert listed(wiki.browser()) is None


def test_the_window_begins_with_the_first_failure(wiki):
    for _ in range(3):
        fail(wiki.browser(), 1)
        wiki.clock.move(101)
    assert listed(wiki.browser()) is None


def test_m09_failures_with_a_name_ask_whoever_gives_that_name():
    with open_wiki(triggers={"badlogin": False}, per_user={"attempts": 3, "seconds": 600}) as wiki:
        fail(wiki.browser(), 3)
        browser = wiki.browser()
        assert listed(browser) is None, "nothing tells before the name is given"
        assert browser.log_in("Alice", SECRET) == WRONG
        assert browser.log_in("Alice", SECRET, **solve(listed(browser)))["status"] == "PASS"
        assert wiki.browser().log_in("Alice", SECRET)["status"] == "PASS", "a success forgives the name"
        assert listed(browser) is None


def test_a_failure_for_want_of_a_captcha_counts_too(wiki):
    fail(wiki.browser(), 3)
    browser = wiki.browser()
    for _ in range(90 - 3):
        assert browser.log_in("Bob", SECRET) == WRONG
    wiki.clock.move(301)
    assert listed(wiki.browser()), "ninety failures are remembered for a day"


def test_action_login_cannot_solve_one(always):
    browser = always.browser()
    form = {"action": "login", "lgname": "Alice", "lgpassword": SECRET, "lgtoken": browser.token("login")}
    assert browser.post(form)["login"] == {
        "result": "Failed",
        "reason": "Incorrect username or password entered. Please try again.",
    }


def test_a_bot_password_is_not_asked(always):
    account = always.wiki.services.directory.by_name("Alice")
    bot = always.create_bot_password(account, "tool", "basic")
    browser = always.browser()
    form = {"action": "login", "lgname": "Alice@tool", "lgpassword": bot.password, "lgtoken": browser.token("login")}
    assert browser.post(form)["login"]["result"] == "Success"


@pytest.mark.parametrize("action", ["clientlogin", "login", "createaccount"])
def test_u15_a_header_tells_honest_clients_what_is_wanted(always, action):
    browser = always.browser()
    if action == "createaccount":
        form = {"username": "Carol", "password": SECRET, "retype": SECRET, "createreturnurl": "http://example.org/"}
        form["createtoken"] = browser.token("createaccount")
    elif action == "login":
        form = {"lgname": "Alice", "lgpassword": SECRET, "lgtoken": browser.token("login")}
    else:
        form = {"username": "Alice", "password": SECRET, "loginreturnurl": "http://example.org/"}
        form["logintoken"] = browser.token("login")
    body = urlencode({"action": action, "format": "json", **form}).encode()
    answer = browser.send("POST", "/w/api.php", {"Content-Type": "application/x-www-form-urlencoded"}, body)
    assert answer.header("Wikigate-Wanted") == "captcha"


def test_a_wrong_password_behind_a_solved_captcha_has_no_such_header(always):
    browser = always.browser()
    form = {"username": "Alice", "password": "wrong", "loginreturnurl": "http://example.org/", **solve(listed(browser))}
    form["logintoken"] = browser.token("login")
    body = urlencode({"action": "clientlogin", "format": "json", **form}).encode()
    answer = browser.send("POST", "/w/api.php", {"Content-Type": "application/x-www-form-urlencoded"}, body)
    assert json.loads(answer.body)["clientlogin"]["messagecode"] == "wrongpassword"
    assert answer.header("Wikigate-Wanted") is None


# -- one try ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("first", ["right", "wrong"])
def test_r80_a_captcha_is_one_try(always, first):
    browser = always.browser()
    answer = solve(listed(browser))
    tried = answer if first == "right" else {**answer, "captchaWord": "999"}
    browser.log_in("Alice", "wrong", **tried)
    assert browser.log_in("Alice", SECRET, **answer) == WRONG


def test_r80_a_captcha_belongs_to_its_session(always):
    browser, other = always.browser(), always.browser()
    listed(other)
    assert other.log_in("Alice", SECRET, **solve(listed(browser))) == WRONG


def test_r80_a_captcha_belongs_to_its_action(always):
    browser = always.browser()
    for_account, for_login = solve(listed(browser, "create")), solve(listed(browser, "login"))
    assert browser.log_in("Alice", SECRET, **for_account) == WRONG
    assert create(browser, **for_login)["messagecode"] == "captcha-createaccount-fail"


def test_r80_a_captcha_is_good_for_half_an_hour(always):
    browser = always.browser()
    in_time, late = solve(listed(browser)), solve(listed(browser))
    always.clock.move(1799)
    assert browser.log_in("Alice", SECRET, **in_time)["status"] == "PASS"
    always.clock.move(10)
    assert browser.log_in("Alice", SECRET, **late) == WRONG


def test_without_a_session_where_the_wiki_wants_none():
    with open_wiki(triggers={"loginattempt": True}, needs_session=False) as wiki:
        asking = wiki.browser()
        answer = solve(listed(asking))
        assert asking.cookies == {}
        assert wiki.browser().log_in("Alice", SECRET, **answer)["status"] == "PASS"
        assert wiki.browser().log_in("Alice", SECRET, **answer) == WRONG


def test_of_eight_right_answers_at_once_one_counts(always):
    first = always.browser()
    answer = solve(listed(first))
    token = first.token("login")

    def log_in(_number):
        browser = always.browser()
        browser.cookies = dict(first.cookies)
        form = {
            "action": "clientlogin",
            "username": "Alice",
            "password": SECRET,
            "loginreturnurl": "http://example.org/",
        }
        return browser.post({**form, "logintoken": token, **answer})["clientlogin"]["status"]

    with ThreadPoolExecutor(8) as pool:
        outcomes = list(pool.map(log_in, range(8)))
    assert sorted(outcomes) == ["FAIL"] * 7 + ["PASS"]


def test_after_fifteen_wrong_captchas_in_a_minute_none_is_right(always):
    for _ in range(15):
        browser = always.browser()
        browser.log_in("Alice", SECRET, **{**solve(listed(browser)), "captchaWord": "999"})
    browser = always.browser()
    assert browser.log_in("Alice", SECRET, **solve(listed(browser))) == WRONG
    always.clock.move(60)
    assert browser.log_in("Alice", SECRET, **solve(listed(browser)))["status"] == "PASS"


# -- creating accounts -----------------------------------------------------------------------------------------------------


def test_a_new_account_needs_a_captcha(wiki):
    browser = wiki.browser()
    refused = {
        "status": "FAIL",
        "message": "Incorrect or missing CAPTCHA.",
        "messagecode": "captcha-createaccount-fail",
        "canpreservestate": False,
    }
    assert create(browser) == refused
    assert create(browser, **{**solve(listed(browser, "create")), "captchaWord": "x"}) == refused
    assert create(browser, **solve(listed(browser, "create"))) == {"status": "PASS", "username": "Carol"}


def test_who_may_skip_it(wiki):
    wiki.create_user("Sam", SECRET, groups=("sysop",))
    browser = wiki.browser()
    browser.log_in("Sam", SECRET)
    assert listed(browser, "create") is None
    assert create(browser)["status"] == "PASS"
    rights = browser.get({"action": "query", "meta": "userinfo", "uiprop": "rights"})["query"]["userinfo"]["rights"]
    assert "skipcaptcha" in rights


def test_an_address_that_is_let_pass():
    with open_wiki(bypass=["127.0.0.0/8"]) as wiki:
        assert listed(wiki.browser(), "create") is None
        assert create(wiki.browser())["status"] == "PASS"


def test_an_address_that_is_let_pass_still_solves_one_to_log_in():
    with open_wiki(bypass=["127.0.0.0/8"], triggers={"loginattempt": True}) as wiki:
        assert wiki.browser().log_in("Alice", SECRET) == WRONG


# -- questions -------------------------------------------------------------------------------------------------------------


def test_a_question_of_the_wiki():
    question = {"question": "Capital of <b>France</b>?", "answers": ["Paris", "PARIS (Seine)"]}
    with open_wiki(kind="questions", questions=[question], triggers={"loginattempt": True}) as wiki:
        browser = wiki.browser()
        for said, status in (("London", "FAIL"), (" pARIS ", "PASS")):
            request = listed(browser)
            assert request["metadata"] == {"type": "question", "mime": "text/html"}
            assert request["fields"]["captchaInfo"]["value"] == "Capital of <b>France</b>?"
            ident = request["fields"]["captchaId"]["value"]
            assert browser.log_in("Alice", SECRET, captchaId=ident, captchaWord=said)["status"] == status


# -- what clients look for -------------------------------------------------------------------------------------------------


def test_the_extension_is_named(wiki):
    named = wiki.get({"action": "query", "meta": "siteinfo", "siprop": "extensions"})["query"]["extensions"]
    assert "ConfirmEdit" in [one["name"] for one in named]
