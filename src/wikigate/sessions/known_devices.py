"""The cookie by which a device is known that somebody has logged in from: other people's wrong guesses do not keep it out (security B4).

What OWASP calls a device cookie, in the manner of MediaWiki's LoginNotify, whose cookie too names nobody. It is one cookie for all accounts
of a device, up to six records, the latest login first, separated by dots; a record has 61 characters ``0-9a-v``::

    mark (20)   100 random bits, new at each login: by it the throttle counts what comes from this device.
    stamp (9)   when that login was, in seconds, in hexadecimal.
    seal (32)   160 bits of HMAC-SHA-256 over both and the account's name.

Promises: without the name a record tells nothing about whose it is; one that we did not make, of another account, or past its lifetime is
passed over without a word; it costs no read and no write. Must not: let anybody in. It stands for no credential, it only says in which
window a guess is counted.
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Final

from wikigate.primitives.ids import RandomBytes, digits_of
from wikigate.primitives.secrets import KeyRing, constant_time_equal

if TYPE_CHECKING:
    from wikigate.sessions.cookie_writer import CookieWriter
    from wikigate.sessions.settings import KnownDeviceSettings
    from wikigate.sessions.visit import Visit
    from wikigate.wire.http import Response

_RECORD: Final = re.compile(r"([0-9a-v]{20})([0-9a-f]{9})([0-9a-v]{32})", re.ASCII)
_MARK: Final = 20
_MOST: Final = 6
_CLOCK_SKEW: Final = 300
"""Seconds that another node's clock may be ahead of ours (security N12)."""


class KnownDevices:
    """The cookie of one wiki; shared by all threads. ``name``: the cookie's whole name."""

    def __init__(
        self,
        settings: KnownDeviceSettings,
        *,
        name: str,
        writer: CookieWriter,
        keys: KeyRing,
        random_bytes: RandomBytes,
    ) -> None:
        self._settings = settings
        self._name = name
        self._writer = writer
        self._keys = keys.derive("known device")
        self._random_bytes = random_bytes

    def find(self, visit: Visit, names: Iterable[str]) -> str:
        """Return the mark of a device from which one of these accounts has logged in; empty where it is none, or the feature is off."""
        if not self._settings.cookie:
            return ""
        records = list(self._live(visit))
        for name in names:
            for mark, stamp, seal in records:
                if self._is_genuine(mark, stamp, seal, name):
                    return mark
        return ""

    def remember(self, visit: Visit, response: Response, name: str) -> None:
        """Tell a device that this account has logged in from it; records of other accounts stay."""
        if not self._settings.cookie:
            return
        others = [
            "".join(record) for record in self._live(visit) if not self._is_genuine(*record, name)
        ]  # the account's own former record goes: a copy of it shares no window with the new one
        mark = digits_of(self._random_bytes(_MARK))
        stamp = f"{int(visit.now):09x}"
        record = mark + stamp + _seal(self._keys.newest, mark, stamp, name)
        value = ".".join([record, *others[: _MOST - 1]])
        self._writer.set(visit, response, self._name, value, lifetime=self._settings.lifetime)

    def _live(self, visit: Visit) -> Iterator[tuple[str, str, str]]:
        """Read the records whose time is not over, of which none is judged yet."""
        for text in (visit.cookie(self._name) or "").split(".", _MOST)[:_MOST]:
            found = _RECORD.fullmatch(text)
            if found is None:
                continue
            mark, stamp, seal = found.groups()
            if visit.now - self._settings.lifetime < int(stamp, 16) <= visit.now + _CLOCK_SKEW:
                yield mark, stamp, seal

    def _is_genuine(self, mark: str, stamp: str, seal: str, name: str) -> bool:
        genuine = False
        for key in self._keys.all:
            genuine |= constant_time_equal(_seal(key, mark, stamp, name), seal)
        return genuine


def _seal(key: bytes, mark: str, stamp: str, name: str) -> str:
    """Seal a record; the first two have a fixed length, so that nothing can move between them and the name."""
    return digits_of(hmac.digest(key, f"{mark}{stamp}{name}".encode("utf-8", "surrogatepass"), "sha256"))
