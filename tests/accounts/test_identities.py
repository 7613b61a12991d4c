"""Outside identities: one account each, whoever is first; what they began can be ended (security G6, G9)."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from wikigate.accounts.identities import Identities, Identity
from wikigate.testing.wiki import TestWiki

ALICE = Identity("https://openid.example.net", "sub-1")
OTHER = Identity("https://openid.example.net", "sub-2")


@pytest.fixture
def wiki() -> Iterator[TestWiki]:
    with TestWiki() as wiki:
        yield wiki


@pytest.fixture
def identities(wiki: TestWiki) -> Identities:
    return Identities(wiki.wiki.database, wiki.wiki.services.directory, wiki.clock)


def test_g6_an_identity_is_issuer_and_subject_to_the_letter(identities: Identities) -> None:
    assert identities.link(ALICE, 1)
    assert identities.find(ALICE) == 1
    for other in (
        Identity(ALICE.issuer + "/", "sub-1"),
        Identity(ALICE.issuer, "SUB-1"),
        Identity(ALICE.issuer, "sub"),
    ):
        assert identities.find(other) is None


def test_g6_an_identity_has_one_account_and_an_account_several_identities(identities: Identities) -> None:
    assert [identities.link(ALICE, user) for user in (1, 1, 2)] == [True, True, False]
    assert identities.link(OTHER, 1)
    assert identities.of(1) == (ALICE, OTHER)
    assert identities.of(2) == ()


def test_g6_of_several_at_once_one_gets_it(identities: Identities) -> None:
    with ThreadPoolExecutor(8) as threads:
        assert sum(threads.map(lambda user: identities.link(ALICE, user), range(1, 9))) == 1


def test_an_identity_is_taken_off_by_its_own_account_alone(identities: Identities) -> None:
    identities.link(ALICE, 1)
    assert [identities.unlink(ALICE, user) for user in (2, 1, 1)] == [False, True, False]
    assert identities.find(ALICE) is None


def test_k1_a_new_account_and_its_identity_are_written_together_or_not_at_all(
    wiki: TestWiki, identities: Identities
) -> None:
    directory = wiki.wiki.services.directory
    account = directory.create("Alice", identity=("https://openid.example.net", "sub-1"))
    assert account is not None
    assert identities.find(ALICE) == account.id
    assert directory.create("Bob", identity=("https://openid.example.net", "sub-1")) is None
    assert directory.by_name("Bob") is None


def test_g9_ending_a_session_that_nobody_knows_ends_nothing(identities: Identities) -> None:
    assert identities.end_session(ALICE.issuer, "sid") == 0
    assert identities.end_all(ALICE) is False
