"""The sum (spec extensions §2.1)."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wikigate.providers.captcha.challenge import Challenge
from wikigate.providers.captcha.simple import Sum

CHALLENGES = st.binary(min_size=28, max_size=28).map(lambda seed: Challenge("1", seed))


def result(challenge):
    first, sign, second = re.fullmatch(r"(\d+)([+−])(\d+) =", Sum().question(challenge)).groups()
    assert 0 <= int(first) <= 100
    assert 0 <= int(second) <= 10
    return int(first) + int(second) if sign == "+" else int(first) - int(second)


@given(CHALLENGES, st.integers(-20, 120))
def test_the_result_is_right_and_nothing_else(challenge, number):
    assert Sum().is_right(challenge, str(number)) == (number == result(challenge))


@given(CHALLENGES, st.sampled_from([" {}", "{}\n", "{}.0", "{}.", "{}e0", "{}000E-3"]))
def test_the_number_may_be_spelled_in_several_ways(challenge, spelling):
    assert Sum().is_right(challenge, spelling.format(result(challenge)))


@pytest.mark.parametrize("word", ["", "x", "1e", "--1", "9" * 5000, "١٢", "\ud800", "0x1F", "1 2"])
@given(CHALLENGES)
def test_what_is_no_number_is_wrong(word, challenge):
    assert not Sum().is_right(challenge, word)


def test_both_signs_and_every_number_come_up(challenges, session):
    asked = [Sum().question(challenges.make(session, "login")) for _ in range(2000)]
    assert len({one for one in asked if "+" in one}) > 300
    assert len({one for one in asked if "−" in one}) > 300
