"""Special:ConfirmEmail: what the link in a mail leads to (core §9)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlencode

import pytest

from wikigate.testing.wiki import Browser, TestWiki

PASSWORD = "correct horse battery"
HEADERS = {"Content-Type": "application/x-www-form-urlencoded"}


@pytest.fixture
def wiki() -> Iterator[TestWiki]:
    with TestWiki({"site": {"server": "http://wiki.example.org"}}) as wiki:
        yield wiki


def create(wiki: TestWiki) -> str:
    """Make an account with an address by the API; return the path of the link that was mailed."""
    fields = {
        "username": "Alice",
        "password": PASSWORD,
        "retype": PASSWORD,
        "email": "alice@example.org",
        "realname": "",
    }
    form = {
        "action": "createaccount",
        "createreturnurl": "http://example.org/",
        "createtoken": wiki.token("createaccount"),
    }
    assert wiki.post({**form, **fields})["createaccount"]["status"] == "PASS"
    return link(wiki)


def link(wiki: TestWiki) -> str:
    body = wiki.wiki.post.open(wiki.wiki.post.rows.newest(1)[0])
    found = re.search(r"http://wiki\.example\.org(/\S+Special:ConfirmEmail/\w+)", body)
    assert found is not None
    return found[1]


def page(client: Browser, path: str) -> str:
    return client.send("GET", path).body.decode()


def press(client: Browser, path: str) -> str:
    token = re.search(r'name="wpEditToken" value="([^"]+)"', page(client, path))
    assert token is not None
    return client.send("POST", path, HEADERS, urlencode({"wpEditToken": token[1]}).encode()).body.decode()


def is_confirmed(wiki: TestWiki) -> bool:
    account = wiki.wiki.services.directory.by_name("Alice")
    assert account is not None
    assert account.email == "alice@example.org"
    return account.email_authenticated is not None


def test_the_link_of_the_mail_confirms_the_address_once(wiki: TestWiki) -> None:
    path = create(wiki)
    reader = wiki.browser()
    assert "Alice" in page(reader, path)
    assert not is_confirmed(wiki)
    assert "is confirmed" in press(reader, path)
    assert is_confirmed(wiki)
    assert "nothing to confirm" in page(reader, path)


def test_without_the_pages_own_token_nothing_happens(wiki: TestWiki) -> None:
    path = create(wiki)
    wiki.browser().send("POST", path, HEADERS, b"wpconfirm=1")
    assert not is_confirmed(wiki)


def test_a_link_ends_after_a_week(wiki: TestWiki) -> None:
    path = create(wiki)
    wiki.clock.move(7 * 24 * 3600 + 1)
    assert "nothing to confirm" in page(wiki.browser(), path)


@pytest.mark.parametrize("token", ["x", "0" * 32, "d41d8cd98f00b204e9800998ecf8427e", "%00", "'"])
def test_another_token_confirms_nothing(wiki: TestWiki, token: str) -> None:
    create(wiki)
    assert "nothing to confirm" in page(wiki.browser(), f"/w/index.php?title=Special:ConfirmEmail/{token}")


def test_the_mail_can_be_sent_again_once_an_hour(wiki: TestWiki) -> None:
    first = create(wiki)
    wiki.log_in("Alice", PASSWORD)
    path = "/w/index.php?title=Special:ConfirmEmail"
    assert "nothing to confirm" in press(wiki, path)
    wiki.clock.move(3600)
    wiki.log_in("Alice", PASSWORD)
    assert "on its way" in press(wiki, path)
    assert link(wiki) != first
    assert "nothing to confirm" in page(wiki.browser(), first)
    assert "is confirmed" in press(wiki.browser(), link(wiki))
    assert "nothing to confirm" in page(wiki, path)


def test_a_changed_address_voids_the_link_and_the_old_owner_is_told(wiki: TestWiki) -> None:
    """A11: the notice of a change goes to the old address."""
    path = create(wiki)
    directory = wiki.wiki.services.directory
    account = directory.by_name("Alice")
    assert account is not None
    directory.set_email(account.id, "alice@example.com")
    assert "nothing to confirm" in page(wiki.browser(), path)
    [row, _] = wiki.wiki.post.rows.newest(9)
    assert (row.kind, row.recipient) == ("email-changed", "alice@example.org")


def test_an_operators_account_counts_as_confirmed_and_gets_no_mail(wiki: TestWiki) -> None:
    wiki.wiki.registration.create("Alice", PASSWORD, email="alice@example.org")
    assert wiki.wiki.post.rows.newest(9) == []
    assert is_confirmed(wiki)
