"""A session and a remembered device as the store has them."""

from __future__ import annotations

from dataclasses import dataclass, field

from wikigate.sessions.record import Record


@dataclass(slots=True)
class Stored:
    """A session's row as it was read; ``buried`` stands for an id that a login has made void, or a row that cannot be read."""

    key: bytes = field(repr=False)
    version: int
    user_id: int
    user_name: str
    fingerprint: bytes = field(repr=False)
    remember: bool
    device: bytes | None = field(repr=False)
    expires: int
    record: Record
    buried: bool

    def is_live(self, now: float) -> bool:
        """Whether the session may still be used."""
        return not self.buried and now < self.expires


@dataclass(frozen=True, slots=True)
class Device:
    """One remembered device: ``token`` is the cookie's value, ``key`` finds its row, ``kept`` says that the row is there."""

    token: str = field(repr=False)
    key: bytes = field(repr=False)
    kept: bool
