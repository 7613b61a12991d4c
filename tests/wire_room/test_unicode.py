"""The clean-up of text."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wikigate.wire.unicode import clean_text, decode_repairing


@pytest.mark.parametrize(
    ("sent", "read"),
    [
        ("plain", "plain"),
        ("a\tb\r\nc", "a\tb\r\nc"),
        ("a\x00b\x01c\x1f", "a\ufffdb\ufffdc\ufffd"),
        ("e\u0301", "é"),
        ("\ud800x", "\ufffdx"),
        ("\ufffe\uffff", "\ufffd\ufffd"),
        ("\x7f", "\x7f"),
    ],
)
def test_text_comes_out_in_nfc_without_what_xml_cannot_carry(sent: str, read: str) -> None:
    assert clean_text(sent) == read


@given(st.text(st.characters(exclude_categories=[]), max_size=400))
def test_cleaning_is_nfc_valid_utf8_and_idempotent_for_any_text(text: str) -> None:
    cleaned = clean_text(text)
    cleaned.encode()
    assert unicodedata.is_normalized("NFC", cleaned)
    assert clean_text(cleaned) == cleaned


@given(st.text("ae\u0301\u0316\u0327\u0345가각\u11a8", min_size=260, max_size=600))
def test_long_runs_of_combining_marks_normalise_as_the_standard_says(text: str) -> None:
    assert clean_text(text) == unicodedata.normalize("NFC", text)


def test_t6_a_flood_of_misordered_combining_marks_is_sorted_before_it_is_normalised() -> None:
    # The standard library alone takes quadratic time here: minutes for this text.
    flood = "a" + "\u0301\u0316" * 200_000
    cleaned = clean_text(flood)
    assert len(cleaned) == len(flood) - 1  # one mark fused with the letter
    assert cleaned.endswith("\u0301")


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"caf\xe9", "caf\ufffd"),
        (b"\xc3(", "\ufffd("),
        (b"\xe2\x82", "\ufffd"),
        (b"\xe2\x82\xe2\x82", "\ufffd\ufffd"),
        (b"\xe2\x82\x82\x82", "\u2082\ufffd"),
        (b"\x80\x80", "\ufffd\ufffd"),
        (b"\xc0\x80", "\ufffd"),
        (b"\xe0\x80\x80x", "\ufffdx"),
        (b"\xed\xa0\x80\xed\xb0\x80", "\ufffd\ufffd"),
        (b"\xf0\x9f\x98A", "\ufffdA"),
        (b"\xf4\x90\x80\x80", "\ufffd"),
        (b"\xf8\x88\x80\x80\x80", "\ufffd"),
        (b"\xfc\x80\x80\x80\x80\x80\x80x", "\ufffd\ufffdx"),
        (b"\xfe\x80x", "\ufffd\ufffdx"),
    ],
)
def test_each_malformed_sequence_becomes_one_replacement_character(data: bytes, text: str) -> None:
    # Compared with the real MediaWiki, bytes posted.
    assert decode_repairing(data) == text


@given(st.binary())
def test_any_bytes_decode_and_good_ones_as_they_are(data: bytes) -> None:
    decode_repairing(data).encode()
    assert decode_repairing("aé€😀".encode()) == "aé€😀"
