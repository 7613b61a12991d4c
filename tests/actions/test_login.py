"""``action=login`` in its exact order (spec core §5, §6; recorded in login_*, botpw_*, no_botpasswords, login_transport_errors)."""

from __future__ import annotations

import json

import pytest

from wikigate.store.audit import AuditTable
from wikigate.testing.wiki import TestWiki

PASSWORD = "correct horse battery"
WRONG = "Incorrect username or password entered. Please try again."
BOT_PROVIDER = r"MediaWiki\Session\BotPasswordSessionProvider"


@pytest.fixture
def wiki():
    with TestWiki() as wiki:
        alice = wiki.create_user("Alice", PASSWORD)
        wiki.bot = wiki.create_bot_password(alice, "bot", "editpage")
        wiki.alice = alice
        yield wiki


@pytest.fixture
def log_in(wiki):
    def post(name="Alice", password=PASSWORD, browser=None, **more):
        browser = browser or wiki.browser()
        form = {"action": "login", "lgname": name, "lgpassword": password, "lgtoken": browser.token("login"), **more}
        return browser.post({key: value for key, value in form.items() if value is not None})

    return post


def fails(answer, reason=WRONG):
    return answer == {"login": {"result": "Failed", "reason": reason}}


def read(answer):
    return json.loads(answer.body)


# -- the order of its checks --------------------------------------------------------------------------------------------


def test_m02_success_with_the_main_account_is_deprecated_and_remembered(wiki, log_in):
    browser = wiki.browser()
    answer = log_in(browser=browser, errorformat="plaintext")
    assert answer["login"] == {"result": "Success", "lguserid": wiki.alice.id, "lgusername": "Alice"}
    assert [(w["code"], w.get("data"), w["module"]) for w in answer["warnings"]] == [
        ("deprecation", {"feature": "main-account-login"}, "login"),
        ("deprecation-help", None, "main"),
    ]
    assert {"my_wiki_session", "my_wikiUserID", "my_wikiUserName", "my_wikiToken"} == set(browser.cookies)
    assert browser.who() == "Alice"


def test_m03_success_with_a_bot_password_warns_of_nothing_and_keeps_to_its_own_cookie(wiki, log_in):
    browser = wiki.browser()
    answer = log_in(wiki.bot.login, wiki.bot.password, browser)
    assert answer == {"login": {"result": "Success", "lguserid": wiki.alice.id, "lgusername": "Alice"}}
    assert set(browser.cookies) == {"my_wiki_session", "my_wiki_BPsession"}
    assert browser.who() == "Alice"


def test_m03_the_other_spelling_of_a_bot_password(wiki, log_in):
    assert log_in("Alice", f"bot@{wiki.bot.password}")["login"]["result"] == "Success"
    assert log_in("alice", f"bot@{wiki.bot.password}")["login"]["lgusername"] == "Alice"


@pytest.mark.parametrize("token", [None, "", "0"])
def test_m04_m40_without_a_token_one_is_handed_out(wiki, token):
    browser = wiki.browser()
    form = {"action": "login", "lgname": "Alice", "lgpassword": PASSWORD, "errorformat": "none"}
    answer = browser.post(form if token is None else {**form, "lgtoken": token})
    assert answer["login"]["result"] == "NeedToken"
    assert answer["warnings"][0]["data"] == {"feature": "action=login&!lgtoken"}
    again = browser.post({**form, "lgtoken": answer["login"]["token"]})
    assert again["login"]["result"] == "Success"


def test_m04_a_wrong_token_has_no_reason(wiki):
    browser = wiki.browser()
    browser.token("login")
    wiki.clock.move(1)
    answer = browser.post(
        {"action": "login", "lgname": "Alice", "lgpassword": PASSWORD, "lgtoken": "dead" * 8 + "6b00e591+\\"}
    )
    assert answer == {"login": {"result": "WrongToken"}}


@pytest.mark.parametrize("error_format", ["bc", "plaintext"])
def test_m04_a_token_without_its_session_is_a_lost_session(wiki, error_format):
    token = wiki.browser().token("login")
    browser = wiki.browser()
    answer = browser.post(
        {"action": "login", "lgname": "Alice", "lgpassword": PASSWORD, "lgtoken": token, "errorformat": error_format}
    )
    text = "Unable to continue login. Your session most likely timed out."
    reason = text if error_format == "bc" else {"code": "sessionlost", "text": text}
    assert fails(answer, reason)
    assert set(browser.cookies) == {"my_wiki_session"}


def test_m04_secrets_in_the_query_string_are_refused(wiki):
    target = "/w/api.php?action=login&lgpassword=x&lgtoken=y&format=json&formatversion=2&errorformat=none"
    answer = read(
        wiki.browser().send("POST", target, {"Content-Type": "application/x-www-form-urlencoded"}, b"lgname=Alice")
    )
    assert answer["errors"] == [{"code": "mustpostparams", "module": "login"}]


def test_m04_a_get_is_refused(wiki):
    assert wiki.browser().get({"action": "login"})["error"]["code"] == "mustbeposted"


@pytest.mark.parametrize("how", ["origin", "callback", "header"])
def test_m04_where_the_same_origin_policy_is_not_applied_nobody_logs_in(wiki, how):
    browser = wiki.browser()
    token = browser.token("login")
    target = "/w/api.php?format=json&formatversion=2&errorformat=none" + {
        "origin": "&origin=*",
        "callback": "&callback=f",
    }.get(how, "")
    headers = {"Content-Type": "application/x-www-form-urlencoded"} | (
        {"Treat-as-Untrusted": "1"} if how == "header" else {}
    )
    body = f"action=login&lgname=Alice&lgpassword={PASSWORD}&lgtoken={token}".encode()
    answer = browser.send("POST", target, headers, body)
    assert b'"login":{"result":"Aborted","reason":{"code":"api-login-fail-sameorigin"}}' in answer.body
    assert browser.who() == "127.0.0.1"


def test_m04_a_live_bot_session_must_be_dropped_before_a_new_login(wiki, log_in):
    browser = wiki.browser()
    log_in(wiki.bot.login, wiki.bot.password, browser)
    answer = log_in(wiki.bot.login, wiki.bot.password, browser, lgtoken="anything")
    assert answer == {"login": {"result": "Aborted", "reason": f"Cannot log in when using {BOT_PROVIDER} sessions."}}


# -- the main account ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "password"), [("Alice", "wrong"), ("Nobody", PASSWORD), ("Alice@x", PASSWORD)])
def test_m04_b8_wrong_credentials_fail_in_the_same_words(log_in, name, password):
    assert fails(log_in(name, password))


@pytest.mark.parametrize(
    ("name", "password"), [("Alice", ""), ("Alice", None), ("", "x"), (None, "x"), ("A#b", "x"), ("127.0.0.1", "x")]
)
def test_m04_what_can_be_nobody_s_credentials(log_in, name, password):
    assert fails(log_in(name, password), "The supplied credentials could not be authenticated.")


def test_reasons_have_the_shape_of_the_error_format(log_in):
    assert log_in(password="x", errorformat="raw")["login"]["reason"] == {
        "code": "wrongpassword",
        "key": "wrongpassword",
        "params": [],
    }
    assert log_in(password="x", errorformat="none")["login"]["reason"] == {"code": "wrongpassword"}
    assert log_in(password="x", errorformat="plaintext")["login"]["reason"] == {"code": "wrongpassword", "text": WRONG}
    fv1 = log_in(password="x", errorformat="plaintext", formatversion="1")
    assert fv1["login"]["reason"] == {"code": "wrongpassword", "*": WRONG}


def test_m36_a_domain_that_nobody_asks_for_is_ignored(log_in):
    answer = log_in(lgdomain="CORP", errorformat="none")
    assert answer["login"]["result"] == "Success"
    assert [warning["code"] for warning in answer["warnings"]] == ["deprecation", "deprecation-help"]


def test_on_a_wiki_without_bot_passwords_the_advice_is_another():
    with TestWiki({"accounts": {"bot_passwords": False}}) as wiki:
        alice = wiki.create_user("Alice", PASSWORD)
        browser = wiki.browser()
        form = {"action": "login", "lgtoken": browser.token("login"), "errorformat": "raw"}
        answer = browser.post({**form, "lgname": "Alice", "lgpassword": PASSWORD})
        assert answer["warnings"][0]["key"] == "apiwarn-deprecation-login-nobotpw"
        browser = wiki.browser()
        bot = wiki.create_bot_password(alice, "bot")
        answer = browser.post(
            {"action": "login", "lgtoken": browser.token("login"), "lgname": bot.login, "lgpassword": bot.password}
        )
        assert fails(answer)


# -- bot passwords ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["Alice@bot", "Alice@nosuch", "Nobody@bot"])
def test_b8_wrong_bot_passwords_fail_in_the_same_words(log_in, name):
    assert fails(log_in(name, "0" * 32))


def test_a_bot_password_from_a_forbidden_address_looks_like_a_wrong_one(wiki, log_in):
    bots = wiki.wiki.services.bot_passwords
    far = bots.create(wiki.alice, "far", addresses=["203.0.113.0/24"])
    assert fails(log_in(far.login, far.password))


def test_a_bot_password_that_must_be_reset_says_so_whatever_is_sent(wiki, log_in):
    log_in(wiki.bot.login, wiki.bot.password)
    wiki.wiki.registration.set_password(wiki.alice, "another horse battery")
    reason = 'The bot password for bot name "bot" of user "Alice" must be reset.'
    for password in (wiki.bot.password, "0" * 32):
        assert fails(log_in(wiki.bot.login, password), reason)


def test_m37_b7_bot_passwords_and_main_passwords_are_throttled_apart(wiki, log_in):
    assert [fails(log_in("Alice@bot", f"{n:032}")) for n in range(5)] == [True] * 5
    slow = log_in("Alice@bot", f"{5:032}", errorformat="none")["login"]["reason"]
    assert slow == {"code": "login-throttled"}
    assert log_in(wiki.bot.login, wiki.bot.password, errorformat="none")["login"]["reason"] == {
        "code": "login-throttled"
    }
    assert log_in()["login"]["result"] == "Success"
    wiki.clock.move(301)
    assert log_in(wiki.bot.login, wiki.bot.password)["login"]["result"] == "Success"


def test_b7_login_and_clientlogin_share_one_counter(wiki, log_in):
    for _ in range(3):
        log_in(password="wrong")
    for _ in range(2):
        wiki.browser().log_in("alice", "wrong")
    assert wiki.browser().log_in("Alice", PASSWORD)["messagecode"] == "login-throttled"
    assert log_in(errorformat="none")["login"]["reason"] == {"code": "login-throttled"}


def test_f4_a_locked_account_is_locked_to_its_bots_too(wiki, log_in):
    wiki.wiki.registration.lock(wiki.alice)
    assert (
        log_in(wiki.bot.login, wiki.bot.password, errorformat="none")["login"]["reason"]["code"]
        == "botpasswords-locked"
    )
    assert fails(log_in())


def test_h6_each_judgement_is_noted(wiki, log_in):
    log_in(wiki.bot.login, wiki.bot.password)
    log_in("Alice@nosuch", "0" * 32)
    log_in()
    rows = list(AuditTable(wiki.wiki.database).read())
    assert [row.event for row in rows] == ["botlogin.pass", "botlogin.fail", "login.fail", "login.pass"]
    assert [row.user_name for row in rows] == ["Alice", "Alice", "", "Alice"]
    assert [json.loads(row.details) for row in rows[:3]] == [
        {"app": "bot"},
        {"reason": "no-such-app"},
        {"code": "wrongpassword", "reason": "no-such-user"},
    ]
