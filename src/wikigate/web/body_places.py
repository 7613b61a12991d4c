"""Places for requests whose body is still to come: how many threads may wait for bodies, all in all and for one client.

A thread that reads a body waits as long as its sender likes, and nothing can call it back. So the threads that may read are counted, and
each client has a share of them: who sends many bodies slowly is refused further ones, and the others go on (spec security T1). Promises
never to wait. A body that has come with its head takes its place for an instant only.
"""

from __future__ import annotations

import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from wikigate.auth.throttle import site_of

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST_BODIES: Final = 512
"""Threads of one process that may read bodies at once; a server has its request threads beside them."""
_SHARES: Final = 2


class BodyPlaces:
    """The places of one process; a client may have half of them, an IPv6 client together with its /64."""

    def __init__(self, most: int = MOST_BODIES) -> None:
        self._most = most
        self._share = max(1, most // _SHARES)
        self._lock = threading.Lock()
        self._taken = 0
        self._by_client: dict[str, int] = {}

    @contextmanager
    def take(self, address: str) -> Iterator[bool]:
        """Hold a place for a client while the block runs; gives False where there is none, and then holds nothing."""
        client = site_of(address)
        with self._lock:
            own = self._by_client.get(client, 0)
            free = self._taken < self._most and own < self._share
            if free:
                self._taken += 1
                self._by_client[client] = own + 1
        try:
            yield free
        finally:
            if free:
                self._give_back(client)

    def _give_back(self, client: str) -> None:
        with self._lock:
            self._taken -= 1
            left = self._by_client[client] - 1
            if left:
                self._by_client[client] = left
            else:
                del self._by_client[client]
