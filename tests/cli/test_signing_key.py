"""``wikigate signing-key``: rotating the keys of access tokens (M13; security H4)."""

from __future__ import annotations

import pytest

from .conftest import Operator


def test_none_is_there_before_the_first_token(operator: Operator) -> None:
    assert operator.facts("signing-key", "list") == []
    assert "no key yet" in operator.run("signing-key", "list").stdout


def test_keys_are_rotated_listed_and_removed(operator: Operator) -> None:
    first = operator.facts("signing-key", "rotate")["key"]
    second = operator.facts("signing-key", "rotate")["key"]
    assert operator.facts("signing-key", "list") == [
        {"key": second, "signs": True},
        {"key": first, "signs": False},
    ]
    listed = operator.run("signing-key", "list").stdout.splitlines()
    assert listed == [f"{second}  signs and verifies", f"{first}  verifies"]
    assert operator.facts("signing-key", "remove", first) == {"key": first, "removed": True}
    assert operator.facts("signing-key", "list") == [{"key": second, "signs": True}]


def test_the_key_that_signs_stays(operator: Operator) -> None:
    name = operator.facts("signing-key", "rotate")["key"]
    assert "make a new one first" in operator.refused("signing-key", "remove", name)
    assert "no key “other”" in operator.refused("signing-key", "remove", "other")


@pytest.mark.parametrize("command", ["list", "rotate"])
def test_without_oauth_there_are_none(operator: Operator, command: str) -> None:
    operator.config.write_text(operator.config.read_text() + "[oauth]\nenabled = false\n")
    assert "OAuth is switched off" in operator.refused("signing-key", command)
