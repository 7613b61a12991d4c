"""Outside identities of one wiki's accounts: who, by the word of an issuer, is who here (security G6).

An identity is issuer and subject, nothing else: no name, no e-mail address. Promises: it belongs to one account at most, whoever links it
first; linking and unlinking are one statement each. Every verb raises ``StoreUnavailable``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from wikigate.accounts.directory import Directory
from wikigate.accounts.user import Account
from wikigate.primitives.clock import Clock
from wikigate.primitives.timestamps import ts14
from wikigate.store.engine import Database
from wikigate.store.identities import IdentityRows
from wikigate.store.sessions import SessionTable

Telling: TypeAlias = Callable[[Account, int], None]
"""Is told, within the transaction that does so, how many sessions of an account end."""


@dataclass(frozen=True, slots=True)
class Identity:
    """One identity, to the letter."""

    issuer: str
    subject: str


class Identities:
    """Finds, links and unlinks identities, and ends what they have begun; shared by all threads."""

    def __init__(self, database: Database, directory: Directory, clock: Clock) -> None:
        self._database = database
        self._directory = directory
        self._clock = clock
        self._rows = IdentityRows(database)
        self._sessions = SessionTable(database)

    def find(self, identity: Identity) -> int | None:
        """Return the id of the account that an identity belongs to."""
        return self._rows.find(identity.issuer, identity.subject)

    def of(self, user_id: int) -> tuple[Identity, ...]:
        """Return the identities of an account, the oldest first."""
        return tuple(Identity(issuer, subject) for issuer, subject in self._rows.of(user_id))

    def link(self, identity: Identity, user_id: int, *, telling: Callable[[], None] | None = None) -> bool:
        """Make an identity an account's; False where it is another's. ``telling`` is called in the transaction that does so."""
        with self._database.transaction():
            added = self._rows.add(identity.issuer, identity.subject, user_id, created=ts14(self._clock.now()))
            if added and telling is not None:
                telling()
        return added or self.find(identity) == user_id

    def unlink(self, identity: Identity, user_id: int) -> bool:
        """Take an identity off an account; False where it was not its."""
        return self._rows.delete(identity.issuer, identity.subject, user_id)

    def note_session(self, key: bytes, device: bytes | None, *, issuer: str, name: str, user_id: int) -> None:
        """Remember that a session of ours was begun by the issuer's session ``name``; ``key`` and ``device`` as stored."""
        with self._database.transaction():
            self._rows.note_session(key, device, issuer=issuer, name=name, user_id=user_id)

    def end_session(self, issuer: str, name: str, telling: Telling) -> None:
        """End what the issuer's session ``name`` has begun here and is not over yet."""
        with self._database.transaction():
            ended = Counter(
                user_id for key, device, user_id in self._rows.sessions(issuer, name) if self._sessions.end(key, device)
            )
            self._rows.forget_sessions(issuer, name)
            for user_id, count in ended.items():
                self._tell(telling, user_id, count)

    def end_all(self, identity: Identity, telling: Telling) -> None:
        """End everything that is logged in as the account of an identity, if it has one."""
        with self._database.transaction():
            user_id = self.find(identity)
            if user_id is not None:
                self._tell(telling, user_id, self._directory.end_sessions(user_id))

    def _tell(self, telling: Telling, user_id: int, count: int) -> None:
        account = self._directory.by_id(user_id)
        if account is not None:
            telling(account, count)
