"""``action=createaccount`` (core §9, mission M16, security K1, N6)."""

import threading
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import select

from wikigate.testing.wiki import Browser, TestWiki

SECRET = "Str0ngPassw0rd!"


@pytest.fixture
def wiki() -> Iterator[TestWiki]:
    with TestWiki() as wiki:
        yield wiki


def create(browser: Browser, name: str, password: str = SECRET, **fields: str) -> Any:
    form = {
        "action": "createaccount",
        "createreturnurl": "http://example.org/",
        "username": name,
        "password": password,
        "retype": password,
        "createtoken": browser.token("createaccount"),
    }
    sent = {key: value for key, value in {**form, **fields}.items() if value != "-"}
    return browser.post(sent)


def answer(browser: Browser, name: str, password: str = SECRET, **fields: str) -> Any:
    return create(browser, name, password, **fields)["createaccount"]


def rows(wiki: TestWiki, table: str) -> list[Any]:
    found = getattr(wiki.wiki.database.tables, table)
    with wiki.wiki.database.read() as connection:
        return list(connection.execute(select(found)))


def test_m16_a_visitor_makes_an_account_stays_a_visitor_and_can_log_in(wiki: TestWiki) -> None:
    assert answer(wiki, "newcomer", email="a@example.org", realname="Real") == {
        "status": "PASS",
        "username": "Newcomer",
    }
    assert wiki.who() == "127.0.0.1"
    assert wiki.log_in("Newcomer", SECRET)["status"] == "PASS"
    account = wiki.wiki.services.directory.by_name("Newcomer")
    assert account is not None
    assert (account.email, account.real_name, account.email_authenticated) == ("a@example.org", "Real", None)


def test_the_log_names_the_new_user_himself_or_whoever_made_him(wiki: TestWiki) -> None:
    """Core §9: ``create`` and ``create2``, the creator's reason with it."""
    wiki.create_user("Maker", "correct horse battery")
    answer(wiki, "First")
    wiki.log_in("Maker", "correct horse battery")
    assert answer(wiki, "Second", reason="for a friend")["status"] == "PASS"
    assert wiki.who() == "Maker"
    actors = {row.actor_id: row.actor_name for row in rows(wiki, "actor")}
    comments = {row.comment_id: row.comment_text for row in rows(wiki, "comment")}
    lines = [
        (row.log_action, actors[row.log_actor], row.log_title, comments[row.log_comment_id])
        for row in rows(wiki, "logging")
    ]
    assert lines[-2:] == [("create", "First", "First", ""), ("create2", "Maker", "Second", "for a friend")]


def test_a_visitors_reason_is_unrecognised(wiki: TestWiki) -> None:
    assert "reason" in create(wiki, "Newcomer", reason="why")["warnings"]["main"]["warnings"]


def test_email_and_real_name_are_dropped_unless_both_are_there(wiki: TestWiki) -> None:
    """Core §9, trap: as recorded, a bad address alone makes an account without one."""
    assert answer(wiki, "Newcomer", email="not-an-email")["status"] == "PASS"
    account = wiki.wiki.services.directory.by_name("Newcomer")
    assert account is not None
    assert not account.email


def test_a_bad_email_address_is_refused(wiki: TestWiki) -> None:
    node = answer(wiki, "Newcomer", email="not-an-email", realname="")
    assert (node["status"], node["messagecode"]) == ("FAIL", "invalidemailaddress")


@pytest.mark.parametrize(
    "name", ["", "a#b", "Core@x", "Core/x", "192.0.2.7", "~2026-1", "MediaWiki default", "X" * 236]
)
def test_an_impossible_name_is_refused(wiki: TestWiki, name: str) -> None:
    assert answer(wiki, name)["messagecode"] == "invaliduser"


def test_a_taken_name_is_refused(wiki: TestWiki) -> None:
    wiki.create_user("Alice", "correct horse battery")
    node = answer(wiki, "alice")
    assert (list(node), node["messagecode"]) == (["status", "message", "messagecode", "canpreservestate"], "userexists")


@pytest.mark.parametrize(
    ("password", "fields", "code"),
    [
        (SECRET, {"retype": "other"}, "badretype"),
        ("Sh0rt!", {}, "passwordtooshort"),
        ("password1", {}, "passwordincommonlist"),
        ("Newcomer", {}, "password-substring-username-match"),
        ("ExamplePassword", {}, "password-login-forbidden"),
        ("p" * 4097, {}, "passwordtoolong"),
        ("abc", {}, "___1____2"),
        ("", {}, "authmanager-create-no-primary"),
        (SECRET, {"retype": "-"}, "authmanager-create-no-primary"),
    ],
)
def test_a_password_that_may_not_be_chosen_makes_no_account(
    wiki: TestWiki, password: str, fields: dict[str, str], code: str
) -> None:
    """M16, A1 to A4: the policy's codes as recorded."""
    node = answer(wiki, "Newcomer", password, **fields)
    assert (node["status"], node["messagecode"]) == ("FAIL", code)
    assert wiki.wiki.services.directory.by_name("Newcomer") is None


def test_several_objections_are_one_list_in_the_raw_format_too(wiki: TestWiki) -> None:
    message = answer(wiki, "Newcomer", "abc", createmessageformat="raw")["message"]
    assert message["key"] == "rawmessage"
    assert len(message["params"][0].split("\n* ")) == 2


def test_continuing_without_an_attempt_fails(wiki: TestWiki) -> None:
    node = wiki.post({"action": "createaccount", "createcontinue": "1", "createtoken": wiki.token("createaccount")})
    assert node["createaccount"]["messagecode"] == "authmanager-create-not-in-progress"


def test_the_requests_rules_are_those_of_every_conversation(wiki: TestWiki) -> None:
    assert create(wiki, "A", createreturnurl="-")["error"]["code"] == "missingparam"
    assert create(wiki, "A", createreturnurl="javascript:x")["error"]["code"] == "badurl_createreturnurl"
    assert create(wiki, "A", createtoken="x")["error"]["code"] == "badtoken"
    assert create(wiki, "A", createtoken="-")["error"]["code"] == "missingparam"


def test_sensitive_fields_must_be_posted(wiki: TestWiki) -> None:
    """E8."""
    target = "/w/api.php?format=json&action=createaccount&createreturnurl=http://e.org/&password=x&retype=x&username=A"
    token = wiki.token("createaccount").replace("+", "%2B").replace("\\", "%5C")
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    assert b"mustpostparams" in wiki.send("POST", target, headers, f"createtoken={token}".encode()).body


def test_who_has_not_the_right_is_told_who_has() -> None:
    with TestWiki({"accounts": {"registration": False}}) as wiki:
        assert answer(wiki, "Newcomer")["messagecode"] == "permissiondenied"
        assert answer(wiki, "")["messagecode"] == "invaliduser"


def test_a_block_that_forbids_it_stops_it(wiki: TestWiki) -> None:
    """Core §15: a block of visitors alone counts from its address for everybody."""
    boss = wiki.create_user("Boss", "correct horse battery")
    block = wiki.wiki.services.blocks.block_address("127.0.0.1", by=boss, anon_only=True)
    assert answer(wiki, "Newcomer")["messagecode"] == "blocked"
    wiki.wiki.services.blocks.lift(block)
    assert answer(wiki, "Newcomer")["status"] == "PASS"


def test_b7_accounts_of_one_address_are_limited_where_the_wiki_wants_it() -> None:
    with TestWiki({"auth": {"throttle": {"account_creation": [{"count": 1, "seconds": 86400}]}}}) as wiki:
        assert answer(wiki, "First")["status"] == "PASS"
        node = answer(wiki, "Second", createmessageformat="raw")
        assert node["messagecode"] == "acct_creation_throttle_hit"
        assert node["message"] == {"key": "acct_creation_throttle_hit", "params": [1, {"duration": 86400}]}
        wiki.create_user("Boss", "correct horse battery", groups=("sysop",))
        wiki.log_in("Boss", "correct horse battery")
        assert answer(wiki, "Second")["status"] == "PASS"
        wiki.cookies.clear()
        wiki.clock.move(86401)
        assert answer(wiki, "Third")["status"] == "PASS"


def test_making_accounts_is_no_guessing(wiki: TestWiki) -> None:
    """B1: new accounts take no place of the login throttle."""
    for number in range(7):
        assert answer(wiki, "Newcomer", retype=f"other{number}")["messagecode"] == "badretype"
    assert answer(wiki, "Newcomer")["status"] == "PASS"
    assert wiki.log_in("Newcomer", SECRET)["status"] == "PASS"


def race(wiki: TestWiki, name: str) -> list[str]:
    """Let eight clients want one name at once; what they were told."""
    barrier, answers = threading.Barrier(8), []

    def one() -> None:
        browser = wiki.browser()
        token = browser.token("createaccount")
        barrier.wait()
        answers.append(answer(browser, name, createtoken=token))

    threads = [threading.Thread(target=one) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(one.get("messagecode", one["status"]) for one in answers)


def test_n6_of_eight_that_want_one_name_one_gets_it(wiki: TestWiki) -> None:
    for number in range(3):
        assert race(wiki, f"Wanted{number}") == ["PASS", *["userexists"] * 7]


def test_h6_every_answer_is_in_the_audit_without_what_was_typed(wiki: TestWiki) -> None:
    answer(wiki, "Newcomer")
    answer(wiki, "Newcomer")
    found = [(row.event, row.user_name, row.details) for row in rows(wiki, "audit")]
    assert [one[0] for one in found] == ["account.created", "create.pass", "create.fail"]
    assert [one[1] for one in found[:2]] == ["Newcomer"] * 2
    assert "userexists" in found[2][2]
    assert SECRET not in repr(found)


def test_m11_authmanagerinfo_tells_that_accounts_can_be_made(wiki: TestWiki) -> None:
    node = wiki.get({"action": "query", "meta": "authmanagerinfo", "amirequestsfor": "create-continue"})
    assert node["query"]["authmanagerinfo"]["cancreateaccounts"] is True
    assert node["query"]["authmanagerinfo"]["requests"] == []


def test_without_a_provider_that_can_nobody_can() -> None:
    with TestWiki({"auth": {"providers": ["login-throttle", "block-check"]}}) as wiki:
        assert answer(wiki, "Newcomer")["messagecode"] == "userlogin-cannot-create"
