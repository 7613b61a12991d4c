"""B4: the cookie by which a device is known that somebody has logged in from."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wikigate.primitives.secrets import KeyRing
from wikigate.sessions.cookie_writer import CookieWriter
from wikigate.sessions.known_devices import KnownDevices
from wikigate.sessions.settings import CookieSettings, KnownDeviceSettings
from wikigate.sessions.visit import Visit
from wikigate.wire.http import Request, Response

NOW = 1_795_221_151.0
OLD, NEW = b"o" * 32, b"n" * 32
DIGITS = "0123456789abcdefghijklmnopqrstuv"


def devices(*keys: bytes, cookie: bool = True, lifetime: int = 1000) -> KnownDevices:
    settings = KnownDeviceSettings(cookie=cookie, lifetime=lifetime)
    writer = CookieWriter(CookieSettings(), https=False)
    source = random.Random(5)
    return KnownDevices(settings, name="K", writer=writer, keys=KeyRing(keys or (OLD,)), random_bytes=source.randbytes)


def visit(value: str | None = None, now: float = NOW) -> Visit:
    return Visit(Request("POST", "/", headers={} if value is None else {"cookie": f"K={value}"}), now)


def remembered(known: KnownDevices, name: str, value: str | None = None, now: float = NOW) -> str:
    response = Response(200)
    known.remember(visit(value, now), response, name)
    [(_, line)] = response.headers
    return line.removeprefix("K=").partition(";")[0]


def test_a_device_is_known_for_the_account_that_logged_in_and_no_other():
    known = devices()
    value = remembered(known, "Alice")
    mark = known.find(visit(value), ["Alice"])
    assert len(mark) == 20
    assert mark in value
    assert known.find(visit(value), ["Bob"]) == ""
    assert known.find(visit(value), []) == ""
    assert known.find(visit(value), ["Bob", "Alice"]) == mark


def test_the_cookie_names_nobody_and_lives_as_long_as_it_is_good():
    response = Response(200)
    devices(lifetime=500).remember(visit(), response, "Alice")
    [(name, line)] = response.headers
    assert name == "Set-Cookie"
    assert "Alice" not in line
    assert "Max-Age=500" in line
    assert "HttpOnly" in line


def test_off_as_it_comes_nothing_is_sent_and_nothing_is_known():
    value = remembered(devices(), "Alice")
    assert KnownDeviceSettings().cookie is False
    off, response = devices(cookie=False), Response(200)
    off.remember(visit(), response, "Alice")
    assert response.headers == []
    assert off.find(visit(value), ["Alice"]) == ""


@pytest.mark.parametrize(("age", "known"), [(0, True), (999, True), (1000, False), (-299, True), (-301, False)])
def test_a_device_is_known_for_its_lifetime(age, known):
    """A stamp out of the future is taken only as far as two nodes' clocks may differ (N12)."""
    value = remembered(devices(), "Alice")
    assert bool(devices().find(visit(value, NOW + age), ["Alice"])) is known


@given(position=st.integers(0, 60), digit=st.sampled_from(DIGITS))
def test_any_other_character_breaks_the_seal(position, digit):
    value = remembered(devices(), "Alice")
    changed = value[:position] + digit + value[position + 1 :]
    assert bool(devices().find(visit(changed), ["Alice"])) is (changed == value)


@given(st.text(alphabet=DIGITS + ".-%; é", max_size=500))
def test_what_we_did_not_make_is_passed_over(text):
    assert devices().find(visit(text), ["Alice"]) == ""


def test_several_accounts_share_a_device_and_the_latest_comes_first():
    known = devices()
    value = remembered(known, "Bob", remembered(known, "Alice"))
    alice, bob = (known.find(visit(value), [name]) for name in ("Alice", "Bob"))
    assert alice
    assert bob
    assert alice != bob
    assert value.startswith(bob)


def test_each_login_gives_another_mark_in_place_of_the_former():
    """Whoever has copied the former one shares no window with the device."""
    known = devices()
    first = remembered(known, "Alice")
    second = remembered(known, "Alice", first)
    assert len(first) == len(second)
    assert known.find(visit(first), ["Alice"]) != known.find(visit(second), ["Alice"])


def test_the_seventh_account_displaces_the_one_that_was_there_longest():
    known, value = devices(), None
    for number in range(7):
        value = remembered(known, f"User{number}", value)
    assert value is not None
    found = [bool(known.find(visit(value), [f"User{number}"])) for number in range(7)]
    assert found == [False, *[True] * 6]
    assert len(value) < 400


def test_what_is_past_or_broken_is_not_kept():
    known = devices()
    past = remembered(known, "Alice", now=NOW - 1000)
    assert len(remembered(known, "Bob", f"{past}.rubbish")) == 61


def test_a_new_server_key_forgets_no_device_and_a_removed_one_does():
    """H4."""
    value = remembered(devices(OLD), "Alice")
    assert devices(NEW, OLD).find(visit(value), ["Alice"])
    assert devices(NEW).find(visit(value), ["Alice"]) == ""
