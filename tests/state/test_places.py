"""Places in several windows at once."""

from __future__ import annotations

from wikigate.state.memory import MemoryStateStore
from wikigate.state.places import Window, take_places

WINDOWS = (Window("minute", 2, 60), Window("day", 3, 86_400))


def test_a_place_is_taken_in_each(clock) -> None:
    store = MemoryStateStore(clock)
    assert take_places(store, WINDOWS) is None
    assert [store.count(window.key) for window in WINDOWS] == [1, 1]
    assert take_places(store, ()) is None


def test_where_one_is_full_none_is_taken_in_the_others(clock) -> None:
    store = MemoryStateStore(clock)
    assert [take_places(store, WINDOWS) for _ in range(3)] == [None, None, 0]
    clock.time += 60
    assert [take_places(store, WINDOWS) for _ in range(3)] == [None, 1, 1]
    assert [store.count(window.key) for window in WINDOWS] == [1, 3]
