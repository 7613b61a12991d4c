"""A trip to the provider and back: taken once, with nothing stored that helps a thief (security G1, G3)."""

import base64
import hashlib
import json
from concurrent.futures import ThreadPoolExecutor

import pytest

from wikigate.primitives.ids import SYSTEM_RANDOM
from wikigate.primitives.secrets import KeyRing
from wikigate.providers.oidc.ticket import LIFETIME, Tickets, fingerprint
from wikigate.state.memory import MemoryStateStore
from wikigate.testing.clock import ManualClock

PROVIDER, RETURN = "openid.example.net", "http://example.org/"


class Recording(MemoryStateStore):
    """Remembers what was written."""

    def __init__(self, clock: ManualClock) -> None:
        super().__init__(clock)
        self.written: list[str] = []

    def put(self, key: str, value: bytes, ttl: float) -> None:
        self.written.append(key + value.decode())
        super().put(key, value, ttl)


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def store(clock: ManualClock) -> Recording:
    return Recording(clock)


@pytest.fixture
def tickets(store: Recording, clock: ManualClock) -> Tickets:
    return Tickets(store, KeyRing([b"k" * 32]), clock, SYSTEM_RANDOM)


def test_g1_a_state_has_more_than_128_random_bits(tickets: Tickets) -> None:
    states = {tickets.issue(PROVIDER, RETURN) for _ in range(50)}
    assert len(states) == 50
    assert {len(base64.urlsafe_b64decode(state)) for state in states} == {24}


def test_g3_nothing_that_is_stored_makes_a_state_a_nonce_or_a_verifier(tickets: Tickets, store: Recording) -> None:
    state = tickets.issue(PROVIDER, RETURN)
    tickets.come_back(state, PROVIDER, code="the code")
    secrets = [state, tickets.nonce(state), tickets.verifier(state), "the code"]
    assert len(set(secrets)) == 4
    assert len(tickets.verifier(state)) == 43
    assert not [secret for secret in secrets if secret in json.dumps(store.written)]
    assert hashlib.sha256(state.encode()).hexdigest() in store.written[0]


def test_g1_of_several_at_once_one_takes_the_answer(tickets: Tickets) -> None:
    state = tickets.issue(PROVIDER, RETURN)
    tickets.come_back(state, PROVIDER, code="c")
    with ThreadPoolExecutor(8) as threads:
        taken = list(threads.map(lambda _: tickets.finish(fingerprint(state), "c"), range(8)))
    assert sum(trip is not None for trip in taken) == 1


@pytest.mark.parametrize(("provider", "code"), [("another", "c"), (PROVIDER, "another")])
def test_g4_another_provider_or_code_ends_the_trip(tickets: Tickets, provider: str, code: str) -> None:
    state = tickets.issue(PROVIDER, RETURN)
    assert tickets.come_back(state, PROVIDER, code="c") is not None
    assert tickets.come_back(state, provider, code=code) is None
    assert tickets.finish(fingerprint(state), "c") is None


def test_g1_coming_back_again_makes_no_trip_longer(tickets: Tickets, clock: ManualClock) -> None:
    state = tickets.issue(PROVIDER, RETURN)
    clock.move(LIFETIME - 1)
    assert tickets.come_back(state, PROVIDER, code="c") is not None
    clock.move(2)
    assert tickets.finish(fingerprint(state), "c") is None


def test_g1_a_trip_that_never_came_back_is_not_finished(tickets: Tickets) -> None:
    state = tickets.issue(PROVIDER, RETURN)
    assert tickets.finish(fingerprint(state), "") is None
    assert tickets.finish(fingerprint(state), "c") is None
