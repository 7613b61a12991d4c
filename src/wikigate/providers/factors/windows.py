"""How many wrong answers to a second factor are judged: so many a minute and so many a day, for each *account* (security C11).

A place is taken before anything is looked at and given back when the answer was right, whatever rights the user has.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

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
        with self._state.together():
            for number, (key, limit, seconds) in enumerate(windows):
                if self._state.increment(key, seconds, limit) > limit:
                    for taken, _, _ in windows[:number]:
                        self._state.refund(taken)
                    return max(1, math.ceil(self._state.remaining(key)))
        return 0

    def refund(self, user_id: int) -> None:
        """Give the places back: the answer was right."""
        with self._state.together():
            for key, _, _ in self._windows(user_id):
                self._state.refund(key)

    def wrong(self, user_id: int) -> None:
        """Keep the places; the owner is told when they were the day's last."""
        key, limit, _ = self._windows(user_id)[-1]
        if self._state.count(key) >= limit:
            self._notices.guessed(user_id)

    def _windows(self, user_id: int) -> tuple[tuple[str, int, int], ...]:
        """Return key, limit and seconds of each window."""
        return (
            (f"second-factor:minute:{user_id}", self._settings.per_minute, MINUTE),
            (f"second-factor:day:{user_id}", self._settings.per_day, _DAY),
        )
