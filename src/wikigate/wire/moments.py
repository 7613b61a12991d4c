"""The spellings of a moment that parameters of the types ``timestamp`` and ``expiry`` accept (spec framework §4)."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from wikigate.primitives.timestamps import EARLIEST, LATEST, parse_ts14

INFINITE = frozenset({"infinite", "indefinite", "infinity", "never"})
_UNIX = re.compile(r"-?[0-9]{1,13}")
_ISO = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})[T ]([0-9]{2}:[0-9]{2}:[0-9]{2})(?:\.[0-9]+)?(Z|[+-][0-9]{2}(?::?[0-9]{2})?)?"
)
_ISO_BASIC = re.compile(r"([0-9]{8})T([0-9]{6})(?:\.[0-9]+)?Z?")
_MAIL = re.compile(
    r"(?:[A-Z][a-z]{2}, )?([0-9]{1,2} [A-Z][a-z]{2} [0-9]{4} [0-9]{2}:[0-9]{2}:[0-9]{2}) (?:GMT|UTC|\+0000)"
)
_STEP = re.compile(
    r"\s*([+-]?)\s*([0-9]{1,6})\s*(sec|second|min|minute|hour|day|week|fortnight|month|year)s?(?=[\s+-]|$)",
    re.IGNORECASE,
)
_SECONDS = {
    "sec": 1, "second": 1, "min": 60, "minute": 60, "hour": 3600, "day": 86400, "week": 604800, "fortnight": 1209600,
}  # fmt: skip
_MONTHS = {"month": 1, "year": 12}


def parse_timestamp(text: str, now: float) -> float | None:
    """Read ``now``, TS14, ISO 8601 (UTC unless it says otherwise), Unix seconds or a mail date, in seconds of Unix.

    None for anything else, and for a moment that the tables and the API cannot spell.
    """
    moment = float(int(now)) if text == "now" else _read(text)
    return moment if moment is not None and EARLIEST <= moment <= LATEST else None


def _read(text: str) -> float | None:
    moment = parse_ts14(text)
    if moment is not None:
        return moment
    if _UNIX.fullmatch(text):
        return float(text)
    try:
        if match := _ISO.fullmatch(text):
            zone = match[3] or "Z"
            return datetime.fromisoformat(f"{match[1]}T{match[2]}{zone}").timestamp()
        if match := _ISO_BASIC.fullmatch(text):
            return parse_ts14(match[1] + match[2])
        if match := _MAIL.fullmatch(text):
            return datetime.strptime(match[1], "%d %b %Y %H:%M:%S").replace(tzinfo=UTC).timestamp()
    except (ValueError, OverflowError):
        return None
    return None


def parse_expiry(text: str, now: float) -> float | None:
    """Read a moment as ``parse_timestamp`` does, or a span from now such as ``2 weeks`` or ``1 month 3 days``; else None."""
    moment = parse_timestamp(text, now)
    if moment is not None:
        return moment
    at, end = datetime.fromtimestamp(int(now), UTC), 0
    try:
        while end < len(text):
            step = _STEP.match(text, end)
            if step is None:
                return None
            count = -int(step[2]) if step[1] == "-" else int(step[2])
            unit = step[3].lower()
            at = (
                _add_months(at, count * _MONTHS[unit])
                if unit in _MONTHS
                else at + timedelta(seconds=count * _SECONDS[unit])
            )
            end = step.end()
    except (ValueError, OverflowError):
        return None
    return at.timestamp() if end else None


def _add_months(at: datetime, months: int) -> datetime:
    """Add months; a day that the month has not runs over into the next one."""
    years, month = divmod(at.month - 1 + months, 12)
    return at.replace(year=at.year + years, month=month + 1, day=1) + timedelta(days=at.day - 1)
