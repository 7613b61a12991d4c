"""Special:ChangeEmail: a fresh login, a mail to the new address, a word to the old one, and limits (spec core §9, §13; security C9)."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from tests.web.form_page import FormPage, follow, grow_old, send, show

from wikigate.store.audit import AuditTable
from wikigate.testing.wiki import Browser, TestWiki

PASSWORD = "correct horse battery"
OLD, NEW = "alice@example.org", "new@example.net"


@pytest.fixture
def wiki() -> Iterator[TestWiki]:
    with TestWiki({"site": {"server": "http://wiki.example.org"}}) as wiki:
        account = wiki.create_user("Alice", PASSWORD)
        wiki.wiki.services.directory.set_email(account.id, OLD, authenticated=wiki.clock.now())
        yield wiki


@pytest.fixture
def alice(wiki: TestWiki) -> Browser:
    browser = wiki.browser()
    assert browser.log_in("Alice", PASSWORD)["status"] == "PASS"
    return browser


def change(browser: Browser, address: str) -> FormPage:
    return send(browser, show(browser, "ChangeEmail"), wpNewEmail=address)


def email(wiki: TestWiki) -> tuple[str, bool]:
    """Return the address and whether it is confirmed."""
    account = wiki.wiki.services.directory.by_name("Alice")
    assert account is not None
    return account.email, account.email_authenticated is not None


def mails(wiki: TestWiki) -> dict[str, str]:
    """Return what lies in the outbox, by its address."""
    post = wiki.wiki.post
    return {row.recipient: post.open(row) for row in post.rows.newest(9)}


def test_the_new_address_is_mailed_a_link_and_the_old_one_is_told(wiki: TestWiki, alice: Browser) -> None:
    assert OLD in show(alice, "ChangeEmail").words
    done = change(alice, f" {NEW} ")
    assert (done.status, NEW in done.words) == (200, True)
    assert email(wiki) == (NEW, False)
    sent = mails(wiki)
    assert set(sent) == {OLD, NEW}
    link = re.search(r"http://wiki\.example\.org(/\S+Special:ConfirmEmail/\w+)", sent[NEW])
    assert link is not None
    assert "ConfirmEmail" not in sent[OLD]
    assert "Alice" in sent[OLD]
    send(alice, follow(alice, link[1]))
    assert email(wiki) == (NEW, True)
    assert [row.event for row in AuditTable(wiki.wiki.database).read()].count("email.change") == 1
    assert NEW not in "".join(row.details for row in AuditTable(wiki.wiki.database).read())


def test_an_empty_field_takes_the_address_away(wiki: TestWiki, alice: Browser) -> None:
    assert "no e-mail address any more" in change(alice, "").words
    assert email(wiki) == ("", False)
    page = show(alice, "ChangeEmail")
    assert "has no e-mail address" in page.words
    assert "wpNewEmail" in page.required


@pytest.mark.parametrize(("address", "said"), [("not an address", "no valid"), (OLD, "already")])
def test_what_cannot_be_is_refused_and_shown_again(wiki: TestWiki, alice: Browser, address: str, said: str) -> None:
    page = change(alice, address)
    assert said in page.alert
    assert page.values["wpNewEmail"] == address
    assert email(wiki) == (OLD, True)
    assert mails(wiki) == {}


def test_c9_whoever_logged_in_long_ago_logs_in_once_more_and_finds_the_address_again(
    wiki: TestWiki, alice: Browser
) -> None:
    form = show(alice, "ChangeEmail")
    grow_old(wiki, alice)
    away = send(alice, form, wpNewEmail=NEW)
    assert "force=ChangeEmail" in away.location
    assert "example.net" not in away.location
    assert email(wiki) == (OLD, True)
    login = follow(alice, away.location)
    back = follow(alice, send(alice, login, wpName="Alice", wpPassword=PASSWORD).location)
    assert back.values["wpNewEmail"] == NEW
    send(alice, back)
    assert email(wiki) == (NEW, False)


def test_e2_a_form_of_another_session_changes_nothing(wiki: TestWiki, alice: Browser) -> None:
    page = send(alice, show(alice, "ChangeEmail"), wpNewEmail=NEW, wpEditToken="x")
    assert (page.status, page.values["wpNewEmail"]) == (403, NEW)
    assert email(wiki) == (OLD, True)


def test_an_account_changes_it_four_times_a_day(wiki: TestWiki, alice: Browser) -> None:
    """MediaWiki's limit ``changeemail`` for ``user``."""
    for number in range(4):
        assert change(alice, f"a{number}@example.net").alert == ""
    assert "too often" in change(alice, NEW).alert
    assert email(wiki) == ("a3@example.net", False)
    wiki.clock.move(86401)
    assert alice.log_in("Alice", PASSWORD)["status"] == "PASS"
    assert change(alice, NEW).alert == ""


def test_an_address_may_be_removed_however_often_it_was_changed(wiki: TestWiki, alice: Browser) -> None:
    for number in range(4):
        assert change(alice, f"a{number}@example.net").alert == ""
    assert change(alice, "").alert == ""
    assert email(wiki) == ("", False)
    assert "too often" in change(alice, NEW).alert


def test_who_has_no_rate_limits_changes_it_as_often_as_he_likes(wiki: TestWiki, alice: Browser) -> None:
    account = wiki.wiki.services.directory.by_name("Alice")
    assert account is not None
    wiki.wiki.services.directory.add_group(account.id, "sysop")
    for number in range(6):
        assert change(alice, f"a{number}@example.net").alert == ""
    assert email(wiki) == ("a5@example.net", False)


def test_a_visitor_logs_in_and_a_bot_password_sees_nothing(wiki: TestWiki) -> None:
    assert show(wiki, "ChangeEmail").status == 302
    account = wiki.wiki.services.directory.by_name("Alice")
    assert account is not None
    made = wiki.create_bot_password(account, "app", "basic")
    login = {"action": "login", "lgname": made.login, "lgpassword": made.password, "lgtoken": wiki.token("login")}
    assert wiki.post(login)["login"]["result"] == "Success"
    page = show(wiki, "ChangeEmail")
    assert (page.status, OLD in page.words) == (403, False)


def test_without_mail_the_address_stays_unconfirmed() -> None:
    with TestWiki() as wiki:
        wiki.create_user("Alice", PASSWORD)
        wiki.log_in("Alice", PASSWORD)
        done = change(wiki, NEW)
        assert done.status == 200
        assert email(wiki) == (NEW, False)
