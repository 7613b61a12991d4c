"""Changing and removing credentials (core §10, mission M10, security D6)."""

from collections.abc import Iterator
from typing import Any

import pytest

from wikigate.testing.wiki import Browser, TestWiki

PASSWORD = r"MediaWiki\Auth\PasswordAuthenticationRequest"
TEMPORARY = r"MediaWiki\Auth\TemporaryPasswordAuthenticationRequest"
OLD, NEW = "correct horse battery", "NewCorePass1!"


@pytest.fixture
def wiki() -> Iterator[TestWiki]:
    with TestWiki() as wiki:
        wiki.create_user("Alice", OLD)
        yield wiki


def change(browser: Browser, request: str = PASSWORD, **fields: str) -> Any:
    token = browser.token()
    return browser.post(
        {"action": "changeauthenticationdata", "changeauthrequest": request, "changeauthtoken": token, **fields}
    )


def remove(browser: Browser, request: str, action: str = "removeauthenticationdata") -> Any:
    return browser.post({"action": action, "request": request, "token": browser.token()})


def link(browser: Browser, **fields: str) -> Any:
    return browser.post({"action": "linkaccount", "linktoken": browser.token(), **fields})


def test_m10_d6_a_new_password_keeps_this_session_and_ends_the_others(wiki: TestWiki) -> None:
    wiki.log_in("Alice", OLD)
    other = wiki.browser()
    other.log_in("Alice", OLD)
    assert change(wiki, password=NEW, retype=NEW) == {"changeauthenticationdata": {"status": "success"}}
    assert (wiki.who(), other.who()) == ("Alice", "127.0.0.1")
    assert other.log_in("Alice", OLD)["messagecode"] == "wrongpassword"
    assert other.log_in("Alice", NEW)["status"] == "PASS"


def test_m10_the_session_keeps_its_id_its_tokens_and_its_device(wiki: TestWiki) -> None:
    """As recorded: no cookie but the remembering one changes with the password."""
    wiki.log_in("Alice", OLD, rememberMe="1")
    before, token = dict(wiki.cookies), wiki.token()
    change(wiki, password=NEW, retype=NEW)
    changed = {name for name, value in wiki.cookies.items() if value != before.get(name)}
    assert {name.rpartition("Token")[1] for name in changed} == {"Token"}
    assert wiki.post({"action": "checktoken", "type": "csrf", "token": token})["checktoken"]["result"] == "valid"
    session = next(name for name in wiki.cookies if name.endswith("_session"))
    stolen = wiki.browser()
    stolen.cookies = {name: value for name, value in before.items() if name != session}
    assert stolen.who() == "127.0.0.1"
    del wiki.cookies[session]
    assert wiki.who() == "Alice"


def test_the_owner_is_told_by_mail_once(wiki: TestWiki) -> None:
    """A11."""
    account = wiki.wiki.services.directory.by_name("Alice")
    assert account is not None
    wiki.wiki.services.directory.set_email(account.id, "alice@example.org")
    wiki.log_in("Alice", OLD)
    change(wiki, password=NEW, retype=NEW)
    change(wiki, password="x", retype="y")
    rows = wiki.wiki.post.rows.newest(9)
    assert [(row.kind, row.recipient) for row in rows] == [("password-changed", "alice@example.org")]


@pytest.mark.parametrize(
    ("request_id", "fields", "code"),
    [
        (PASSWORD, {}, "badrequest"),
        ("Nope", {"password": NEW, "retype": NEW}, "badrequest"),
        (TEMPORARY, {"mailpassword": "1"}, "badrequest"),
        (PASSWORD, {"password": NEW, "retype": "other"}, "badretype"),
        (PASSWORD, {"password": "short", "retype": "short"}, "passwordtooshort"),
    ],
)
def test_what_cannot_be_changed_so_stays(wiki: TestWiki, request_id: str, fields: dict[str, str], code: str) -> None:
    wiki.log_in("Alice", OLD)
    assert change(wiki, request_id, **fields)["error"]["code"] == code
    assert wiki.browser().log_in("Alice", OLD)["status"] == "PASS"


def test_a_visitor_must_log_in(wiki: TestWiki) -> None:
    answers = [change(wiki), remove(wiki, TEMPORARY), remove(wiki, "x", "unlinkaccount"), link(wiki)]
    assert [answer["error"]["code"] for answer in answers] == ["notloggedin"] * 4


def test_a_login_of_long_ago_is_not_enough(wiki: TestWiki) -> None:
    """Core §8.3: a fresh login in the same session is."""
    wiki.log_in("Alice", OLD, rememberMe="1")
    wiki.clock.move(3601)
    assert wiki.who() == "Alice"
    assert change(wiki, password=NEW, retype=NEW)["error"]["code"] == "reauthenticate"
    assert remove(wiki, TEMPORARY)["error"]["code"] == "reauthenticate"
    wiki.log_in("Alice", OLD)
    assert change(wiki, password=NEW, retype=NEW)["changeauthenticationdata"]["status"] == "success"


def test_a_temporary_password_can_be_removed_and_the_password_cannot(wiki: TestWiki) -> None:
    account = wiki.wiki.services.directory.by_name("Alice")
    assert account is not None
    wiki.wiki.services.directory.set_temporary_password(account.id, wiki.wiki.scheme.make("TempPass123xyz"))
    wiki.log_in("Alice", OLD)
    assert remove(wiki, PASSWORD)["error"]["code"] == "badrequest"
    assert remove(wiki, "Nope")["error"]["code"] == "badrequest"
    assert remove(wiki, TEMPORARY) == {"removeauthenticationdata": {"status": "success"}}
    assert wiki.browser().log_in("Alice", "TempPass123xyz")["messagecode"] == "wrongpassword"


def test_nothing_can_be_linked_where_no_provider_links(wiki: TestWiki) -> None:
    wiki.log_in("Alice", OLD)
    assert link(wiki, linkreturnurl="http://e.org/")["linkaccount"]["messagecode"] == "userlogin-cannot-link"
    assert link(wiki)["error"]["code"] == "missingparam"
    assert remove(wiki, "x", "unlinkaccount")["error"]["code"] == "badrequest"
