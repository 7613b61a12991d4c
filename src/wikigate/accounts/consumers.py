"""OAuth consumers: programs that act for somebody without his password (spec extensions §3; mission M13).

A consumer is registered by its owner; an acceptance is what a user has given to it, with an access token. Owner-only consumers are
accepted by being made. The rows are those of MediaWiki's OAuth extension, so that consumers made in a real wiki work here.

Promises: what authenticates is 128 random bits or more, shown once; the secrets shown are not those stored (HMAC-SHA1 under the server's
key, spec extensions §3.1); a revoked consumer is dead with the next request (security F8); restrictions that cannot be read allow nobody.
"""

from __future__ import annotations

import hmac
import json
import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from wikigate.accounts.access_tokens import AccessTokens
from wikigate.primitives.addresses import Networks
from wikigate.primitives.clock import Clock
from wikigate.primitives.errors import StoreUnavailable
from wikigate.primitives.timestamps import ts14
from wikigate.store.consumers import ConsumerRows
from wikigate.store.engine import Database, Row

if TYPE_CHECKING:
    from wikigate.accounts.rights import Rights

ADDRESSES, PAGES = "IPAddresses", "Pages"
"""What a consumer's restrictions speak of (``oarc_restrictions``)."""
PROPOSED, APPROVED, REJECTED, EXPIRED, DISABLED = range(5)
"""The stages of a consumer (``oarc_stage``)."""

_LOG: Final = logging.getLogger("wikigate.accounts")
_STORED_GRANTS: Final = {
    "useoauth": "basic", "authonly": "mwoauth-authonly", "authonlyprivate": "mwoauth-authonlyprivate",
}  # fmt: skip
_SPELLED_GRANTS: Final = {wire: stored for stored, wire in _STORED_GRANTS.items()}
IDENTITY_GRANTS: Final = frozenset({"mwoauth-authonly", "mwoauth-authonlyprivate"})
"""Grants of an app that only wants to know who somebody is; such an app asks for no others."""
_NOTED_EVERY: Final = 3600


@dataclass(frozen=True, slots=True)
class Acceptance:
    """What a user has given to a consumer; moments in seconds. ``expires`` None: for ever."""

    id: int
    wiki: str
    user_id: int
    token: str = field(repr=False)
    secret: str = field(repr=False)
    grants: tuple[str, ...]
    accepted: str
    expires: int | None = None
    last_used: int | None = None


@dataclass(frozen=True, slots=True)
class Consumer:
    """One consumer; ``secret`` as it lies in the row, ``rsa_key`` a public key in PEM form or empty; ``stage`` as it is now."""

    id: int
    key: str
    name: str
    owner_id: int
    owner_only: bool
    wiki: str
    secret: str = field(repr=False)
    rsa_key: str = field(repr=False)
    restrictions: str
    stage: int
    oauth_version: int

    @property
    def addresses(self) -> tuple[str, ...]:
        """The addresses and ranges that it may be used from; empty allows none."""
        return _listed(self.restrictions, ADDRESSES)

    @property
    def pages(self) -> tuple[str, ...]:
        """The only pages that it may edit, for the wiki that has them; empty for no such limit."""
        return _listed(self.restrictions, PAGES)

    def allows(self, address: str) -> bool:
        """Whether it may be used from an address."""
        return address in _networks(self.restrictions)

    def usable_by(self, user_id: int) -> bool:
        """Whether somebody may use it: an approved one everybody, a proposed one its owner, an owner-only one its owner alone."""
        return is_usable(self.stage, user_id, owner_id=self.owner_id, owner_only=self.owner_only)


@dataclass(frozen=True, slots=True)
class Entry:
    """A consumer as its registration shows it. ``hidden``: for those alone who may see what is suppressed (``oarc_deleted``)."""

    key: str
    name: str
    version: str
    callback: str
    description: str
    email: str = field(repr=False)
    owner_only: bool
    stage: int
    oauth_version: int
    registered: str
    flows: tuple[str, ...]
    grants: tuple[str, ...]
    owner_id: int
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class Registered:
    """A consumer, and an acceptance of it where there is one."""

    consumer: Consumer
    acceptance: Acceptance | None


class Consumers:
    """The consumers of one wiki; shared by all threads.

    ``secret_keys``: what shown secrets are made with, the first for new ones. ``proposal_lifetime``: seconds after which a proposal that
    nobody has decided expires; 0: never.
    """

    def __init__(
        self,
        database: Database,
        tokens: AccessTokens,
        secret_keys: Sequence[bytes],
        clock: Clock,
        *,
        proposal_lifetime: int,
    ) -> None:
        self._proposal_lifetime = proposal_lifetime
        self._rows = ConsumerRows(database)
        self._secret_keys = tuple(secret_keys)
        self._clock = clock
        self.tokens: Final = tokens

    # -- finding ----------------------------------------------------------------------------------------------------------

    def any(self) -> bool:
        """Whether a consumer was ever registered; looked for until there is one."""
        return self._rows.any()

    def signed(self, key: str, token: str) -> Registered | None:
        """Find the consumer of a key with its acceptance of an access token: one hot read."""
        row = self._rows.signed(key, token)
        return None if row is None else self._registered(row)

    def borne(self, token: str) -> tuple[Registered, tuple[str, ...]] | None:
        """Find what a bearer token stands for, and the grants that it carries: one hot read, none for a token that is not ours.

        A token that an app was given for itself stands for no user: it comes without an acceptance.
        """
        now = self._clock.now()
        claims = self.tokens.read(token, now)
        if claims is None:
            return None
        scopes = claims.get("scopes")
        carried = tuple(one for one in scopes if isinstance(one, str)) if isinstance(scopes, list) else ()
        if not claims["sub"]:
            return self._machine(claims["jti"], claims["aud"], carried)
        row = self._rows.borne(claims["jti"])
        if row is None or row[-1]:
            return None
        found = self._registered(row[:-2])
        given = found.acceptance
        if given is None or found.consumer.key != claims["aud"] or claims["sub"] != str(given.user_id):
            return None
        return found, tuple(grant for grant in given.grants if grant in carried)

    def _machine(
        self, identifier: str, key: str, carried: tuple[str, ...]
    ) -> tuple[Registered, tuple[str, ...]] | None:
        row = self._rows.machine(identifier)
        found = None if row is None or row[-1] else self.signed(key, "")
        return None if found is None else (found, carried)

    def owned(self, user_id: int) -> tuple[Registered, ...]:
        """Return the consumers of their owner, oldest first."""
        return tuple(self._registered(row) for row in self._rows.owned(user_id))

    def entries(self, owner_id: int | None = None, *, hidden: bool = True) -> tuple[Entry, ...]:
        """Return the registrations of an owner, of everybody where none is named; the newest first.

        ``hidden``: whether those are among them that are suppressed. Proposals that are found to be over are marked so.
        """
        found, over = [], False
        for (
            key, name, version, callback, description, email, owner_only, stage, since, deleted, oauth_version, registered, flows, grants,
            owner,
        ) in self._rows.registered():  # fmt: skip
            now = self.stage_now(stage, since)
            over |= now != stage
            if owner_id in {None, owner} and (hidden or not deleted):
                entry = Entry(
                    key, name, version, callback, description, email, bool(owner_only), now, oauth_version, registered, read_names(flows),
                    read_grants(grants), owner, bool(deleted),
                )  # fmt: skip
                found.append(entry)
        if over:
            try:
                self.expire()
            except StoreUnavailable as error:
                _LOG.warning("the end of a proposal could not be noted: %s", error)
        return tuple(found)

    def expire(self) -> None:
        """Mark the proposals that nobody has decided in their time, for the wiki that reads these rows too."""
        if self._proposal_lifetime:
            self._rows.expire(PROPOSED, self._over_before(), EXPIRED, ts14(self._clock.now()))

    def stage_now(self, stage: int, since: str | None) -> int:
        """Return the stage of a consumer that came to one at a moment of 14 digits."""
        over = stage == PROPOSED and self._proposal_lifetime and since and since < self._over_before()
        return EXPIRED if over else stage

    def _over_before(self) -> str:
        return ts14(self._clock.now() - self._proposal_lifetime)

    def entry(self, key: str) -> Entry | None:
        """Return the registration of one consumer; None where there is none."""
        return next((entry for entry in self.entries() if entry.key == key), None)

    def _registered(self, row: Row) -> Registered:
        (
            ident, key, name, owner, owner_only, wiki, secret, rsa_key, restrictions, stage, since, version,
            acceptance, where, user, token, access_secret, grants, accepted, expires, last_used,
        ) = row  # fmt: skip
        consumer = Consumer(
            ident, key, name, owner, bool(owner_only), wiki, secret or "", rsa_key or "", restrictions, self.stage_now(stage, since),
            version,
        )  # fmt: skip
        if acceptance is None:
            return Registered(consumer, None)
        given = Acceptance(
            acceptance, where, user, token, access_secret, read_grants(grants), accepted, expires, last_used
        )
        return Registered(consumer, given)

    def secrets(self, stored: str) -> tuple[str, ...]:
        """Return what users were shown for a stored secret, under each of the server's keys."""
        return tuple(hmac.digest(key, stored.encode(), "sha1").hex() for key in self._secret_keys)

    def note_use(self, acceptance: Acceptance) -> None:
        """Keep that an acceptance is used, once an hour at most; where the database does not let us, it is let go."""
        now = int(self._clock.now())
        if acceptance.last_used is not None and now - acceptance.last_used < _NOTED_EVERY:
            return
        try:
            self._rows.note_use(acceptance.id, now)
        except StoreUnavailable as error:
            _LOG.warning("the use of a consumer could not be noted: %s", error)


def is_usable(stage: int, user_id: int, *, owner_id: int, owner_only: bool) -> bool:
    """Whether somebody may use a consumer (spec extensions §3.1)."""
    if stage == APPROVED and not owner_only:
        return True
    return stage in {PROPOSED, APPROVED} and owner_id == user_id


def tells_private(rights: Rights, grants: Iterable[str]) -> bool:
    """Whether grants let an app know its user's real name and e-mail address."""
    given = tuple(grants)
    return "mwoauth-authonlyprivate" in given or "viewmyprivateinfo" in rights.rights_of_grants(given)


def spell_grants(grants: Iterable[str]) -> str:
    """Write a list of grants as the extension stores it."""
    return json.dumps([_SPELLED_GRANTS.get(grant, grant) for grant in grants])


@lru_cache(1024)
def read_grants(stored: str) -> tuple[str, ...]:
    """Read a list of grants as the extension stores it."""
    return tuple(_STORED_GRANTS.get(name, name) for name in read_names(stored))


def read_names(stored: str | None) -> tuple[str, ...]:
    """Read a list of names: JSON, which may be an object with gaps (spec extensions §3.1)."""
    found = _json(stored or "[]")
    names = found.values() if isinstance(found, Mapping) else found if isinstance(found, list) else ()
    return tuple(name for name in names if isinstance(name, str))


@lru_cache(1024)
def read_restrictions(stored: str) -> Mapping[str, Any]:
    """Read what limits a consumer; what cannot be read is empty, which allows nobody."""
    found = _json(stored)
    return MappingProxyType(found if isinstance(found, dict) else {})


def _listed(stored: str, name: str) -> tuple[str, ...]:
    listed = read_restrictions(stored).get(name)
    return tuple(one for one in listed if isinstance(one, str)) if isinstance(listed, list) else ()


@lru_cache(1024)
def _networks(stored: str) -> Networks:
    try:
        return Networks(_listed(stored, ADDRESSES))
    except ValueError:
        return Networks(())


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None
