"""The contract of a kind of code: what the asking provider hands it, and what it may do."""

from __future__ import annotations

from typing import Protocol

from wikigate.accounts.factors import Factor


class CodeKind(Protocol):
    """One kind of code that a factor knows.

    ``accept`` both judges and uses up, in one atomic step of the store: of any number of callers with one code exactly one gets True.
    It compares in constant time, and is asked with whatever was typed.
    """

    @property
    def rows(self) -> str:
        """The kind of the rows that it reads (``Factor.kind``)."""
        ...

    def accept(self, factor: Factor, typed: str, now: float) -> bool:
        """Whether a code is right and was still good; it is not good any more. ``now`` in seconds. Raises ``StoreUnavailable``."""
        ...
