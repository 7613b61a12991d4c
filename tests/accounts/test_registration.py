"""Accounts by the operator's hand: what is judged before anything is written."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from wikigate.accounts.registration import AccountRefused, Registration
from wikigate.testing.wiki import TestWiki

PASSWORD = "correct horse battery"


@pytest.fixture(scope="module")
def wiki() -> Iterator[TestWiki]:
    with TestWiki({"accounts": {"temporary_accounts": True}}) as wiki:
        yield wiki


@pytest.fixture
def registration(wiki: TestWiki) -> Registration:
    return wiki.wiki.registration


@pytest.mark.parametrize(
    ("name", "words", "key"),
    [
        ("A|b", {}, "noname"),
        ("Carol", {"email": "nowhere"}, "invalidemailaddress"),
        ("Carol", {"email": "carol@example.org\nBcc: everybody@example.org"}, "invalidemailaddress"),
        ("Carol", {"groups": ["nosuch"]}, "rawmessage"),
        ("Carol", {"groups": ["autoconfirmed"]}, "rawmessage"),
        ("Carol", {"groups": ["temp"]}, "rawmessage"),
    ],
)
def test_what_cannot_be_is_refused_and_no_account_is_made(
    wiki: TestWiki, registration: Registration, name: str, words: dict[str, object], key: str
) -> None:
    with pytest.raises(AccountRefused, match=key):
        registration.create(name, PASSWORD, **words)  # type: ignore[arg-type]
    assert wiki.wiki.services.directory.by_name(name) is None


def test_nobody_is_put_into_a_group_that_follows_from_who_one_is(registration: Registration) -> None:
    account = registration.create("Dora", PASSWORD, groups=["sysop"])
    for group in ("*", "user", "autoconfirmed", "temp"):
        with pytest.raises(AccountRefused, match="rawmessage"):
            registration.change_groups(account, add=[group])
    changed = registration.change_groups(account, add=["bot"], remove=["sysop"])
    assert [membership.group for membership in changed.groups] == ["bot"]
