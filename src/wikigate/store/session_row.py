"""Sessions and remembered devices as rows. Keys are hashes; nothing here logs anybody in. Moments are whole seconds."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(slots=True)
class SessionRow:
    """One session.

    ``key``: SHA-256 of its core. ``user_id`` 0 is nobody. ``device``: key of its remember credential. ``version`` counts the writes.
    ``data`` is empty in a tombstone, which holds the place of an id that a login has made void.
    """

    key: bytes = field(repr=False)
    user_id: int
    user_name: str
    fingerprint: bytes = field(repr=False)
    remember: bool
    device: bytes | None = field(repr=False)
    created: int
    expires: int
    data: bytes = field(repr=False)
    version: int = 1


@dataclass(frozen=True, slots=True)
class DeviceRow:
    """One remembered device: the hash of its credential, whose it is, and where and when it was last used."""

    key: bytes = field(repr=False)
    user_id: int
    created: int
    last_used: int
    address: str
    user_agent: str


@dataclass(frozen=True, slots=True)
class Handover:
    """One login, all of it or nothing.

    ``row`` is the new session. ``old``: key of the session that ends; with ``old_version`` it must still be that version, or nothing
    happens. ``tombstone`` takes its place. ``device``: a device that is remembered from now on; ``dropped``: the key of one that is not any
    longer. ``used``: a device that must still be there, or nothing happens; its use is noted. ``limit``: live sessions that the user may
    have with the new one, 0 for any number; the oldest beyond it end, and their devices with them.
    """

    row: SessionRow
    old: bytes | None = None
    old_version: int | None = None
    tombstone: SessionRow | None = None
    device: DeviceRow | None = None
    dropped: bytes | None = None
    used: DeviceRow | None = None
    limit: int = 0


@dataclass(frozen=True, slots=True)
class Rotation:
    """A new ``user_token``, due if no device of the user was used since ``since``; his sessions go on under the new fingerprint.

    ``now`` is noted as ``user_touched``.
    """

    user_id: int
    old_token: str = field(repr=False)
    new_token: str = field(repr=False)
    old_fingerprint: bytes = field(repr=False)
    new_fingerprint: bytes = field(repr=False)
    since: int
    now: int = 0
