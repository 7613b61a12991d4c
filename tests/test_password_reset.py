"""Temporary, weak and expired passwords through the wire (core §12.2 to §12.4, missions M07 and M10, security D6)."""

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import update

from wikigate.accounts.user import Account
from wikigate.primitives.timestamps import ts14
from wikigate.testing.wiki import Browser, TestWiki

OLD, TEMPORARY, NEW = "correct horse battery", "TempPass123xyz", "NewTempPw1!x"
WEEK = 7 * 86400


@pytest.fixture
def wiki() -> Iterator[TestWiki]:
    with TestWiki() as wiki:
        yield wiki


@pytest.fixture
def alice(wiki: TestWiki) -> Account:
    account = wiki.create_user("Alice", OLD)
    wiki.wiki.services.directory.set_temporary_password(account.id, wiki.wiki.scheme.make(TEMPORARY))
    return account


def go_on(browser: Browser, **fields: str) -> Any:
    form = {"action": "clientlogin", "logincontinue": "1", "logintoken": browser.token("login"), **fields}
    return browser.post(form)["clientlogin"]


def store(wiki: TestWiki, account: Account, password: str, expires: float | None = None) -> None:
    column = wiki.wiki.scheme.make(password)
    assert wiki.wiki.services.directory.set_password(account.id, column, expires=expires)


def plain_login(browser: Browser, password: str) -> Any:
    form = {"action": "login", "lgname": "Alice", "lgpassword": password, "lgtoken": browser.token("login")}
    return browser.post(form)["login"]


@pytest.mark.usefixtures("alice")
class TestTemporary:
    def test_m10_it_asks_for_another_before_anybody_is_in(self, wiki: TestWiki) -> None:
        node = wiki.log_in("Alice", TEMPORARY)
        assert (node["status"], node["messagecode"]) == ("UI", "resetpass-temp-emailed")
        [request] = node["requests"]
        assert request["id"].endswith("PasswordAuthenticationRequest")
        assert (request["required"], request["account"]) == ("required", "Alice")
        assert list(request["fields"]) == ["password", "retype"]
        assert wiki.who() == "127.0.0.1"
        shown = wiki.get({"action": "query", "meta": "authmanagerinfo", "amirequestsfor": "login-continue"})
        assert shown["query"]["authmanagerinfo"]["requests"] == node["requests"]

    def test_m10_only_a_password_that_may_be_chosen_ends_it(self, wiki: TestWiki) -> None:
        wiki.log_in("Alice", TEMPORARY)
        assert go_on(wiki)["messagecode"] == "resetpass-temp-emailed"
        assert go_on(wiki, skipReset="1")["messagecode"] == "resetpass-temp-emailed"
        assert go_on(wiki, password=NEW, retype="different")["messagecode"] == "badretype"
        assert go_on(wiki, password="Sh0rt!", retype="Sh0rt!")["messagecode"] == "passwordtooshort"
        assert go_on(wiki, password="abc", retype="abc")["messagecode"] == "___1____2"
        assert go_on(wiki, password=NEW, retype=NEW) == {"status": "PASS", "username": "Alice"}
        assert wiki.who() == "Alice"
        assert go_on(wiki)["messagecode"] == "authmanager-authn-not-in-progress"
        other = wiki.browser()
        assert other.log_in("Alice", NEW)["status"] == "PASS"
        assert wiki.browser().log_in("Alice", TEMPORARY)["messagecode"] == "wrongpassword"
        assert wiki.browser().log_in("Alice", OLD)["messagecode"] == "wrongpassword"

    def test_d6_the_new_password_ends_whatever_else_is_logged_in(self, wiki: TestWiki) -> None:
        other = wiki.browser()
        assert other.log_in("Alice", OLD)["status"] == "PASS"
        wiki.log_in("Alice", TEMPORARY)
        assert other.who() == "Alice"
        go_on(wiki, password=NEW, retype=NEW)
        assert (wiki.who(), other.who()) == ("Alice", "127.0.0.1")

    def test_the_main_password_stays_good_meanwhile(self, wiki: TestWiki) -> None:
        assert wiki.log_in("Alice", OLD)["status"] == "PASS"
        assert wiki.browser().log_in("Alice", "wrong")["messagecode"] == "wrongpassword"

    def test_it_is_good_for_a_week(self, wiki: TestWiki) -> None:
        wiki.clock.move(WEEK - 1)
        assert wiki.log_in("Alice", TEMPORARY)["status"] == "UI"
        wiki.clock.move(1)
        assert wiki.browser().log_in("Alice", TEMPORARY)["messagecode"] == "wrongpassword"

    def test_m07_action_login_cannot_ask_but_the_attempt_goes_on(self, wiki: TestWiki) -> None:
        assert plain_login(wiki, TEMPORARY)["result"] == "Aborted"
        assert wiki.who() == "127.0.0.1"
        assert go_on(wiki, password=NEW, retype=NEW)["status"] == "PASS"


def test_a5_a_password_made_of_the_e_mail_address_is_asked_to_be_changed_at_login_as_it_may_not_be_chosen() -> None:
    with TestWiki({"accounts": {"policy": {"profile": "strict"}}}) as strict:
        for name, email in (("Alice", "quetzalcoatl@example.org"), ("Bob", "bob@example.org")):
            password = strict.wiki.scheme.make("Quetzalcoatl-2026")
            assert strict.wiki.services.directory.create(name, password=password, email=email)
        node = strict.browser().log_in("Alice", "Quetzalcoatl-2026")
        assert (node["status"], node["messagecode"]) == ("UI", "resetpass-validity-soft")
        assert strict.browser().log_in("Bob", "Quetzalcoatl-2026")["status"] == "PASS"


class TestWeak:
    def test_it_may_be_kept_or_changed(self, wiki: TestWiki, alice: Account) -> None:
        store(wiki, alice, "abc")
        node = wiki.log_in("Alice", "abc")
        assert (node["status"], node["messagecode"]) == ("UI", "resetpass-validity-soft")
        ids = [request["id"].rpartition("\\")[2] for request in node["requests"]]
        assert ids == ["PasswordAuthenticationRequest", "ButtonAuthenticationRequest:skipReset"]
        assert {request["required"] for request in node["requests"]} == {"optional"}
        assert go_on(wiki, skipReset="")["status"] == "PASS"
        other = wiki.browser()
        assert plain_login(other, "abc")["result"] == "Aborted"
        assert go_on(other, password=NEW, retype=NEW)["status"] == "PASS"
        assert wiki.browser().log_in("Alice", NEW)["status"] == "PASS"

    def test_groups_have_stricter_rules(self, wiki: TestWiki, alice: Account) -> None:
        store(wiki, alice, "Abcdefg9!")
        assert wiki.log_in("Alice", "Abcdefg9!")["status"] == "PASS"
        wiki.wiki.services.directory.add_group(alice.id, "sysop")
        assert wiki.browser().log_in("Alice", "Abcdefg9!")["messagecode"] == "resetpass-validity-soft"

    def test_a_wiki_may_leave_it_be(self) -> None:
        with TestWiki({"accounts": {"policy": {"reset_on_login": False}}}) as wiki:
            store(wiki, wiki.create_user("Alice", OLD), "abc")
            assert wiki.log_in("Alice", "abc")["status"] == "PASS"

    def test_b8_a_wrong_password_learns_nothing_of_it(self, wiki: TestWiki, alice: Account) -> None:
        store(wiki, alice, "abc")
        assert wiki.log_in("Alice", "abd")["messagecode"] == "wrongpassword"


class TestWhileLoggedIn:
    def test_d6_every_other_login_ends_and_this_one_goes_on_under_another_id(
        self, wiki: TestWiki, alice: Account
    ) -> None:
        other = wiki.browser()
        for browser in (wiki, other):
            assert browser.log_in("Alice", OLD, rememberMe="1")["status"] == "PASS"
        before, account = dict(wiki.cookies), wiki.wiki.services.directory.by_id(alice.id)
        assert wiki.log_in("Alice", TEMPORARY)["messagecode"] == "resetpass-temp-emailed"
        assert go_on(wiki, password=NEW, retype=NEW)["status"] == "PASS"
        assert (wiki.who(), other.who()) == ("Alice", "127.0.0.1")
        session = next(name for name in before if name.endswith("_session"))
        assert wiki.cookies[session] != before[session]
        stolen = wiki.browser()
        stolen.cookies = before
        assert stolen.who() == "127.0.0.1"
        after = wiki.wiki.services.directory.by_id(alice.id)
        assert account is not None
        assert after is not None
        assert account.token != after.token


class TestExpired:
    def test_within_the_grace_it_may_be_kept(self, wiki: TestWiki, alice: Account) -> None:
        store(wiki, alice, OLD, expires=wiki.clock.now() - 3600)
        assert wiki.log_in("Alice", OLD)["messagecode"] == "resetpass-expired-soft"
        assert go_on(wiki, skipReset="1")["status"] == "PASS"

    def test_beyond_it_another_must_be_chosen(self, wiki: TestWiki, alice: Account) -> None:
        store(wiki, alice, OLD, expires=wiki.clock.now() - WEEK - 1)
        assert wiki.log_in("Alice", OLD)["messagecode"] == "resetpass-expired"
        assert go_on(wiki, skipReset="1")["messagecode"] == "resetpass-expired"
        assert plain_login(wiki.browser(), OLD)["result"] == "Aborted"
        assert go_on(wiki, password=OLD, retype=OLD)["status"] == "PASS"
        assert wiki.browser().log_in("Alice", OLD)["status"] == "PASS"

    def test_a_new_one_expires_where_the_wiki_wants_it(self) -> None:
        with TestWiki({"auth": {"password_lifetime": 3600}}) as wiki:
            store(wiki, wiki.create_user("Alice", OLD), "abc")
            wiki.log_in("Alice", "abc")
            assert go_on(wiki, password=NEW, retype=NEW)["status"] == "PASS"
            wiki.clock.move(3601)
            assert wiki.browser().log_in("Alice", NEW)["messagecode"] == "resetpass-expired-soft"

    @pytest.mark.parametrize("made_by", ["operator", "operator's change", "createaccount"])
    def test_the_first_one_expires_too_whoever_made_the_account(self, made_by: str) -> None:
        with TestWiki({"auth": {"password_lifetime": 3600}}) as wiki:
            browser = wiki.browser()
            if made_by == "createaccount":
                form = {"username": "Alice", "password": NEW, "retype": NEW, "createreturnurl": "http://example.org/"}
                made = browser.post({"action": "createaccount", "createtoken": browser.token("createaccount"), **form})
                assert made["createaccount"]["status"] == "PASS"
            else:
                account = wiki.create_user("Alice", NEW if made_by == "operator" else OLD)
                if made_by != "operator":
                    wiki.wiki.registration.set_password(account, NEW)
            assert wiki.browser().log_in("Alice", NEW)["status"] == "PASS"
            wiki.clock.move(3601)
            assert wiki.browser().log_in("Alice", NEW)["messagecode"] == "resetpass-expired-soft"

    def test_who_is_logged_in_already_can_reset_it_in_that_session(self, wiki: TestWiki, alice: Account) -> None:
        assert wiki.log_in("Alice", OLD)["status"] == "PASS"
        with wiki.wiki.database.write() as connection:
            user = wiki.wiki.database.tables.user
            expired = ts14(wiki.clock.now() - WEEK - 1)
            connection.execute(update(user).where(user.c.user_id == alice.id).values(user_password_expires=expired))
        assert wiki.log_in("Alice", OLD)["messagecode"] == "resetpass-expired"
        assert go_on(wiki, password=NEW, retype=NEW)["status"] == "PASS"
        assert wiki.who() == "Alice"
