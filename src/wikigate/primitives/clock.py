"""Where the time comes from: an argument, never a call to the system in the middle of a rule."""

from __future__ import annotations

import time
from typing import Protocol


class Clock(Protocol):
    """Tells the present as seconds since 1970-01-01T00:00:00Z."""

    def now(self) -> float:
        """Return the present in seconds; the fraction counts."""
        ...


class SystemClock:
    """The machine's own clock."""

    def now(self) -> float:
        """Return the machine's present."""
        return time.time()
