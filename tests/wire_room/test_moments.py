"""Spellings of a moment (transcripts T194 to T203)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wikigate.primitives.timestamps import parse_ts14, ts14
from wikigate.wire.moments import parse_expiry, parse_timestamp

NOW = 1_795_221_020.9  # 2026-11-21T00:30:20Z
MOMENT = 1_577_934_245.0  # 2020-01-02T03:04:05Z


@pytest.mark.parametrize(
    "text",
    [
        "2020-01-02T03:04:05Z", "20200102030405", "1577934245", "2020-01-02 03:04:05", "2020-01-02T03:04:05.678Z",
        "20200102T030405Z", "2020-01-02T04:04:05+01:00", "2020-01-02T02:34:05-0030",
        "Thu, 02 Jan 2020 03:04:05 GMT",
    ],
)  # fmt: skip
def test_a_moment_has_many_spellings(text: str) -> None:
    assert parse_timestamp(text, NOW) == MOMENT


def test_now_is_the_second_of_the_request() -> None:
    assert parse_timestamp("now", NOW) == 1_795_221_020


@pytest.mark.parametrize(
    "text", ["foo", "2020-13-01T00:00:00Z", "2020-01-02", "12345678901234567", "NOW", "", " 1", "२०२०"]
)
def test_anything_else_is_no_moment(text: str) -> None:
    assert parse_timestamp(text, NOW) is None


@pytest.mark.parametrize(
    "text", ["253402300800", "9999999999999", "-62135596801", "0001-01-01T00:00:00+01:00", "9999-12-31T23:59:59-01:00"]
)
def test_what_no_column_can_spell_is_no_moment(text: str) -> None:
    assert parse_timestamp(text, NOW) is None
    assert parse_expiry(text, NOW) is None


@pytest.mark.parametrize("text", ["253402300799", "-62135596800", "99991231235959"])
def test_the_first_and_the_last_year_are_read_and_spelled(text: str) -> None:
    moment = parse_timestamp(text, NOW)
    assert moment is not None
    assert parse_ts14(ts14(moment)) == moment


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("2 weeks", 14 * 86400),
        ("1 day 2 hours", 86400 + 7200),
        ("+90 min", 5400),
        ("1 month", 30 * 86400),
        ("1 Year", 365 * 86400),
        ("-1 day", -86400),
    ],
)
def test_an_expiry_may_be_a_span_from_now(text: str, seconds: int) -> None:
    assert parse_expiry(text, NOW) == int(NOW) + seconds


@pytest.mark.parametrize("text", ["foo", "2 wookies", "weeks", "2 weeks foo", "", "9999999 years", "999999 years"])
def test_what_is_no_span_is_no_expiry(text: str) -> None:
    assert parse_expiry(text, NOW) is None


@given(st.text(max_size=40), st.from_regex(r"[+-]?[0-9]{1,7} ?(day|month|year)s?", fullmatch=True))
def test_any_text_is_read_or_refused(text: str, span: str) -> None:
    for candidate in (text, span, text + span):
        moment = parse_expiry(candidate, NOW)
        assert moment is None or len(ts14(moment)) == len("YYYYMMDDHHMMSS")
