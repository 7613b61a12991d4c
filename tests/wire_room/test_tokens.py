"""Tokens against forged requests (spec core §3)."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wikigate.wire.tokens import ANON_TOKEN, make_token, matches, token_time

SECRET = b"0123456789abcdef0123456789abcdef"
NOW = 1_795_219_643.7


def test_a_token_has_mediawikis_form_and_says_when_it_was_made() -> None:
    token = make_token(SECRET, "", NOW)
    assert re.fullmatch(r"[0-9a-f]{32}6b00e0bb\+\\", token)
    assert token_time(token) == int(NOW)
    assert ANON_TOKEN == "+\\"


def test_a_token_is_bound_to_secret_and_salt_and_may_be_used_again() -> None:
    token = make_token(SECRET, "patrol", NOW)
    assert matches(token, SECRET, "patrol")
    assert matches(token, SECRET, "patrol")
    assert not matches(token, SECRET, "watch")
    assert not matches(token, SECRET[::-1], "patrol")


def test_only_a_maximum_age_ends_a_token() -> None:
    token = make_token(SECRET, "", NOW)
    assert matches(token, SECRET, "", max_age=60, now=NOW + 59)
    assert not matches(token, SECRET, "", max_age=60, now=NOW + 61)
    assert matches(token, SECRET, "", now=NOW + 10**9)


@pytest.mark.parametrize(
    "token",
    [
        "",
        "+\\",
        "abc",
        "a" * 32 + "+\\",
        "g" * 40 + "+\\",
        "A" * 40 + "+\\",
        "a" * 40,
        "a" * 5000 + "+\\",
        "a" * 32 + "3afff44180+\\",  # 10000-01-01T00:00:00Z
        "a" * 32 + "f" * 12 + "+\\",
        "é" * 40 + "+\\",
        "\0",
    ],
)
def test_what_has_not_the_form_is_no_token(token: str) -> None:
    assert token_time(token) is None
    assert not matches(token, SECRET, "")


@given(st.text(), st.integers(0, 41), st.characters())
def test_e3_a_changed_token_matches_nothing(text: str, place: int, character: str) -> None:
    token = make_token(SECRET, "", NOW)
    changed = token[:place] + character + token[place + 1 :]
    assert matches(changed, SECRET, "") is (changed == token)
    assert not matches(text, SECRET, "")
