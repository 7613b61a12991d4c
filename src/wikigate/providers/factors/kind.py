"""The contract of a kind of code: what the asking provider hands it, and what it may do."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from wikigate.accounts.factors import Factor


class CodeKind(Protocol):
    """One kind of code that a factor knows.

    ``find`` judges and changes nothing; it compares in constant time, and is asked with whatever was typed. What it returns uses the code
    up, in one atomic step of the store, and says whether it was still good: of any number of callers with one code exactly one hears yes.
    It is called at most once, maybe inside a transaction.
    """

    @property
    def rows(self) -> tuple[str, ...]:
        """The kinds of the rows that it reads (``Factor.kind``)."""
        ...

    def find(self, factor: Factor, typed: str, now: float) -> Callable[[], bool] | None:
        """Return what uses a right code up; None for a wrong one. ``now`` in seconds. Raises ``StoreUnavailable``, both of them."""
        ...
