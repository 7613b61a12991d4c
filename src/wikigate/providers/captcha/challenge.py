"""Captchas that were asked for and are not answered yet, without a row for any of them (security R80, spec extensions §2.2).

A captcha's id is a number that says when and for what it was asked, sealed with the server's key; what it asks follows from the id, the
session and that key alone. So showing one stores nothing; answering one writes that it is spent.

Promises: an id that this server did not make, for this session and this action, in the last half hour, is no captcha; of several answers to
one captcha exactly one is looked at, whether it is right or wrong. Must not: know what is asked.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from wikigate.auth.attempt import Stage
from wikigate.primitives.clock import Clock
from wikigate.primitives.ids import RandomBytes
from wikigate.primitives.secrets import KeyRing, constant_time_equal
from wikigate.state.base import StateStore

if TYPE_CHECKING:
    from wikigate.sessions.session import Session

# An id's 63 bits: moment, action, chance, proof. A guessed proof wins nothing: it is a captcha that nobody has seen.
_MOMENT_BITS: Final = 24
_ACTION_BITS: Final = 2
_CHANCE_BITS: Final = 17
_PROOF_BITS: Final = 20
_STEP: Final = 8
"""Seconds in one unit of an id's moment; it begins again after four years."""

_ACTIONS: Final[dict[Stage, int]] = {"login": 1, "create": 2}
ANY_ACTION: Final = 0
"""For a captcha that was asked for by itself, not for an action."""


@dataclass(frozen=True, slots=True)
class Challenge:
    """One captcha. ``id``: its number as decimal text. ``seed``: 28 secret bytes, of which the kind makes what is asked."""

    id: str
    seed: bytes = field(repr=False)

    def number(self, below: int, part: int = 0) -> int:
        """Return a number from 0 on, evenly spread and always the same; ``part`` 0 to 6 for numbers that are independent."""
        return int.from_bytes(self.seed[4 * part : 4 * part + 4]) % below


class Challenges:
    """Makes captchas and knows them again; shared by all threads.

    ``lifetime``: seconds. ``needs_session``: see ``CaptchaSettings``.
    """

    def __init__(
        self,
        keys: KeyRing,
        store: StateStore,
        clock: Clock,
        random_bytes: RandomBytes,
        *,
        lifetime: int = 1800,
        needs_session: bool = True,
    ) -> None:
        self._keys = keys
        self._store = store
        self._clock = clock
        self._random_bytes = random_bytes
        self._lifetime = lifetime
        self._needs_session = needs_session

    def make(self, session: Session, stage: Stage | None) -> Challenge:
        """Make a new one for an action; None: for whatever comes. The session becomes one that the client holds."""
        if self._needs_session:
            session.hold()
        chance = int.from_bytes(self._random_bytes(4)) >> (32 - _CHANCE_BITS)
        action = ANY_ACTION if stage is None else _ACTIONS[stage]
        head = ((self._moment() << _ACTION_BITS) + action << _CHANCE_BITS) + chance
        proof, seed = self._derive(self._keys.newest, self._holder(session), head)
        return Challenge(str((head << _PROOF_BITS) + proof), seed)

    def find(self, ident: str, session: Session, stage: Stage | None = None) -> Challenge | None:
        """Return one that was made for this session and this action (None: any) and is not too old; None for anything else."""
        if not (ident.isascii() and ident.isdigit() and len(ident) <= 19):  # noqa: PLR2004  digits of 2**63
            return None
        head, proof = divmod(int(ident), 1 << _PROOF_BITS)
        moment, action = head >> (_ACTION_BITS + _CHANCE_BITS), head >> _CHANCE_BITS & ((1 << _ACTION_BITS) - 1)
        if not self._is_current(moment) or (stage is not None and action not in {ANY_ACTION, _ACTIONS[stage]}):
            return None
        holder = self._holder(session)
        for key in self._keys.all:
            right, seed = self._derive(key, holder, head)
            if constant_time_equal(right.to_bytes(4), proof.to_bytes(4)):
                return Challenge(ident, seed)
        return None

    def take(self, ident: str, session: Session, stage: Stage) -> Challenge | None:
        """Do as ``find`` does, once for each captcha: whoever comes later gets None."""
        found = self.find(ident, session, stage)
        if found is None:
            return None
        key = f"captcha:spent:{hashlib.sha256(found.seed).hexdigest()[:32]}"
        return found if self._store.add(key, b"", self._lifetime + 2 * _STEP) else None

    def _holder(self, session: Session) -> bytes:
        return session.core.encode() if self._needs_session else b""

    def _moment(self) -> int:
        return int(self._clock.now()) // _STEP % (1 << _MOMENT_BITS)

    def _is_current(self, moment: int) -> bool:
        age = (self._moment() - moment) % (1 << _MOMENT_BITS)
        # Another node's clock may be a little ahead.
        return age * _STEP <= self._lifetime or age == (1 << _MOMENT_BITS) - 1

    @staticmethod
    def _derive(key: bytes, holder: bytes, head: int) -> tuple[int, bytes]:
        digest = hmac.digest(key, head.to_bytes(8) + holder, "sha256")
        return int.from_bytes(digest[:4]) >> (32 - _PROOF_BITS), digest[4:]
