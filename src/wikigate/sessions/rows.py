"""What this room needs of the tables ``wikigate_session`` and ``wikigate_remember``; ``store/sessions.py`` is it.

Every verb is one transaction and raises ``StoreUnavailable`` when the database does not answer. Keys are hashes; no verb takes or
gives a secret that logs anybody in. Moments are whole seconds.
"""

from __future__ import annotations

from typing import Protocol

from wikigate.store.session_row import DeviceRow, Handover, Rotation, SessionRow

__all__ = ["DeviceRow", "Handover", "Rotation", "SessionRow", "SessionRows"]


class SessionRows(Protocol):
    """The rows of one wiki."""

    def get(self, key: bytes) -> SessionRow | None:
        """Read one session, whether or not its time is over (the hot read)."""
        ...

    def insert(self, row: SessionRow, now: int) -> bool:
        """Write a new session; False where one that is not over has the key."""
        ...

    def update(self, row: SessionRow, *, device: DeviceRow | None = None) -> bool:
        """Write a session over if its version is still ``row.version``, and count the version up; False otherwise, and nothing happens.

        ``device``, where given, is written with it: made, or its use noted; the session's former device goes if it was another.
        """
        ...

    def hand_over(self, change: Handover, now: int) -> int | None:
        """Do a login; the number of sessions that ended for the limit, or None where it was forestalled and nothing happened."""
        ...

    def end(self, key: bytes, device: bytes | None, rotation: Rotation | None = None) -> None:
        """End a session, and with ``device`` that credential and every session that hangs on it."""
        ...

    def get_device(self, key: bytes) -> DeviceRow | None:
        """Read one remembered device."""
        ...
