"""T1: how many bodies are waited for."""

from __future__ import annotations

import contextlib

from wikigate.web.body_places import BodyPlaces


def held(places: BodyPlaces, stack: contextlib.ExitStack, *addresses: str) -> list[bool]:
    return [stack.enter_context(places.take(address)) for address in addresses]


def test_t1_one_client_has_half_of_the_places_and_all_clients_have_them_all() -> None:
    places = BodyPlaces(4)
    with contextlib.ExitStack() as stack:
        assert held(places, stack, "192.0.2.1", "192.0.2.1", "192.0.2.1") == [True, True, False]
        assert held(places, stack, "192.0.2.2", "192.0.2.3", "192.0.2.4") == [True, True, False]
    with contextlib.ExitStack() as stack:
        assert held(places, stack, "192.0.2.1", "192.0.2.1", "192.0.2.4") == [True, True, True]


def test_t1_the_addresses_of_one_ipv6_network_are_one_client() -> None:
    places = BodyPlaces(4)
    with contextlib.ExitStack() as stack:
        assert held(places, stack, "2001:db8::1", "2001:db8::2", "2001:db8::3") == [True, True, False]
        assert held(places, stack, "2001:db8:0:1::1") == [True]
