"""How a moment is spelled at the ends of the calendar."""

from __future__ import annotations

import pytest

from wikigate.primitives.timestamps import EARLIEST, LATEST, http_date, iso8601, parse_ts14, ts14


@pytest.mark.parametrize(
    ("moment", "compact", "iso"),
    [
        (EARLIEST, "00010101000000", "0001-01-01T00:00:00Z"),
        (0.9, "19700101000000", "1970-01-01T00:00:00Z"),
        (LATEST, "99991231235959", "9999-12-31T23:59:59Z"),
    ],
)
def test_every_year_has_four_digits(moment: float, compact: str, iso: str) -> None:
    assert (ts14(moment), iso8601(moment)) == (compact, iso)
    assert parse_ts14(compact) == int(moment)


def test_an_http_date_after_the_last_year_is_the_last_second() -> None:
    """What is told in a header is how long something lasts at most; a longer life than the format can say is no error."""
    assert http_date(1) == "Thu, 01 Jan 1970 00:00:01 GMT"
    assert http_date(LATEST + 1) == http_date(10.0**18) == "Fri, 31 Dec 9999 23:59:59 GMT"
