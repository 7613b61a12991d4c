"""A place in each of several windows, or in none: the counting of whatever is limited more than once (spec core §13, security 2.I)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wikigate.state.base import StateStore


@dataclass(frozen=True, slots=True)
class Window:
    """A window of so many seconds from its first place; ``key``: under which the store counts the ``most`` places that it has."""

    key: str
    most: int
    seconds: int


def take_places(store: StateStore, windows: Sequence[Window]) -> int | None:
    """Take a place in every window, each in one atomic step; where one is full take none, and return its number in the row.

    What a later window refuses is given back to the earlier ones. Raises ``StoreUnavailable``.
    """
    with store.together():
        for number, window in enumerate(windows):
            if store.increment(window.key, window.seconds, window.most) > window.most:
                for taken in windows[:number]:
                    store.refund(taken.key)
                return number
    return None
