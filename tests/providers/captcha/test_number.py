"""Numbers in texts, as PHP reads them (spec extensions §2.2)."""

from __future__ import annotations

import pytest

from wikigate.providers.captcha.number import spelled_number


@pytest.mark.parametrize(
    "text", ["28", "+028", " 28.0", "28.", "2.8e1", "280E-1", "\t28\n", ".28e2", "28e+0", "0" * 9000 + "28"]
)
def test_one_number_has_many_spellings(text):
    assert spelled_number(text) == 28.0


@pytest.mark.parametrize(
    "text", ["", " ", "x", "1e", ".", "--1", "1 2", "0x1F", "1,0", "28\0", "٢٨", "\u00a028", "\ud800"]
)
def test_another_text_is_no_number(text):
    assert spelled_number(text) is None


def test_there_is_one_zero():
    assert repr(spelled_number("-0")) == repr(spelled_number("0.0")) == "0.0"


@pytest.mark.parametrize("text", ["9" * 5000, "1e400", str(2**53)])
def test_a_number_that_stands_for_several_is_none(text):
    assert spelled_number(text) is None
