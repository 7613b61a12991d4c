"""A list of breached passwords at a service, asked by the range protocol (``GET <url>/<first five digits>``; security A4).

Promises: five of the forty digits of a fingerprint leave the machine, which hundreds of passwords share, and the padding of the answer
hides how many those are; never the password, a name or an address. Few questions are under way at once, so that a service that is slow
cannot hold the request threads; beyond that, and where it fails, ``BreachListUnavailable`` at once.
"""

from __future__ import annotations

import logging
from threading import BoundedSemaphore
from typing import Final

from wikigate.accounts.breaches.base import BreachListUnavailable, split_line
from wikigate.outbound.http_client import HttpClient, OutboundError

_LOG: Final = logging.getLogger("wikigate.accounts")
_SENT: Final = 5
_OK: Final = 200
_AT_ONCE: Final = 8


class BreachService:
    """Asks a service. ``url``: where ranges lie, without the digits; ``at_once``: questions under way."""

    def __init__(self, url: str, client: HttpClient, *, at_once: int = _AT_ONCE) -> None:
        self._url = url.rstrip("/")
        self._client = client
        self._free = BoundedSemaphore(at_once)

    def count(self, fingerprint: str) -> int:
        """See ``BreachList``."""
        if not self._free.acquire(blocking=False):
            raise BreachListUnavailable("too many passwords are being looked up")
        try:
            answer = self._client.get(f"{self._url}/{fingerprint[:_SENT]}", headers={"Add-Padding": "true"})
        except OutboundError as error:
            _LOG.warning("a password could not be looked up in the list of breached ones: %s", error)
            raise BreachListUnavailable("the service does not answer") from error
        finally:
            self._free.release()
        if answer.status != _OK:
            _LOG.warning("the list of breached passwords answered with status %d", answer.status)
            raise BreachListUnavailable("the service does not answer as it should")
        return _count_in(answer.body, fingerprint[_SENT:].encode("ascii"))


def _count_in(body: bytes, wanted: bytes) -> int:
    """Find a fingerprint's other digits in an answer; padding has the count 0."""
    try:
        for line in body.splitlines():
            digits, count = split_line(line)
            if digits == wanted:
                return count
    except ValueError as error:
        raise BreachListUnavailable("the service answered what is no list") from error
    return 0
