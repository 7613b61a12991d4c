"""Registering OAuth consumers: owner-only ones, and apps that are proposed, approved, disabled (spec extensions §3.2).

Promises: what is refused is not made, and says what is wrong in one sentence; keys and secrets are 128 random bits each; making a consumer
with its acceptance and token is one transaction.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from wikigate.accounts.consumers import (
    APPROVED,
    DISABLED,
    EXPIRED,
    IDENTITY_GRANTS,
    PROPOSED,
    REJECTED,
    Consumers,
    Entry,
    Registered,
    spell_grants,
)
from wikigate.primitives.addresses import EVERYWHERE, Networks
from wikigate.primitives.errors import WikigateError
from wikigate.primitives.ids import RandomBytes, random_hex32
from wikigate.primitives.timestamps import ts14
from wikigate.store.consumers import ConsumerRows

if TYPE_CHECKING:
    from wikigate.accounts.rights import Rights
    from wikigate.accounts.user import Account
    from wikigate.primitives.clock import Clock
    from wikigate.store.engine import Database

PROPOSE, UPDATE, MANAGE = "mwoauthproposeconsumer", "mwoauthupdateownconsumer", "mwoauthmanageconsumer"
"""The rights to register a consumer, to change one's own, and to decide about everybody's."""
HIDE, SEE_HIDDEN = "mwoauthsuppress", "mwoauthviewsuppressed"
"""The rights to hide a consumer from everybody, and to see one that is hidden."""
RIGHTS: Final = {
    "user": ("mwoauthmanagemygrants", PROPOSE, UPDATE), "sysop": (MANAGE,), "suppress": (HIDE, SEE_HIDDEN),
}  # fmt: skip
"""What groups may do where OAuth is switched on (spec extensions §3.2)."""
GRANTS: Final = {"oauthmanageownclient": (PROPOSE, UPDATE)}
DEEDS: Final = {
    "approve": (APPROVED, (PROPOSED, REJECTED, EXPIRED)),
    "reject": (REJECTED, (PROPOSED,)),
    "disable": (DISABLED, (APPROVED,)),
    "reenable": (APPROVED, (DISABLED,)),
}
"""What can be decided about a consumer: the stage that it comes to, and those at which it can be (spec extensions §3.2)."""
HIDING: Final = ("reject", "disable")
"""Decisions that hide a consumer where that is asked for; every other shows it again."""
FLOWS: Final = ("authorization_code", "refresh_token", "client_credentials")
FIRST_VERSION: Final = "1.0"
_VERSION: Final = re.compile(r"[0-9]{1,3}(?:\.[0-9]{1,2}){0,2}(?:-(?:dev|alpha|beta))?")
_LONGEST_NAME: Final = 128
_IDENTIFIER_BYTES: Final = 40
_SMALLEST_KEY: Final = 2048
_FOR_EVER: Final = 1000 * 365.2425 * 86_400


class ConsumerRefused(WikigateError):  # noqa: N818  the name says what happened
    """A consumer that cannot be made; the text is for whoever wants it."""


@dataclass(frozen=True, slots=True)
class NewConsumer:
    """An owner-only consumer just made; the secrets are shown now and never again. ``access_secret`` is empty for OAuth 2."""

    name: str
    consumer_key: str
    consumer_secret: str = field(repr=False)
    access_token: str = field(repr=False)
    access_secret: str = field(default="", repr=False)


def _nothing(_what: object) -> None:
    """Tell nobody."""


class ConsumerRegistration:
    """Makes and ends consumers of one wiki; shared by all threads. ``verified_page``: what an owner-only one has for an address."""

    def __init__(
        self,
        database: Database,
        consumers: Consumers,
        rights: Rights,
        *,
        clock: Clock,
        random_bytes: RandomBytes,
        verified_page: str = "",
    ) -> None:
        self._verified_page = verified_page
        self._database = database
        self._rows = ConsumerRows(database)
        self._consumers = consumers
        self._rights = rights
        self._clock = clock
        self._random_bytes = random_bytes

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
        description: str = "",
        version: str = FIRST_VERSION,
        telling: Callable[[str], None] = _nothing,
    ) -> NewConsumer:
        """Register and accept a consumer of one's own.

        ``telling`` is called with its name in the same transaction. Raises ``ConsumerRefused``, and ``ConfigError`` for the keys of
        OAuth 2.
        """
        if not self._rows.present():
            raise ConsumerRefused("this wiki's database has no tables of the OAuth extension; install it there first")
        given = self._checked_grants(grants)
        allowed = _checked_addresses(addresses)
        _check_name(name)
        _check_version(version)
        if rsa_key:
            _check_rsa_key(rsa_key)
        now = self._clock.now()
        key, secret, token, access_secret = (random_hex32(self._random_bytes) for _ in range(4))
        spelled = spell_grants(given)
        consumer = {
            **self._row(owner, name, key, secret, oauth_version), "owner_only": 1, "version": version, "grants": spelled,
            "rsa_key": rsa_key, "description": description, "callback_url": self._verified_page,
            "restrictions": json.dumps({"IPAddresses": allowed}),
            "oauth2_allowed_grants": json.dumps(["client_credentials"]) if oauth_version > 1 else None,
        }  # fmt: skip
        bearer, identifier = "", self._random_bytes(_IDENTIFIER_BYTES).hex()
        end = expires if expires is not None else now + _FOR_EVER
        if oauth_version > 1:
            bearer = self._consumers.tokens.issue(
                audience=key, subject=str(owner.id), identifier=identifier, now=now, expires=end, scopes=given
            )
        with self._database.transaction():
            ident = self._rows.add(consumer)
            if ident is None:
                raise ConsumerRefused(f"“{owner.name}” has a consumer “{name}” already; choose another name or version")
            accepted = {
                "wiki": "*", "user_id": owner.id, "consumer_id": ident, "access_token": token, "access_secret": access_secret,
                "grants": spelled, "accepted": ts14(now), "oauth_version": oauth_version,
            }  # fmt: skip
            telling(name)
            acceptance = self._rows.accept(accepted)
            if expires is not None:
                self._rows.end(acceptance, int(expires))
            if oauth_version > 1:
                self._rows.add_token(identifier, ts14(end), acceptance)
        shown = self._consumers.secrets(secret)[0]
        if oauth_version > 1:
            return NewConsumer(name, key, shown, bearer)
        return NewConsumer(name, key, shown, token, self._consumers.secrets(access_secret)[0])

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
        callback_is_prefix: bool = False,
        addresses: Iterable[str] = (),
        rsa_key: str = "",
        approved: bool = True,
        version: str = FIRST_VERSION,
        telling: Callable[[str], None] = _nothing,
    ) -> NewConsumer:
        """Register an app for everybody's use, or propose one; ``telling`` as above. Raises ``ConsumerRefused``."""
        if not self._rows.present():
            raise ConsumerRefused("this wiki's database has no tables of the OAuth extension; install it there first")
        grants, flows = tuple(grants), tuple(flows)
        identity = tuple(grant for grant in grants if grant in IDENTITY_GRANTS)
        given = identity or self._checked_grants(grants)
        _check_name(name)
        _check_version(version)
        _check_callback(callback)
        allowed = _checked_addresses(addresses)
        if rsa_key:
            _check_rsa_key(rsa_key)
        if unknown := [flow for flow in flows if flow not in FLOWS]:
            raise ConsumerRefused(f"there is no grant type “{unknown[0]}”; there are: {', '.join(FLOWS)}")
        key, secret = random_hex32(self._random_bytes), random_hex32(self._random_bytes)
        consumer = {
            **self._row(owner, name, key, secret, oauth_version), "callback_url": callback, "description": description,
            "callback_is_prefix": "1" if callback_is_prefix else None, "version": version,
            "grants": spell_grants(given), "restrictions": json.dumps({"IPAddresses": allowed}), "rsa_key": rsa_key,
            "oauth2_allowed_grants": json.dumps(flows) if oauth_version > 1 else None,
            "oauth2_is_confidential": int(confidential), "stage": APPROVED if approved else PROPOSED,
        }  # fmt: skip
        with self._database.transaction():
            if self._rows.add(consumer) is None:
                raise ConsumerRefused(f"“{owner.name}” has a consumer “{name}” already; choose another name or version")
            telling(name)
        return NewConsumer(name, key, self._consumers.secrets(secret)[0], "")

    def _row(self, owner: Account, name: str, key: str, secret: str, oauth_version: int) -> dict[str, Any]:
        now = ts14(self._clock.now())
        return {
            "consumer_key": key, "name": name, "user_id": owner.id, "callback_url": "", "callback_is_prefix": None,
            "description": "", "email": owner.email, "email_authenticated": now, "developer_agreement": 1, "owner_only": 0,
            "wiki": "*", "registration": now, "secret_key": secret, "rsa_key": "", "stage": APPROVED, "stage_timestamp": now,
            "deleted": 0, "oauth_version": oauth_version, "oauth2_is_confidential": 1,
        }  # fmt: skip

    def decide(
        self,
        key: str,
        deed: str,
        *,
        seen: int | None = None,
        hide: bool = False,
        may_hide: bool = True,
        telling: Callable[[Entry], None] = _nothing,
    ) -> Entry:
        """Take one of ``DEEDS``; the consumer as it was. Its users keep what they gave, of no use till it is approved.

        ``seen``: the stage that whoever decides has looked at; of two who decide at once one does. ``hide``: hide it too, from everybody
        without the right to see such; ``may_hide``: whether who decides may hide one and decide about a hidden one. A consumer that is
        out of use already is disabled once more where that hides or shows it. ``telling`` is called in the same transaction.
        Raises ``ConsumerRefused``.
        """
        self._consumers.expire()
        entry = self._consumers.entry(key)
        if entry is None:
            raise ConsumerRefused(f"there is no consumer “{key}”")
        stage, possible = DEEDS[deed]
        was = entry.stage if seen is None else seen
        hide = hide and deed in HIDING
        if was not in possible and not (deed == "disable" and hide != entry.hidden):
            raise ConsumerRefused(f"“{entry.name}” cannot be decided so at its stage")
        if (hide or entry.hidden) and not may_hide:
            raise ConsumerRefused("you may not hide consumers, nor decide about hidden ones")
        with self._database.transaction():
            if not self._rows.decide(key, stage, ts14(self._clock.now()), was, hidden=hide):
                raise ConsumerRefused(f"somebody else has decided about “{entry.name}” meanwhile; look again")
            telling(entry)
        return entry

    def update(
        self,
        owner: Account,
        key: str,
        *,
        addresses: Iterable[str],
        rsa_key: str = "",
        telling: Callable[[str], None] = _nothing,
    ) -> bool:
        """Say from where an owner's consumer may be used, and its public key; False where it is none of his.

        ``telling`` is called with its name in the same transaction. Raises ``ConsumerRefused``.
        """
        found = self._owned(owner, key)
        if found is None:
            return False
        _check_alive(found)
        allowed = _checked_addresses(addresses)
        if rsa_key:
            _check_rsa_key(rsa_key)
        with self._database.transaction():
            self._rows.set_limits(key, owner.id, json.dumps({"IPAddresses": allowed}), rsa_key)
            telling(found.consumer.name)
        return True

    def _owned(self, owner: Account, key: str) -> Registered | None:
        return next((one for one in self._consumers.owned(owner.id) if one.consumer.key == key), None)

    def reset_secret(
        self, owner: Account, key: str, *, telling: Callable[[str], None] = _nothing
    ) -> NewConsumer | None:
        """Give a consumer of an owner another secret; an owner-only one another token, those before are void.

        ``telling`` is called with its name in the same transaction. None where it is none of his. Raises ``ConsumerRefused``, and
        ``ConfigError`` as making one does.
        """
        found = self._owned(owner, key)
        if found is None:
            return None
        _check_alive(found)
        secret, given, now = random_hex32(self._random_bytes), found.acceptance, self._clock.now()
        identifier, bearer = self._random_bytes(_IDENTIFIER_BYTES).hex(), ""
        fresh = found.consumer.owner_only and found.consumer.oauth_version > 1 and given is not None
        end = given.expires if given is not None and given.expires is not None else now + _FOR_EVER
        if fresh and given is not None:
            bearer = self._consumers.tokens.issue(
                audience=key, subject=str(owner.id), identifier=identifier, now=now, expires=end, scopes=given.grants
            )
        signs = found.consumer.owner_only and found.consumer.oauth_version == 1
        token, access_secret = (random_hex32(self._random_bytes) if signs else "" for _ in range(2))
        with self._database.transaction():
            self._rows.set_secret(key, owner.id, secret)
            if fresh and given is not None:
                self._rows.void_all(given.id)
                self._rows.add_token(identifier, ts14(end), given.id)
            if signs and given is not None:
                self._rows.set_access(given.id, token, access_secret)
            telling(found.consumer.name)
        shown = self._consumers.secrets(access_secret)[0] if signs else ""
        return NewConsumer(found.consumer.name, key, self._consumers.secrets(secret)[0], bearer or token, shown)

    def revoke(self, owner_id: int, key: str, *, telling: Callable[[str], None] = _nothing) -> bool:
        """Disable a consumer and take its acceptance by its owner away, tokens included; False where there is none.

        ``telling`` is called with its name in the same transaction.
        """
        found = next((one for one in self._consumers.owned(owner_id) if one.consumer.key == key), None)
        if found is None:
            return False
        with self._database.transaction():
            self._rows.set_stage(key, owner_id, DISABLED, ts14(self._clock.now()))
            if found.acceptance is not None:
                self._rows.withdraw(found.acceptance.id)
            telling(found.consumer.name)
        return True

    def _checked_grants(self, grants: Iterable[str]) -> tuple[str, ...]:
        wanted = tuple(dict.fromkeys([*self._rights.hidden_grants, *grants]))
        if unknown := self._rights.unknown_grants(wanted):
            there = ", ".join(grant.name for grant in self._rights.grants)
            raise ConsumerRefused(f"there is no grant “{unknown[0]}”; there are: {there}")
        return wanted


def _check_alive(found: Registered) -> None:
    """See that a consumer can still be changed: one that is out of use is its operators' (spec extensions §3.2)."""
    if found.consumer.stage not in {PROPOSED, APPROVED}:
        raise ConsumerRefused(f"“{found.consumer.name}” is rejected, expired or disabled: it cannot be changed")


def _check_name(name: str) -> None:
    if not name.strip() or len(name.encode()) > _LONGEST_NAME or not name.isprintable():
        raise ConsumerRefused(f"the name of a consumer has 1 to {_LONGEST_NAME} bytes, all of them printable")


def _check_version(version: str) -> None:
    if not _VERSION.fullmatch(version):
        raise ConsumerRefused(
            "a version is one to three numbers like 1.0 or 2.10.3, “-dev”, “-alpha” or “-beta” behind them"
        )


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
            and parts.port != 0
            and "#" not in callback
        )
    except ValueError:
        good = False
    if not good or not callback.isascii() or not callback.isprintable() or " " in callback or "\\" in callback:
        raise ConsumerRefused(
            "the callback must be an absolute address of http or https, without user name and fragment"
        )


def _check_rsa_key(pem: str) -> None:
    try:
        key = load_pem_public_key(pem.encode())
    except (ValueError, UnsupportedAlgorithm):
        raise ConsumerRefused("the RSA key is no public key in PEM form") from None
    if not isinstance(key, RSAPublicKey) or key.key_size < _SMALLEST_KEY:
        raise ConsumerRefused(f"the RSA key is no RSA key of {_SMALLEST_KEY} bits or more")
