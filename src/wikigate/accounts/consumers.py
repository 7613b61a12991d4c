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
from typing import Any, Final
from urllib.parse import urlsplit

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from wikigate.accounts.access_tokens import AccessTokens
from wikigate.accounts.rights import Rights
from wikigate.accounts.user import Account
from wikigate.primitives.addresses import Networks
from wikigate.primitives.clock import Clock
from wikigate.primitives.errors import StoreUnavailable, WikigateError
from wikigate.primitives.ids import RandomBytes, random_hex32
from wikigate.primitives.timestamps import ts14
from wikigate.store.consumers import ConsumerRows
from wikigate.store.engine import Database, Row

EVERYWHERE: Final = ("0.0.0.0/0", "::/0")
PROPOSED, APPROVED, REJECTED, EXPIRED, DISABLED = range(5)
"""The stages of a consumer (``oarc_stage``)."""

_LOG: Final = logging.getLogger("wikigate.accounts")
_STORED_GRANTS: Final = {
    "useoauth": "basic", "authonly": "mwoauth-authonly", "authonlyprivate": "mwoauth-authonlyprivate",
}  # fmt: skip
_SPELLED_GRANTS: Final = {wire: stored for stored, wire in _STORED_GRANTS.items()}
_FLOWS: Final = ("authorization_code", "refresh_token", "client_credentials")
_NOTED_EVERY: Final = 3600
_LONGEST_NAME: Final = 128
_IDENTIFIER_BYTES: Final = 40
_SMALLEST_KEY: Final = 2048


class ConsumerRefused(WikigateError):  # noqa: N818  the name says what happened
    """A consumer that cannot be made; the text is for whoever wants it."""


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
    """One consumer; ``secret`` as it lies in the row, ``rsa_key`` a public key in PEM form or empty."""

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
        return _addresses(self.restrictions)

    def allows(self, address: str) -> bool:
        """Whether it may be used from an address."""
        return address in _networks(self.restrictions)

    def usable_by(self, user_id: int) -> bool:
        """Whether somebody may use it: an approved one everybody, a proposed one its owner, an owner-only one its owner alone."""
        if self.stage == APPROVED and not self.owner_only:
            return True
        return self.stage in {PROPOSED, APPROVED} and self.owner_id == user_id


@dataclass(frozen=True, slots=True)
class Registered:
    """A consumer, and an acceptance of it where there is one."""

    consumer: Consumer
    acceptance: Acceptance | None


@dataclass(frozen=True, slots=True)
class NewConsumer:
    """An owner-only consumer just made; the secrets are shown now and never again. ``access_secret`` is empty for OAuth 2."""

    name: str
    consumer_key: str
    consumer_secret: str = field(repr=False)
    access_token: str = field(repr=False)
    access_secret: str = field(default="", repr=False)


class Consumers:
    """The consumers of one wiki; shared by all threads. ``secret_keys``: what shown secrets are made with, the first for new ones."""

    def __init__(
        self,
        database: Database,
        rights: Rights,
        tokens: AccessTokens,
        secret_keys: Sequence[bytes],
        *,
        clock: Clock,
        random_bytes: RandomBytes,
    ) -> None:
        self._database = database
        self._rows = ConsumerRows(database)
        self._rights = rights
        self._secret_keys = tuple(secret_keys)
        self._clock = clock
        self._random_bytes = random_bytes
        self.tokens: Final = tokens

    # -- finding ----------------------------------------------------------------------------------------------------------

    def any(self) -> bool:
        """Whether a consumer was ever registered; looked for until there is one."""
        return self._rows.any()

    def signed(self, key: str, token: str) -> Registered | None:
        """Find the consumer of a key with its acceptance of an access token: one hot read."""
        row = self._rows.signed(key, token)
        return None if row is None else _registered(row)

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
        found = _registered(row[:-2])
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
        return tuple(_registered(row) for row in self._rows.owned(user_id))

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

    # -- making and ending ------------------------------------------------------------------------------------------------

    def create_owner_only(
        self,
        owner: Account,
        name: str,
        *,
        oauth_version: int,
        grants: Iterable[str] = (),
        addresses: Iterable[str] = (),
        rsa_key: str = "",
        expires: float | None = None,
    ) -> NewConsumer:
        """Register and accept a consumer of one's own. Raises ``ConsumerRefused`` and, for the keys of OAuth 2, ``ConfigError``."""
        if not self._rows.present():
            raise ConsumerRefused("this wiki's database has no tables of the OAuth extension; install it there first")
        given = self._checked_grants(grants)
        allowed = _checked_addresses(addresses)
        _check_name(name)
        if rsa_key:
            _check_rsa_key(rsa_key)
        now = self._clock.now()
        key, secret, token, access_secret = (random_hex32(self._random_bytes) for _ in range(4))
        spelled = spell_grants(given)
        consumer = {
            **self._row(owner, name, key, secret, oauth_version), "owner_only": 1, "grants": spelled, "rsa_key": rsa_key,
            "restrictions": json.dumps({"IPAddresses": allowed}),
            "oauth2_allowed_grants": json.dumps(["client_credentials"]) if oauth_version > 1 else None,
        }  # fmt: skip
        bearer, identifier = "", self._random_bytes(_IDENTIFIER_BYTES).hex()
        end = expires if expires is not None else now + 1000 * 365.2425 * 86_400
        if oauth_version > 1:
            bearer = self.tokens.issue(
                audience=key, subject=str(owner.id), identifier=identifier, now=now, expires=end, scopes=given
            )
        with self._database.transaction():
            ident = self._rows.add(consumer)
            if ident is None:
                raise ConsumerRefused(f"“{owner.name}” has a consumer “{name}” already; choose another name")
            accepted = {
                "wiki": "*", "user_id": owner.id, "consumer_id": ident, "access_token": token, "access_secret": access_secret,
                "grants": spelled, "accepted": ts14(now), "oauth_version": oauth_version,
            }  # fmt: skip
            acceptance = self._rows.accept(accepted)
            if expires is not None:
                self._rows.end(acceptance, int(expires))
            if oauth_version > 1:
                self._rows.add_token(identifier, ts14(end), acceptance)
        shown = self.secrets(secret)[0]
        if oauth_version > 1:
            return NewConsumer(name, key, shown, bearer)
        return NewConsumer(name, key, shown, token, self.secrets(access_secret)[0])

    def create_app(
        self,
        owner: Account,
        name: str,
        *,
        oauth_version: int,
        callback: str,
        grants: Iterable[str] = (),
        flows: Iterable[str] = ("authorization_code", "refresh_token"),
        description: str = "",
        confidential: bool = True,
    ) -> NewConsumer:
        """Register an app for everybody's use, approved at once. Raises ``ConsumerRefused``."""
        if not self._rows.present():
            raise ConsumerRefused("this wiki's database has no tables of the OAuth extension; install it there first")
        given = self._checked_grants(grants)
        _check_name(name)
        _check_callback(callback)
        if unknown := [flow for flow in flows if flow not in _FLOWS]:
            raise ConsumerRefused(f"there is no grant type “{unknown[0]}”; there are: {', '.join(_FLOWS)}")
        key, secret = random_hex32(self._random_bytes), random_hex32(self._random_bytes)
        consumer = {
            **self._row(owner, name, key, secret, oauth_version), "callback_url": callback, "description": description,
            "grants": spell_grants(given), "restrictions": json.dumps({"IPAddresses": EVERYWHERE}),
            "oauth2_allowed_grants": json.dumps(list(flows)) if oauth_version > 1 else None,
            "oauth2_is_confidential": int(confidential),
        }  # fmt: skip
        with self._database.transaction():
            if self._rows.add(consumer) is None:
                raise ConsumerRefused(f"“{owner.name}” has a consumer “{name}” already; choose another name")
        return NewConsumer(name, key, self.secrets(secret)[0], "")

    def _row(self, owner: Account, name: str, key: str, secret: str, oauth_version: int) -> dict[str, Any]:
        now = ts14(self._clock.now())
        return {
            "consumer_key": key, "name": name, "user_id": owner.id, "version": "1.0", "callback_url": "", "callback_is_prefix": None,
            "description": "", "email": owner.email, "email_authenticated": now, "developer_agreement": 1, "owner_only": 0,
            "wiki": "*", "registration": now, "secret_key": secret, "rsa_key": "", "stage": APPROVED, "stage_timestamp": now,
            "deleted": 0, "oauth_version": oauth_version, "oauth2_is_confidential": 1,
        }  # fmt: skip

    def revoke(self, owner_id: int, key: str) -> bool:
        """Disable a consumer and take its acceptance by its owner away, tokens included; False where there is none."""
        found = next((one for one in self.owned(owner_id) if one.consumer.key == key), None)
        if found is None:
            return False
        with self._database.transaction():
            self._rows.set_stage(key, owner_id, DISABLED, ts14(self._clock.now()))
            if found.acceptance is not None:
                self._rows.withdraw(found.acceptance.id)
        return True

    def _checked_grants(self, grants: Iterable[str]) -> tuple[str, ...]:
        wanted = tuple(dict.fromkeys([*self._rights.hidden_grants, *grants]))
        if unknown := self._rights.unknown_grants(wanted):
            there = ", ".join(grant.name for grant in self._rights.grants)
            raise ConsumerRefused(f"there is no grant “{unknown[0]}”; there are: {there}")
        return wanted


def _check_name(name: str) -> None:
    if not name.strip() or len(name.encode()) > _LONGEST_NAME or not name.isprintable():
        raise ConsumerRefused(f"the name of a consumer has 1 to {_LONGEST_NAME} bytes, all of them printable")


def _checked_addresses(addresses: Iterable[str]) -> list[str]:
    wanted = list(addresses) or list(EVERYWHERE)
    for address in wanted:
        try:
            Networks([address])
        except ValueError:
            raise ConsumerRefused(f"“{address}” is neither an address nor a range like 192.0.2.0/24") from None
    return wanted


def _check_callback(callback: str) -> None:
    """See that a browser can be sent there and that it is one place: absolute, no user name, no fragment (RFC 6749 §3.1.2)."""
    try:
        parts = urlsplit(callback)
        good = (
            parts.scheme in {"http", "https"}
            and bool(parts.hostname)
            and parts.username is None
            and "#" not in callback
        )
    except ValueError:
        good = False
    if not good or not callback.isascii() or not callback.isprintable() or " " in callback or "\\" in callback:
        raise ConsumerRefused(
            "the callback must be an absolute address of http or https, without user name and fragment"
        )


def spell_grants(grants: Iterable[str]) -> str:
    """Write a list of grants as the extension stores it."""
    return json.dumps([_SPELLED_GRANTS.get(grant, grant) for grant in grants])


def _check_rsa_key(pem: str) -> None:
    try:
        key = load_pem_public_key(pem.encode())
    except (ValueError, UnsupportedAlgorithm):
        raise ConsumerRefused("the RSA key is no public key in PEM form") from None
    if not isinstance(key, RSAPublicKey) or key.key_size < _SMALLEST_KEY:
        raise ConsumerRefused(f"the RSA key is no RSA key of {_SMALLEST_KEY} bits or more")


def _registered(row: Row) -> Registered:
    (
        ident, key, name, owner, owner_only, wiki, secret, rsa_key, restrictions, stage, version,
        acceptance, where, user, token, access_secret, grants, accepted, expires, last_used,
    ) = row  # fmt: skip
    consumer = Consumer(
        ident, key, name, owner, bool(owner_only), wiki, secret or "", rsa_key or "", restrictions, stage, version
    )
    if acceptance is None:
        return Registered(consumer, None)
    given = Acceptance(acceptance, where, user, token, access_secret, read_grants(grants), accepted, expires, last_used)
    return Registered(consumer, given)


@lru_cache(1024)
def read_grants(stored: str) -> tuple[str, ...]:
    """Read a list of grants: JSON, which may be an object with gaps (spec extensions §3.1)."""
    found = _json(stored)
    names = found.values() if isinstance(found, Mapping) else found if isinstance(found, list) else ()
    return tuple(_STORED_GRANTS.get(name, name) for name in names if isinstance(name, str))


@lru_cache(1024)
def _addresses(stored: str) -> tuple[str, ...]:
    found = _json(stored)
    listed = found.get("IPAddresses") if isinstance(found, Mapping) else None
    return tuple(one for one in listed if isinstance(one, str)) if isinstance(listed, list) else ()


@lru_cache(1024)
def _networks(stored: str) -> Networks:
    try:
        return Networks(_addresses(stored))
    except ValueError:
        return Networks(())


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return None
