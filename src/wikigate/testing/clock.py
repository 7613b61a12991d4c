"""A clock that stands still until it is told to move."""

from __future__ import annotations

import time


class ManualClock:
    """Begins at the machine's present, or where it is told to; ``move`` takes it forward or back."""

    def __init__(self, start: float | None = None) -> None:
        self._now = float(int(time.time())) if start is None else start

    def now(self) -> float:
        """Return its present in seconds."""
        return self._now

    def move(self, seconds: float) -> None:
        """Let time pass."""
        self._now += seconds
