"""Hold a state store to its contract (``wikigate.state.base``).

Subclass ``StateStoreContract`` in a test module and define two pytest fixtures in it: ``clock``, an object with an attribute ``time`` in
seconds and a method ``now()`` that returns it, and ``store``, an empty store made with that clock. Several stores on one shared back end
are tested by overriding ``peers``.
"""

# ruff: noqa: S101, PLR2004  these are tests

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import Any, Protocol

from wikigate.state.base import StateStore

_THREADS = 24
_ATTEMPTS = 96


class SettableClock(Protocol):
    """A clock that a test moves by hand."""

    time: float

    def now(self) -> float:
        """Return ``time``."""
        ...


def at_once(work: Callable[[int], Any], times: int = _ATTEMPTS, threads: int = _THREADS) -> list[Any]:
    """Call ``work(0) … work(times - 1)`` from many threads that start together; return what came back, in any order."""
    barrier = threading.Barrier(threads)
    results: list[Any] = []

    def run(first: int) -> None:
        barrier.wait()
        for number in range(first, times, threads):
            results.append(work(number))  # noqa: PERF401  the list grows from many threads

    workers = [threading.Thread(target=run, args=(first,)) for first in range(threads)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    if len(results) != times:
        raise AssertionError(f"{times - len(results)} of {times} calls raised")
    return results


class StateStoreContract:
    """The contract as tests."""

    def peers(self, store: StateStore) -> Sequence[StateStore]:
        """Return all stores on the back end of ``store``, itself included; override where there can be several."""
        return (store,)

    # -- values -----------------------------------------------------------------------------------------------------------

    def test_a_value_is_there_until_its_time_is_over(self, store: StateStore, clock: SettableClock) -> None:
        """``put`` and ``get``, to the moment."""
        store.put("key", b"value", 10)
        clock.time += 9.9
        assert store.get("key") == b"value"
        clock.time += 0.1
        assert store.get("key") is None

    def test_nothing_is_none(self, store: StateStore) -> None:
        """A key that never was."""
        assert store.get("key") is None
        assert store.take("key") is None
        assert store.count("key") == 0

    def test_an_empty_value_is_a_value(self, store: StateStore) -> None:
        """No bytes are not nothing."""
        store.put("key", b"", 10)
        assert store.get("key") == b""
        assert store.add("key", b"other", 10) is False
        assert store.take("key") == b""

    def test_put_replaces_value_and_time(self, store: StateStore, clock: SettableClock) -> None:
        """The last one counts."""
        store.put("key", b"old", 10)
        store.put("key", b"\x00\xffnew", 100)
        clock.time += 50
        assert store.get("key") == b"\x00\xffnew"

    def test_add_sets_only_what_is_free(self, store: StateStore, clock: SettableClock) -> None:
        """What has expired is free."""
        assert store.add("key", b"first", 10) is True
        assert store.add("key", b"second", 10) is False
        assert store.get("key") == b"first"
        clock.time += 10
        assert store.add("key", b"third", 10) is True
        assert store.get("key") == b"third"

    def test_take_gives_a_value_once(self, store: StateStore, clock: SettableClock) -> None:
        """What has expired is not given at all."""
        store.put("key", b"value", 10)
        assert store.take("key") == b"value"
        assert store.take("key") is None
        store.put("key", b"value", 10)
        clock.time += 10
        assert store.take("key") is None

    def test_deleted_is_gone(self, store: StateStore) -> None:
        """Values and numbers alike; deleting nothing is no error."""
        store.put("value", b"x", 10)
        store.increment("number", 10)
        for key in ("value", "number", "neither"):
            store.delete(key)
        assert store.get("value") is None
        assert store.count("number") == 0

    def test_keys_are_any_text(self, store: StateStore) -> None:
        """Long ones, and ones that differ only at the end."""
        keys = ["", "ключ 🗝", "a" * 300, "a" * 299 + "b", "line\nbreak\0", "'\"%_\\", "lone \ud800 surrogate"]
        for number, key in enumerate(keys):
            assert store.add(key, str(number).encode(), 10)
        assert [store.get(key) for key in keys] == [str(number).encode() for number in range(len(keys))]

    def test_verbs_together_do_what_they_do_alone(self, store: StateStore) -> None:
        """Inside they see each other; afterwards everybody sees them."""
        with store.together():
            assert [store.increment("number", 10, 2) for _ in range(3)] == [1, 2, 3]
            store.refund("number")
            store.put("value", b"x", 10)
            assert (store.count("number"), store.get("value")) == (1, b"x")
        assert (store.count("number"), store.take("value")) == (1, b"x")

    # -- numbers ----------------------------------------------------------------------------------------------------------

    def test_counts_up(self, store: StateStore) -> None:
        """From one, each key for itself."""
        assert [store.increment("a", 10) for _ in range(3)] == [1, 2, 3]
        assert store.increment("b", 10) == 1
        assert (store.count("a"), store.count("b")) == (3, 1)

    def test_the_window_starts_with_the_first_increment(self, store: StateStore, clock: SettableClock) -> None:
        """Later ones do not extend it, refused ones neither (security B1)."""
        for _ in range(4):
            store.increment("key", 10, ceiling=3)
            clock.time += 2
        assert store.count("key") == 3
        clock.time += 2
        assert store.count("key") == 0
        assert store.increment("key", 10, ceiling=3) == 1
        clock.time += 9
        assert store.count("key") == 1

    def test_refuses_beyond_the_ceiling(self, store: StateStore) -> None:
        """And a refused increment counts for nothing: one refund makes room for one."""
        assert [store.increment("key", 10, ceiling=2) for _ in range(5)] == [1, 2, 3, 3, 3]
        store.refund("key")
        assert store.count("key") == 1
        assert [store.increment("key", 10, ceiling=2) for _ in range(2)] == [2, 3]

    def test_a_ceiling_of_nothing_refuses_everything(self, store: StateStore) -> None:
        """Nothing is counted."""
        assert store.increment("key", 10, ceiling=0) == 1
        assert store.count("key") == 0

    def test_refund_stops_at_zero_and_makes_nothing(self, store: StateStore, clock: SettableClock) -> None:
        """Nor does it move the end of the window."""
        store.refund("key")
        assert store.increment("key", 10) == 1
        clock.time += 5
        store.refund("key")
        store.refund("key")
        assert store.count("key") == 0
        assert store.increment("key", 10) == 1
        clock.time += 5
        assert store.count("key") == 0

    def test_tells_how_long_a_key_lives_yet(self, store: StateStore, clock: SettableClock) -> None:
        """Of values and numbers alike; a later increment does not move the end (security B13)."""
        assert store.remaining("key") == 0
        store.increment("key", 10)
        store.put("value", b"x", 3)
        clock.time += 2
        store.increment("key", 10)
        assert (store.remaining("key"), store.remaining("value")) == (8, 1)
        clock.time += 8
        assert (store.remaining("key"), store.remaining("value")) == (0, 0)

    def test_many_expired_keys_do_not_stay(self, store: StateStore, clock: SettableClock) -> None:
        """Writing goes on sweeping; nothing living is swept."""
        store.put("living", b"x", 1000)
        for number in range(200):
            store.increment(f"old {number}", 1)
        clock.time += 5
        for number in range(400):
            store.increment(f"new {number}", 100)
        assert store.get("living") == b"x"
        assert all(store.count(f"new {number}") == 1 for number in range(400))

    def test_numbers_are_listed_by_the_beginning_of_their_keys(self, store: StateStore, clock: SettableClock) -> None:
        """By key; neither values nor what has expired or counts nothing are among them."""
        for key, times in {"a:2": 2, "a:1": 1, "b:1": 1, "a": 1, "a:_": 1, "a:%": 1}.items():
            for _ in range(times):
                store.increment(key, 60)
        store.put("a:value", b"x", 60)
        store.increment("a:gone", 1)
        store.increment("a:zero", 60)
        store.refund("a:zero")
        clock.time += 20
        found = store.counters("a:", 10)
        assert [(one.key, one.number) for one in found] == [("a:%", 1), ("a:1", 1), ("a:2", 2), ("a:_", 1)]
        assert all(39 < one.remaining < 41 for one in found)
        assert [one.key for one in store.counters("a:", 2)] == ["a:%", "a:1"]
        assert store.counters("c:", 10) == []

    # -- at once ----------------------------------------------------------------------------------------------------------

    def test_exactly_the_ceiling_gets_through_at_once(self, store: StateStore) -> None:
        """Security B2, N8."""
        peers = self.peers(store)
        numbers = at_once(lambda n: peers[n % len(peers)].increment("key", 60, ceiling=5))
        assert sorted(number for number in numbers if number <= 5) == [1, 2, 3, 4, 5]
        assert store.count("key") == 5

    def test_no_increment_or_refund_is_lost_at_once(self, store: StateStore) -> None:
        """Two up and one down, many times over."""
        peers = self.peers(store)

        def work(number: int) -> None:
            peer = peers[number % len(peers)]
            peer.increment("key", 60)
            peer.increment("key", 60)
            peer.refund("key")

        at_once(work)
        assert store.count("key") == _ATTEMPTS

    def test_one_of_many_adds_and_one_of_many_takes(self, store: StateStore) -> None:
        """A one-time value is used once (security C8)."""
        peers = self.peers(store)
        added = at_once(lambda n: peers[n % len(peers)].add("key", str(n).encode(), 60))
        assert sum(added) == 1
        value = store.get("key")
        taken = at_once(lambda n: peers[n % len(peers)].take("key"))
        assert [found for found in taken if found is not None] == [value]
