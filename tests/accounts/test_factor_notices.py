"""Letters about second factors (security C11, C13, C17)."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from wikigate.accounts.factor_notices import FactorNotices
from wikigate.testing.wiki import TestWiki

PASSWORD = "correct horse battery"


@pytest.fixture
def wiki() -> Iterator[TestWiki]:
    with TestWiki({"site": {"server": "http://wiki.example.org", "site_name": "Example"}}) as wiki:
        wiki.wiki.registration.create("Alice", PASSWORD, email="alice@example.org")
        wiki.create_user("Bob", PASSWORD)
        yield wiki


def letters(wiki: TestWiki) -> list[tuple[str, str, str]]:
    post = wiki.wiki.post
    return [(row.kind, row.recipient, post.open(row)) for row in reversed(post.rows.newest(9))]


def alice(wiki: TestWiki) -> int:
    account = wiki.wiki.services.directory.by_name("Alice")
    assert account is not None
    return account.id


def test_c13_a_new_factor_and_one_removed_are_told(wiki: TestWiki) -> None:
    factors = wiki.wiki.factors
    factors.add(alice(wiki), "totp", {"secret": "JBSWY3DPEHPK3PXP"})
    [factor] = factors.of(alice(wiki))
    assert factors.remove(factor)
    assert not factors.remove(factor)
    (added, to, body), (removed, _, _) = letters(wiki)
    assert (added, removed, to) == ("factor-added", "factor-removed", "alice@example.org")
    assert "“Alice” at Example was given a second factor (Authenticator app)" in body
    assert "JBSWY3DPEHPK3PXP" not in body


def test_a_letter_is_taken_back_with_the_change(wiki: TestWiki) -> None:
    with pytest.raises(ZeroDivisionError):
        _add_and_fail(wiki)
    assert letters(wiki) == []


def _add_and_fail(wiki: TestWiki) -> None:
    with wiki.wiki.database.transaction():
        wiki.wiki.factors.add(alice(wiki), "totp", {})
        raise ZeroDivisionError


def test_recovery_codes_are_told_of_when_they_are_few(wiki: TestWiki) -> None:
    notices = wiki.wiki.factors.notices
    notices.code_used(alice(wiki), 3)
    notices.code_used(alice(wiki), 1)
    notices.code_used(alice(wiki), 0)
    notices.codes_renewed(alice(wiki))
    told = letters(wiki)
    assert [kind for kind, _, _ in told] == ["recovery-code-used", "recovery-code-used", "recovery-codes-renewed"]
    assert "One is left." in told[0][2]
    assert "None is left." in told[1][2]


def test_nobody_is_told_who_has_no_address(wiki: TestWiki) -> None:
    bob = wiki.wiki.services.directory.by_name("Bob")
    assert bob is not None
    wiki.wiki.factors.notices.guessed(bob.id)
    wiki.wiki.factors.notices.guessed(4711)
    FactorNotices(wiki.wiki.services.directory, None).guessed(alice(wiki))
    assert letters(wiki) == []
