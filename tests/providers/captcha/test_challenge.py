"""Captchas are known again by those they were made for, for half an hour, once (security R80)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wikigate.primitives.secrets import KeyRing
from wikigate.providers.captcha.challenge import Challenges
from wikigate.state.memory import MemoryStateStore
from wikigate.testing.clock import ManualClock

from .conftest import KEYS, Chance, make_session


def test_what_was_made_is_found_as_it_was(challenges, session):
    made = challenges.make(session, "login")
    assert challenges.find(made.id, session, "login") == made
    assert challenges.find(made.id, session) == made


def test_the_id_is_a_number_as_mediawiki_s(challenges, session):
    idents = {challenges.make(session, "login").id for _ in range(100)}
    assert len(idents) == 100
    assert all(ident.isdigit() and 0 <= int(ident) < 2**63 for ident in idents)


def test_every_action_may_answer_what_was_made_for_any(challenges, session):
    made = challenges.make(session, None)
    assert challenges.find(made.id, session, "login") == made
    assert challenges.find(made.id, session, "create") == made


def test_another_action_s_is_none(challenges, session):
    assert challenges.find(challenges.make(session, "create").id, session, "login") is None


def test_another_session_s_is_none(challenges, session):
    made = challenges.make(session, "login")
    assert challenges.find(made.id, make_session("b" * 32), "login") is None


def test_without_sessions_everybody_s_is_found(store, clock, session):
    challenges = Challenges(KEYS, store, clock, Chance(), needs_session=False)
    made = challenges.make(session, "login")
    assert challenges.find(made.id, make_session("b" * 32), "login") == made


@pytest.mark.parametrize(
    ("seconds", "good"), [(0, True), (1799, True), (1809, False), (10**7, False), (-5, True), (-60, False)]
)
def test_it_is_good_for_half_an_hour(store, session, seconds, good):
    made = Challenges(KEYS, store, ManualClock(1_800_000_000.0), Chance()).make(session, "login")
    later = Challenges(KEYS, store, ManualClock(1_800_000_000.0 + seconds), Chance())
    assert (later.find(made.id, session, "login") is not None) == good


def test_h4_an_older_key_s_is_still_known(store, clock, session, challenges):
    made = Challenges(KeyRing(KEYS.all[1:]), store, clock, Chance()).make(session, "login")
    assert challenges.find(made.id, session, "login") == made
    forgotten = Challenges(KeyRing([b"another server's key"]), store, clock, Chance())
    assert forgotten.find(made.id, session, "login") is None


@given(st.one_of(st.text(), st.integers().map(str), st.text("0123456789", max_size=25)))
def test_what_was_not_made_here_is_none(ident):
    clock = ManualClock()
    challenges = Challenges(KEYS, MemoryStateStore(clock), clock, Chance())
    assert challenges.find(ident, make_session(), "login") is None


@given(st.integers(0, 62))
def test_no_bit_of_an_id_can_be_changed(bit):
    clock, session = ManualClock(), make_session()
    challenges = Challenges(KEYS, MemoryStateStore(clock), clock, Chance())
    made = challenges.make(session, "login")
    assert challenges.find(str(int(made.id) ^ (1 << bit)), session) is None


def test_it_is_taken_once_by_one_of_many_at_once(challenges, session):
    made = challenges.make(session, "login")
    with ThreadPoolExecutor(8) as pool:
        taken = list(pool.map(lambda _: challenges.take(made.id, session, "login"), range(8)))
    assert [one for one in taken if one is not None] == [made]


def test_it_stays_spent_as_long_as_it_could_be_answered(challenges, session, clock):
    made = challenges.make(session, "login")
    assert challenges.take(made.id, session, "login") == made
    while challenges.find(made.id, session, "login"):
        assert challenges.take(made.id, session, "login") is None
        clock.move(4)


def test_showing_one_stores_nothing(challenges, session, store):
    challenges.find(challenges.make(session, "login").id, session)
    assert len(store) == 0


def test_the_seed_shows_nowhere(challenges, session):
    made = challenges.make(session, "login")
    assert repr(made) == f"Challenge(id='{made.id}')"
