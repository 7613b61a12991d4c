"""Second factors through the wire (mission M09; security 2.C; spec extensions §1.1; recorded in oath_totp_clientlogin)."""

from __future__ import annotations

import json
import sqlite3
import threading
from base64 import b32encode
from contextlib import closing
from typing import Any
from unittest.mock import Mock

import pytest

from wikigate.accounts.recovery_codes import CODES
from wikigate.accounts.secretbox import SecretBox
from wikigate.accounts.totp import hotp, key_of
from wikigate.primitives.errors import ConfigError, StoreUnavailable
from wikigate.sessions.vault import Vault
from wikigate.store.engine import Database
from wikigate.testing.wiki import Browser, TestWiki

PASSWORD = "correct horse battery"
SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
RECOVERY = ["AAAABBBBCCCCDDDD", "EEEEFFFFGGGGHHHH"]


class SecuredWiki(TestWiki):
    """Alice has a second factor, Bob has none."""

    __test__ = False

    def __init__(self, *arguments: Any, **parts: Any) -> None:
        super().__init__(*arguments, **parts)
        self.alice = self.create_user("Alice", PASSWORD)
        self.create_user("Bob", PASSWORD)
        self.wiki.factors.add(self.alice.id, "totp", {"secret": SECRET, CODES: RECOVERY})

    def code(self, steps: int = 0) -> str:
        key = key_of(SECRET)
        assert key
        return hotp(key, int(self.clock.now()) // 30 + steps)

    def asked(self, name: str = "Alice") -> Browser:
        """Return a client whose password was right and who is asked for a code."""
        browser = self.browser()
        assert browser.log_in(name, PASSWORD)["status"] == "UI"
        return browser

    def log_in_with(self, code: str) -> Any:
        return answer(self.asked(), code)


def answer(browser: Browser, code: str | None) -> Any:
    form = {} if code is None else {"OATHToken": code}
    sent = {"action": "clientlogin", "logincontinue": "1", "logintoken": browser.token("login"), **form}
    return browser.post(sent)["clientlogin"]


def at_once(browsers: list[Browser], codes: list[str]) -> list[str]:
    """Answer from several sessions that start together; return what each came to."""
    tokens = [browser.token("login") for browser in browsers]
    barrier, came = threading.Barrier(len(browsers)), []

    def run(browser: Browser, token: str, code: str) -> None:
        barrier.wait()
        form = {"action": "clientlogin", "logincontinue": "1", "logintoken": token, "OATHToken": code}
        came.append(browser.post(form)["clientlogin"]["status"])

    threads = [threading.Thread(target=run, args=each) for each in zip(browsers, tokens, codes, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(came)


@pytest.fixture
def wiki():
    with SecuredWiki() as wiki:
        yield wiki


def test_the_question_is_the_wire_of_1_43(wiki):
    asked = wiki.log_in("Alice", PASSWORD)
    [need] = asked["requests"]
    assert (asked["status"], asked["messagecode"]) == ("UI", "oathauth-auth-ui")
    assert {key: need[key] for key in ("id", "metadata", "required", "provider", "account")} == {
        "id": "MediaWiki\\Extension\\OATHAuth\\Auth\\TOTPAuthenticationRequest", "metadata": {}, "required": "required",
        "provider": "Two-factor authentication (OATH).", "account": "Alice",
    }  # fmt: skip
    [field] = need["fields"].items()
    assert (field[0], field[1]["type"], field[1]["optional"], field[1]["sensitive"]) == (
        "OATHToken", "string", False, False,
    )  # fmt: skip
    assert wiki.who() != "Alice"
    info = wiki.get({"action": "query", "meta": "authmanagerinfo", "amirequestsfor": "login-continue"})
    assert info["query"]["authmanagerinfo"]["requests"] == asked["requests"]


@pytest.mark.parametrize("code", [None, "", "000000", "abc", "12345678901234567890", "\u0661" * 6])
def test_a_wrong_or_missing_code_is_asked_again_and_a_right_one_still_passes(wiki, code):
    browser = wiki.asked()
    again = answer(browser, code)
    assert (again["status"], again["messagecode"]) == ("UI", "oathauth-login-failed")
    assert again["requests"][0]["fields"].keys() == {"OATHToken"}
    assert answer(browser, wiki.code()) == {"status": "PASS", "username": "Alice"}
    assert browser.who() == "Alice"


@pytest.mark.parametrize("shape", ["oathauth", "documentation"])
@pytest.mark.parametrize("name", ["OATHToken", "code"])
def test_either_shape_of_the_question_takes_the_other_one_s_field(shape, name):
    with SecuredWiki({"auth": {"second_factor": {"shape": shape}}}) as wiki:
        browser = wiki.asked()
        sent = {"action": "clientlogin", "logincontinue": "1"}
        wrong = browser.post({**sent, "logintoken": browser.token("login"), name: "000000"})
        assert (wrong["clientlogin"]["messagecode"], wrong.get("warnings")) == ("oathauth-login-failed", None)
        right = browser.post({**sent, "logintoken": browser.token("login"), name: wiki.code()})
        assert right["clientlogin"] == {"status": "PASS", "username": "Alice"}


def test_who_has_no_factor_is_not_asked(wiki):
    assert wiki.log_in("Bob", PASSWORD)["status"] == "PASS"


def test_c3_a_code_works_once(wiki):
    code = wiki.code()
    assert wiki.log_in_with(code)["status"] == "PASS"
    assert wiki.log_in_with(code)["messagecode"] == "oathauth-login-failed"


def test_c5_one_code_in_eight_sessions_passes_once_in_fifty_rounds():
    with SecuredWiki({"auth": {"second_factor": {"per_day": 1000}, "throttle": {"per_address": 0}}}) as wiki:
        for _ in range(50):
            browsers = [wiki.asked() for _ in range(8)]
            assert at_once(browsers, [wiki.code()] * 8) == ["PASS", *["UI"] * 7]
            assert sum(browser.who() == "Alice" for browser in browsers) == 1
            wiki.clock.move(90)


def test_c5_fifty_rounds_of_one_step_from_eight_threads(wiki):
    factors = wiki.wiki.factors
    [factor] = factors.of(wiki.alice.id)
    barrier, used = threading.Barrier(8), []

    def run() -> None:
        for step in range(50):
            barrier.wait()
            if factors.use_step(factor.id, step):
                used.append(step)

    threads = [threading.Thread(target=run) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert used == list(range(50))


def test_c6_a_used_step_survives_the_loss_of_the_state_and_a_restart(wiki):
    code = wiki.code()
    wiki.log_in_with(code)
    database = wiki.wiki.database.file.path
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute("DELETE FROM wikigate_state")
        connection.execute("DELETE FROM wikigate_session")
    keys = (wiki.data / "secret.key").read_text()
    wiki.wiki.close()
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("WIKIGATE_SECRET", keys)
        with TestWiki(database=f"sqlite:///{database}", clock=wiki.clock) as anew:
            browser = anew.browser()
            assert browser.log_in("Alice", PASSWORD)["status"] == "UI"
            assert answer(browser, code)["messagecode"] == "oathauth-login-failed"
            assert answer(browser, wiki.code(1))["status"] == "PASS"


def test_c7_one_recovery_code_in_eight_sessions_passes_once_and_only_it_is_burnt(wiki):
    browsers = [wiki.asked() for _ in range(8)]
    assert at_once(browsers, RECOVERY[:1] * 8) == ["PASS", *["UI"] * 7]
    [factor] = wiki.wiki.factors.of(wiki.alice.id)
    assert factor.data == {"secret": SECRET, CODES: RECOVERY[1:]}


def test_c7_fifty_rounds_of_one_recovery_code_from_eight_threads(wiki):
    codes, factors, alice = wiki.wiki.recovery_codes, wiki.wiki.factors, wiki.alice.id
    given: list[str] = []

    def next_code() -> None:
        if not len(given) % 10:
            codes_now.extend(codes.renew(alice))
        given.append(codes_now.pop())

    codes_now: list[str] = []
    barrier, found, used = threading.Barrier(8, action=next_code), threading.Barrier(8), []

    def run() -> None:
        for number in range(50):
            barrier.wait()
            uses = [use for one in factors.of(alice) if (use := codes.find(one, given[-1], 0.0)) is not None]
            found.wait()
            if any(use() for use in uses):
                used.append(number)

    threads = [threading.Thread(target=run) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert used == list(range(50))


def test_c11_when_the_day_s_codes_are_used_up_the_owner_is_told_once():
    with SecuredWiki({"auth": {"second_factor": {"per_minute": 3, "per_day": 3}}}) as wiki:
        wiki.wiki.services.directory.set_email(wiki.alice.id, "alice@example.org", authenticated=1.0)
        browser = wiki.asked()
        for _ in range(6):
            answer(browser, "000000")
        assert [row.kind for row in wiki.wiki.post.rows.newest(9)].count("factor-guessed") == 1


def test_c7_two_codes_at_once_are_both_burnt(wiki):
    assert at_once([wiki.asked(), wiki.asked()], RECOVERY) == ["PASS", "PASS"]
    [factor] = wiki.wiki.factors.of(wiki.alice.id)
    assert factor.data[CODES] == []


@pytest.mark.parametrize("code", [0, 1], ids=["recovery", "totp"])
def test_c8_a_login_that_breaks_off_behind_the_code_costs_no_code_and_gives_no_session(wiki, monkeypatch, code):
    sent = (RECOVERY[0], wiki.code())[code]
    browser = wiki.asked()
    with monkeypatch.context() as broken:
        broken.setattr(Vault, "log_in", Mock(side_effect=StoreUnavailable("gone")))
        form = {"action": "clientlogin", "logincontinue": "1", "logintoken": browser.token("login"), "OATHToken": sent}
        assert "error" in browser.post(form)
    assert browser.who() != "Alice"
    assert wiki.log_in_with(sent)["status"] == "PASS"
    assert wiki.log_in_with(sent)["messagecode"] == "oathauth-login-failed"


def test_c8_a_code_before_another_question_is_burnt_with_the_attempt_that_is_kept(wiki):
    wiki.wiki.services.directory.set_temporary_password(wiki.alice.id, wiki.wiki.scheme.make("TempPass123xyz"))
    first, second = wiki.browser(), wiki.browser()
    for browser in (first, second):
        assert browser.log_in("Alice", "TempPass123xyz")["status"] == "UI"
    asked = answer(first, wiki.code())
    assert (asked["status"], list(asked["requests"][0]["fields"])) == ("UI", ["password", "retype"])
    assert answer(second, wiki.code())["messagecode"] == "oathauth-login-failed"
    form = {"action": "clientlogin", "logincontinue": "1", "logintoken": first.token("login")}
    passed = first.post({**form, "password": "another horse battery", "retype": "another horse battery"})
    assert passed["clientlogin"]["status"] == "PASS"


def test_c10_the_database_holds_neither_seed_nor_codes(wiki):
    wiki.log_in_with(wiki.code())
    wiki.wiki.close()
    for file in wiki.data.iterdir():
        for secret in (SECRET, *RECOVERY):
            assert secret.encode() not in file.read_bytes()


def test_c11_ten_wrong_codes_are_judged_for_an_administrator_too_and_a_right_one_after_them_not(wiki):
    wiki.wiki.services.directory.add_group(wiki.alice.id, "sysop")
    wiki.wiki.services.directory.add_group(wiki.alice.id, "bot")
    browser = wiki.asked()
    codes = [answer(browser, "000000")["messagecode"] for _ in range(12)]
    assert codes == ["oathauth-login-failed"] * 10 + ["oathauth-throttled"] * 2
    assert answer(wiki.asked(), wiki.code())["messagecode"] == "oathauth-throttled"
    wiki.clock.move(60)
    assert answer(browser, wiki.code())["status"] == "PASS"


def test_c11_of_forty_wrong_codes_at_once_ten_are_judged(wiki):
    judged: list[str] = []
    tokens = [(browser, browser.token("login")) for browser in (wiki.asked() for _ in range(20))]

    def run(browser: Browser, token: str) -> None:
        form = {"action": "clientlogin", "logincontinue": "1", "logintoken": token, "OATHToken": "000000"}
        judged.extend(browser.post(form)["clientlogin"]["messagecode"] for _ in range(2))

    threads = [threading.Thread(target=run, args=each) for each in tokens]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (judged.count("oathauth-login-failed"), judged.count("oathauth-throttled")) == (10, 30)


def test_c12_the_second_step_is_bound_to_the_first(wiki):
    stranger = wiki.browser()
    nothing = answer(stranger, wiki.code())
    assert (nothing["status"], nothing["messagecode"]) == ("FAIL", "authmanager-authn-not-in-progress")
    browser = wiki.asked()
    form = {"action": "clientlogin", "logincontinue": "1", "OATHToken": wiki.code(), "username": "Bob"}
    assert wiki.browser().post({**form, "logintoken": browser.token("login")})["error"]["code"] == "badtoken"
    passed = browser.post({**form, "logintoken": browser.token("login")})["clientlogin"]
    assert passed == {"status": "PASS", "username": "Alice"}


def test_c12_a_question_is_void_after_ten_minutes(wiki):
    browser = wiki.asked()
    wiki.clock.move(601)
    assert answer(browser, wiki.code())["messagecode"] == "authmanager-authn-not-in-progress"


def test_c15_a_recovery_code_as_people_type_it(wiki):
    assert wiki.log_in_with("aaaa-bbbb cccc dddd")["status"] == "PASS"


def test_c18_a_bot_password_needs_no_code_and_the_main_password_does_not_do_in_one_request(wiki):
    bot = wiki.create_bot_password(wiki.alice, "app", "basic")
    bots = wiki.browser()
    form = {"action": "login", "lgname": "Alice@app", "lgpassword": bot.password, "lgtoken": bots.token("login")}
    assert bots.post(form)["login"]["result"] == "Success"
    main = wiki.browser()
    form = {"action": "login", "lgname": "Alice", "lgpassword": PASSWORD, "lgtoken": main.token("login")}
    assert main.post(form)["login"]["result"] == "Aborted"
    assert main.who() != "Alice"


def test_c20_nobody_else_sees_who_has_a_factor(wiki):
    stranger = wiki.browser()
    queries = [
        {"action": "query", "list": "users", "usprop": "groups|rights|cancreate|blockinfo|editcount"},
        {"action": "query", "meta": "authmanagerinfo", "amirequestsfor": "login"},
    ]
    for query in queries:
        seen = [
            json.dumps(stranger.get({**query, "ususers": name} if "list" in query else query))
            for name in ("Alice", "Bob")
        ]
        assert seen[0].replace("Alice", "Bob").replace('"userid": 1', '"userid": 2') == seen[1]
    wrong = [stranger.log_in(name, "wrong password") for name in ("Alice", "Bob")]
    assert wrong[0] == wrong[1]


def test_d6_getting_or_losing_a_factor_ends_what_is_logged_in(wiki):
    answer(browser := wiki.asked(), wiki.code())
    [factor] = wiki.wiki.factors.of(wiki.alice.id)
    wiki.wiki.factors.add(wiki.alice.id, "totp", {"secret": "JBSWY3DPEHPK3PXP"})
    assert browser.who() != "Alice"
    wiki.clock.move(60)
    answer(browser := wiki.asked(), wiki.code())
    assert browser.who() == "Alice"
    assert wiki.wiki.factors.remove(factor)
    assert browser.who() != "Alice"


def test_c14_a_revoked_factor_s_codes_are_refused_and_the_other_s_pass(wiki):
    other = "JBSWY3DPEHPK3PXP"
    [first] = wiki.wiki.factors.of(wiki.alice.id)
    wiki.wiki.factors.add(wiki.alice.id, "totp", {"secret": other}, name="tablet")
    assert wiki.wiki.factors.remove(first)
    assert wiki.log_in_with(wiki.code())["status"] == "UI"
    key = key_of(other)
    assert key
    assert wiki.log_in_with(hotp(key, int(wiki.clock.now()) // 30))["status"] == "PASS"


def test_clients_find_the_extension_by_its_name(wiki):
    query = {"action": "query", "meta": "siteinfo", "siprop": "extensions"}
    assert [one["name"] for one in wiki.get(query)["query"]["extensions"]] == ["OATHAuth", "OAuth"]
    plain = {"auth": {"providers": ["login-throttle", "local-password"]}, "oauth": {"enabled": False}}
    with TestWiki(plain) as without:
        assert without.get(query)["query"]["extensions"] == []


class TestBesideAWiki:
    """On a wiki's own database both read what the other wrote."""

    @pytest.fixture
    def shared(self, tmp_path):
        url = f"sqlite:///{tmp_path}/wiki.sqlite"
        database = Database(url)
        with database.write() as connection:
            handles = database.tables.oathauth_user_handles
            wiki_s = database.tables.mediawiki.tables.values()
            database.tables.mediawiki.create_all(connection, tables=[one for one in wiki_s if one is not handles])
        database.close()
        with SecuredWiki(database=url) as wiki:
            yield wiki

    def stored(self, wiki: TestWiki, change: str = "", *values: Any) -> Any:
        with closing(sqlite3.connect(wiki.wiki.database.file.path)) as connection, connection:
            if change:
                connection.execute(change, values)
            columns = "oat_name, oad_user, oad_data"
            return connection.execute(
                f"SELECT {columns} FROM oathauth_devices JOIN oathauth_types ON oad_type = oat_id"
            ).fetchall()

    def test_a_row_made_here_is_the_wiki_s_own(self, shared):
        [(kind, user, data)] = self.stored(shared)
        assert (kind, user) == ("totp", shared.alice.id)
        assert json.loads(data) == {"secret": SECRET, "scratch_tokens": RECOVERY}

    def test_a_key_enrolled_in_the_wiki_works_here_and_its_codes_burn_in_its_row(self, shared):
        row = '{"secret":"JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXPJBSWY3DPEE","scratch_tokens":["AEAQCAIBAEAQCAIB","KEBQCAIBAEAQCAIB"]}'
        self.stored(shared, "UPDATE oathauth_devices SET oad_data = ?", row)
        assert shared.log_in_with("AEAQCAIBAEAQCAIB")["status"] == "PASS"
        [(_, _, data)] = self.stored(shared)
        assert json.loads(data) == {**json.loads(row), "scratch_tokens": ["KEBQCAIBAEAQCAIB"]}
        key = key_of(json.loads(row)["secret"])
        assert key
        assert shared.log_in_with(hotp(key, int(shared.clock.now()) // 30))["status"] == "PASS"

    @pytest.mark.parametrize("data", ["", "{", "[]", "null", "wikigate:1:x:y", '{"secret":5}', '{"secret":null}'])
    def test_a_row_that_cannot_be_read_lets_nobody_in(self, shared, data):
        self.stored(shared, "UPDATE oathauth_devices SET oad_data = ?", data)
        assert shared.log_in_with(shared.code())["messagecode"] == "oathauth-login-failed"


OATH_KEY = "1b27556473e985d462cd51197a9a46c76009549eac6474f206c4ee0844f68389"


class TestBesideALaterWiki(TestBesideAWiki):
    """Beside an OATHAuth after 1.43: recovery codes in a row of their own, several factors, and its key for secrets, where it has one."""

    @pytest.fixture(params=["", OATH_KEY], ids=["plain", "encrypted"])
    def key(self, request):
        return request.param

    @pytest.fixture
    def shared(self, tmp_path, monkeypatch, key):
        monkeypatch.setenv("WIKIGATE_OATH_SECRET_KEY", key)
        url = f"sqlite:///{tmp_path}/wiki.sqlite"
        database = Database(url)
        with database.write() as connection:
            database.tables.mediawiki.create_all(connection)
        database.close()
        with SecuredWiki(database=url) as wiki:
            wiki.codes = wiki.wiki.recovery_codes.renew(wiki.alice.id)
            yield wiki

    def test_a_row_made_here_is_the_wiki_s_own(self, shared, key):
        (kind, _, data), (codes, user, kept) = self.stored(shared)
        assert (kind, codes, user) == ("totp", "recoverycodes", shared.alice.id)
        secret, recovery = json.loads(data), json.loads(kept)
        assert [(one["version"], one["format"]) for one in (secret, recovery)] == [
            (1, "encrypted" if key else "unencrypted")
        ] * 2
        if key:
            box = SecretBox(key)
            assert box.open(secret["secret"], secret["nonce"]) == SECRET
            assert [box.open(one, recovery["nonce"]) for one in recovery["recoverycodekeys"]] == shared.codes
            assert SECRET not in data
        else:
            assert (secret["secret"], recovery["recoverycodekeys"]) == (SECRET, shared.codes)

    def test_both_log_in_and_a_burnt_code_leaves_the_others(self, shared, key):
        assert shared.log_in_with(shared.code())["status"] == "PASS"
        assert shared.log_in_with(shared.codes[3])["status"] == "PASS"
        assert shared.log_in_with(shared.codes[3])["status"] == "UI"
        kept = json.loads(self.stored(shared)[1][2])
        left = shared.codes[:3] + shared.codes[4:]
        found = kept["recoverycodekeys"]
        assert ([SecretBox(key).open(one, kept["nonce"]) for one in found] if key else found) == left

    def test_a_key_enrolled_in_the_wiki_works_here_and_its_codes_burn_in_its_row(self, shared):
        """As MediaWiki writes them: padded base 32, an app's name beside its secret."""
        box, nonce = SecretBox(OATH_KEY), bytes(range(24))
        row = {
            "secret": box.close("JBSWY3DPEHPK3PXP", nonce), "format": "encrypted", "friendly_name": "phone", "version": 1,
            "nonce": b32encode(nonce).decode(),
        }  # fmt: skip
        self.stored(shared, "UPDATE oathauth_devices SET oad_data = ? WHERE oad_type = 1", json.dumps(row))
        key = key_of("JBSWY3DPEHPK3PXP")
        assert key
        came = shared.log_in_with(hotp(key, int(shared.clock.now()) // 30))
        has_key = json.loads(self.stored(shared)[1][2])["format"] == "encrypted"
        assert came["status"] == ("PASS" if has_key else "UI"), "encrypted, and the key is not known here"

    def test_an_account_may_have_several(self, shared):
        shared.wiki.factors.add(shared.alice.id, "totp", {"secret": "JBSWY3DPEHPK3PXP"})
        assert len(self.stored(shared)) == 3

    def test_c10_another_key_than_the_wiki_s_is_noticed_at_the_start(self, shared, key, monkeypatch):
        database = shared.wiki.database.file.path
        for given, message in ((OATH_KEY[::-1], "another key"), ("00", "WIKIGATE_OATH_SECRET_KEY is not")):
            monkeypatch.setenv("WIKIGATE_OATH_SECRET_KEY", given)
            if key or given == "00":
                with pytest.raises(ConfigError, match=message):
                    TestWiki(database=f"sqlite:///{database}")
