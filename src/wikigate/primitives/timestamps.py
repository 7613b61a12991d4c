"""The two spellings of a moment on the wire and in the tables.

TS14 is ``YYYYMMDDHHMMSS`` in UTC, the form of MediaWiki's columns (spec core §19); ISO 8601 with ``Z`` is the form of the API.
Both have years of four digits, so that ``EARLIEST`` and ``LATEST`` bound what can be spelled: ``ts14`` and ``iso8601`` raise for any
other moment, and who reads moments of a client refuses them (``wire/moments.py``).
"""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache
from typing import Final

INFINITY = "infinity"
# The first second of the year 1 and the last one of the year 9999, in seconds of Unix.
EARLIEST: Final = -62_135_596_800
LATEST: Final = 253_402_300_799


def ts14(seconds: float) -> str:
    """Spell a moment as TS14."""
    return _ts14(int(seconds))


@lru_cache(maxsize=16)
def _ts14(second: int) -> str:
    """Spell a second; remembered, because every request of this second asks for the same one."""
    moment = datetime.fromtimestamp(second, UTC)
    return f"{moment.year:04d}{moment:%m%d%H%M%S}"


@lru_cache(maxsize=4096)
def parse_ts14(text: str | bytes) -> float | None:
    """Read a TS14; None for anything that is not one (``infinity`` and the empty string included)."""
    if isinstance(text, bytes):
        text = text.decode("ascii", "replace")
    if len(text) != len("YYYYMMDDHHMMSS") or not text.isdigit() or not text.isascii():
        return None
    year, month, day = int(text[:4]), int(text[4:6]), int(text[6:8])
    try:
        return datetime(year, month, day, int(text[8:10]), int(text[10:12]), int(text[12:]), tzinfo=UTC).timestamp()
    except ValueError:
        return None


def iso8601(seconds: float) -> str:
    """Spell a moment as the API does: ``2026-11-21T00:29:00Z``."""
    return f"{datetime.fromtimestamp(int(seconds), UTC).replace(tzinfo=None).isoformat()}Z"


def http_date(seconds: float) -> str:
    """Spell a moment as RFC 9110 §5.6.7 asks, ``Thu, 01 Jan 1970 00:00:01 GMT``; one after ``LATEST`` as that one.

    A header tells until when something lasts, by a number that a client or an operator chose: longer than the format can say is no error.
    """
    moment = datetime.fromtimestamp(min(int(seconds), LATEST), UTC)
    day = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")[moment.weekday()]
    month = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")[moment.month - 1]
    return f"{day}, {moment.day:02d} {month} {moment.year:04d} {moment:%H:%M:%S} GMT"
