"""One trip of a browser to an OpenID provider and back: the ``state`` that it carries, and what hangs on it (security G1 to G4).

``state`` is random. The nonce and the PKCE verifier are made of it by HMAC, so that neither is stored anywhere and a stolen database tells
none of them; stored, for ten minutes and under a hash of ``state``, is only who sent the browser where. Promises: an answer is taken once,
by whoever holds ``state`` and only with the very code that came back through the wiki's own page.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from base64 import urlsafe_b64encode
from dataclasses import asdict, dataclass, replace
from typing import Final

from wikigate.primitives.clock import Clock
from wikigate.primitives.ids import RandomBytes
from wikigate.primitives.secrets import KeyRing
from wikigate.state.base import StateStore

LIFETIME: Final = 600
_STATE_BYTES: Final = 24
_LONGEST_STATE: Final = 128


@dataclass(frozen=True, slots=True)
class Trip:
    """What is known of a trip. ``provider``: its name. ``return_url``: where the browser goes in the end. ``expires``: in seconds.

    ``code``: hash of the code that came back, empty before. ``error``: what came instead of one.
    """

    provider: str
    return_url: str
    expires: float
    code: str = ""
    error: str = ""


class Tickets:
    """The trips of one wiki; shared by all threads and processes."""

    def __init__(self, store: StateStore, keys: KeyRing, clock: Clock, random_bytes: RandomBytes) -> None:
        self._store = store
        self._keys = keys
        self._clock = clock
        self._random_bytes = random_bytes

    def issue(self, provider: str, return_url: str) -> str:
        """Begin a trip; its ``state``."""
        state = urlsafe_b64encode(self._random_bytes(_STATE_BYTES)).decode()
        self._put(fingerprint(state), Trip(provider, return_url, self._clock.now() + LIFETIME))
        return state

    def nonce(self, state: str) -> str:
        """Return the nonce that belongs to a state."""
        return self._made_of("nonce", state)

    def verifier(self, state: str) -> str:
        """Return the PKCE verifier that belongs to a state: 43 characters (RFC 7636 §4.1)."""
        return self._made_of("verifier", state)

    def come_back(self, state: str, provider: str, *, code: str = "", error: str = "") -> Trip | None:
        """Note with what the browser came back from ``provider``; None where there is no such trip, or it has come back otherwise."""
        if not 0 < len(state) <= _LONGEST_STATE:
            return None
        key = fingerprint(state)
        trip = self._take(key)
        if trip is None:
            return None
        seen = replace(trip, code=fingerprint(code) if code else "", error=error)
        if trip.provider != provider or ((trip.code or trip.error) and seen != trip):
            # Another answer to one question is an attack; the trip is over.
            return None
        self._put(key, seen)
        return seen

    def finish(self, state_fingerprint: str, code: str = "") -> Trip | None:
        """End a trip; None where there is none, or it has not come back with this code. Of several callers at once one gets it."""
        trip = self._take(state_fingerprint)
        if trip is None or (not trip.error and not hmac.compare_digest(trip.code, fingerprint(code))):
            return None
        return trip

    def _made_of(self, purpose: str, state: str) -> str:
        mac = self._keys.mac(f"{purpose}\n{state}".encode("utf-8", "surrogatepass"))
        return urlsafe_b64encode(mac).decode().rstrip("=")

    def _put(self, key: str, trip: Trip) -> None:
        left = trip.expires - self._clock.now()
        if left > 0:
            self._store.put(_key(key), json.dumps(asdict(trip)).encode(), left)

    def _take(self, key: str) -> Trip | None:
        stored = self._store.take(_key(key))
        return None if stored is None else Trip(**json.loads(stored))


def fingerprint(text: str) -> str:
    """Return what stands for a state or a code in the store: nobody gets back from it."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _key(state_fingerprint: str) -> str:
    return f"openid:trip:{state_fingerprint}"
