"""Recovery codes (security C7, C15)."""

from __future__ import annotations

import os

import pytest

from wikigate.providers.factors.recovery import CODES, RecoveryCodes, codes_of, new_codes

FIRST, SECOND = "ABCDEFGHIJKLMNOP", "QRSTUVWXYZ234567"


@pytest.fixture
def alice(kept):
    return kept.put({"secret": "S", CODES: [FIRST, SECOND]})


def test_c7_a_code_is_good_once_and_the_others_stay(kept, alice):
    codes = RecoveryCodes(kept)
    assert codes.accept(alice, FIRST, 0)
    assert kept.rows[1].data == {"secret": "S", CODES: [SECOND]}
    assert not codes.accept(kept.rows[1], FIRST, 0)


def test_c7_whoever_read_an_older_row_burns_his_code_all_the_same_and_the_same_one_never_again(kept, alice):
    codes = RecoveryCodes(kept)
    assert codes.accept(alice, FIRST, 0)
    assert not codes.accept(alice, FIRST, 0)
    assert codes.accept(alice, SECOND, 0)
    assert kept.rows[1].data[CODES] == []


@pytest.mark.parametrize("typed", [FIRST.lower(), "abcd-efgh ijkl mnop", f" {FIRST}\n"])
def test_c15_case_spaces_and_dashes_do_not_matter(kept, alice, typed):
    assert RecoveryCodes(kept).accept(alice, typed, 0)


@pytest.mark.parametrize("typed", ["", "-" * 16, FIRST[:-1], FIRST + "A", "ü" * 16, "\ud800", FIRST + SECOND])
def test_anything_else_is_wrong(kept, alice, typed):
    assert not RecoveryCodes(kept).accept(alice, typed, 0)


@pytest.mark.parametrize("codes", [None, "", [], [""], [1, None], ["ü" * 16], {"a": 1}, 5])
def test_a_row_without_codes_accepts_nothing(kept, codes):
    factor = kept.put({CODES: codes})
    assert not RecoveryCodes(kept).accept(factor, "", 0)
    assert not RecoveryCodes(kept).accept(factor, FIRST, 0)


def test_a_very_old_row_has_them_as_one_text(kept):
    factor = kept.put({"secret": "S", CODES: f"{FIRST},{SECOND}"})
    assert RecoveryCodes(kept).accept(factor, SECOND, 0)
    assert kept.rows[1].data[CODES] == [FIRST]


def test_new_ones_are_ten_of_16_characters():
    codes = new_codes(os.urandom)
    assert [len(code) for code in codes] == [16] * 10
    assert len(set(codes)) == 10
    assert codes_of({CODES: codes}) == codes
