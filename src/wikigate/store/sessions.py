"""The tables ``wikigate_session`` and ``wikigate_remember``, and the one change of ``user_token`` that a logout may bring.

Every verb is one transaction and raises ``StoreUnavailable`` when the database does not answer. What another request has changed in
between is reported by the return value, never forced.
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Any

from sqlalchemy import bindparam, delete, func, select, update

from wikigate.primitives.timestamps import ts14
from wikigate.store.engine import Database, Row
from wikigate.store.session_row import DeviceRow, Handover, Rotation, SessionRow
from wikigate.store.upsert import upsert

_SESSION_COLUMNS = (
    "key", "user_id", "user_name", "fingerprint", "remember", "device", "created", "expires", "data", "version",
)  # fmt: skip
_DEVICE_COLUMNS = ("key", "user_id", "created", "last_used", "address", "user_agent")


class _Forestalled(Exception):  # noqa: N818  never leaves this file
    """Somebody else was first: roll back."""


class SessionTable:
    """The sessions and devices of one wiki; shared by all threads."""

    def __init__(self, database: Database) -> None:
        self._database = database
        session, remember, user = (t := database.tables).session, t.remember, t.user
        hot = database.hot
        self._get = hot(
            select(*(session.c[name] for name in _SESSION_COLUMNS)).where(session.c.key == bindparam("key"))
        )
        self._get_device = hot(
            select(*(remember.c[name] for name in _DEVICE_COLUMNS)).where(remember.c.key == bindparam("key"))
        )
        self._devices_of = hot(
            select(*(remember.c[name] for name in _DEVICE_COLUMNS)).where(remember.c.user_id == bindparam("user_id"))
        )
        # The row of a session whose time is over does not hold its place.
        self._insert = hot(
            upsert(
                session,
                _SESSION_COLUMNS,
                keys=("key",),
                changes=_SESSION_COLUMNS[1:],
                where=session.c.expires <= bindparam("now"),
            )
        )
        self._update = hot(
            update(session)
            .where(session.c.key == bindparam("the_key"), session.c.version == bindparam("old_version"))
            .values(
                {name: bindparam(name) for name in _SESSION_COLUMNS if name not in {"key", "version"}}
                | {"version": session.c.version + 1}
            )
        )
        self._device_of = hot(
            select(session.c.device).where(
                session.c.key == bindparam("key"), session.c.version == bindparam("old_version")
            )
        )
        self._delete = hot(delete(session).where(session.c.key == bindparam("key")))
        self._delete_version = hot(
            delete(session).where(session.c.key == bindparam("key"), session.c.version == bindparam("old_version"))
        )
        self._delete_on_device = hot(delete(session).where(session.c.device == bindparam("device")))
        self._note_device = hot(
            upsert(remember, _DEVICE_COLUMNS, keys=("key",), changes=("last_used", "address", "user_agent"))
        )
        self._use_device = hot(
            update(remember)
            .where(remember.c.key == bindparam("the_key"), remember.c.user_id == bindparam("owner"))
            .values(
                last_used=func.max(remember.c.last_used, bindparam("last_used")),
                address=bindparam("address"),
                user_agent=bindparam("user_agent"),
            )
        )
        self._drop_device = hot(delete(remember).where(remember.c.key == bindparam("key")))
        self._oldest = hot(
            select(session.c.key, session.c.device)
            .where(
                session.c.user_id == bindparam("user_id"),
                session.c.expires > bindparam("now"),
                session.c.key != bindparam("new"),
            )
            .order_by(session.c.created.desc(), session.c.expires.desc(), session.c.key)
            .offset(bindparam("keep"))
        )
        self._device_in_use = hot(
            select(remember.c.key)
            .where(remember.c.user_id == bindparam("user_id"), remember.c.last_used >= bindparam("since"))
            .limit(1)
        )
        self._change_token = hot(
            update(user)
            .where(user.c.user_id == bindparam("id"), user.c.user_token == bindparam("old"))
            .values(user_token=bindparam("new"), user_touched=bindparam("touched"))
        )
        self._carry_over = hot(
            update(session)
            .where(session.c.user_id == bindparam("owner"), session.c.fingerprint == bindparam("old"))
            .values(fingerprint=bindparam("new"))
        )
        self._forget_devices = hot(delete(remember).where(remember.c.user_id == bindparam("user_id")))
        self._delete_of_user = hot(
            delete(session).where(session.c.user_id == bindparam("owner"), session.c.key != bindparam("keep"))
        )
        self._of_user = hot(
            select(*(session.c[name] for name in _SESSION_COLUMNS))
            .where(session.c.user_id == bindparam("user_id"), session.c.expires > bindparam("now"))
            .order_by(session.c.created, session.c.key)
        )
        self._sweep = hot(
            delete(session).where(
                session.c.key.in_(
                    select(session.c.key).where(session.c.expires <= bindparam("now")).limit(bindparam("slice"))
                )
            )
        )
        self._sweep_devices = hot(
            delete(remember).where(
                remember.c.key.in_(
                    select(remember.c.key).where(remember.c.last_used < bindparam("since")).limit(bindparam("slice"))
                )
            )
        )

    # -- one session ------------------------------------------------------------------------------------------------------

    def together(self) -> AbstractContextManager[None]:
        """Join the verbs of this thread inside, and whatever else it writes to the database, into one transaction."""
        return self._database.transaction()

    def get(self, key: bytes) -> SessionRow | None:
        """Read one session, whether or not its time is over (the hot read)."""
        row = self._get.one(key=key)
        return None if row is None else _session(row)

    def insert(self, row: SessionRow, now: int) -> bool:
        """Write a new session; False where a live one has the key."""
        return self._insert.run(now=now, **_session_values(row)) == 1

    def update(self, row: SessionRow, *, device: DeviceRow | None = None) -> bool:
        """Write a session over if its version is still ``row.version``, and count the version up; False otherwise, and nothing happens.

        ``device``, where given, is written with it: made, or its use noted; the session's former device goes if it was another.
        """
        values = _session_values(row)
        values["the_key"], values["old_version"] = values.pop("key"), values.pop("version")
        if device is None:
            return self._update.run(**values) == 1
        with self._database.transaction():
            former = self._device_of.one(key=row.key, old_version=row.version)
            if former is None:
                return False
            self._update.run(**values)
            if former[0] is not None and former[0] != device.key:
                self._drop_device.run(key=former[0])
            self._note_device.run(**_device_values(device))
        return True

    def hand_over(self, change: Handover, now: int) -> int | None:
        """Do a login; the number of sessions that ended for the limit, or None where it was forestalled and nothing happened."""
        try:
            with self._database.transaction():
                return self._hand_over(change, now)
        except _Forestalled:
            return None

    def _hand_over(self, change: Handover, now: int) -> int:
        if change.old is not None:
            if change.old_version is None:
                self._delete.run(key=change.old)
            elif not self._delete_version.run(key=change.old, old_version=change.old_version):
                raise _Forestalled
        if change.used is not None:
            values = _device_values(change.used)
            del values["created"]
            if not self._use_device.run(the_key=values.pop("key"), owner=values.pop("user_id"), **values):
                raise _Forestalled
        if change.dropped is not None:
            self._drop_device.run(key=change.dropped)
        if change.tombstone is not None:
            self._insert.run(now=now, **_session_values(change.tombstone))
        if change.device is not None:
            self._note_device.run(**_device_values(change.device))
        if not self._insert.run(now=now, **_session_values(change.row)):
            raise _Forestalled
        return self._end_beyond(change.limit, change.row, now) if change.limit else 0

    def _end_beyond(self, limit: int, row: SessionRow, now: int) -> int:
        surplus = self._oldest.all(user_id=row.user_id, now=now, new=row.key, keep=limit - 1)
        for key, device in surplus:
            self._delete.run(key=key)
            if device is not None and device != row.device:
                self._end_device(device)
        return len(surplus)

    def _end_device(self, device: bytes) -> int:
        return self._drop_device.run(key=device) + self._delete_on_device.run(device=device)

    def end(self, key: bytes, device: bytes | None, rotation: Rotation | None = None) -> bool:
        """End a session, and with ``device`` that credential and every session that hangs on it; then do ``rotation`` if it is due.

        False where neither session nor credential was there any more.
        """
        if device is None and rotation is None:
            return self._delete.run(key=key) > 0
        with self._database.transaction():
            gone = self._delete.run(key=key)
            if device is not None:
                gone += self._end_device(device)
            if rotation is not None:
                self._rotate(rotation)
        return gone > 0

    def _rotate(self, rotation: Rotation) -> None:
        if self._device_in_use.one(user_id=rotation.user_id, since=rotation.since) is not None:
            return
        changed = self._change_token.run(
            id=rotation.user_id, old=rotation.old_token, new=rotation.new_token, touched=ts14(rotation.now)
        )
        if changed:
            self._carry_over.run(owner=rotation.user_id, old=rotation.old_fingerprint, new=rotation.new_fingerprint)
            self._forget_devices.run(user_id=rotation.user_id)

    def get_device(self, key: bytes) -> DeviceRow | None:
        """Read one remembered device."""
        row = self._get_device.one(key=key)
        return None if row is None else DeviceRow(*row)

    # -- many -------------------------------------------------------------------------------------------------------------

    def of_user(self, user_id: int, now: int) -> list[SessionRow]:
        """Read the live sessions of a user, the oldest first."""
        return [_session(row) for row in self._of_user.all(user_id=user_id, now=now)]

    def devices_of(self, user_id: int) -> list[DeviceRow]:
        """Read the remembered devices of a user."""
        return [DeviceRow(*row) for row in self._devices_of.all(user_id=user_id)]

    def end_all(self, user_id: int, keep: bytes = b"") -> int:
        """End every session of a user but the one of the key ``keep``, and forget his devices; the number of sessions."""
        with self._database.transaction():
            self._forget_devices.run(user_id=user_id)
            return self._delete_of_user.run(owner=user_id, keep=keep)

    def sweep(self, now: int, limit: int, *, devices_unused_since: int | None = None) -> int:
        """Delete at most ``limit`` sessions whose time is over, and as many devices not used since; the number of rows deleted."""
        gone = self._sweep.run(now=now, slice=limit)
        if devices_unused_since is not None:
            gone += self._sweep_devices.run(since=devices_unused_since, slice=limit)
        return gone


def _session_values(row: SessionRow) -> dict[str, Any]:
    return {name: getattr(row, name) for name in _SESSION_COLUMNS}


def _device_values(row: DeviceRow) -> dict[str, Any]:
    return {name: getattr(row, name) for name in _DEVICE_COLUMNS}


def _session(row: Row) -> SessionRow:
    key, user_id, user_name, fingerprint, remember, device, created, expires, data, version = row
    return SessionRow(key, user_id, user_name, fingerprint, remember == 1, device, created, expires, data, version)
