"""State in the memory of one process: for tests, and for a server of one worker that may forget when it restarts."""

from __future__ import annotations

import threading
from contextlib import AbstractContextManager, nullcontext
from itertools import islice
from typing import Final

from wikigate.primitives.clock import Clock
from wikigate.state.base import Counter

_WRITES_BETWEEN_SWEEPS: Final = 64
_SLICE: Final = 256


class MemoryStateStore:
    """See ``StateStore``. What has expired is dropped in small slices as others are written."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._entries: dict[str, tuple[bytes | int, float]] = {}
        self._lock = threading.Lock()
        self._writes = 0

    def __len__(self) -> int:
        return len(self._entries)

    def together(self) -> AbstractContextManager[None]:
        """See ``StateStore``; nothing here is paid for."""
        return nullcontext()

    def get(self, key: str) -> bytes | None:
        """See ``StateStore``."""
        with self._lock:
            value = self._live(key)
        return value if isinstance(value, bytes) else None

    def put(self, key: str, value: bytes, ttl: float) -> None:
        """See ``StateStore``."""
        with self._lock:
            self._write(key, value, self._clock.now() + ttl)

    def add(self, key: str, value: bytes, ttl: float) -> bool:
        """See ``StateStore``."""
        with self._lock:
            if self._live(key) is not None:
                return False
            self._write(key, value, self._clock.now() + ttl)
            return True

    def take(self, key: str) -> bytes | None:
        """See ``StateStore``."""
        with self._lock:
            value = self._live(key)
            if not isinstance(value, bytes):
                return None
            del self._entries[key]
            return value

    def delete(self, key: str) -> None:
        """See ``StateStore``."""
        with self._lock:
            self._entries.pop(key, None)

    def increment(self, key: str, ttl: float, ceiling: int | None = None) -> int:
        """See ``StateStore``."""
        with self._lock:
            number = self._live(key)
            if not isinstance(number, int):
                number, end = 0, self._clock.now() + ttl
            else:
                end = self._entries[key][1]
            if ceiling is not None and number >= ceiling:
                return ceiling + 1
            self._write(key, number + 1, end)
            return number + 1

    def refund(self, key: str) -> None:
        """See ``StateStore``."""
        with self._lock:
            number = self._live(key)
            if isinstance(number, int) and number > 0:
                self._entries[key] = (number - 1, self._entries[key][1])

    def count(self, key: str) -> int:
        """See ``StateStore``."""
        with self._lock:
            number = self._live(key)
        return number if isinstance(number, int) else 0

    def remaining(self, key: str) -> float:
        """See ``StateStore``."""
        with self._lock:
            return 0.0 if self._live(key) is None else self._entries[key][1] - self._clock.now()

    def counters(self, prefix: str, limit: int) -> list[Counter]:
        """See ``StateStore``."""
        with self._lock:
            keys = sorted(key for key in self._entries if key.startswith(prefix))
            live = [(key, number) for key in keys if isinstance(number := self._live(key), int) and number > 0]
            now = self._clock.now()
            return [Counter(key, number, self._entries[key][1] - now) for key, number in live[:limit]]

    def _live(self, key: str) -> bytes | int | None:
        entry = self._entries.get(key)
        return None if entry is None or entry[1] <= self._clock.now() else entry[0]

    def _write(self, key: str, value: bytes | int, end: float) -> None:
        # Written anew a key goes to the end of the dictionary, so that the oldest stand in front and are looked at first.
        self._entries.pop(key, None)
        self._entries[key] = (value, end)
        self._writes += 1
        if self._writes % _WRITES_BETWEEN_SWEEPS == 0:
            now = self._clock.now()
            gone = [name for name, (_, ends) in islice(self._entries.items(), _SLICE) if ends <= now]
            for name in gone:
                del self._entries[name]
