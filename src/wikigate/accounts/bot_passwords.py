"""Bot passwords: a second password of an account, for one program, with fewer rights (spec core §6).

Promises: a bot password is 160 random bits, shown once and stored hashed (security F1); whatever changes one gives it another token, so
that every session begun with it ends; restrictions that cannot be read allow nobody.

Must not judge a login: that is ``auth/bot_login.py``, with throttle and hashing in their place.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from types import MappingProxyType
from typing import Any, Final

from wikigate.accounts.hashing import MakesHashes
from wikigate.accounts.rights import Rights
from wikigate.accounts.user import Account
from wikigate.primitives.addresses import EVERYWHERE, Networks
from wikigate.primitives.ids import RandomBytes, random_hex32, random_id
from wikigate.store.bot_passwords import BotPasswordRows
from wikigate.store.engine import Database, Row

SEPARATOR: Final = "@"
"""MediaWiki's default restriction: every address."""

_SECRET: Final = re.compile(r"[0-9a-w]{32,}")
_SECRET_BYTES: Final = 32
_LONGEST_APP: Final = 32
_LONGEST_JSON: Final = 65_535
_ADDRESSES: Final = "IPAddresses"
_PAGES: Final = "Pages"


@dataclass(frozen=True, slots=True)
class BotPassword:
    """One bot password as stored: its name, its hash, the token that its sessions hang on, what limits it and what it is given."""

    user_id: int
    app: str
    hash: str = field(repr=False)
    token: str = field(repr=False)
    restrictions: Mapping[str, Any]
    grants: tuple[str, ...]

    @property
    def addresses(self) -> tuple[str, ...]:
        """The addresses and ranges that it may be used from; empty allows none."""
        return _strings(self.restrictions.get(_ADDRESSES))

    @property
    def pages(self) -> tuple[str, ...]:
        """The only pages that it may edit; empty for no such limit."""
        return _strings(self.restrictions.get(_PAGES))

    def allows(self, address: str) -> bool:
        """Whether it may be used from an address (security F3)."""
        networks = _networks(self.addresses)
        return networks is not None and address in networks


@dataclass(frozen=True, slots=True)
class NewBotPassword:
    """A bot password just made: ``password`` is shown now and never again."""

    user_name: str
    app: str
    password: str = field(repr=False)

    @property
    def login(self) -> str:
        """The name to log in with."""
        return f"{self.user_name}{SEPARATOR}{self.app}"


class BotPasswords:
    """The bot passwords of one wiki; shared by all threads."""

    def __init__(self, database: Database, rights: Rights, scheme: MakesHashes, random_bytes: RandomBytes) -> None:
        self._database = database
        self._rows = BotPasswordRows(database)
        self._rights = rights
        self._scheme = scheme
        self._random_bytes = random_bytes

    @staticmethod
    def split(name: str, password: str) -> tuple[str, str] | None:
        """Tell whether a name and password look like a bot password's, in either spelling; the name with its app id, and the secret.

        ``User@app`` with the secret, or ``User`` with ``app@secret`` (spec core §6.1). None for anything else.
        """
        if len(password.encode("utf-8", "surrogatepass")) < _SECRET_BYTES:
            return None
        if SEPARATOR in name:
            return (name, password) if _SECRET.fullmatch(password) else None
        head, separator, tail = password.rpartition(SEPARATOR)
        return (f"{name}{SEPARATOR}{head}", tail) if separator and _SECRET.fullmatch(tail) else None

    def lookup(self, user_id: int, app: str) -> BotPassword | None:
        """Read one: one hot read."""
        row = self._rows.get(user_id, app)
        return None if row is None else _bot_password(user_id, row)

    def list(self, user_id: int) -> tuple[BotPassword, ...]:
        """Read all of an account, by app id."""
        return tuple([_bot_password(user_id, row) for row in self._rows.all(user_id)])

    def create(
        self,
        account: Account,
        app: str,
        *,
        grants: Iterable[str] = (),
        addresses: Iterable[str] = (),
        pages: Iterable[str] = (),
        telling: Callable[[], None] | None = None,
    ) -> NewBotPassword:
        """Make one, or a new secret for the one there is. The hidden grants are always added; no address means every address.

        Computes a slow hash. ``telling`` is called in the transaction that writes it. Raises ``HashQueueFull``, and ``ValueError`` with
        one sentence for an app id, a grant or an address that cannot be.
        """
        app = app.strip()
        if not 1 <= len(app.encode("utf-8", "replace")) <= _LONGEST_APP:
            raise ValueError(f"the name of a bot password has 1 to {_LONGEST_APP} bytes, “{app}” has not")
        restrictions, granted = self._restrictions(addresses, pages), self._grants(grants)
        secret = random_id(self._random_bytes)
        column = self._scheme.make(secret)
        with self._database.transaction():
            self._rows.put(
                account.id,
                app,
                password=column,
                token=random_hex32(self._random_bytes),
                restrictions=restrictions,
                grants=granted,
            )
            if telling is not None:
                telling()
        return NewBotPassword(account.name, app, secret)

    def update(
        self,
        user_id: int,
        app: str,
        *,
        grants: Iterable[str] = (),
        addresses: Iterable[str] = (),
        pages: Iterable[str] = (),
    ) -> bool:
        """Change what one may do and leave its secret; its sessions end. False where there is none; raises as ``create`` does."""
        restrictions, granted = self._restrictions(addresses, pages), self._grants(grants)
        token = random_hex32(self._random_bytes)
        return self._rows.change(user_id, app, token=token, restrictions=restrictions, grants=granted)

    def revoke(self, user_id: int, app: str) -> bool:
        """Take one away; its sessions end. False where there is none."""
        return self._rows.delete(user_id, app)

    def _restrictions(self, addresses: Iterable[str], pages: Iterable[str]) -> str:
        wanted = tuple(addresses) or EVERYWHERE
        Networks(wanted)
        tree: dict[str, list[str]] = {_ADDRESSES: list(wanted)}
        if titles := list(pages):
            tree[_PAGES] = titles
        return _json(tree)

    def _grants(self, grants: Iterable[str]) -> str:
        wanted = list(dict.fromkeys((*self._rights.hidden_grants, *grants)))
        if unknown := self._rights.unknown_grants(wanted):
            known = ", ".join(grant.name for grant in self._rights.grants)
            raise ValueError(f"there is no grant “{unknown[0]}”; there are: {known}")
        return _json(wanted)


def _bot_password(user_id: int, row: Row) -> BotPassword:
    app, password, token, restrictions, grants = row
    return BotPassword(user_id, app, password, token, _read_restrictions(restrictions), _read_grants(grants))


@lru_cache(maxsize=1024)
def _read_restrictions(text: str) -> Mapping[str, Any]:
    tree = _read_json(text)
    return MappingProxyType(tree if isinstance(tree, dict) else {})


@lru_cache(maxsize=1024)
def _read_grants(text: str) -> tuple[str, ...]:
    return _strings(_read_json(text))


@lru_cache(maxsize=1024)
def _networks(addresses: tuple[str, ...]) -> Networks | None:
    """Read the ranges of a restriction; None where one of them is none, so that nobody is let in by mistake."""
    try:
        return Networks(addresses)
    except ValueError:
        return None


def _strings(value: Any) -> tuple[str, ...]:
    return tuple([item for item in value if isinstance(item, str)]) if isinstance(value, list) else ()


def _read_json(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _json(tree: Any) -> str:
    text = json.dumps(tree, separators=(",", ":"))
    if len(text) > _LONGEST_JSON:
        raise ValueError(f"too many restrictions or grants: they take {len(text)} bytes, {_LONGEST_JSON} fit")
    return text
