"""Bot passwords that were right a moment ago, so that the same right one need not cost a slow hash again.

A generated bot password holds 160 random bits: no number of rounds makes it any harder to guess, and a bot that logs in
every minute would burn most of a server's time on them (spec performance §3). So a successful check is remembered as
HMAC-SHA-256, under a key that is random in each process, of the stored column together with the password.

Promises:

* Only passwords of the generated shape are remembered (spec core §6.1). Never a chosen one: whoever could read our memory
  could then guess it quickly.
* Neither passwords nor columns are kept, and nothing outlives the process. Only *successful* checks are kept.
* The column is part of what is authenticated: a changed or blanked bot password is no longer known. The caller still
  reads the row, and checks throttle, block, restrictions and grants, at every login.
* Bounded: the least recently used is forgotten. `capacity` 0 switches it off, and every check is then the slow one.

Must not: be shared between processes, written anywhere, or asked about a main account's password.
"""

import hmac
import re
import threading
from collections import OrderedDict
from collections.abc import Callable
from typing import Final

from wikigate.primitives.ids import SYSTEM_RANDOM, RandomBytes

DEFAULT_CAPACITY: Final = 4096
"""Entries; some 200 bytes each."""

_GENERATED: Final = re.compile(r"[0-9a-w]{32,}")
_KEY_BYTES: Final = 32
_LENGTH_BYTES: Final = 4


class VerifiedCredentials:
    """The successful checks of this process; safe to use from many threads."""

    __slots__ = ("_capacity", "_key", "_lock", "_seen")

    def __init__(self, capacity: int = DEFAULT_CAPACITY, random_bytes: RandomBytes = SYSTEM_RANDOM) -> None:
        self._capacity = capacity
        self._key = random_bytes(_KEY_BYTES)
        self._lock = threading.Lock()
        self._seen: OrderedDict[bytes, None] = OrderedDict()

    def __len__(self) -> int:
        return len(self._seen)

    def check(self, stored: str | bytes, password: str, verify: Callable[[], bool]) -> bool:
        """Answer True at once for a pair that was right before; else ask `verify`, the slow check, and remember a True.

        `verify` is called at most once, with no lock held; what it raises passes through.
        """
        if not self._capacity or not _GENERATED.fullmatch(password):
            return verify()
        mark = self._mark(stored, password)
        with self._lock:
            if mark in self._seen:
                self._seen.move_to_end(mark)
                return True
        if not verify():
            return False
        with self._lock:
            self._seen[mark] = None
            if len(self._seen) > self._capacity:
                self._seen.popitem(last=False)
        return True

    def _mark(self, stored: str | bytes, password: str) -> bytes:
        column = stored.encode("utf-8", "surrogatepass") if isinstance(stored, str) else stored
        message = len(column).to_bytes(_LENGTH_BYTES, "big") + column + password.encode()
        return hmac.digest(self._key, message, "sha256")
