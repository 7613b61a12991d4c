"""The contract of a state store: counters, reservations and one-time values that live for seconds to days.

A store may be shared by many threads and by several processes. Every verb is atomic: there is no reading first and writing then, neither
here nor by the caller (security 2.I, C8). What a verb has done stays done, whatever becomes of the request that asked for it.

Keys are text, values bytes, ``ttl`` whole or fractional seconds above 0. A key is either a value (``put``, ``add``, ``get``, ``take``) or a
number (``increment``, ``refund``, ``count``) as long as it lives; callers keep the two apart by their keys. ``delete`` ends either. Time
comes from the clock that the store was made with; what has expired is as if it had never been.

``wikigate.testing.contracts.state_store`` holds an implementation to this.
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Counter:
    """A number as it stands; ``remaining``: the seconds until it expires."""

    key: str
    number: int
    remaining: float


class StateStore(Protocol):
    """Every verb raises ``StoreUnavailable`` when the store does not answer."""

    def together(self) -> AbstractContextManager[None]:
        """Let a store that pays for each write pay once for the verbs inside, all of this thread; each is as atomic as it is alone."""
        ...

    def get(self, key: str) -> bytes | None:
        """Return a value, None where there is none."""
        ...

    def put(self, key: str, value: bytes, ttl: float) -> None:
        """Set a value, whatever was there."""
        ...

    def add(self, key: str, value: bytes, ttl: float) -> bool:
        """Set a value where there is none; of several callers at once exactly one gets True."""
        ...

    def take(self, key: str) -> bytes | None:
        """Return a value and delete it; of several callers at once exactly one gets it."""
        ...

    def delete(self, key: str) -> None:
        """Delete whatever is there."""
        ...

    def increment(self, key: str, ttl: float, ceiling: int | None = None) -> int:
        """Count one more; return the new number.

        The window is fixed: ``ttl`` starts with the first increment and is not extended by later ones. With a ``ceiling``, a number that
        has reached it stays as it is and ``ceiling + 1`` is returned: this increment was refused, counts for nothing, and has nothing to
        refund. Of any number of callers at once exactly ``ceiling`` are not refused.
        """
        ...

    def refund(self, key: str) -> None:
        """Take one increment back: never below 0, never making a key, never moving its end."""
        ...

    def count(self, key: str) -> int:
        """Return the number, 0 where there is none."""
        ...

    def remaining(self, key: str) -> float:
        """Return the seconds until a value or a number expires, 0 where there is none."""
        ...

    def counters(self, prefix: str, limit: int) -> list[Counter]:
        """List numbers above 0 whose keys begin with ``prefix``, by key, at most ``limit``; for an operator's eyes: it may be slow."""
        ...
