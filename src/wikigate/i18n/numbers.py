"""Numbers and spans of time as a reader sees them."""

from __future__ import annotations

from wikigate.i18n.language import ENGLISH, spell_number

# The units of a span, largest first: the message key and its length in seconds.
_UNITS = (
    ("duration-years", 31_556_952),  # the Gregorian year's mean, as in ISO 8601's calendar
    ("duration-weeks", 604_800),
    ("duration-days", 86_400),
    ("duration-hours", 3_600),
    ("duration-minutes", 60),
    ("duration-seconds", 1),
)


def format_number(value: float, language: str) -> str:
    """Spell a number with its thousands set apart: ``10,000``, ``12.5``; ``10.000``, ``12,5`` in German."""
    if language != ENGLISH:
        return spell_number(language, value)
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return f"{value:,}"


def split_duration(seconds: int) -> list[tuple[str, int]]:
    """Split a span into units, largest first, as pairs of message key and count; at least one pair."""
    parts: list[tuple[str, int]] = []
    for key, length in _UNITS:
        count, seconds = divmod(seconds, length)
        if count:
            parts.append((key, count))
    return parts or [("duration-seconds", 0)]
