"""``createaccount`` with ``mailpassword``: an account for somebody else (core §9, mission M16; security K1)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from wikigate.testing.wiki import TestWiki

PASSWORD = "correct horse battery"


@pytest.fixture
def wiki() -> Iterator[TestWiki]:
    with TestWiki({"site": {"server": "http://wiki.example.org"}}) as wiki:
        wiki.create_user("Maker", PASSWORD)
        wiki.log_in("Maker", PASSWORD)
        yield wiki


def create(wiki: TestWiki, **fields: str) -> Any:
    form = {
        "action": "createaccount",
        "createreturnurl": "http://example.org/",
        "createtoken": wiki.token("createaccount"),
    }
    return wiki.post({**form, "username": "Friend", "mailpassword": "1", **fields})["createaccount"]


def test_m16_the_password_goes_by_mail_and_must_be_changed(wiki: TestWiki) -> None:
    assert create(wiki, email="friend@example.org", realname="", reason="asked me") == {
        "status": "PASS", "username": "Friend",
    }  # fmt: skip
    assert wiki.who() == "Maker"
    [row] = wiki.wiki.post.rows.newest(9)
    assert (row.kind, row.recipient) == ("new-account", "friend@example.org")
    body = wiki.wiki.post.open(row)
    assert body.startswith("Maker has made an account")
    temporary = body.partition("Temporary password: ")[2].split()[0]
    friend = wiki.browser()
    assert friend.log_in("Friend", temporary)["messagecode"] == "resetpass-temp-emailed"
    with wiki.wiki.database.read() as connection:
        [logged] = connection.exec_driver_sql(
            "SELECT log_action, actor_name, comment_text FROM logging JOIN actor ON actor_id = log_actor"
            " JOIN comment ON comment_id = log_comment_id WHERE log_title = 'Friend'"
        ).fetchall()
        [stored] = connection.exec_driver_sql(
            "SELECT user_password, user_newpassword FROM user WHERE user_name = 'Friend'"
        ).fetchall()
    assert [value if isinstance(value, str) else value.decode() for value in logged] == ["byemail", "Maker", "asked me"]
    assert not stored[0]
    assert temporary not in str(stored[1])


@pytest.mark.parametrize("fields", [{}, {"email": "friend@example.org"}, {"email": "", "realname": ""}])
def test_an_address_is_needed_and_comes_with_a_real_name_or_not_at_all(wiki: TestWiki, fields: dict[str, str]) -> None:
    assert create(wiki, **fields)["messagecode"] == "noemailcreate"
    assert wiki.wiki.services.directory.by_name("Friend") is None


def test_a_visitor_is_not_offered_it(wiki: TestWiki) -> None:
    visitor = wiki.browser()
    form = {
        "action": "createaccount",
        "createreturnurl": "http://example.org/",
        "createtoken": visitor.token("createaccount"),
    }
    data = {"username": "Friend", "mailpassword": "1", "email": "friend@example.org", "realname": ""}
    assert visitor.post({**form, **data})["createaccount"]["messagecode"] == "authmanager-create-no-primary"


def test_k1_a_crash_before_the_mail_is_written_leaves_the_name_free(
    wiki: TestWiki, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise KeyError

    monkeypatch.setattr(wiki.wiki.post, "new_account", broken)
    form = {
        "action": "createaccount",
        "createreturnurl": "http://example.org/",
        "createtoken": wiki.token("createaccount"),
    }
    data = {"username": "Friend", "mailpassword": "1", "email": "friend@example.org", "realname": ""}
    assert wiki.post({**form, **data})["createaccount"]["status"] == "FAIL"
    monkeypatch.undo()
    assert wiki.wiki.services.directory.by_name("Friend") is None
    assert wiki.wiki.post.rows.newest(9) == []
    assert create(wiki, email="friend@example.org", realname="")["status"] == "PASS"
