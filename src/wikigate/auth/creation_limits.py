"""How many accounts may come from one address: the counting that new accounts and temporary ones share (spec core §13).

Promises: each count is one atomic step of the store; what a later limit refuses does not count in earlier ones. IPv6 counts by the /64.
"""

from __future__ import annotations

from collections.abc import Sequence

from wikigate.auth.settings import Condition
from wikigate.auth.throttle import site_of
from wikigate.state.base import StateStore


class CreationLimits:
    """The limits of one kind of account, ``kind`` in the keys of the counts; shared by all threads."""

    def __init__(self, kind: str, conditions: Sequence[Condition], store: StateStore) -> None:
        self._kind = kind
        self._conditions = tuple(conditions)
        self._store = store

    def take(self, address: str) -> Condition | None:
        """Count one more account from an address; the limit that refuses it, None where none does."""
        taken: list[str] = []
        for number, condition in enumerate(self._conditions):
            where = "" if condition.all_ips else site_of(address)
            key = f"throttle:{self._kind}:{number}:{where}"
            if self._store.increment(key, condition.seconds, condition.count) > condition.count:
                for other in taken:
                    self._store.refund(other)
                return condition
            taken.append(key)
        return None
