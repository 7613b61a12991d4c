"""Where an account is logged in, as its owner sees it, and how he ends one of these sessions (security D7, D8).

Must not tell what logs in: a session is named by a hash of the key under which it is stored, which is itself a hash of its id.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from wikigate.sessions.record import Record
from wikigate.sessions.session import Session
from wikigate.store.sessions import SessionTable


@dataclass(frozen=True, slots=True)
class Login:
    """One session, or one remembered device that has none at present. Moments in seconds; ``app``: the bot password's app id."""

    handle: str
    began: int
    seen: int
    address: str
    agent: str
    is_remembered: bool
    is_current: bool = False
    app: str = ""


class Logins:
    """The sessions of one wiki's accounts; shared by all threads. Raises ``StoreUnavailable`` from every method."""

    def __init__(self, rows: SessionTable) -> None:
        self._rows = rows

    def of(self, session: Session) -> list[Login]:
        """List the sessions of whoever is logged in, his present one first, then by when they were last seen."""
        account = session.account
        if account is None:
            return []
        found: list[Login] = []
        present = session.stored.key if session.stored is not None else b""
        devices = set()
        for row in self._rows.of_user(account.id, int(session.visit.now)):
            record = Record.decode(row.data) or Record(began=row.created, seen=row.created)
            devices.add(row.device)
            app = record.bot.app if record.bot else ""
            seen = (record.address, record.agent, row.remember, row.key == present, app)
            found.append(Login(_handle(row.key), row.created, record.seen, *seen))
        found += [
            Login(_handle(one.key), one.created, one.last_used, one.address, one.user_agent, is_remembered=True)
            for one in self._rows.devices_of(account.id)
            if one.key not in devices
        ]
        return sorted(found, key=lambda one: (not one.is_current, -one.seen))

    def end(self, session: Session, handle: str) -> bool:
        """End one other session, and what its device remembers; False where there is no such one."""
        account = session.account
        if account is None:
            return False
        present = session.stored.key if session.stored is not None else b""
        for row in self._rows.of_user(account.id, int(session.visit.now)):
            if row.key != present and _handle(row.key) == handle:
                self._rows.end(row.key, row.device)
                return True
        for device in self._rows.devices_of(account.id):
            if _handle(device.key) == handle:
                self._rows.end(b"", device.key)
                return True
        return False


def _handle(key: bytes) -> str:
    return hashlib.sha256(b"login " + key).hexdigest()[:24]
