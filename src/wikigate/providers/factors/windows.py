"""How many wrong answers to a second factor are judged: so many a minute and so many a day, for each *account* (security C11).

A place is taken before anything is looked at and given back when the answer was right, whatever rights the user has.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from wikigate.state.places import Window, take_places

if TYPE_CHECKING:
    from wikigate.accounts.factor_notices import FactorNotices
    from wikigate.auth.settings import SecondFactorSettings
    from wikigate.state.base import StateStore

MINUTE: Final = 60
_DAY: Final = 86400


class FactorWindows:
    """The windows of one wiki's accounts; shared by all threads. Every verb raises ``StoreUnavailable``."""

    def __init__(self, state: StateStore, settings: SecondFactorSettings, notices: FactorNotices) -> None:
        self._state = state
        self._settings = settings
        self._notices = notices

    def reserve(self, user_id: int) -> int:
        """Take a place in both windows, or in none: 0, or the seconds until there may be one again."""
        windows = self._windows(user_id)
        full = take_places(self._state, windows)
        return 0 if full is None else max(1, math.ceil(self._state.remaining(windows[full].key)))

    def refund(self, user_id: int) -> None:
        """Give the places back: the answer was right."""
        with self._state.together():
            for window in self._windows(user_id):
                self._state.refund(window.key)

    def wrong(self, user_id: int) -> None:
        """Keep the places; the owner is told when they were the day's last."""
        day = self._windows(user_id)[-1]
        if self._state.count(day.key) >= day.most:
            self._notices.guessed(user_id)

    def _windows(self, user_id: int) -> tuple[Window, ...]:
        return (
            Window(f"second-factor:minute:{user_id}", self._settings.per_minute, MINUTE),
            Window(f"second-factor:day:{user_id}", self._settings.per_day, _DAY),
        )
