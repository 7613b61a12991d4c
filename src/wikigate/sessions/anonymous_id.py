"""The session id of a visitor of whom nothing is kept: made by us, verifiable without a row.

For: handing out login tokens at no cost to the store (spec performance §5, security D14). 73 characters ``0-9a-v``::

    core (32)   160 random bits; the identity. Token secrets hang on it, rows are found by its hash.
    stamp (9)   when this spelling was made, in seconds, doubled, plus the login flag, in hexadecimal.
    seal (32)   160 bits of HMAC-SHA-256 over both.

Promises: an id that we did not make is never taken (D2), one older than its lifetime only where its row lives on; the same core may be
stamped anew and every spelling of it stays good until its own end (sliding, spec core §4.5; N14).

The login flag says that a login token was handed out no later than this spelling. MediaWiki answers a wrong ``lgtoken`` with
``sessionlost`` where the session never had a login token and with ``WrongToken`` where it had (spec core §5 step 6). A session that is
already on its way learns of its first login token without its cookie being sent again, as on the recorded wire; its flag follows with
the next stamp. So a missing flag proves nothing against a token that verifies: ask for the flag only after the token has failed.
"""

from __future__ import annotations

import hmac
import re
from dataclasses import dataclass
from typing import Final

from wikigate.primitives.ids import digits_of
from wikigate.primitives.secrets import KeyRing, constant_time_equal

CORE_LENGTH: Final = 32
_SHAPE: Final = re.compile(r"[0-9a-v]{32}[0-9a-f]{9}[0-9a-v]{32}", re.ASCII)
_STAMPED_LENGTH: Final = 41
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
        stamped = f"{core}{int(now) * 2 + had_login_token:09x}"
        return stamped + digits_of(self._keys.mac(stamped.encode()))

    def read(self, text: str) -> AnonymousId | None:
        """Read an id that we made, however long ago; None for anything else."""
        if not _SHAPE.fullmatch(text):
            return None
        stamped, seal = text[:_STAMPED_LENGTH], text[_STAMPED_LENGTH:]
        data, genuine = stamped.encode(), False
        for key in self._keys.all:
            genuine |= constant_time_equal(digits_of(hmac.digest(key, data, "sha256")), seal)
        if not genuine:
            return None
        number = int(stamped[CORE_LENGTH:], 16)
        return AnonymousId(stamped[:CORE_LENGTH], number >> 1, bool(number & 1))

    def is_live(self, mark: AnonymousId, now: float) -> bool:
        """Whether an id's time is not over."""
        return now - self._lifetime < mark.stamped <= now + _CLOCK_SKEW
