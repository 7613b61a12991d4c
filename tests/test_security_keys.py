"""Security keys through the wire (mission M09; spec extensions §1.6; security C13, C14, C17)."""

from __future__ import annotations

import json
import logging
import threading
from typing import Any

import pytest

from wikigate.accounts.recovery_codes import CODES
from wikigate.testing.authenticator import Authenticator
from wikigate.testing.wiki import Browser, TestWiki

SERVER = "https://wiki.example.org"
PASSWORD = "correct horse battery"
TABLES = {"site": {"server": SERVER}}
KEY_NEED = "MediaWiki\\Extension\\WebAuthn\\Auth\\WebAuthnAuthenticationRequest"
CHOICE_NEED = "MediaWiki\\Extension\\OATHAuth\\Auth\\TwoFactorModuleSelectAuthenticationRequest"


class KeyWiki(TestWiki):
    """Alice has a security key."""

    __test__ = False

    def __init__(self) -> None:
        super().__init__(TABLES)
        self.alice = self.create_user("Alice", PASSWORD)
        self.key = Authenticator(SERVER)
        self.owner = self.browser()
        assert self.owner.log_in("Alice", PASSWORD)["status"] == "PASS"
        assert register(self.owner, self.key) == {"webauthn": {"success": True}}

    def asked(self) -> tuple[Browser, Any]:
        """Return a client whose password was right, and what it is asked."""
        browser = self.browser()
        asked = browser.log_in("Alice", PASSWORD)
        assert asked["status"] == "UI"
        return browser, asked


def call(browser: Browser, func: str, **more: str) -> Any:
    return browser.post({"action": "webauthn", "func": func, **more})


def register_info(browser: Browser, **more: str) -> str:
    return str(call(browser, "getRegisterInfo", **more)["webauthn"]["register_info"])


def register(browser: Browser, key: Authenticator, answer: str = "", **more: str) -> Any:
    answer = answer or key.create(register_info(browser, **more))
    return call(browser, "register", credential=answer, friendlyname="blue one", token=browser.token("csrf"))


def options(asked: Any) -> str:
    [need] = [one for one in asked["requests"] if one["id"] == KEY_NEED]
    return str(need["fields"]["auth_info"]["value"])


def answer(browser: Browser, **fields: str) -> Any:
    form = {"action": "clientlogin", "logincontinue": "1", "logintoken": browser.token("login"), "auth_info": "x"}
    return browser.post({**form, **fields})["clientlogin"]


@pytest.fixture
def wiki():
    with KeyWiki() as wiki:
        yield wiki


def test_a_key_logs_in(wiki):
    browser, asked = wiki.asked()
    [need] = asked["requests"]
    assert (need["id"], asked["messagecode"]) == (KEY_NEED, "webauthn-ui-login-prompt")
    assert {name: one["type"] for name, one in need["fields"].items()} == {
        "auth_info": "hidden",
        "credential": "hidden",
    }
    told = json.loads(options(asked))
    assert (told["rpId"], told["userVerification"], len(told["allowCredentials"])) == (
        "wiki.example.org",
        "preferred",
        1,
    )
    assert answer(browser, credential=wiki.key.get(options(asked))) == {"status": "PASS", "username": "Alice"}
    assert browser.who() == "Alice"


def test_the_options_of_a_registration(wiki):
    told = json.loads(register_info(wiki.owner, passkeyMode="1"))
    assert (told["rp"]["id"], told["user"]["name"], told["attestation"]) == ("wiki.example.org", "Alice", "none")
    assert told["authenticatorSelection"]["residentKey"] == "required"
    assert told["authenticatorSelection"]["userVerification"] == "required"
    assert len(told["excludeCredentials"]) == 1
    assert [one["alg"] for one in told["pubKeyCredParams"]] == [-7, -36, -8, -257, -259]


def test_registering_keeps_this_session_and_ends_the_others_d6():
    with TestWiki(TABLES) as wiki:
        wiki.create_user("Alice", PASSWORD)
        here, there = wiki.browser(), wiki.browser()
        for browser in (here, there):
            browser.log_in("Alice", PASSWORD)
        assert register(here, Authenticator(SERVER)) == {"webauthn": {"success": True}}
        assert (here.who(), there.who() == "Alice") == ("Alice", False)


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
    browser, asked = wiki.asked()
    refused = answer(browser, credential=wiki.key.get(options(asked), **fault))
    assert (refused["status"], refused["messagecode"]) == ("FAIL", "webauthn-error-verification-failed")
    assert browser.who() != "Alice"


@pytest.mark.parametrize(
    "sent",
    ["{", "[]", "null", "5", '{"id":"a"}', "[" * 100_000, '{"id":1,"rawId":2,"response":{},"type":"public-key"}'],
)
def test_c17_what_is_no_answer_of_a_key_fails(wiki, sent):
    browser, _ = wiki.asked()
    assert answer(browser, credential=sent)["messagecode"] == "webauthn-error-verification-failed"


def test_c17_a_stranger_s_key_fails_with_the_same_message(wiki):
    browser, asked = wiki.asked()
    stranger = Authenticator(SERVER)
    assert (
        answer(browser, credential=stranger.get(options(asked)))["messagecode"] == "webauthn-error-verification-failed"
    )
    browser, asked = wiki.asked()
    stranger.id = wiki.key.id
    assert (
        answer(browser, credential=stranger.get(options(asked)))["messagecode"] == "webauthn-error-verification-failed"
    )


def test_c17_an_answer_is_good_once_and_in_its_own_session(wiki):
    browser, asked = wiki.asked()
    other, _ = wiki.asked()
    sent = wiki.key.get(options(asked))
    assert answer(other, credential=sent)["status"] == "FAIL"
    assert answer(browser, credential=sent)["status"] == "PASS"
    again, _ = wiki.asked()
    assert answer(again, credential=sent)["status"] == "FAIL"


def test_c17_a_challenge_that_was_put_anew_is_void(wiki):
    browser, asked = wiki.asked()
    missing = answer(browser)
    assert (missing["status"], missing["messagecode"]) == ("UI", "webauthn-error-credentials-missing")
    assert options(missing) != options(asked)
    assert answer(browser, credential=wiki.key.get(options(asked)))["status"] == "FAIL"


def test_c17_a_challenge_is_good_for_five_minutes_and_put_anew_after_them(wiki):
    browser, asked = wiki.asked()
    wiki.clock.move(300)
    in_time, other = wiki.asked()
    assert answer(browser, credential=wiki.key.get(options(asked)))["status"] == "PASS"
    wiki.clock.move(301)
    late = answer(in_time, credential=wiki.key.get(options(other)))
    assert (late["status"], late["messagecode"]) == ("UI", "webauthn-error-verification-failed")
    assert options(late) != options(other)
    assert answer(in_time, credential=wiki.key.get(options(late)))["status"] == "PASS"


def test_c17_a_counter_that_does_not_go_forwards_is_refused_and_told(wiki, caplog):
    browser, asked = wiki.asked()
    assert answer(browser, credential=wiki.key.get(options(asked)))["status"] == "PASS"
    wiki.key.counter -= 1
    browser, asked = wiki.asked()
    with caplog.at_level(logging.WARNING, "wikigate.accounts"):
        assert answer(browser, credential=wiki.key.get(options(asked)))["status"] == "FAIL"
    assert "is refused" in caplog.text
    [factor] = wiki.wiki.factors.of(wiki.alice.id)
    assert factor.data["counter"] == 1


def test_c17_of_two_copies_of_a_key_at_once_one_passes(wiki):
    asked = [wiki.asked() for _ in range(8)]
    sent = []
    for browser, one in asked:
        wiki.key.counter = 6
        sent.append((browser, browser.token("login"), wiki.key.get(options(one))))
    came: list[str] = []
    barrier = threading.Barrier(8)

    def run(browser: Browser, token: str, credential: str) -> None:
        barrier.wait()
        form = {"action": "clientlogin", "logincontinue": "1", "logintoken": token, "auth_info": "x"}
        came.append(browser.post({**form, "credential": credential})["clientlogin"]["status"])

    threads = [threading.Thread(target=run, args=each) for each in sent]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(came) == ["FAIL"] * 7 + ["PASS"]


def test_a_key_that_does_not_count_logs_in_again_and_again():
    with TestWiki(TABLES) as wiki:
        wiki.create_user("Alice", PASSWORD)
        key, owner = Authenticator(SERVER, counts=False), wiki.browser()
        owner.log_in("Alice", PASSWORD)
        register(owner, key)
        for _ in range(2):
            browser = wiki.browser()
            asked = browser.log_in("Alice", PASSWORD)
            assert answer(browser, credential=key.get(options(asked)))["status"] == "PASS"


def test_c11_wrong_keys_count_in_the_account_s_windows(wiki):
    for _ in range(10):
        browser, _ = wiki.asked()
        assert answer(browser, credential="{}")["status"] == "FAIL"
    browser, asked = wiki.asked()
    refused = answer(browser, credential=wiki.key.get(options(asked)))
    assert (refused["status"], refused["messagecode"]) == ("UI", "oathauth-throttled")


def test_c14_who_has_an_app_too_is_asked_for_a_code_and_may_choose_the_key(wiki):
    wiki.wiki.factors.add(wiki.alice.id, "totp", {"secret": "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", CODES: ["A" * 16]})
    browser, asked = wiki.asked()
    code, choice = asked["requests"]
    assert list(code["fields"]) == ["OATHToken"]
    assert (choice["id"], list(choice["fields"]["newModule"]["options"])) == (CHOICE_NEED, ["", "webauthn"])
    assert choice["metadata"]["currentModule"] == "totp"
    assert choice["metadata"]["allowedModules"] == ["totp", "webauthn"]
    switched = answer(browser, newModule="webauthn")
    assert switched["messagecode"] == "webauthn-ui-login-prompt"
    back = answer(browser, newModule="totp")
    assert list(back["requests"][0]["fields"]) == ["OATHToken"]
    assert answer(browser, newModule="nothing")["messagecode"] == "oathauth-login-failed"
    switched = answer(browser, newModule="webauthn")
    assert answer(browser, credential=wiki.key.get(options(switched)), newModule="")["status"] == "PASS"
    browser, _ = wiki.asked()
    assert answer(browser, OATHToken="A" * 16)["status"] == "PASS"


def test_c14_a_revoked_key_is_refused(wiki):
    wiki.wiki.factors.add(wiki.alice.id, "totp", {"secret": "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", CODES: []})
    browser, _ = wiki.asked()
    switched = answer(browser, newModule="webauthn")
    key = next(one for one in wiki.wiki.factors.of(wiki.alice.id) if one.kind == "webauthn")
    wiki.wiki.factors.remove(key)
    assert answer(browser, credential=wiki.key.get(options(switched)))["status"] != "PASS"


def test_c13_registering_needs_a_login_the_right_and_a_token(wiki):
    stranger = wiki.browser()
    assert call(stranger, "getRegisterInfo")["error"]["code"] == "mustbeloggedin"
    made = wiki.key.create(register_info(wiki.owner))
    assert call(wiki.owner, "register", credential=made)["error"]["code"] == "missingparam"
    assert call(wiki.owner, "register", credential=made, token="x+\\")["error"]["code"] == "badtoken"
    got = wiki.owner.get({"action": "webauthn", "func": "register", "credential": made, "token": "x"})
    assert got["error"]["code"] == "mustbeposted"
    refused = {"accounts": {"groups": [{"name": "user", "without": ["oathauth-enable"]}]}}
    with TestWiki({**TABLES, **refused}) as without:
        without.create_user("Bob", PASSWORD)
        without.log_in("Bob", PASSWORD)
        assert call(without, "getRegisterInfo")["error"]["code"] == "permissiondenied"


def test_c13_registering_needs_a_fresh_login():
    with TestWiki({**TABLES, "auth": {"reauth": {"seconds": {"default": 600}}}}) as wiki:
        wiki.create_user("Alice", PASSWORD)
        wiki.log_in("Alice", PASSWORD)
        wiki.clock.move(599)
        assert "webauthn" in call(wiki, "getRegisterInfo")
        wiki.clock.move(2)
        assert call(wiki, "getRegisterInfo")["error"]["code"] == "reauthenticate"


@pytest.mark.parametrize(
    ("asked", "fault"),
    [
        ({}, {"origin": "https://evil.example.org"}),
        ({}, {"kind": "webauthn.get"}),
        ({"passkeyMode": "1"}, {}),
    ],
    ids=["origin", "type", "owner not recognised"],
)
def test_c13_a_wrong_registration_stores_nothing(wiki, asked, fault):
    key = Authenticator(SERVER, verifies=False)
    made = key.create(register_info(wiki.owner, **asked), **fault)
    assert register(wiki.owner, key, made)["error"]["code"] == "webauthn-error-registration-failed"
    assert len(wiki.wiki.factors.of(wiki.alice.id)) == 1


def test_c13_a_registration_for_another_host_or_another_question_stores_nothing(wiki):
    key = Authenticator(SERVER)
    other_host = register_info(wiki.owner).replace("wiki.example.org", "evil.example.org")
    assert register(wiki.owner, key, key.create(other_host))["error"]["code"] == "webauthn-error-registration-failed"
    made = key.create(register_info(wiki.owner))
    register_info(wiki.owner)
    assert register(wiki.owner, key, made)["error"]["code"] == "webauthn-error-registration-failed"
    register_info(wiki.owner)
    assert register(wiki.owner, key, "{")["error"]["code"] == "webauthn-error-registration-failed"
    assert len(wiki.wiki.factors.of(wiki.alice.id)) == 1


def test_c13_a_registration_is_good_once_and_for_five_minutes(wiki):
    key = Authenticator(SERVER, verifies=False)
    made = key.create(register_info(wiki.owner))
    wiki.clock.move(301)
    assert register(wiki.owner, key, made)["error"]["code"] == "webauthn-error-registration-failed"
    made = key.create(register_info(wiki.owner))
    wiki.clock.move(300)
    assert register(wiki.owner, key, made) == {"webauthn": {"success": True}}
    assert register(wiki.owner, key, made)["error"]["code"] == "webauthn-error-registration-failed"
    assert len(wiki.wiki.factors.of(wiki.alice.id)) == 2


def test_c13_a_key_that_somebody_has_is_registered_to_nobody_else(wiki):
    """Web Authentication §7.1, step 26; nor again to its owner, whose browser was told not to make it."""
    wiki.create_user("Bob", PASSWORD)
    bob = wiki.browser()
    bob.log_in("Bob", PASSWORD)
    stranger = Authenticator(SERVER)
    own, stranger.id = stranger.id, wiki.key.id
    for browser in (bob, wiki.owner):
        assert register(browser, stranger)["error"]["code"] == "webauthn-error-registration-failed"
    stranger.id = own
    assert register(bob, stranger) == {"webauthn": {"success": True}}
    browser, asked = wiki.asked()
    assert answer(browser, credential=wiki.key.get(options(asked)))["status"] == "PASS"


def test_c13_the_twenty_sixth_key_is_refused_also_where_it_was_begun_as_the_twenty_fifth(wiki):
    key = Authenticator(SERVER)
    made = key.create(register_info(wiki.owner))
    for _ in range(24):
        wiki.wiki.factors.insert(wiki.alice.id, "webauthn", {})
    assert register(wiki.owner, key, made)["error"]["code"] == "webauthn-error-registration-failed"
    assert call(wiki.owner, "getRegisterInfo")["error"]["code"] == "webauthn-error-registration-failed"
    assert len(wiki.wiki.factors.of(wiki.alice.id)) == 25


def test_the_row_is_the_extension_s(wiki):
    [factor] = wiki.wiki.factors.of(wiki.alice.id)
    assert (factor.kind, factor.name) == ("webauthn", "blue one")
    assert set(factor.data) == {
        "userHandle", "publicKeyCredentialId", "credentialPublicKey", "aaguid", "friendlyName", "counter", "type", "transports",
        "attestationType", "trustPath", "version", "supportsPasswordless",
    }  # fmt: skip


def test_c17_fifty_rounds_of_one_count_from_eight_threads(wiki):
    keys = wiki.wiki.services.security_keys
    assert keys is not None
    asked: list[tuple[str, str]] = []

    def next_answer() -> None:
        question = keys.ask(keys.of(wiki.alice.id))
        asked.append((wiki.key.get(question.options), question.challenge))

    barrier, used = threading.Barrier(8, action=next_answer), []

    def run() -> None:
        for number in range(50):
            barrier.wait()
            if keys.judge(wiki.alice.id, *asked[-1]):
                used.append(number)

    threads = [threading.Thread(target=run) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert used == list(range(50))
