"""Outside identities: one account each, whoever is first; what they began can be ended (security G6, G9)."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from wikigate.accounts.identities import Identities, Identity
from wikigate.primitives.errors import StoreUnavailable
from wikigate.store.sessions import SessionTable
from wikigate.testing.wiki import TestWiki

ALICE = Identity("https://openid.example.net", "sub-1")
OTHER = Identity("https://openid.example.net", "sub-2")
PASSWORD = "correct horse battery"


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
    told: list[object] = []
    identities.end_session(ALICE.issuer, "sid", lambda *ended: told.append(ended))
    identities.end_all(ALICE, lambda *ended: told.append(ended))
    assert told == []


def test_h6_what_ends_and_the_telling_of_it_are_one_transaction(wiki: TestWiki, identities: Identities) -> None:
    wiki.create_user("Alice", PASSWORD)
    wiki.log_in("Alice", PASSWORD)
    directory = wiki.wiki.services.directory
    account = directory.by_name("Alice")
    assert account is not None
    identities.link(ALICE, account.id)
    [row] = SessionTable(wiki.wiki.database).of_user(account.id, int(wiki.clock.now()))
    identities.note_session(row.key, row.device, issuer=ALICE.issuer, name="sid", user_id=account.id)

    def fail(_account: object, _count: int) -> None:
        raise StoreUnavailable("the disk is full")

    with pytest.raises(StoreUnavailable):
        identities.end_session(ALICE.issuer, "sid", fail)
    with pytest.raises(StoreUnavailable):
        identities.end_all(ALICE, fail)
    assert wiki.who() == "Alice"
    told: list[tuple[str, int]] = []
    for _ in range(2):
        identities.end_session(ALICE.issuer, "sid", lambda who, count: told.append((who.name, count)))
    assert told == [("Alice", 1)], "what is over is told of once"
    assert wiki.who() == "127.0.0.1"
