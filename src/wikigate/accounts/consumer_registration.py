"""Registering OAuth consumers: owner-only ones, and apps that are proposed, approved, disabled (spec extensions §3.2).

Promises: what is refused is not made, and says what is wrong in one sentence; keys and secrets are 128 random bits each; making a consumer
with its acceptance and token is one transaction.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from wikigate.accounts.app_version import is_later
from wikigate.accounts.consumer_fields import (
    ConsumerRefused,
    check_callback,
    check_description,
    check_doubtful_callback,
    check_flows,
    check_name,
    check_rsa_key,
    check_version,
    restrictions,
)
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
from wikigate.primitives.ids import RandomBytes, random_hex32
from wikigate.primitives.message import Message, PlainText
from wikigate.primitives.timestamps import ts14
from wikigate.store.consumers import ConsumerRows

if TYPE_CHECKING:
    from wikigate.accounts.rights import Rights
    from wikigate.accounts.settings import AutoApproveSettings
    from wikigate.accounts.user import Account
    from wikigate.primitives.clock import Clock
    from wikigate.store.engine import Database

GRANTS_OF_MINE: Final = "mwoauthmanagemygrants"
"""The right to let apps act for oneself, and to take that back."""
PROPOSE, UPDATE, MANAGE = "mwoauthproposeconsumer", "mwoauthupdateownconsumer", "mwoauthmanageconsumer"
"""The rights to register a consumer, to change one's own, and to decide about everybody's."""
HIDE, SEE_HIDDEN = "mwoauthsuppress", "mwoauthviewsuppressed"
"""The rights to hide a consumer from everybody, and to see one that is hidden."""
RIGHTS: Final = {
    "user": (GRANTS_OF_MINE, PROPOSE, UPDATE), "sysop": (MANAGE,), "suppress": (HIDE, SEE_HIDDEN),
}  # fmt: skip
"""What groups may do where OAuth is switched on (spec extensions §3.2)."""
GRANTS: Final = {"oauthmanageownclient": (PROPOSE, UPDATE, GRANTS_OF_MINE)}
DEEDS: Final = {
    "approve": (APPROVED, (PROPOSED, REJECTED, EXPIRED)),
    "reject": (REJECTED, (PROPOSED,)),
    "disable": (DISABLED, (APPROVED,)),
    "reenable": (APPROVED, (DISABLED,)),
}
"""What can be decided about a consumer: the stage that it comes to, and those at which it can be (spec extensions §3.2)."""
HIDING: Final = ("reject", "disable")
"""Decisions that hide a consumer where that is asked for; every other shows it again."""
FIRST_VERSION: Final = "1.0"
EVERY_WIKI: Final = "*"
_NOT_AT: Final = {
    "approve": "not_proposed", "reject": "not_proposed", "disable": "not_approved", "reenable": "not_disabled",
}  # fmt: skip
_IDENTIFIER_BYTES: Final = 40
_FOR_EVER: Final = 1000 * 365.2425 * 86_400


@dataclass(frozen=True, slots=True)
class NewConsumer:
    """An owner-only consumer just made; the secrets are shown now and never again. ``access_secret`` is empty for OAuth 2."""

    name: str
    consumer_key: str
    consumer_secret: str = field(repr=False)
    access_token: str = field(repr=False)
    access_secret: str = field(default="", repr=False)


def _nothing(_what: object, **_details: str) -> None:
    """Tell nobody."""


class ConsumerRegistration:
    """Makes and ends consumers of one wiki; shared by all threads.

    ``verified_page``: what an owner-only one has for an address. ``wiki_id``, ``server``: the wiki's name and its scheme and host.
    ``auto_approve``: which proposals need nobody's decision (``$wgOAuthAutoApprove``).
    """

    def __init__(
        self,
        database: Database,
        consumers: Consumers,
        rights: Rights,
        *,
        clock: Clock,
        random_bytes: RandomBytes,
        verified_page: str = "",
        wiki_id: str = "",
        server: str = "",
        auto_approve: Sequence[AutoApproveSettings] = (),
    ) -> None:
        self._verified_page = verified_page
        self._wiki_id = wiki_id
        self._server = server
        self._auto_approve = tuple(frozenset(rule.grants) for rule in auto_approve)
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
        pages: Iterable[str] = (),
        wiki: str = EVERY_WIKI,
        rsa_key: str = "",
        expires: float | None = None,
        description: str = "",
        version: str = FIRST_VERSION,
        telling: Callable[..., None] = _nothing,
    ) -> NewConsumer:
        """Register and accept a consumer of one's own.

        ``telling`` is called with its name in the same transaction. Raises ``ConsumerRefused``, and ``ConfigError`` for the keys of
        OAuth 2.
        """
        self._check(name, version, description, wiki, rsa_key)
        given, limits = self._given(tuple(grants)), restrictions(addresses, pages)
        now = self._clock.now()
        key, secret, token, access_secret = (random_hex32(self._random_bytes) for _ in range(4))
        spelled = spell_grants(given)
        consumer = {
            **self._row(owner, name, key, secret, oauth_version), "owner_only": 1, "version": version, "grants": spelled,
            "rsa_key": rsa_key, "description": description, "callback_url": self._verified_page, "wiki": wiki,
            "restrictions": json.dumps(limits),
            "oauth2_allowed_grants": json.dumps(["client_credentials"]) if oauth_version > 1 else None,
        }  # fmt: skip
        bearer, identifier = "", self._random_bytes(_IDENTIFIER_BYTES).hex()
        end = expires if expires is not None else now + _FOR_EVER
        if oauth_version > 1:
            bearer = self._consumers.tokens.issue(
                audience=key, subject=str(owner.id), identifier=identifier, now=now, expires=end, scopes=given
            )
        with self._database.transaction():
            ident = self._added(owner, consumer)
            accepted = {
                "wiki": wiki, "user_id": owner.id, "consumer_id": ident, "access_token": token, "access_secret": access_secret,
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
        pages: Iterable[str] = (),
        wiki: str = EVERY_WIKI,
        rsa_key: str = "",
        approved: bool = True,
        sure: bool = True,
        version: str = FIRST_VERSION,
        telling: Callable[..., None] = _nothing,
    ) -> NewConsumer:
        """Register an app for everybody's use, or propose one, which is approved at once where a rule of the wiki says so.

        ``sure``: take an address to come back to that is mostly named by mistake too. ``telling`` is called with its name in the same
        transaction, and with ``approved`` where a rule has approved it. Raises ``ConsumerRefused``.
        """
        self._check(name, version, description, wiki, rsa_key)
        flows = tuple(flows)
        check_flows(flows)
        given, limits = self._given(tuple(grants)), restrictions(addresses, pages)
        parts = check_callback(callback, oauth_version=oauth_version)
        if not sure:
            check_doubtful_callback(
                parts,
                server=self._server,
                oauth_version=oauth_version,
                confidential=confidential,
                is_prefix=callback_is_prefix,
            )
        by_rule = not approved and any(set(given) <= allowed for allowed in self._auto_approve)
        key, secret = random_hex32(self._random_bytes), random_hex32(self._random_bytes)
        consumer = {
            **self._row(owner, name, key, secret, oauth_version), "callback_url": callback, "description": description,
            "callback_is_prefix": "1" if callback_is_prefix else None, "version": version,
            "grants": spell_grants(given), "restrictions": json.dumps(limits), "rsa_key": rsa_key, "wiki": wiki,
            "oauth2_allowed_grants": json.dumps(list(flows)) if oauth_version > 1 else None,
            "oauth2_is_confidential": int(confidential), "stage": APPROVED if approved or by_rule else PROPOSED,
        }  # fmt: skip
        with self._database.transaction():
            self._added(owner, consumer)
            telling(name, **({"approved": "yes"} if by_rule else {}))
        return NewConsumer(name, key, self._consumers.secrets(secret)[0], "")

    def _row(self, owner: Account, name: str, key: str, secret: str, oauth_version: int) -> dict[str, Any]:
        now = ts14(self._clock.now())
        return {
            "consumer_key": key, "name": name, "user_id": owner.id, "callback_url": "", "callback_is_prefix": None,
            "description": "", "email": owner.email, "email_authenticated": now, "developer_agreement": 1, "owner_only": 0,
            "registration": now, "secret_key": secret, "rsa_key": "", "stage": APPROVED, "stage_timestamp": now,
            "deleted": 0, "oauth_version": oauth_version, "oauth2_is_confidential": 1,
        }  # fmt: skip

    def _added(self, owner: Account, consumer: dict[str, Any]) -> int:
        """Write a consumer, the latest version of its name; its id. Raises ``ConsumerRefused``."""
        name, version = consumer["name"], consumer["version"]
        last = self._rows.last_version(name, owner.id)
        ident = self._rows.add(consumer) if last is None or is_later(version, last) else None
        if ident is not None:
            return ident
        if last in {None, version}:
            raise ConsumerRefused(
                f"“{owner.name}” has a consumer “{name}” already; choose another name or version",
                "consumer_exists",
                Message("mwoauth-consumer-alreadyexists"),
            )
        raise ConsumerRefused(
            f"“{owner.name}” has a consumer “{name}” of version {last} already; choose another name or a higher version",
            "consumer_exists",
            Message("mwoauth-consumer-alreadyexistsversion", (PlainText(last or ""),)),
        )

    def _check(self, name: str, version: str, description: str, wiki: str, rsa_key: str) -> None:
        """See that what every consumer has is as it must be. Raises ``ConsumerRefused``."""
        if not self._rows.present():
            raise ConsumerRefused(
                "this wiki's database has no tables of the OAuth extension; install it there first", "readonly"
            )
        check_name(name)
        check_version(version)
        check_description(description)
        if wiki not in {EVERY_WIKI, self._wiki_id}:
            raise ConsumerRefused(f"there is no wiki “{wiki}” here", "invalid_field_wiki")
        if rsa_key:
            check_rsa_key(rsa_key)

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
            raise ConsumerRefused(f"there is no consumer “{key}”", "invalid_consumer_key")
        stage, possible = DEEDS[deed]
        was = entry.stage if seen is None else seen
        hide = hide and deed in HIDING
        if was not in possible and not (deed == "disable" and hide != entry.hidden):
            raise ConsumerRefused(f"“{entry.name}” cannot be decided so at its stage", _NOT_AT[deed])
        if (hide or entry.hidden) and not may_hide:
            raise ConsumerRefused("you may not hide consumers, nor decide about hidden ones", "permission_denied")
        with self._database.transaction():
            if not self._rows.decide(key, stage, ts14(self._clock.now()), was, hidden=hide):
                raise ConsumerRefused(
                    f"somebody else has decided about “{entry.name}” meanwhile; look again", "change_conflict"
                )
            telling(entry)
        return entry

    def update(
        self,
        owner: Account,
        key: str,
        *,
        addresses: Iterable[str],
        pages: Iterable[str] = (),
        rsa_key: str = "",
        telling: Callable[[str], None] = _nothing,
    ) -> bool:
        """Say from where an owner's consumer may be used and for which pages, and its public key; False where it is none of his.

        ``telling`` is called with its name in the same transaction. Raises ``ConsumerRefused``.
        """
        found = self._owned(owner, key)
        if found is None:
            return False
        _check_alive(found)
        limits = restrictions(addresses, pages)
        if rsa_key:
            check_rsa_key(rsa_key)
        with self._database.transaction():
            self._rows.set_limits(key, owner.id, json.dumps(limits), rsa_key)
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
        own, bears = found.consumer.owner_only, found.consumer.owner_only and found.consumer.oauth_version > 1
        grants = given.grants if given is not None else self._grants_of(key)
        end = given.expires if given is not None and given.expires is not None else now + _FOR_EVER
        identifier, bearer = self._random_bytes(_IDENTIFIER_BYTES).hex(), ""
        if bears:
            bearer = self._consumers.tokens.issue(
                audience=key, subject=str(owner.id), identifier=identifier, now=now, expires=end, scopes=grants
            )
        # The access token of OAuth 1.0a keeps its name, as in MediaWiki: what proves it is its secret.
        token = given.token if given is not None else random_hex32(self._random_bytes)
        access_secret = random_hex32(self._random_bytes)
        with self._database.transaction():
            self._rows.set_secret(key, owner.id, secret)
            if own and given is not None:
                self._rows.void_all(given.id)
                self._rows.set_access(given.id, token, access_secret)
            if bears or (own and given is None):
                acceptance = (
                    given.id if given is not None else self._accepted(owner, found, token, access_secret, grants)
                )
                if bears:
                    self._rows.add_token(identifier, ts14(end), acceptance)
            telling(found.consumer.name)
        shown = self._consumers.secrets(secret)[0]
        if bears or not own:
            return NewConsumer(found.consumer.name, key, shown, bearer)
        return NewConsumer(found.consumer.name, key, shown, token, self._consumers.secrets(access_secret)[0])

    def _accepted(self, owner: Account, found: Registered, token: str, secret: str, grants: tuple[str, ...]) -> int:
        """Let an owner accept his own consumer anew: he had taken back what it was given when it was made."""
        return self._rows.accept(
            {
                "wiki": found.consumer.wiki, "user_id": owner.id, "consumer_id": found.consumer.id, "access_token": token,
                "access_secret": secret, "grants": spell_grants(grants), "accepted": ts14(self._clock.now()),
                "oauth_version": found.consumer.oauth_version,
            }
        )  # fmt: skip

    def _grants_of(self, key: str) -> tuple[str, ...]:
        entry = self._consumers.entry(key)
        return entry.grants if entry is not None else ()

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

    def _given(self, grants: tuple[str, ...]) -> tuple[str, ...]:
        """Return what a consumer that asks for these grants has: to know who somebody is, or to act for him. Raises ``ConsumerRefused``."""
        return _identity(grants) or self._checked_grants(grants)

    def _checked_grants(self, grants: Iterable[str]) -> tuple[str, ...]:
        wanted = tuple(dict.fromkeys([*self._rights.hidden_grants, *grants]))
        if unknown := self._rights.unknown_grants(wanted):
            there = ", ".join(grant.name for grant in self._rights.grants)
            raise ConsumerRefused(f"there is no grant “{unknown[0]}”; there are: {there}", "invalid_field_grants")
        return wanted


def _check_alive(found: Registered) -> None:
    """See that a consumer can still be changed: one that is out of use is its operators' (spec extensions §3.2)."""
    if found.consumer.stage not in {PROPOSED, APPROVED}:
        raise ConsumerRefused(
            f"“{found.consumer.name}” is rejected, expired or disabled: it cannot be changed",
            "permission_denied",
            Message("wikigate-consumer-over", (PlainText(found.consumer.name),)),
        )


def _identity(grants: Iterable[str]) -> tuple[str, ...]:
    """Return the one grant of an app that only wants to know who somebody is: of two the one that tells more; none for other apps."""
    return tuple(sorted(IDENTITY_GRANTS.intersection(grants)))[-1:]
