"""``action=resetpassword`` (core §10, mission M10; security 2.B, O9, R31)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from wikigate.accounts.hashing import InlineHasher
from wikigate.store.outbox import OutboxRow
from wikigate.testing.wiki import Browser, TestWiki

PASSWORD = "correct horse battery"
SUCCESS = {"resetpassword": {"status": "success"}}


class Counting(InlineHasher):
    """Counts the hashes."""

    count = 0

    def run(self, *args: Any, **options: Any) -> Any:
        self.count += 1
        return super().run(*args, **options)


@pytest.fixture
def hasher() -> Counting:
    return Counting()


@pytest.fixture
def wiki(hasher: Counting) -> Iterator[TestWiki]:
    with TestWiki({"site": {"server": "http://wiki.example.org"}}, hasher=hasher) as wiki:
        wiki.wiki.registration.create("Alice", PASSWORD, email="alice@example.org")
        yield wiki


def ask(client: Browser, **fields: str) -> Any:
    return client.post({"action": "resetpassword", "token": "+\\", **fields})


def mails(wiki: TestWiki) -> list[OutboxRow]:
    return wiki.wiki.post.rows.newest(99)


def mailed_password(wiki: TestWiki) -> str:
    body = wiki.wiki.post.open(mails(wiki)[0])
    return body.partition("Temporary password: ")[2].split()[0]


def test_m10_a_temporary_password_comes_by_mail_and_leads_to_a_new_one(wiki: TestWiki) -> None:
    assert ask(wiki, user="alice") == SUCCESS
    [mail] = mails(wiki)
    assert (mail.kind, mail.recipient, mail.state) == ("password-reset", "alice@example.org", "waiting")
    temporary = mailed_password(wiki)
    node = wiki.log_in("Alice", temporary)
    assert (node["status"], node["messagecode"]) == ("UI", "resetpass-temp-emailed")
    fields = {"logincontinue": "1", "password": "another long word", "retype": "another long word"}
    done = wiki.post({"action": "clientlogin", "logintoken": wiki.token("login"), **fields})
    assert done["clientlogin"]["status"] == "PASS"
    assert wiki.browser().log_in("Alice", "another long word")["status"] == "PASS"
    assert wiki.browser().log_in("Alice", temporary)["status"] == "FAIL"
    assert [mail.kind for mail in mails(wiki)] == ["password-changed", "password-reset"]


def test_the_old_password_stays_good(wiki: TestWiki) -> None:
    ask(wiki, user="Alice")
    assert wiki.log_in("Alice", PASSWORD)["status"] == "PASS"


@pytest.mark.parametrize(
    "fields",
    [
        {"user": "Nobody"}, {"email": "nobody@example.org"}, {"user": "Nobody", "email": "alice@example.org"},
        {"email": "ALICE@example.org"}, {"user": "NoAddress"}, {"user": "Locked"}, {"email": "locked@example.org"},
    ],
)  # fmt: skip
def test_whom_it_does_not_reach_is_not_told(wiki: TestWiki, hasher: Counting, fields: dict[str, str]) -> None:
    """2.B: the same answer and the same work."""
    wiki.create_user("NoAddress", PASSWORD)
    locked = wiki.wiki.registration.create("Locked", PASSWORD, email="locked@example.org")
    wiki.wiki.registration.lock(locked)
    hasher.count = 0
    assert ask(wiki, **fields) == SUCCESS
    assert (hasher.count, mails(wiki)) == (1, [])
    assert ask(wiki, user="Alice") == SUCCESS
    assert (hasher.count, len(mails(wiki))) == (2, 1)


def test_all_accounts_of_an_address_stand_in_one_mail(wiki: TestWiki, hasher: Counting) -> None:
    wiki.wiki.registration.create("Alice2", PASSWORD, email="alice@example.org")
    hasher.count = 0
    assert ask(wiki, email="alice@example.org") == SUCCESS
    assert hasher.count == 1
    [mail] = mails(wiki)
    body = wiki.wiki.post.open(mail)
    assert "User name: Alice\n" in body
    assert "User name: Alice2\n" in body
    for name in ("Alice", "Alice2"):
        assert wiki.browser().log_in(name, mailed_password(wiki))["status"] == "UI"


def test_r31_t9_a_mail_holds_no_clients_address_and_only_the_configured_server(wiki: TestWiki) -> None:
    ask(wiki, user="Alice")
    body = wiki.wiki.post.open(mails(wiki)[0])
    assert "127.0.0.1" not in body
    assert "http://wiki.example.org/w/index.php" in body


def test_one_a_day_for_an_account(wiki: TestWiki) -> None:
    for _ in range(2):
        assert ask(wiki, user="Alice") == SUCCESS
    assert len(mails(wiki)) == 1
    wiki.clock.move(24 * 3600)
    assert ask(wiki, user="Alice") == SUCCESS
    assert len(mails(wiki)) == 2


def test_five_an_hour_from_one_address_are_heeded(wiki: TestWiki, hasher: Counting) -> None:
    hasher.count = 0
    for number in range(5):
        ask(wiki, user=f"Nobody{number}")
    assert hasher.count == 5
    assert ask(wiki, user="Alice") == SUCCESS
    assert (hasher.count, mails(wiki)) == (5, [])
    wiki.clock.move(3600)
    assert ask(wiki, user="Alice") == SUCCESS
    assert len(mails(wiki)) == 1


def test_with_a_name_the_address_only_matters_to_who_requires_it(wiki: TestWiki) -> None:
    assert ask(wiki, user="Alice", email="other@example.org") == SUCCESS
    assert [mail.recipient for mail in mails(wiki)] == ["alice@example.org"]


@pytest.mark.parametrize(
    "fields",
    [{"user": "Alice"}, {"email": "alice@example.org"}, {"user": "Alice", "email": "other@example.org"}],
    ids=["name", "address", "another address"],
)
def test_requireemail_wants_name_and_address(wiki: TestWiki, fields: dict[str, str]) -> None:
    wiki.wiki.registration.create("Alice2", PASSWORD, email="alice@example.org")
    account = wiki.wiki.services.directory.by_name("Alice")
    assert account is not None
    wiki.wiki.services.directory.set_properties(account.id, {"requireemail": "1"})
    assert ask(wiki, **fields) == SUCCESS
    assert not any("User name: Alice\n" in wiki.wiki.post.open(mail) for mail in mails(wiki))
    assert ask(wiki, user="Alice", email="alice@example.org") == SUCCESS
    assert "User name: Alice\n" in wiki.wiki.post.open(mails(wiki)[0])


@pytest.mark.parametrize(
    ("tables", "code"),
    [
        ({"auth": {"password_reset": {"by_name": False, "by_email": False}}}, "moduledisabled"),
        ({"mail": {"enabled": False}}, "passwordreset-emaildisabled"),
    ],
)
def test_it_can_be_switched_off(tables: dict[str, Any], code: str) -> None:
    with TestWiki(tables) as wiki:
        assert ask(wiki, user="Alice")["error"]["code"] == code


def test_a_way_that_is_off_does_nothing() -> None:
    with TestWiki({"auth": {"password_reset": {"by_email": False}}}) as wiki:
        assert ask(wiki, email="alice@example.org")["error"]["code"] == "passwordreset-nodata"


def test_k4_a_crash_between_password_and_mail_leaves_neither(wiki: TestWiki, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise KeyError

    monkeypatch.setattr(wiki.wiki.post, "temporary_password", broken)
    assert ask(wiki, user="Alice")["error"]["code"].startswith("internal_api_error")
    monkeypatch.undo()
    credentials = wiki.wiki.services.directory.credentials("Alice")
    assert credentials is not None
    assert (credentials.new_password, mails(wiki)) == ("", [])
    assert ask(wiki, user="Alice") == SUCCESS
    assert len(mails(wiki)) == 1


def test_each_request_is_in_the_audit_and_no_password_is(wiki: TestWiki) -> None:
    ask(wiki, user="Alice")
    ask(wiki, user="Nobody")
    with wiki.wiki.database.read() as connection:
        rows = connection.exec_driver_sql(
            "SELECT user_name, details FROM wikigate_audit WHERE event = 'password.reminder' ORDER BY id"
        ).fetchall()
    assert [tuple(row) for row in rows] == [("Alice", '{"accounts":1}'), ("", '{"accounts":0}')]


@pytest.mark.parametrize(("way", "other"), [("user", "email"), ("email", "user")])
def test_a_way_that_is_switched_off_has_no_parameter(way: str, other: str) -> None:
    """M10: ``$wgPasswordResetRoutes`` takes the parameter away, as a real MediaWiki does."""
    off = "by_name" if way == "user" else "by_email"
    with TestWiki({"auth": {"password_reset": {off: False}}}) as wiki:
        answer = ask(wiki, **{way: "a@example.org", other: "b@example.org" if other == "email" else "Alice"})
        assert answer["warnings"]["main"]["warnings"] == f"Unrecognized parameter: {way}."


def test_without_a_way_the_module_says_so_to_whatever_is_asked() -> None:
    with TestWiki({"auth": {"password_reset": {"by_name": False, "by_email": False}}}) as wiki:
        assert wiki.get({"action": "resetpassword", "user": "a#b"})["error"]["code"] == "moduledisabled"


def test_who_is_logged_in_is_told_his_mistakes_beyond_the_limit_too(wiki: TestWiki) -> None:
    wiki.log_in("Alice", PASSWORD)
    token = wiki.token()
    answers = [wiki.post({"action": "resetpassword", "token": token, "email": "x"}) for _ in range(7)]
    assert {answer["error"]["code"] for answer in answers} == {"passwordreset-invalidemail"}


def test_a_wiki_without_mail_asks_new_accounts_for_no_address() -> None:
    with TestWiki({"mail": {"enabled": False}}) as wiki:
        form = wiki.get({"action": "query", "meta": "authmanagerinfo", "amirequestsfor": "create"})
        names = {name for one in form["query"]["authmanagerinfo"]["requests"] for name in one["fields"]}
        assert "realname" in names
        assert "email" not in names


def test_earlier_warnings_stand_behind_the_error(wiki: TestWiki) -> None:
    """As in a real MediaWiki, in every error format; ``docref`` comes last."""
    answer = wiki.post({"action": "resetpassword", "token": "+\\", "email": "x\0", "errorformat": "raw"})
    assert list(answer) == ["errors", "warnings", "docref"]
    assert list(wiki.post({"action": "resetpassword", "token": "+\\", "email": "x\0"})) == ["error", "warnings"]


def test_a_block_for_visitors_alone_concerns_nobody_who_is_logged_in(wiki: TestWiki) -> None:
    by = wiki.create_user("Warden", PASSWORD)
    wiki.wiki.services.blocks.block_address("127.0.0.1", by=by, anon_only=True)
    assert ask(wiki.browser(), user="Alice")["error"]["code"] == "blocked-mailpassword"
    wiki.log_in("Alice", PASSWORD)
    assert wiki.post({"action": "resetpassword", "token": wiki.token(), "user": "Alice"}) == SUCCESS
