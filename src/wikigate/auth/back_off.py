"""The back-off of 1.12 and 1.13: after each failure the address waits, longer each time (spec legacy §3.3).

Kept beside today's throttle, which holds in every dialect. Times live in the state store under the address alone.
"""

from __future__ import annotations

from typing import Final

from wikigate.primitives.clock import Clock
from wikigate.state.base import StateStore

_FIRST: Final = 5
_MOST: Final = 10


class BackOff:
    """The delays of one wiki; shared by all threads."""

    first: Final = _FIRST

    def __init__(self, store: StateStore, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def left(self, address: str) -> int:
        """Return the seconds that an address has still to wait; 0: none."""
        failures = self._store.count(_counter(address))
        last = self._store.get(_moment(address)) if failures else None
        if last is None:
            return 0
        return max(0, int(last) + _delay(failures) - int(self._clock.now()))

    def fail(self, address: str) -> int:
        """Note a failure and return the seconds to wait for it."""
        longest = _delay(_MOST)
        failures = self._store.increment(_counter(address), longest, _MOST)
        self._store.put(_moment(address), str(int(self._clock.now())).encode(), longest)
        return _delay(min(failures, _MOST))


def _delay(failures: int) -> int:
    return _FIRST + _FIRST * (failures - 1) * 2


def _counter(address: str) -> str:
    return f"back-off:{address}"


def _moment(address: str) -> str:
    return f"back-off-since:{address}"
