"""Which texts are a version of an app, and which of two is the later (M13; extensions §3.2)."""

from __future__ import annotations

import pytest

from wikigate.accounts.app_version import is_later, is_version

RISING = (
    "1.0-dev", "1.0-alpha", "1.0-alpha2", "1.0-beta", "1.0-beta.2", "1.0-RC1", "1.0", "1.0.0", "1.0.1", "1.0pl1", "1.2", "1.10", "2",
    "2.0-beta", "2026.11.21",
)  # fmt: skip


@pytest.mark.parametrize("text", [*RISING, "v1.0", "1.0.0.0", "1.0b3", "20261121", "1.0+build.5", "1.0-rc"])
def test_numbers_days_and_what_stands_behind_them_are_a_version(text: str) -> None:
    assert is_version(text)


@pytest.mark.parametrize(
    "text", ["", "two", "1.", ".1", "1..0", "1.0.0.0.0", "1.0-gamma", "1 0", "1.0\n", "١.٠", "1.0-" + "1" * 30, "-1"]
)
def test_nothing_else_is(text: str) -> None:
    assert not is_version(text)


def test_versions_rise_as_php_compares_them() -> None:
    for place, version in enumerate(RISING):
        assert [is_later(version, other) for other in RISING] == [number < place for number in range(len(RISING))], (
            version
        )


def test_2_is_below_2_0_beta_and_what_nobody_knows_is_below_everything() -> None:
    assert is_later("2-beta", "2-whatever")
    assert is_later("2", "2-beta")
    assert not is_later("v1", "1")
    assert not is_later("1.0", "1-0")
