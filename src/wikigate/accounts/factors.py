"""The second factors of one wiki's accounts, in the rows of MediaWiki's OATHAuth.

How their data lie in a row is a matter of ``factor_form.py``: as MediaWiki reads and writes them on a wiki's own database, sealed where
the tables are ours (security C10).

Promises: a step is used once and only forwards, and a change is made only of what was read, each in one statement (security C4, C5, C7);
whoever gets or loses a factor is logged out everywhere in the same transaction (security D6). A row that cannot be read is a factor
whose codes are never right, never no factor. Every verb raises ``StoreUnavailable``.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any, Final

from wikigate.accounts.directory import Directory
from wikigate.accounts.factor_form import ENCRYPTED, FactorForm
from wikigate.accounts.factor_notices import FactorNotices
from wikigate.primitives.clock import Clock
from wikigate.primitives.errors import ConfigError, WikigateError
from wikigate.primitives.seal import PREFIX
from wikigate.primitives.timestamps import parse_ts14, ts14
from wikigate.store.engine import Database
from wikigate.store.factors import FactorRows

_LOG: Final = logging.getLogger("wikigate.accounts")

# Where MediaWiki keeps the name of a key, and in later versions that of an app.
_NAMES: Final = ("friendlyName", "friendly_name")
_RECOVERY: Final = "recoverycodes"
_PAGE: Final = 500


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
    """Finds, makes and changes factors; shared by all threads. ``form``: how they lie in their rows.

    ``notices`` tells the owner within the same transaction; callers need not.
    """

    def __init__(
        self, database: Database, directory: Directory, clock: Clock, form: FactorForm, notices: FactorNotices
    ) -> None:
        self.form: Final = form
        self.notices: Final = notices
        self._database = database
        self._rows = FactorRows(database)
        self._directory = directory
        self._clock = clock

    def together(self) -> AbstractContextManager[None]:
        """Join what is read and written inside into one transaction."""
        return self._database.transaction()

    def check_keys(self) -> None:
        """Raise ``ConfigError`` where a row is sealed, or encrypted by a wiki, with another key than the server has."""
        prefixes = self.form.prefixes
        lost = self._rows.beginning_otherwise(PREFIX, prefixes) if prefixes else 0
        if lost:
            raise ConfigError(
                f"{lost} second factors are sealed with a secret that is not in the list; add the older secret behind the new one."
            )
        sample = self._rows.first_with(ENCRYPTED) if self.form.decrypts else ""
        try:
            if sample:
                self.form.read(0, sample)
        except ValueError:
            raise ConfigError(
                "Second factors are encrypted with another key than WIKIGATE_OATH_SECRET_KEY; set it to the wiki's $wgOATHSecretKey."
            ) from None

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

    def data_of_everyone(self, kind: str) -> Iterator[Mapping[str, Any]]:
        """Read what the factors of a kind keep, of all accounts, a page at a time: for what is asked seldom."""
        after = 0
        while page := self._rows.page(kind, after, _PAGE):
            for _, user_id, stored in page:
                yield self._read(user_id, stored or "")
            after = page[-1][0]

    def again(self, factor: Factor) -> Factor | None:
        """Read a factor anew; None where it is gone."""
        return next((found for found in self.of(factor.user_id) if found.id == factor.id), None)

    def add(self, user_id: int, kind: str, data: Mapping[str, Any], *, name: str = "") -> int:
        """Give an account a factor; its id. Whatever is logged in as it is ended, its owner is told. Raises ``FactorRefused``."""
        with self._database.transaction():
            if not self.form.separate and self.of(user_id):
                raise FactorRefused(
                    "On the database of a MediaWiki 1.43 an account has one second factor; remove that one first."
                )
            ident = self.insert(user_id, kind, data, name=name)
            self._directory.end_sessions(user_id)
            self.notices.added(user_id, kind)
        return ident

    def insert(self, user_id: int, kind: str, data: Mapping[str, Any], *, name: str = "") -> int:
        """Write a row that changes nothing of how its owner logs in; its id. Raises ``FactorRefused``."""
        if not self._rows.present():
            raise FactorRefused(
                "The wiki has no tables for second factors; install its extension OATHAuth and update it."
            )
        stored = self.form.write(user_id, data)
        with self._database.transaction():
            return self._rows.add(user_id, kind, name=name or None, created=ts14(self._clock.now()), data=stored)

    def change(self, factor: Factor, data: Mapping[str, Any]) -> bool:
        """Store other data of a factor; False where they were changed since it was read."""
        return self._rows.replace(factor.id, factor.stored, self.form.write(factor.user_id, data))

    def rename(self, factor: Factor, name: str) -> bool:
        """Call a factor otherwise, in its data too where a name lies there; False where it is gone or was changed since it was read."""
        with self._database.transaction():
            named = {key: name for key in _NAMES if key in factor.data}
            if named and not self.change(factor, {**factor.data, **named}):
                return False
            return self._rows.rename(factor.user_id, factor.id, name)

    def remove(self, factor: Factor) -> bool:
        """Take a factor away, with the last one its recovery codes; False where it is gone already. As ``add`` otherwise."""
        with self._database.transaction():
            gone = self._rows.delete(factor.user_id, factor.id)
            if gone:
                rest = self.of(factor.user_id)
                if all(one.kind == _RECOVERY for one in rest):
                    for one in rest:
                        self._rows.delete(one.user_id, one.id)
                self._directory.end_sessions(factor.user_id)
                self.notices.removed(factor.user_id, factor.kind)
        return gone

    def last_step(self, factor_id: int) -> int:
        """Return the last step of a factor that was used; -1 where none was."""
        return self._rows.last_step(factor_id)

    def handle_of(self, user_id: int) -> str:
        """Return the handle by which an account's passkeys know it, in base 64; empty where it has none, or the wiki no table for them."""
        return self._rows.handle_of(user_id)

    def keep_handle(self, user_id: int, handle: str) -> None:
        """Give an account a handle, unless it has one or the wiki has no table for them."""
        self._rows.keep_handle(user_id, handle)

    def owner_of(self, handle: str) -> int | None:
        """Return whose a handle is; None where it is nobody's."""
        return self._rows.owner_of(handle)

    def use_step(self, factor_id: int, step: int) -> bool:
        """Use a step of a factor up; False where it, or a later one, is used already."""
        return self._rows.use(factor_id, step)

    def _read(self, user_id: int, stored: str) -> Mapping[str, Any]:
        try:
            data = self.form.read(user_id, stored)
        except (ValueError, RecursionError):
            data = None
        if isinstance(data, dict):
            return data
        _LOG.error("a second factor of account %d cannot be read", user_id)
        return {}
