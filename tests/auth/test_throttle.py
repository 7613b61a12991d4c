"""Exactly so many guesses are judged, and right passwords never stand in each other's way (security 2.I, B1 to B7)."""

from __future__ import annotations

import json
import random
import sqlite3
import subprocess
import sys
import threading
from collections import Counter
from pathlib import Path
from subprocess import PIPE

import pytest

from wikigate.auth.settings import Condition, ThrottleSettings
from wikigate.auth.throttle import Refusal, Reservation, Throttle, site_of
from wikigate.primitives.message import Duration, Message
from wikigate.state.memory import MemoryStateStore
from wikigate.state.sql import SqlStateStore

from .guessing_process import at_once, attempt
from .world import FakeClock

HERE = "192.0.2.1"
ALICE = ("Alice",)


@pytest.fixture
def clock():
    return FakeClock()


@pytest.fixture(params=["memory", "sql"])
def store(request, clock, database):
    return MemoryStateStore(clock) if request.param == "memory" else SqlStateStore(database, clock)


def wrong(throttle, address=HERE, names=ALICE):
    place = throttle.reserve(address, names)
    if isinstance(place, Refusal):
        return place.seconds
    throttle.count(place)
    return None


# -- one after the other ------------------------------------------------------------------------------------------------


def test_b1_m37_five_are_judged_the_sixth_is_not_until_the_window_is_over(store, clock):
    throttle = Throttle("password", ThrottleSettings(), store)
    for _ in range(5):
        assert wrong(throttle) is None
        clock.time += 10
    refused = throttle.reserve(HERE, ALICE)
    assert refused == Refusal(300)
    assert refused.message == Message("login-throttled", (Duration(300),)), "the whole window, not the rest of it"
    clock.time += 249.9
    assert wrong(throttle) == 300
    clock.time += 0.1
    assert wrong(throttle) is None


def test_conditions_are_asked_in_order_and_the_longer_one_remembers(store, clock):
    throttle = Throttle("password", ThrottleSettings((Condition(2, 10), Condition(3, 1000))), store)
    assert [wrong(throttle) for _ in range(3)] == [None, None, 10]
    clock.time += 10
    assert [wrong(throttle) for _ in range(2)] == [None, 1000]
    clock.time += 10
    assert wrong(throttle) == 1000


def test_a_success_empties_the_windows_of_this_name_at_this_address(store):
    throttle = Throttle("password", ThrottleSettings(), store)
    for _ in range(4):
        wrong(throttle)
    throttle.forgive(throttle.reserve(HERE, ALICE))
    assert [wrong(throttle) for _ in range(6)] == [None] * 5 + [300]


def test_names_and_addresses_are_counted_apart(store):
    throttle = Throttle("password", ThrottleSettings(), store)
    for _ in range(6):
        wrong(throttle)
    assert wrong(throttle, names=("Bob",)) is None
    assert wrong(throttle, address="192.0.2.2") is None
    assert wrong(throttle, names=None) is None


def test_a_condition_for_all_addresses_counts_them_together(store):
    throttle = Throttle("password", ThrottleSettings((Condition(2, 300, all_ips=True),)), store)
    assert [wrong(throttle, f"192.0.2.{n}") for n in range(3)] == [None, None, 300]


def test_a_condition_for_all_addresses_does_not_concern_who_gives_no_name(store):
    """B2: attempts without a name from one place keep nobody out elsewhere."""
    throttle = Throttle("password", ThrottleSettings((Condition(2, 300, all_ips=True),)), store)
    assert [wrong(throttle, names=None) for _ in range(9)] == [None] * 9
    assert isinstance(throttle.reserve("192.0.2.9", None), Reservation)


def test_no_name_is_counted_for_the_address_alone(store):
    throttle = Throttle("password", ThrottleSettings(), store)
    assert [wrong(throttle, names=None) for _ in range(6)] == [None] * 5 + [300]
    assert wrong(throttle) is None


def test_an_impossible_name_counts_nowhere(store):
    throttle = Throttle("password", ThrottleSettings(), store)
    assert [wrong(throttle, names=()) for _ in range(60)] == [None] * 60


def test_every_form_of_a_name_is_counted(store):
    throttle = Throttle("password", ThrottleSettings((Condition(2, 300),)), store)
    wrong(throttle, names=("Alice", "alice"))
    wrong(throttle, names=("alice",))
    assert wrong(throttle, names=("Alice", "alice")) == 300
    assert wrong(throttle, names=("Alice",)) is None, "what one full window refuses takes no place in the others"


def test_b7_bot_passwords_have_their_own_count(store):
    main, bots = (Throttle(kind, ThrottleSettings(), store) for kind in ("password", "botpassword"))
    assert [wrong(bots) for _ in range(6)] == [None] * 5 + [300]
    assert wrong(main) is None


def test_b4_one_name_from_everywhere_is_limited_too(store):
    throttle = Throttle("password", ThrottleSettings(per_name=10, name_seconds=3600), store)
    answers = [wrong(throttle, f"198.51.100.{n}") for n in range(12)]
    assert answers == [None] * 10 + [3600] * 2
    assert wrong(throttle, "203.0.113.1", ("Bob",)) is None


@pytest.mark.parametrize("address", ["192.0.2.{n}", "2001:db8:0:1::{n}"])
def test_b5_one_address_for_all_names_is_limited_too(store, address):
    throttle = Throttle("password", ThrottleSettings(per_address=10), store)
    same_site = ":" in address
    answers = [wrong(throttle, address.format(n=n + 1 if same_site else 1), (f"User{n}",)) for n in range(12)]
    assert answers == [None] * 10 + [300] * 2


def test_a_success_gives_the_wide_windows_only_its_own_place_back(store):
    throttle = Throttle("password", ThrottleSettings(per_address=3), store)
    for n in range(2):
        wrong(throttle, names=(f"User{n}",))
    for _ in range(10):
        throttle.forgive(throttle.reserve(HERE, ALICE))
    assert [wrong(throttle, names=(f"Other{n}",)) for n in range(2)] == [None, 300]


def test_wide_windows_can_be_switched_off(store):
    throttle = Throttle("password", ThrottleSettings(per_name=0, per_address=0), store)
    assert [wrong(throttle, f"192.0.2.{n}") for n in range(120)] == [None] * 120
    assert [wrong(throttle, names=(f"User{n}",)) for n in range(60)] == [None] * 60


def test_a_place_given_back_is_free(store):
    throttle = Throttle("password", ThrottleSettings(per_name=6, per_address=6), store)
    for _ in range(20):
        throttle.refund(throttle.reserve(HERE, ALICE))
    assert [wrong(throttle) for _ in range(6)] == [None] * 5 + [300]


@pytest.mark.parametrize("counted", [True, False])
def test_what_ends_well_in_a_later_request_is_forgiven_in_full(store, counted):
    throttle = Throttle("password", ThrottleSettings(per_name=1, per_address=1), store)
    for _ in range(3):
        place = throttle.reserve(HERE, ALICE)
        (throttle.count if counted else throttle.refund)(place)
        throttle.forgive_later(place, counted=counted)
    assert wrong(throttle) is None


def test_credentials_known_to_be_right_pass_unless_guesses_have_filled_the_window(store):
    throttle = Throttle("password", ThrottleSettings(), store)
    assert throttle.admit_right(HERE, ALICE) is None
    for _ in range(4):
        wrong(throttle)
    assert throttle.admit_right(HERE, ALICE) is None
    assert [wrong(throttle) for _ in range(5)] == [None] * 5, "it was a success"
    assert throttle.admit_right(HERE, ALICE) == Refusal(300)


def test_credentials_known_to_be_right_write_nothing_and_need_no_place(database, clock):
    throttle = Throttle("password", ThrottleSettings((Condition(1, 300),)), SqlStateStore(database, clock))
    throttle.reserve(HERE, ALICE)
    watcher = sqlite3.connect(database.file.path)
    before = watcher.execute("PRAGMA data_version").fetchone()
    assert throttle.admit_right(HERE, ALICE) is None
    assert watcher.execute("PRAGMA data_version").fetchone() == before
    watcher.close()


def test_a_reservation_is_json(store):
    for names in (None, (), ("A", "B")):
        place = Reservation(HERE, names)
        assert Reservation.restore(json.loads(json.dumps(place.store()))) == place


def test_names_are_not_kept_in_clear(clock):
    store = MemoryStateStore(clock)
    wrong(Throttle("password", ThrottleSettings(), store), names=("My secret as a name",))
    assert "secret" not in str(store._entries)


@pytest.mark.parametrize(
    ("address", "site"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2:3::4", "2001:db8:1:2::/64"),
        ("2001:DB8:1:2:ffff::", "2001:db8:1:2::/64"),
        ("unknown", "unknown"),
        ("", ""),
    ],
)
def test_what_of_an_address_one_guesser_holds(address, site):
    assert site_of(address) == site


# -- all at once --------------------------------------------------------------------------------------------------------


def outcome(throttle, attempts):
    attempts = list(attempts)
    random.Random(7).shuffle(attempts)
    return Counter(at_once(lambda right: attempt(throttle, right), attempts))


def test_b2_of_fifty_wrong_ones_at_once_exactly_five_are_judged(store):
    for round_number in range(5):
        throttle = Throttle(f"password{round_number}", ThrottleSettings(), store)
        assert outcome(throttle, [False] * 50) == {"wrong": 5, "throttled": 45}


def test_b3_of_fifty_right_ones_at_once_all_pass(store):
    throttle = Throttle("password", ThrottleSettings(patience=60), store)
    assert outcome(throttle, [True] * 50) == {"pass": 50}
    assert [wrong(throttle) for _ in range(6)] == [None] * 5 + [300], "and nothing is left over"


def test_b3_four_wrong_ones_at_once_do_not_stop_eight_right_ones(store):
    for round_number in range(5):
        throttle = Throttle(f"password{round_number}", ThrottleSettings(patience=60), store)
        assert outcome(throttle, [True] * 8 + [False] * 4) == {"pass": 8, "wrong": 4}


def test_b3_right_ones_of_many_people_behind_one_address_do_not_stop_each_other(store):
    throttle = Throttle("password", ThrottleSettings(per_address=3, patience=60), store)

    def log_in(number):
        place = throttle.reserve(HERE, (f"User{number}",))
        if isinstance(place, Refusal):
            return "throttled"
        throttle.forgive(place)
        return "pass"

    assert Counter(at_once(log_in, range(20))) == {"pass": 20}


@pytest.mark.parametrize(
    ("right", "wrong_ones", "expected"),
    [(0, 25, {"wrong": 5, "throttled": 45}), (25, 0, {"pass": 50}), (4, 2, {"pass": 8, "wrong": 4})],
)
def test_b2_b3_n8_the_same_holds_over_two_processes(database, right, wrong_ones, expected):
    script = str(Path(__file__).with_name("guessing_process.py"))
    command = [sys.executable, script, f"sqlite:///{database.file.path}", str(right), str(wrong_ones)]
    workers = [subprocess.Popen(command, stdin=PIPE, stdout=PIPE, text=True) for _ in range(2)]
    for worker in workers:
        assert worker.stdout.readline() == "ready\n"
    for worker in workers:
        worker.stdin.write("go\n")
        worker.stdin.flush()
    results = Counter(result for worker in workers for result in json.loads(worker.communicate(timeout=120)[0]))
    assert results == expected


# -- waiting ------------------------------------------------------------------------------------------------------------


def in_background(work):
    results = []
    thread = threading.Thread(target=lambda: results.append(work()))
    thread.start()
    return thread, results


def until_waiting(throttle, thread):
    while not throttle._waiting:
        thread.join(0.001)


def test_who_waits_gets_the_place_that_is_given_back(store):
    throttle = Throttle("password", ThrottleSettings((Condition(1, 300),), patience=60), store)
    place = throttle.reserve(HERE, ALICE)
    thread, results = in_background(lambda: throttle.reserve(HERE, ALICE))
    until_waiting(throttle, thread)
    throttle.refund(place)
    thread.join(30)
    assert results == [Reservation(HERE, ALICE)]


def test_who_waits_is_refused_when_the_place_is_kept(store):
    throttle = Throttle("password", ThrottleSettings((Condition(1, 300),), patience=60), store)
    place = throttle.reserve(HERE, ALICE)
    thread, results = in_background(lambda: throttle.reserve(HERE, ALICE))
    until_waiting(throttle, thread)
    throttle.count(place)
    thread.join(30)
    assert results == [Refusal(300)]


def test_a_place_that_another_process_gives_back_is_found(store):
    settings = ThrottleSettings((Condition(1, 300),), patience=60)
    here, elsewhere = Throttle("password", settings, store), Throttle("password", settings, store)
    place = elsewhere.reserve(HERE, ALICE)
    thread, results = in_background(lambda: here.reserve(HERE, ALICE))
    until_waiting(here, thread)
    elsewhere.refund(place)
    thread.join(30)
    assert results == [Reservation(HERE, ALICE)]


def test_nobody_waits_longer_than_patience(store):
    throttle = Throttle("password", ThrottleSettings((Condition(1, 300),), patience=0.01), store)
    throttle.reserve(HERE, ALICE)  # of a process that died
    assert throttle.reserve(HERE, ALICE) == Refusal(300)


def test_no_more_wait_than_may(store):
    throttle = Throttle("password", ThrottleSettings((Condition(1, 300),), patience=60, waiting=1), store)
    place = throttle.reserve(HERE, ALICE)
    thread, results = in_background(lambda: throttle.reserve(HERE, ALICE))
    until_waiting(throttle, thread)
    assert throttle.reserve(HERE, ALICE) == Refusal(300)
    throttle.refund(place)
    thread.join(30)
    assert results == [Reservation(HERE, ALICE)]
    assert (throttle._waiting, throttle._lines) == (0, {})
