"""How many accounts may come from one address: the counting that new accounts and temporary ones share (spec core §13).

Promises: each count is one atomic step of the store; what a later limit refuses does not count in earlier ones. IPv6 counts by the /64.
A limit for all addresses together is none, as with MediaWiki: whoever reached it would keep everybody out.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from wikigate.auth.settings import Condition
from wikigate.auth.throttle import site_of
from wikigate.state.base import StateStore
from wikigate.state.places import Window, take_places


@dataclass(frozen=True, slots=True)
class Refused:
    """Which limit refuses, and in how many seconds it no longer does."""

    condition: Condition
    wait: int


class CreationLimits:
    """The limits of one kind of account, ``kind`` in the keys of the counts; shared by all threads."""

    def __init__(self, kind: str, conditions: Sequence[Condition], store: StateStore) -> None:
        self._kind = kind
        self._conditions = tuple(condition for condition in conditions if not condition.all_ips)
        self._store = store

    def take(self, address: str) -> Refused | None:
        """Count one more account from an address; what refuses it, None where nothing does."""
        windows = [
            Window(f"throttle:{self._kind}:{number}:{site_of(address)}", condition.count, condition.seconds)
            for number, condition in enumerate(self._conditions)
        ]
        full = take_places(self._store, windows)
        if full is None:
            return None
        return Refused(self._conditions[full], math.ceil(self._store.remaining(windows[full].key)))
