"""The session id of a visitor of whom nothing is kept: made by us, verifiable without a row.

For: handing out login tokens at no cost to the store (spec performance §5, security D14). 71 characters ``0-9a-v``::

    core (32)   160 random bits; the identity. Token secrets hang on it, rows are found by its hash.
    stamp (7)   when this spelling was made, in seconds, doubled, plus the login flag.
    seal (32)   160 bits of HMAC-SHA-256 over both.

Promises: an id that we did not make is never taken (D2), one older than its lifetime only where its row lives on; the same core may be
stamped anew and every spelling of it stays good until its own end (sliding, spec core §4.5; N14).

The login flag says that a login token was handed out no later than this spelling. MediaWiki answers a wrong ``lgtoken`` with
``sessionlost`` where the session never had a login token and with ``WrongToken`` where it had (spec core §5 step 6). A session that is
already on its way learns of its first login token without its cookie being sent again, as on the recorded wire; its flag follows with
the next stamp. So a missing flag proves nothing against a token that verifies: ask for the flag only after the token has failed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from wikigate.primitives.ids import base32hex
from wikigate.primitives.secrets import KeyRing

CORE_LENGTH: Final = 32
_SHAPE: Final = re.compile(r"[0-9a-v]{71}", re.ASCII)
_SEAL_BYTES: Final = 20
_STAMP_BYTES: Final = 5
_CLOCK_SKEW: Final = 300
"""Seconds that another node's clock may be ahead of ours (spec security N12)."""


@dataclass(frozen=True, slots=True)
class AnonymousId:
    """One id as read: its core, the moment of its stamp in seconds, and the login flag."""

    core: str
    stamped: int
    had_login_token: bool

    def __repr__(self) -> str:
        return f"<AnonymousId stamped {self.stamped}>"


class AnonymousIds:
    """Makes and reads the ids; shared by all threads. ``lifetime`` is in seconds."""

    __slots__ = ("_keys", "_lifetime")

    def __init__(self, keys: KeyRing, lifetime: int) -> None:
        self._keys = keys.derive("anonymous session id")
        self._lifetime = lifetime

    def spell(self, core: str, now: float, *, had_login_token: bool) -> str:
        """Stamp and seal a core."""
        stamp = (int(now) * 2 + had_login_token).to_bytes(_STAMP_BYTES, "big")
        seal = self._keys.mac(core.encode() + stamp)[:_SEAL_BYTES]
        # 35 bits are 7 digits; five bytes give eight, of which the first is always 0.
        return core + base32hex(stamp + seal)[1:]

    def read(self, text: str) -> AnonymousId | None:
        """Read an id that we made, however long ago; None for anything else."""
        if not _SHAPE.fullmatch(text):
            return None
        core = text[:CORE_LENGTH]
        sealed = int(text[CORE_LENGTH:], 32).to_bytes(_STAMP_BYTES + _SEAL_BYTES, "big")
        stamp = sealed[:_STAMP_BYTES]
        if not self._keys.verifies(core.encode() + stamp, sealed[_STAMP_BYTES:]):
            return None
        number = int.from_bytes(stamp, "big")
        return AnonymousId(core, number >> 1, bool(number & 1))

    def is_live(self, mark: AnonymousId, now: float) -> bool:
        """Whether an id's time is not over."""
        return now - self._lifetime < mark.stamped <= now + _CLOCK_SKEW
