"""A moment as people read it in an answer: ``12:00, 21 November 2026``, in UTC, as it is written in their language."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from wikigate.i18n.render import SHOW_KEYS
from wikigate.primitives.message import Message

if TYPE_CHECKING:
    from wikigate.i18n.catalog import Catalog

_MONTHS: Final = (
    "january", "february", "march", "april", "may_long", "june", "july", "august", "september", "october", "november", "december",
)  # fmt: skip


def shown_time(seconds: float, catalog: Catalog, language: str) -> str:
    """Spell a moment for people; the months' names are messages."""
    moment = datetime.fromtimestamp(int(seconds), UTC)
    month = catalog.plain(Message(_MONTHS[moment.month - 1]), language)
    if language == SHOW_KEYS:
        return f"{moment:%H:%M}, {moment.day} {month} {moment.year}"
    shown = (f"{moment:%H:%M}", str(moment.day), month, str(moment.year))
    return catalog.plain(Message("wikigate-moment", shown), language)


def shown_expiry(seconds: float | None, catalog: Catalog, language: str) -> str:
    """Spell when something ends; None is never."""
    return (
        catalog.plain(Message("infiniteblock"), language) if seconds is None else shown_time(seconds, catalog, language)
    )
