"""Special:PasswordReset: a temporary password by mail, asked for on a page (M10; security 2.B)."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from typing import Any

import pytest
from tests.web.form_page import send, show

from wikigate.testing.wiki import TestWiki

PASSWORD = "correct horse battery"
NO_WAY = {"password_reset": {"by_name": False, "by_email": False}}
SITE: dict[str, Any] = {"server": "http://wiki.example.org"}


@pytest.fixture
def wiki() -> Iterator[TestWiki]:
    with TestWiki({"site": SITE}) as wiki:
        wiki.wiki.registration.create("Alice", PASSWORD, email="alice@example.org")
        yield wiki


def mailed(wiki: TestWiki) -> int:
    return len(wiki.wiki.post.rows.newest(99))


@pytest.mark.parametrize("typed", [{"wpUsername": "alice"}, {"wpEmail": "alice@example.org"}])
def test_m10_an_owner_is_mailed_a_temporary_password(wiki: TestWiki, typed: dict[str, str]) -> None:
    done = send(wiki, show(wiki, "PasswordReset"), **typed)
    assert (done.status, done.action) == (200, "")
    assert mailed(wiki) == 1
    assert wiki.browser().log_in("Alice", PASSWORD)["status"] == "PASS"


@pytest.mark.parametrize(
    "typed",
    [
        {"wpUsername": "Nobody"},
        {"wpEmail": "nobody@example.org"},
        {"wpUsername": "Nobody", "wpEmail": "alice@example.org"},
    ],
)
def test_o9_the_answer_is_the_same_where_nobody_is_meant(wiki: TestWiki, typed: dict[str, str]) -> None:
    nobody = send(wiki, show(wiki, "PasswordReset"), **typed)
    assert mailed(wiki) == 0
    somebody = send(wiki, show(wiki, "PasswordReset"), wpUsername="Alice")
    assert (nobody.status, nobody.text) == (somebody.status, somebody.text)


@pytest.mark.parametrize(
    ("typed", "said"),
    [({}, "Neither"), ({"wpEmail": "nobody"}, "Invalid email"), ({"wpUsername": "a#b"}, "no valid username")],
)
def test_what_cannot_be_meant_is_said_and_stays_in_the_form(wiki: TestWiki, typed: dict[str, str], said: str) -> None:
    page = send(wiki, show(wiki, "PasswordReset"), **typed)
    assert said in page.alert
    assert typed.items() <= page.values.items()


@pytest.mark.parametrize("typed", ["a#b", "<b>x</b>", "x" * 300])
def test_a_name_that_can_be_nobodys_is_named_and_never_read_as_markup(wiki: TestWiki, typed: str) -> None:
    page = send(wiki, show(wiki, "PasswordReset"), wpUsername=typed)
    assert page.alert == f"“{typed}” is no valid username."
    assert escape(typed, quote=False) in page.text
    assert 'id="mw-input-wpUsername"' in page.text.partition(' aria-invalid="true"')[0].rpartition("<input")[2]


def test_e2_a_form_of_another_session_sends_nothing(wiki: TestWiki) -> None:
    page = show(wiki, "PasswordReset")
    page.values["wpEditToken"] = "x"
    assert send(wiki, page, wpUsername="Alice").alert
    assert mailed(wiki) == 0


def test_beyond_the_limit_of_an_address_the_answer_stays_the_same_and_nothing_is_sent(wiki: TestWiki) -> None:
    told = {send(wiki, show(wiki, "PasswordReset"), wpUsername="Nobody").text for _ in range(5)}
    told.add(send(wiki, show(wiki, "PasswordReset"), wpUsername="Alice").text)
    assert len(told) == 1
    assert mailed(wiki) == 0


def test_a_name_can_come_with_the_address(wiki: TestWiki) -> None:
    assert show(wiki, "PasswordReset/Alice").values["wpUsername"] == "Alice"
    assert show(wiki, "PasswordReset", wpUsername="Alice").values["wpUsername"] == "Alice"


def test_a_blocked_address_may_not_ask(wiki: TestWiki) -> None:
    wiki.wiki.services.blocks.block_address("127.0.0.1", by=None, reason="", expiry=None, create_account=True)
    assert (show(wiki, "PasswordReset").status, show(wiki, "PasswordReset").action) == (403, "")


@pytest.mark.parametrize(
    "tables",
    [
        {"site": SITE, "mail": {"enabled": False}},
        {"site": SITE, "auth": {"password_reset": {"by_name": False, "by_email": False}}},
    ],
)
def test_where_nobody_is_mailed_the_page_says_so(tables: dict[str, Any]) -> None:
    with TestWiki(tables) as wiki:
        page = show(wiki, "PasswordReset")
        assert (page.status, page.action) == (403, "")


def test_only_the_way_that_there_is_is_offered() -> None:
    with TestWiki({"site": SITE, "auth": {"password_reset": {"by_email": False}}}) as wiki:
        page = show(wiki, "PasswordReset")
        assert ("wpUsername" in page.required, "wpEmail" in page.values) == (True, False)
