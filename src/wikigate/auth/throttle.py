"""How many guesses are judged: exactly so many, while right passwords never get in each other's way (security 2.I, B1 to B7).

Each limit has a *window*: so many places for so many seconds from the first attempt on. An attempt takes a place in every window that
concerns it before its credentials are looked at, and comes to one of three ends:

* ``count``: they were wrong; the place stays taken until the window is over;
* ``forgive``: they were right and the login is complete; the windows of this name at this address are emptied, as MediaWiki does, the wide
  ones (one name from everywhere, one address for all names) get the place back;
* ``refund``: nothing was wrong so far, or nothing was judged; every window gets the place back.

Two numbers in the state store describe a window: ``taken`` (the places) and ``wrong`` (those of them that will not come back). Taking a
place is one atomic increment with the limit as its ceiling, so of fifty wrong attempts at once exactly five are judged, over any number
of threads and processes. When every place is taken, the two numbers tell what that means:

* ``wrong`` has reached the limit: refused, at once, with the whole length of the window;
* otherwise some places are held by attempts whose judgement is still out. The attempt waits for them, since each may yet be given back:
  of fifty right logins at once five are judged and forty-five wait, a few milliseconds to seconds, until it is their turn.

Who waits tries again whenever an attempt of this process ends, and, since attempts of other processes end in silence, every
``_POLL`` seconds. Of those that wait for the same windows one tries for all of them while the others stand in line behind it, so that a
crowd costs the store no more than one. Waiting is bounded in time (``patience``) and in number (``waiting``); beyond either the attempt
is refused like any other. A process that dies with an attempt under way leaves its place taken: waiting then ends by its bound, and the
window by its time.

A device from which the account has logged in before is counted by itself, by the limits of one name from one address (security B4): whoever
guesses from elsewhere, or from behind the same address, does not keep its owner out, and whoever has got hold of it may guess no oftener.

What may differ from MediaWiki: an attempt that a later limit refuses gives back the places it took in earlier ones.
Names are kept as hashes: people type passwords into the wrong field.
"""

from __future__ import annotations

import hashlib
import math
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from ipaddress import IPv6Address, IPv6Network
from typing import Any, Final

from wikigate.auth.settings import ThrottleSettings
from wikigate.primitives.addresses import parse_address
from wikigate.primitives.message import Duration, Message
from wikigate.state.base import StateStore
from wikigate.state.places import Window, take_places

_POLL: Final = 0.05
_IPV6_SITE: Final = 64


@dataclass(frozen=True, slots=True)
class Refusal:
    """An attempt that is not judged; ``seconds`` is the whole length of the window that is full, as MediaWiki tells it (core §13).

    ``remaining``: seconds until that window is over (security B13).
    """

    seconds: int
    remaining: int = field(default=0, compare=False)

    @property
    def message(self) -> Message:
        """What the caller is told."""
        return Message("login-throttled", (Duration(self.seconds),))


@dataclass(frozen=True, slots=True)
class Reservation:
    """The places of one attempt; for ``count``, ``forgive`` or ``refund``, one of them and once.

    ``names`` None: no name was given, which is counted for the address alone. ``device``: the mark of a device that is known for one of
    them, or empty.
    """

    address: str
    names: tuple[str, ...] | None = field(repr=False)
    device: str = field(default="", repr=False)

    def store(self) -> dict[str, Any]:
        """Write it as JSON."""
        names = None if self.names is None else list(self.names)
        return {"address": self.address, "names": names, "device": self.device}

    @classmethod
    def restore(cls, stored: dict[str, Any]) -> Reservation:
        """Read what ``store`` wrote."""
        names = None if stored["names"] is None else tuple(stored["names"])
        return cls(stored["address"], names, stored.get("device", ""))


@dataclass(frozen=True, slots=True)
class _Window(Window):
    """One limit as it concerns one attempt; ``wide`` windows are not emptied by a success."""

    wide: bool = False

    @property
    def wrong_key(self) -> str:
        return self.key + ":wrong"


@dataclass(slots=True)
class _Line:
    """Those that wait for the same windows; who holds ``front`` tries for all."""

    front: threading.Lock = field(default_factory=threading.Lock)
    waiting: int = 0


class Throttle:
    """The limits of one kind of credentials (``password``, ``botpassword``); shared by all threads.

    Raises ``StoreUnavailable`` from every method.
    """

    def __init__(self, kind: str, settings: ThrottleSettings, store: StateStore) -> None:
        self._kind = kind
        self._settings = settings
        self._store = store
        self._ended = threading.Condition()
        self._ends = 0
        self._lines: dict[str, _Line] = {}
        self._waiting = 0

    # -- before the judgement ---------------------------------------------------------------------------------------------

    def reserve(self, address: str, names: Sequence[str] | None, *, device: str = "") -> Reservation | Refusal:
        """Take a place in every window that concerns the attempt, waiting where one may yet become free.

        ``names``: every canonical form of the name given; empty for an impossible name, which counts nowhere; None for no name.
        ``device``: see ``Reservation``.
        """
        reservation = Reservation(address, None if names is None else tuple(names), device)
        windows = self._windows(reservation)
        full = self._try(windows)
        if full is None:
            return reservation
        if self._is_decided(full):
            return self._refusal(full)
        return self._wait(windows, full) or reservation

    def admit_right(self, address: str, names: Sequence[str]) -> Refusal | None:
        """Let credentials pass that are known to be right, if the limit is not reached; a success is then what it came to.

        For credentials verified a moment ago: without guesses before it costs one read a window and no write.
        """
        windows = self._windows(Reservation(address, tuple(names)))
        guessed = []
        for window in windows:
            wrong = self._store.count(window.wrong_key)
            if wrong >= window.most:
                return self._refusal(window)
            if wrong and not window.wide:
                guessed.append(window)
        for window in guessed:
            self._empty(window)
        return None

    # -- after the judgement ----------------------------------------------------------------------------------------------

    def count(self, reservation: Reservation) -> None:
        """Keep the places: the credentials were wrong."""
        with self._store.together():
            for window in self._windows(reservation):
                self._store.increment(window.wrong_key, window.seconds, window.most)
        self._wake()

    def refund(self, reservation: Reservation) -> None:
        """Give the places back: the credentials were right so far, or nobody looked at them."""
        with self._store.together():
            for window in self._windows(reservation):
                self._store.refund(window.key)
        self._wake()

    def forgive(self, reservation: Reservation) -> None:
        """Empty the windows of this name at this address, and give the wide ones' places back: the login is complete."""
        with self._store.together():
            for window in self._windows(reservation):
                if window.wide:
                    self._store.refund(window.key)
                else:
                    self._empty(window)
        self._wake()

    def forgive_later(self, reservation: Reservation, *, counted: bool) -> None:
        """Do the same in a later request than the one that took the places; ``counted``: they were kept, not given back."""
        for window in self._windows(reservation):
            if not window.wide:
                self._empty(window)
            elif counted:
                self._store.refund(window.key)
                self._store.refund(window.wrong_key)
        self._wake()

    # -- windows ----------------------------------------------------------------------------------------------------------

    def _windows(self, reservation: Reservation) -> list[_Window]:
        settings, prefix = self._settings, f"throttle:{self._kind}"
        names = reservation.names
        hashes = [""] if names is None else [name_hash(name) for name in names]
        own = f"device {reservation.device}" if reservation.device else ""
        windows = []
        for number, condition in enumerate(settings.conditions):
            if condition.all_ips and names is None:
                continue  # neither an address nor a name: it would be the whole world's window
            where = own or ("" if condition.all_ips else reservation.address)
            windows += [
                _Window(f"{prefix}:{number}:{where}:{name}", condition.count, condition.seconds) for name in hashes
            ]
        if names and not reservation.device:
            if settings.per_name:
                windows += [
                    _Window(f"{prefix}:name:{name}", settings.per_name, settings.name_seconds, wide=True)
                    for name in hashes
                ]
            if settings.per_address:
                key = f"{prefix}:address:{site_of(reservation.address)}"
                windows.append(_Window(key, settings.per_address, settings.address_seconds, wide=True))
        return windows

    def _try(self, windows: Sequence[_Window]) -> _Window | None:
        """Take a place in every window; where one is full take none, and return it."""
        full = take_places(self._store, windows)
        return None if full is None else windows[full]

    def _is_decided(self, window: _Window) -> bool:
        """Whether a full window stays full: all its places are taken by wrong attempts."""
        return self._store.count(window.wrong_key) >= window.most

    def _refusal(self, window: _Window) -> Refusal:
        return Refusal(window.seconds, math.ceil(self._store.remaining(window.key)))

    def _empty(self, window: _Window) -> None:
        self._store.delete(window.key)
        if self._store.count(window.wrong_key):  # seldom: a read is cheaper than a write for nothing
            self._store.delete(window.wrong_key)

    # -- waiting ----------------------------------------------------------------------------------------------------------

    def _wait(self, windows: Sequence[_Window], full: _Window) -> Refusal | None:
        """Wait for a place in every window; the refusal, or None once they are taken."""
        deadline = time.monotonic() + self._settings.patience
        with self._in_line(windows[0].key, deadline) as in_front:
            if not in_front:
                return self._refusal(full)
            while True:
                ends = self._ends
                tried = self._try(windows)
                if tried is None:
                    return None
                full = tried
                left = deadline - time.monotonic()
                if left <= 0 or self._is_decided(full):
                    return self._refusal(full)
                with self._ended:
                    if self._ends == ends:
                        self._ended.wait(min(left, _POLL))

    @contextmanager
    def _in_line(self, key: str, deadline: float) -> Iterator[bool]:
        """Stand in line for the windows; True at its front, False where there is no room or the time is over."""
        with self._ended:
            if self._waiting >= self._settings.waiting:
                line = None
            else:
                line = self._lines.setdefault(key, _Line())
                line.waiting += 1
                self._waiting += 1
        if line is None:
            yield False
            return
        in_front = line.front.acquire(timeout=max(0.0, deadline - time.monotonic()))
        try:
            yield in_front
        finally:
            if in_front:
                line.front.release()
            with self._ended:
                self._waiting -= 1
                line.waiting -= 1
                if not line.waiting:
                    self._lines.pop(key, None)

    def _wake(self) -> None:
        with self._ended:
            self._ends += 1
            self._ended.notify_all()


def site_of(address: str) -> str:
    """Return what of an address one guesser holds at once: an IPv6 address's /64, an IPv4 address whole; what is none, as it is."""
    parsed = parse_address(address)
    if isinstance(parsed, IPv6Address):
        return str(IPv6Network((parsed, _IPV6_SITE), strict=False))
    return address if parsed is None else str(parsed)


def name_hash(name: str) -> str:
    """Return what stands for an account's name in a key: a name that was typed may be a password."""
    return hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:32]
