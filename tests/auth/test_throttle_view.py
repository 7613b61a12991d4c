"""The counts as an operator sees them."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from wikigate.auth.creation_limits import CreationLimits
from wikigate.auth.settings import AuthSettings, Condition, ThrottleSettings
from wikigate.auth.throttle import Throttle
from wikigate.auth.throttle_view import ThrottleView
from wikigate.state.memory import MemoryStateStore

SETTINGS = ThrottleSettings(conditions=(Condition(5, 300),), per_name=0, account_creation=(Condition(6, 60),))


@pytest.mark.parametrize("typed", ["2001:db8::1", "2001:DB8:0:0::1"])
def test_an_ipv6_address_is_found_however_it_is_typed_and_with_its_site(typed: str) -> None:
    """What is counted for everybody there is counted for the /64."""
    store = MemoryStateStore(SimpleNamespace(now=lambda: 0.0))
    Throttle("password", SETTINGS, store).reserve("2001:db8::1", ("Alice",))
    CreationLimits("acctcreate", SETTINGS.account_creation, store).take("2001:db8::1")
    CreationLimits("acctcreate", SETTINGS.account_creation, store).take("2001:db8:0:1::1")
    found = ThrottleView(AuthSettings(throttle=SETTINGS), store).counts(address=typed)
    assert sorted((one.kind, one.address) for one in found) == [
        ("acctcreate", "2001:db8::/64"),
        ("password", "2001:db8::/64"),
        ("password", "2001:db8::1"),
    ]
