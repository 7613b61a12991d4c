"""The second factors of one wiki's accounts, in the rows of MediaWiki's OATHAuth.

On a wiki's own database a row's data are MediaWiki's JSON in plain, so that each of the two reads what the other wrote; where the tables
are ours they are sealed under the server's keys, and rows brought over from a wiki in plain are read all the same (security C10).

Promises: a step is used once and only forwards, and a change is made only of what was read, each in one statement (security C4, C5, C7);
whoever gets or loses a factor is logged out everywhere in the same transaction (security D6). A row that cannot be read is a factor
whose codes are never right, never no factor. Every verb raises ``StoreUnavailable``.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from wikigate.accounts.directory import Directory
from wikigate.accounts.factor_notices import FactorNotices
from wikigate.primitives.clock import Clock
from wikigate.primitives.errors import ConfigError, WikigateError
from wikigate.primitives.seal import PREFIX, Seal
from wikigate.primitives.timestamps import parse_ts14, ts14
from wikigate.store.engine import Database
from wikigate.store.factors import FactorRows

_LOG: Final = logging.getLogger("wikigate.accounts")

# Where MediaWiki's WebAuthn keeps the name of a key.
_NAME: Final = "friendlyName"


class FactorRefused(WikigateError):  # noqa: N818  the name says what happened
    """A factor that cannot be made; the text is for the operator."""


@dataclass(frozen=True, slots=True)
class Factor:
    """One second factor. ``kind``: OATHAuth's name of it (``totp``). ``created``: seconds, None where unknown.

    ``data``: what the kind keeps, empty where it cannot be read; ``stored``: the same as it lies in the row.
    """

    id: int
    user_id: int
    kind: str
    name: str
    created: float | None
    data: Mapping[str, Any] = field(repr=False)
    stored: str = field(repr=False)


class Factors:
    """Finds, makes and changes factors; shared by all threads. ``seal`` None: the tables are a wiki's.

    ``notices`` tells the owner within the same transaction; callers need not.
    """

    def __init__(
        self, database: Database, directory: Directory, clock: Clock, seal: Seal | None, notices: FactorNotices
    ) -> None:
        self.notices: Final = notices
        self._database = database
        self._rows = FactorRows(database)
        self._directory = directory
        self._clock = clock
        self._seal = seal

    def check_keys(self) -> None:
        """Raise ``ConfigError`` where a row is sealed with a key that the server does not have."""
        lost = self._rows.beginning_otherwise(PREFIX, self._seal.prefixes) if self._seal else 0
        if lost:
            raise ConfigError(
                f"{lost} second factors are sealed with a secret that is not in the list; add the older secret behind the new one."
            )

    def of(self, user_id: int) -> tuple[Factor, ...]:
        """Read the factors of an account, the oldest first."""
        return tuple(
            Factor(
                ident,
                user_id,
                kind or "",
                name or "",
                None if created is None else parse_ts14(created),
                self._read(user_id, stored or ""),
                stored or "",
            )
            for ident, kind, name, created, stored in self._rows.of(user_id)
        )

    def again(self, factor: Factor) -> Factor | None:
        """Read a factor anew; None where it is gone."""
        return next((found for found in self.of(factor.user_id) if found.id == factor.id), None)

    def add(self, user_id: int, kind: str, data: Mapping[str, Any], *, name: str = "") -> int:
        """Give an account a factor; its id. Raises ``FactorRefused``."""
        if not self._rows.present():
            raise FactorRefused(
                "The wiki has no tables for second factors; install its extension OATHAuth and update it."
            )
        stored = self._write(user_id, data)
        with self._database.transaction():
            if self._seal is None and self._rows.of(user_id):
                raise FactorRefused("On a wiki's own database an account has one second factor; remove that one first.")
            ident = self._rows.add(user_id, kind, name=name or None, created=ts14(self._clock.now()), data=stored)
            self._directory.end_sessions(user_id)
            self.notices.added(user_id, kind)
        return ident

    def change(self, factor: Factor, data: Mapping[str, Any]) -> bool:
        """Store other data of a factor; False where they were changed since it was read."""
        return self._rows.replace(factor.id, factor.stored, self._write(factor.user_id, data))

    def rename(self, factor: Factor, name: str) -> bool:
        """Call a factor otherwise, in its data too where a name lies there; False where it is gone or was changed since it was read."""
        with self._database.transaction():
            if _NAME in factor.data and not self.change(factor, {**factor.data, _NAME: name}):
                return False
            return self._rows.rename(factor.user_id, factor.id, name)

    def remove(self, factor: Factor) -> bool:
        """Take a factor away; False where it is gone already."""
        with self._database.transaction():
            gone = self._rows.delete(factor.user_id, factor.id)
            if gone:
                self._directory.end_sessions(factor.user_id)
                self.notices.removed(factor.user_id, factor.kind)
        return gone

    def use_step(self, factor: Factor, step: int) -> bool:
        """Use a step of a factor up; False where it, or a later one, is used already."""
        return self._rows.use(factor.id, step)

    def _read(self, user_id: int, stored: str) -> Mapping[str, Any]:
        try:
            if self._seal is not None and stored.startswith(PREFIX):
                stored = self._seal.open(stored, _context(user_id))
            data = json.loads(stored)
        except ValueError:
            data = None
        if isinstance(data, dict):
            return data
        _LOG.error("a second factor of account %d cannot be read", user_id)
        return {}

    def _write(self, user_id: int, data: Mapping[str, Any]) -> str:
        text = json.dumps(data, separators=(",", ":"))
        return text if self._seal is None else self._seal.close(text, _context(user_id))


def _context(user_id: int) -> str:
    return f"factor of {user_id}"
