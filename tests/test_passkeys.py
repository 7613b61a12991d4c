"""Logging in with a passkey alone (mission M09; spec extensions §1.6; security C11, C17)."""

from __future__ import annotations

import json
import sqlite3
import threading
from base64 import b64decode
from contextlib import closing
from typing import Any

import pytest

from wikigate.accounts.recovery_codes import CODES
from wikigate.auth.settings import AuthSettings
from wikigate.primitives.errors import ConfigError
from wikigate.testing.authenticator import Authenticator
from wikigate.testing.wiki import Browser, TestWiki

SERVER = "https://wiki.example.org"
PASSWORD = "correct horse battery"
PROVIDERS = ["passkey", *AuthSettings().providers]
TABLES = {
    "site": {"server": SERVER},
    "accounts": {"groups": [{"name": "user", "rights": ["oathauth-enable"]}]},
    "auth": {"providers": PROVIDERS},
}
NEED = "MediaWiki\\Extension\\OATHAuth\\Auth\\WebAuthnAuthenticationRequest"
WRONG = "oathauth-webauthn-error-passkey-verification-failed"


class PasskeyWiki(TestWiki):
    """Alice has a passkey, and an app besides."""

    __test__ = False

    def __init__(self, **auth: Any) -> None:
        super().__init__({**TABLES, "auth": {"providers": PROVIDERS, **auth}})
        self.alice = self.wiki.registration.create("Alice", PASSWORD, email="alice@example.org")
        self.key = Authenticator(SERVER)
        owner = self.browser()
        assert owner.log_in("Alice", PASSWORD)["status"] == "PASS"
        register(owner, self.key, passkeyMode="1")
        self.wiki.factors.add(self.alice.id, "totp", {"secret": "JBSWY3DPEHPK3PXP", CODES: []})


def register(browser: Browser, key: Authenticator, **more: str) -> None:
    form = {"action": "webauthn", "func": "getRegisterInfo", **more}
    made = key.create(browser.post(form)["webauthn"]["register_info"])
    form = {"action": "webauthn", "func": "register", "credential": made, "friendlyname": "blue one"}
    assert browser.post({**form, "token": browser.token()}) == {"webauthn": {"success": True}}


def asked(browser: Browser) -> Any:
    info = browser.get({"action": "query", "meta": "authmanagerinfo", "amirequestsfor": "login"})
    [need] = [one for one in info["query"]["authmanagerinfo"]["requests"] if one["id"] == NEED]
    return need


def options(browser: Browser) -> str:
    return str(asked(browser)["fields"]["auth_info"]["value"])


def send(browser: Browser, credential: str, **more: str) -> Any:
    form = {"action": "clientlogin", "loginreturnurl": "http://example.org/", "credential": credential, **more}
    return browser.post({**form, "logintoken": browser.token("login")})["clientlogin"]


@pytest.fixture
def wiki():
    with PasskeyWiki() as wiki:
        yield wiki


def test_a_passkey_logs_in_without_name_password_or_second_question(wiki):
    browser = wiki.browser()
    sent = wiki.key.get(options(browser))
    assert send(browser, sent) == {"status": "PASS", "username": "Alice"}
    assert browser.who() == "Alice"


def test_what_is_asked_of_whoever_it_may_be(wiki):
    need = asked(wiki.browser())
    told = json.loads(need["fields"]["auth_info"]["value"])
    assert (need["required"], list(need["fields"])) == ("primary-required", ["auth_info", "credential"])
    assert (told["rpId"], told["allowCredentials"], told["userVerification"]) == ("wiki.example.org", [], "required")
    assert len(b64decode(told["challenge"] + "==", altchars=b"-_")) == 32


def test_asking_leaves_no_row(wiki):
    def rows() -> int:
        with closing(sqlite3.connect(wiki.wiki.database.file.path)) as connection:
            return int(connection.execute("SELECT count(*) FROM wikigate_session").fetchone()[0])

    before, browser = rows(), wiki.browser()
    options(browser)
    browser.token("login")
    assert rows() == before


def test_others_log_in_as_ever(wiki):
    wiki.create_user("Bob", PASSWORD)
    assert wiki.browser().log_in("Bob", PASSWORD)["status"] == "PASS"
    assert wiki.browser().log_in("Bob", "wrong", auth_info="x", credential="")["messagecode"] == "wrongpassword"
    assert wiki.browser().log_in("Alice", PASSWORD)["status"] == "UI"


@pytest.mark.parametrize(
    "fault",
    [
        {"origin": "https://evil.example.org"},
        {"rp_id": "evil.example.org"},
        {"kind": "webauthn.create"},
        {"present": False},
    ],
    ids=["origin", "rp", "type", "presence"],
)
def test_c17_what_is_not_what_was_asked_for_fails(wiki, fault):
    browser = wiki.browser()
    refused = send(browser, wiki.key.get(options(browser), **fault))
    assert (refused["status"], refused["messagecode"]) == ("FAIL", WRONG)
    assert browser.who() != "Alice"


def test_c17_a_key_that_has_not_recognised_its_owner_fails(wiki):
    browser = wiki.browser()
    wiki.key.verifies = False
    assert send(browser, wiki.key.get(options(browser)))["messagecode"] == WRONG


@pytest.mark.parametrize("sent", ["{", "[]", "null", "5", '{"id":"a"}', "[" * 100_000, "x" * 10_000])
def test_c17_what_is_no_answer_of_a_key_fails(wiki, sent):
    assert send(wiki.browser(), sent)["messagecode"] == WRONG


def test_c17_a_stranger_s_passkey_fails_with_the_same_message(wiki):
    stranger = Authenticator(SERVER)
    for handle, ident in (
        (b"x" * 64, stranger.id),
        (b"", stranger.id),
        (wiki.key.handle, stranger.id),
        (wiki.key.handle, wiki.key.id),
    ):
        stranger.handle, stranger.id = handle, ident
        browser = wiki.browser()
        assert send(browser, stranger.get(options(browser)))["messagecode"] == WRONG


def test_c17_an_answer_is_good_once_in_its_own_session_for_five_minutes(wiki):
    browser, other = wiki.browser(), wiki.browser()
    sent = wiki.key.get(options(browser))
    options(other)
    assert send(other, sent)["messagecode"] == WRONG
    assert send(browser, sent)["status"] == "PASS"
    assert send(browser, sent)["messagecode"] == WRONG
    late = wiki.browser()
    sent = wiki.key.get(options(late))
    wiki.clock.move(301)
    assert send(late, sent)["messagecode"] == WRONG


def test_c17_a_question_that_was_answered_wrongly_is_over(wiki):
    browser = wiki.browser()
    told = options(browser)
    wiki.key.verifies = False
    assert send(browser, wiki.key.get(told))["messagecode"] == WRONG
    wiki.key.verifies = True
    assert send(browser, wiki.key.get(told))["messagecode"] == WRONG
    assert send(browser, wiki.key.get(options(browser)))["status"] == "PASS"


def test_c17_several_questions_may_be_open_at_once(wiki):
    browser = wiki.browser()
    first = options(browser)
    assert options(browser) != first
    assert send(browser, wiki.key.get(first))["status"] == "PASS"


def test_c17_an_answer_sent_eight_times_at_once_logs_in_once(wiki):
    wiki.key.counts = False
    browser = wiki.browser()
    sent, token = wiki.key.get(options(browser)), browser.token("login")
    copies = [wiki.browser() for _ in range(8)]
    came: list[bool] = []
    barrier = threading.Barrier(8)

    def run(copy: Browser) -> None:
        copy.cookies = dict(browser.cookies)
        form = {"action": "clientlogin", "loginreturnurl": "http://example.org/", "credential": sent}
        barrier.wait()
        answer = copy.post({**form, "logintoken": token})
        came.append(answer.get("clientlogin", {}).get("status") == "PASS")

    threads = [threading.Thread(target=run, args=(copy,)) for copy in copies]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(came) == [False] * 7 + [True]


def test_c17_a_counter_that_goes_backwards_is_refused_and_its_owner_told(wiki):
    for count, status in ((5, "PASS"), (3, "FAIL")):
        wiki.key.counter = count
        browser = wiki.browser()
        assert send(browser, wiki.key.get(options(browser)))["status"] == status
    assert "factor-copied" in [row.kind for row in wiki.wiki.post.rows.newest(9)]


def test_c11_wrong_answers_of_an_account_s_keys_count_in_its_windows():
    with PasskeyWiki(throttle={"conditions": []}) as wiki:
        wiki.key.verifies = False
        for _ in range(10):
            browser = wiki.browser()
            assert send(browser, wiki.key.get(options(browser)))["messagecode"] == WRONG
        wiki.key.verifies = True
        browser = wiki.browser()
        assert send(browser, wiki.key.get(options(browser)))["messagecode"] == "oathauth-throttled"


def test_b1_wrong_answers_count_for_the_address(wiki):
    codes = [send(wiki.browser(), "{}")["messagecode"] for _ in range(6)]
    assert codes == [WRONG] * 5 + ["login-throttled"]


def test_a_second_factor_s_key_is_no_passkey(wiki):
    wiki.create_user("Bob", PASSWORD)
    owner, key = wiki.browser(), Authenticator(SERVER)
    owner.log_in("Bob", PASSWORD)
    register(owner, key)
    browser = wiki.browser()
    assert send(browser, key.get(options(browser)))["messagecode"] == WRONG


def test_a_locked_account_stays_out(wiki):
    wiki.wiki.registration.lock(wiki.alice)
    browser = wiki.browser()
    assert send(browser, wiki.key.get(options(browser)))["status"] == "FAIL"
    assert browser.who() != "Alice"


def test_all_passkeys_of_an_account_have_one_handle_kept_as_mediawiki_keeps_it(wiki):
    with closing(sqlite3.connect(wiki.wiki.database.file.path)) as connection:
        rows = connection.execute("SELECT oah_user, oah_handle FROM oathauth_user_handles").fetchall()
    assert [(user, b64decode(handle)) for user, handle in rows] == [(wiki.alice.id, wiki.key.handle)]
    assert len(wiki.key.handle) == 64
    [factor] = [one for one in wiki.wiki.factors.of(wiki.alice.id) if one.kind == "webauthn"]
    assert (factor.data["supportsPasswordless"], factor.data["version"]) == (True, 1)


def test_the_page_s_form_takes_the_answer_too(wiki):
    browser = wiki.browser()
    page = browser.send("GET", "/w/index.php?title=Special:UserLogin").body.decode()
    assert 'name="auth_info"' in page
    assert 'name="credential"' in page


def test_a_wiki_that_does_not_know_its_address_has_none():
    with pytest.raises(ConfigError, match="server"):
        TestWiki({"auth": {"providers": PROVIDERS}})
