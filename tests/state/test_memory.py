import pytest

from wikigate.state.memory import MemoryStateStore
from wikigate.testing.contracts.state_store import StateStoreContract


class TestMemoryStateStore(StateStoreContract):
    @pytest.fixture
    def store(self, clock):
        return MemoryStateStore(clock)


def test_what_has_expired_leaves_the_memory(clock):
    store = MemoryStateStore(clock)
    for number in range(500):
        store.put(str(number), b"x", 1)
    clock.time += 2
    for number in range(500, 1000):
        store.put(str(number), b"x", 1)
    assert len(store) == 500
