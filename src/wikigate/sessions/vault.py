"""Where sessions and remember credentials are kept: ids become hashes, records become JSON, and every change is one atomic verb.

Promises: nothing in the tables logs anybody in (security D3); a change that another request forestalled is reported, never forced;
``StoreUnavailable`` passes through. No rule of who may do what lives here.
"""

from __future__ import annotations

import hashlib
import itertools
import logging
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Final

from wikigate.primitives.errors import StoreUnavailable
from wikigate.sessions.record import Record
from wikigate.sessions.settings import SessionSettings
from wikigate.sessions.stored import Device, Stored
from wikigate.store.session_row import DeviceRow, Handover, Rotation, SessionRow
from wikigate.store.sessions import SessionTable

if TYPE_CHECKING:
    from wikigate.accounts.user import Account
    from wikigate.sessions.session import Session

_LOG: Final = logging.getLogger("wikigate.sessions")
_BURIED: Final = b""
_SLACK: Final = 300
"""Seconds that a tombstone outlives the last spelling of the id it stands for: the clocks of two nodes may differ (spec security N12)."""
_SWEEP_EVERY: Final = 16
_SWEEP_SLICE: Final = 100
"""After so many new sessions so many rows whose time is over are deleted: more than come, in slices that hold nobody up."""


class Vault:
    """The store of one wiki's sessions; shared by all threads.

    ``shared``: the database is MediaWiki's too. Ended sessions are then kept for another ``absolute_limit``, because only they tell which
    device comes back with a credential that is the user's and not the device's.
    """

    def __init__(self, rows: SessionTable, settings: SessionSettings, *, shared: bool = False) -> None:
        self._rows = rows
        self._settings = settings
        self._kept_after_end = settings.absolute_limit if shared else 0
        self._begun = itertools.count(1)
        cookies = settings.cookies
        self._device_lifetime = cookies.extended_expiration or cookies.expiration or settings.absolute_limit

    def together(self) -> AbstractContextManager[None]:
        """Join what this thread writes inside into one transaction."""
        return self._rows.together()

    # -- reading ----------------------------------------------------------------------------------------------------------

    def find(self, core: str) -> Stored | None:
        """Read the row of a session id, dead or alive: the one read of a session that a request costs."""
        row = self._rows.get(_key(core))
        return None if row is None else _stored(row)

    def knows_device(self, key: bytes, user_id: int, now: float) -> bool:
        """Whether a remember credential is this user's and was used within its lifetime."""
        row = self._rows.get_device(key)
        return row is not None and row.user_id == user_id and now < row.last_used + self._device_lifetime

    def fingerprint(self, account: Account) -> bytes:
        """Return what a session remembers of ``user_token``: 32 bytes that change with it and with the token version."""
        return self.fingerprint_of(account.token)

    def fingerprint_of(self, user_token: str) -> bytes:
        """Return the same for a ``user_token``."""
        return hashlib.sha256(f"{self._settings.token_version}\n{user_token}".encode()).digest()

    def is_due(self, stored: Stored, now: float) -> bool:
        """Whether half of a session's life is over and it may still be extended (spec core §4.5)."""
        end = self._end(stored.record.began, now)
        return now + self._settings.lifetime / 2 > stored.expires and end > stored.expires

    # -- writing ----------------------------------------------------------------------------------------------------------

    def write(self, session: Session) -> bool:
        """Write a session's record and extend it; False where another request has changed or ended it in between."""
        stored, record, visit = session.stored, session.record, session.visit
        record.seen = int(visit.now)
        record.address = visit.request.address
        record.agent = visit.request.header("user-agent")
        record.force_https = session.force_https
        device = session.device
        if stored is None:
            record.began = record.began or int(visit.now)
            row = self._row(session)
            if not self._rows.insert(row, int(visit.now)):
                return False
            self._sweep(visit.now)
        else:
            row = self._row(session, stored.version)
            used = self._device_row(session, device) if device is not None and session.extending else None
            if not self._rows.update(row, device=used):
                return False
        session.settle(_stored(row, written=stored is not None))
        return True

    def catch_up(self, session: Session) -> bool:
        """Read a session's row again and redo the session's edits on it; False where the session has ended."""
        stored = self.find(session.core)
        owner_id = session.owner.id if session.owner else 0
        if stored is None:
            session.stored = None
            return not owner_id
        if stored.buried or stored.user_id != owner_id or (owner_id and not stored.is_live(session.visit.now)):
            return False
        session.stored = stored
        session.redo(stored.record)
        return True

    def begin(self, session: Session) -> int:
        """Store a new session that takes no other's place; return how many older ones ended for it."""
        return self._begin(session, Handover(self._new_row(session), limit=self._settings.max_per_account)) or 0

    def rebind(self, session: Session) -> bool:
        """Store a session that goes on under its key with its owner as he is now; False where its place is taken."""
        row = self._row(session)
        device = self._device_row(session, session.device) if session.device else None
        return self._begin(session, Handover(row, old=row.key, device=device)) is not None

    def log_in(self, session: Session, former: Session) -> int | None:
        """Store the session of a login in place of the former one; the number of sessions that ended for it, None if forestalled."""
        old = former.stored
        tombstone = None
        key = None
        if old is not None or former.known:
            key = _key(former.core)
            if former.owner is None and former.core != session.core:
                tombstone = self._tombstone(key, old, session.visit.now)
        return self._begin(
            session,
            Handover(
                self._new_row(session),
                old=key,
                old_version=old.version if old is not None and former.exclusive else None,
                tombstone=tombstone,
                device=self._device_row(session, session.device) if session.device else None,
                dropped=former.device.key if former.device else (old.device if old else None),
                limit=self._settings.max_per_account,
            ),
        )

    def resume(self, session: Session) -> bool:
        """Store the session that a remember credential has begun; False where the credential has gone in between."""
        device = session.device
        if device is None:
            return False
        row = self._device_row(session, device)
        change = Handover(
            self._new_row(session),
            device=None if device.kept else row,
            used=row if device.kept else None,
            limit=self._settings.max_per_account,
        )
        return self._begin(session, change) is not None

    def end(self, session: Session, rotation: Rotation | None = None) -> None:
        """End a session, its remember credential, and whatever else was begun with that credential."""
        device = session.device.key if session.device else (session.stored.device if session.stored else None)
        self._rows.end(_key(session.core), device, rotation)

    def device_horizon(self, now: float) -> int:
        """Return the moment before which an unused device counts as forgotten."""
        return int(now) - self._device_lifetime

    # -- rows -------------------------------------------------------------------------------------------------------------

    def _begin(self, session: Session, change: Handover) -> int | None:
        ended = self._rows.hand_over(change, int(session.visit.now))
        if ended is not None:
            session.settle(_stored(change.row))
            self._sweep(session.visit.now)
        return ended

    def _sweep(self, now: float) -> None:
        """Now and then, delete a slice of what is over; that it cannot be done now is nobody's business."""
        if next(self._begun) % _SWEEP_EVERY:
            return
        try:
            over = int(now) - self._kept_after_end
            self._rows.sweep(over, _SWEEP_SLICE, devices_unused_since=self.device_horizon(now))
        except StoreUnavailable as error:
            _LOG.info("sessions whose time is over stay until later: %s", error)

    def _new_row(self, session: Session) -> SessionRow:
        visit, record = session.visit, session.record
        record.began = record.seen = int(visit.now)
        record.address = visit.request.address
        record.agent = visit.request.header("user-agent")
        record.force_https = session.force_https
        return self._row(session)

    def _row(self, session: Session, version: int = 1) -> SessionRow:
        owner, record = session.owner, session.record
        return SessionRow(
            _key(session.core),
            owner.id if owner else 0,
            owner.name if owner else "",
            self.fingerprint(owner) if owner else b"",
            remember=session.remember,
            device=session.device.key if session.device else (session.stored.device if session.stored else None),
            created=record.began,
            expires=self._end(record.began, session.visit.now),
            data=record.encode(),
            version=version,
        )

    def _tombstone(self, key: bytes, old: Stored | None, now: float) -> SessionRow:
        """Make the row that voids a visitor's id for as long as any spelling of it lives; no version of what it replaces fits it."""
        end = int(now) + self._settings.lifetime + _SLACK
        version = old.version + 1 if old else 1
        return SessionRow(
            key, 0, "", b"", remember=False, device=None, created=end, expires=end, data=_BURIED, version=version
        )

    def _end(self, began: int, now: float) -> int:
        return int(min(now + self._settings.lifetime, began + self._settings.absolute_limit))

    @staticmethod
    def _device_row(session: Session, device: Device) -> DeviceRow:
        visit, now = session.visit, int(session.visit.now)
        owner = session.owner.id if session.owner else 0
        return DeviceRow(device.key, owner, now, now, visit.request.address, visit.request.header("user-agent")[:255])


def _key(core: str) -> bytes:
    return hashlib.sha256(core.encode()).digest()


def _stored(row: SessionRow, *, written: bool = False) -> Stored:
    record = Record.decode(row.data) if row.data else None
    return Stored(
        row.key,
        row.version + written,
        row.user_id,
        row.user_name,
        row.fingerprint,
        row.remember,
        row.device,
        row.expires,
        record or Record(),
        buried=record is None,
    )
