"""``meta=authmanagerinfo`` for every purpose (spec core §8; recorded in authmanagerinfo_8155_*)."""

from __future__ import annotations

import pytest

from wikigate.testing.wiki import TestWiki

PASSWORD = "correct horse battery"
AUTH = "MediaWiki\\Auth\\"


@pytest.fixture
def wiki():
    with TestWiki() as wiki:
        wiki.alice = wiki.create_user("Alice", PASSWORD)
        yield wiki


@pytest.fixture
def browser(wiki):
    return wiki.browser()


def info(browser, **query):
    return browser.get({"action": "query", "meta": "authmanagerinfo", **query})["query"]["authmanagerinfo"]


def requests(browser, purpose, **query):
    return info(browser, amirequestsfor=purpose, **query)["requests"]


def shape(browser, purpose):
    return [(r["id"].removeprefix(AUTH), r["required"], list(r["fields"])) for r in requests(browser, purpose)]


PASSWORD_LOGIN = ("PasswordAuthenticationRequest", "primary-required", ["username", "password"])
PASSWORD_CREATE = ("PasswordAuthenticationRequest", "primary-required", ["username", "password", "retype"])
PASSWORD_CHANGE = ("PasswordAuthenticationRequest", "primary-required", ["password", "retype"])
TEMPORARY = ("TemporaryPasswordAuthenticationRequest", "primary-required", ["mailpassword"])
REMEMBER = ("RememberMeAuthenticationRequest", "optional", ["rememberMe"])
NAME = ("UsernameAuthenticationRequest", "required", ["username"])
DATA = ("UserDataAuthenticationRequest", "required", ["email", "realname"])
REASON = ("CreationReasonAuthenticationRequest", "optional", ["reason"])


def test_m11_what_a_login_asks_for_word_for_word(browser):
    answer = info(browser, amirequestsfor="login")
    assert list(answer) == [
        "canauthenticatenow", "cancreateaccounts", "canlinkaccounts", "haspreservedstate", "hasprimarypreservedstate",
        "preservedusername", "requests",
    ]  # fmt: skip
    password, remember = answer["requests"]
    assert list(password) == ["id", "metadata", "required", "provider", "account", "fields"]
    assert (password["provider"], password["account"]) == ("Password-based authentication", "")
    assert (password["fields"]["password"]["type"], password["fields"]["password"]["sensitive"]) == ("password", True)
    assert remember["provider"] == remember["account"] == f"{AUTH}RememberMeAuthenticationRequest"
    assert browser.cookies == {}, "a question costs no session"


@pytest.mark.parametrize(
    ("purpose", "visitor", "user"),
    [
        ("login", [PASSWORD_LOGIN, REMEMBER], [PASSWORD_LOGIN, REMEMBER]),
        ("create", [PASSWORD_CREATE, NAME, DATA], [TEMPORARY, PASSWORD_CREATE, NAME, DATA, REASON]),
        ("change", [PASSWORD_CHANGE], [PASSWORD_CHANGE]),
        ("login-continue", [], []),
        ("create-continue", [], []),
        ("link", [], []),
        ("link-continue", [], []),
        ("unlink", [], []),
        ("remove", [TEMPORARY], [TEMPORARY]),
    ],
)
def test_m11_every_purpose_for_visitors_and_users(browser, purpose, visitor, user):
    assert shape(browser, purpose) == visitor
    browser.log_in("Alice", PASSWORD)
    assert shape(browser, purpose) == user


def test_a_change_names_the_account_and_a_login_does_not(browser):
    browser.log_in("Alice", PASSWORD)
    assert requests(browser, "change")[0]["account"] == "Alice"
    assert requests(browser, "login")[0]["account"] == ""


def test_without_a_purpose_it_says_what_is_possible(browser):
    assert info(browser) == {"canauthenticatenow": True, "cancreateaccounts": True, "canlinkaccounts": False}


@pytest.mark.parametrize("purpose", ["bogus", "LOGIN", ""])
def test_another_purpose_is_an_error(browser, purpose):
    answer = browser.get({"action": "query", "meta": "authmanagerinfo", "amirequestsfor": purpose})
    assert answer["error"]["code"] == "badvalue"


def test_m11_messages_as_keys(browser):
    password, remember = requests(browser, "login", amimessageformat="raw")
    assert password["provider"] == {"key": "authmanager-provider-password", "params": []}
    assert password["account"] == {"key": "rawmessage", "params": [None]}
    assert password["fields"]["username"]["label"] == {"key": "userlogin-yourname", "params": []}
    assert remember["account"] == {"key": "rawmessage", "params": [f"{AUTH}RememberMeAuthenticationRequest"]}
    assert remember["fields"]["rememberMe"]["label"] == {
        "key": "userlogin-remembermypassword",
        "params": [{"num": 180}],
    }


def test_m11_no_messages(browser):
    password, _ = requests(browser, "login", amimessageformat="none")
    assert list(password) == ["id", "metadata", "required", "fields"]
    assert password["fields"]["password"] == {"type": "password", "optional": False, "sensitive": True}


def test_m11_all_fields_in_one_list(browser):
    answer = info(browser, amirequestsfor="login", amimergerequestfields="1")
    assert [list(r) for r in answer["requests"]] == [["id", "metadata", "required", "provider", "account"]] * 2
    assert {name: (f["optional"], f["sensitive"]) for name, f in answer["fields"].items()} == {
        "username": (False, False), "password": (False, True), "rememberMe": (True, False),
    }  # fmt: skip


def test_booleans_in_the_older_format(browser):
    answer = browser.get(
        {"action": "query", "meta": "authmanagerinfo", "amirequestsfor": "login", "formatversion": "1"}
    )
    assert answer["query"]["authmanagerinfo"]["canauthenticatenow"] == ""
    assert "haspreservedstate" not in answer["query"]["authmanagerinfo"]
    assert answer["query"]["authmanagerinfo"]["requests"][0]["metadata"] == {}


def test_whether_a_login_is_fresh_enough(wiki, browser):
    def status():
        return info(browser, amisecuritysensitiveoperation="ChangeCredentials")["securitysensitiveoperationstatus"]

    assert status() == "reauth"
    browser.log_in("Alice", PASSWORD)
    assert status() == "ok"
    wiki.clock.move(3000)
    browser.who()
    wiki.clock.move(601)
    assert status() == "reauth"
    browser.log_in("Alice", PASSWORD)
    assert status() == "ok"


def test_c19_a_login_by_cookie_is_not_fresh(wiki, browser):
    browser.log_in("Alice", PASSWORD, rememberMe="1")
    del browser.cookies["my_wiki_session"]
    assert browser.who() == "Alice"
    assert info(browser, amisecuritysensitiveoperation="x")["securitysensitiveoperationstatus"] == "reauth"


def test_within_a_bot_password_s_session(wiki, browser):
    bot = wiki.create_bot_password(wiki.alice, "bot", "basic")
    browser.post(
        {"action": "login", "lgname": bot.login, "lgpassword": bot.password, "lgtoken": browser.token("login")}
    )
    answer = info(browser, amirequestsfor="login", amisecuritysensitiveoperation="ChangeCredentials")
    assert (answer["canauthenticatenow"], answer["securitysensitiveoperationstatus"]) == (False, "ok")
    assert answer["requests"][1]["fields"] == {}


def test_m16_a_private_wiki_answers_visitors():
    with TestWiki({"accounts": {"private": True}}) as wiki:
        assert info(wiki.browser(), amirequestsfor="login")["requests"]
