"""How many accounts may come from one address (spec core §13; security B7)."""

from __future__ import annotations

from wikigate.auth.creation_limits import CreationLimits
from wikigate.auth.settings import Condition
from wikigate.state.memory import MemoryStateStore
from wikigate.testing.clock import ManualClock


def test_b7_each_address_has_its_own_count():
    limits = CreationLimits("acctcreate", [Condition(1, 60)], MemoryStateStore(ManualClock()))
    assert limits.take("192.0.2.1") is None
    assert limits.take("192.0.2.2") is None
    refused = limits.take("192.0.2.1")
    assert refused is not None
    assert (refused.condition, refused.wait) == (Condition(1, 60), 60)


def test_what_a_later_limit_refuses_does_not_count_in_an_earlier_one():
    clock = ManualClock()
    limits = CreationLimits("acctcreate", [Condition(2, 60), Condition(1, 20)], MemoryStateStore(clock))
    assert limits.take("192.0.2.1") is None
    assert [limits.take("192.0.2.1").condition.seconds for _ in range(3)] == [20, 20, 20]
    clock.move(20)
    assert limits.take("192.0.2.1") is None


def test_a_limit_for_all_addresses_together_is_none():
    limits = CreationLimits("acctcreate", [Condition(1, 60, all_ips=True)], MemoryStateStore(ManualClock()))
    assert [limits.take(f"192.0.2.{number % 2}") for number in range(4)] == [None] * 4
