"""The tables of MediaWiki's OAuth extension, and ours that says until when an acceptance is good and when it was last used.

Every verb is one statement, and part of the transaction that the caller holds open if there is one. A wiki's database has the extension's
tables only where it is installed; without them nobody has a consumer.
"""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import bindparam, delete, select, update

from wikigate.store.engine import Database, Row
from wikigate.store.types import text_of
from wikigate.store.upsert import insert_row, upsert

_CONSUMER: Final = (
    "consumer_key", "name", "user_id", "version", "callback_url", "callback_is_prefix", "description", "email", "email_authenticated",
    "developer_agreement", "owner_only", "wiki", "grants", "registration", "secret_key", "rsa_key", "restrictions", "stage",
    "stage_timestamp", "deleted", "oauth_version", "oauth2_allowed_grants", "oauth2_is_confidential",
)  # fmt: skip
_ACCEPTED: Final = (
    "wiki", "user_id", "consumer_id", "access_token", "access_secret", "grants", "accepted", "oauth_version",
)  # fmt: skip


class ConsumerRows:
    """Consumers, acceptances and access tokens of one wiki; shared by all threads.

    A row of the hot reads is the consumer's id, key, name, owner, whether it is owner-only, wiki, secret, RSA key, restrictions, stage and
    since when it is at it, and OAuth version; then the acceptance's id, wiki, user, token, secret, grants, moment, and the moments of its
    end and last use.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._present = False
        self._any = False
        consumers = database.tables.oauth_registered_consumer
        accepted = database.tables.oauth_accepted_consumer
        tokens = database.tables.oauth2_access_tokens
        use = database.tables.consumer_use
        one, given = consumers.c, accepted.c
        shown = (
            one.oarc_id,
            text_of(one.oarc_consumer_key),
            text_of(one.oarc_name),
            one.oarc_user_id,
            one.oarc_owner_only,
            text_of(one.oarc_wiki),
            text_of(one.oarc_secret_key),
            text_of(one.oarc_rsa_key),
            text_of(one.oarc_restrictions),
            one.oarc_stage,
            text_of(one.oarc_stage_timestamp),
            one.oarc_oauth_version,
            given.oaac_id,
            text_of(given.oaac_wiki),
            given.oaac_user_id,
            text_of(given.oaac_access_token),
            text_of(given.oaac_access_secret),
            text_of(given.oaac_grants),
            text_of(given.oaac_accepted),
            use.c.expires,
            use.c.last_used,
        )
        of_consumer = given.oaac_consumer_id == one.oarc_id
        used = use.c.acceptance == given.oaac_id
        self._signed = database.hot(
            select(*shown)
            .select_from(
                consumers.outerjoin(accepted, of_consumer & (given.oaac_access_token == bindparam("token"))).outerjoin(
                    use, used
                )
            )
            .where(one.oarc_consumer_key == bindparam("key"))
        )
        self._borne = database.hot(
            select(*shown, text_of(tokens.c.oaat_expires), tokens.c.oaat_revoked)
            .select_from(
                tokens.join(accepted, tokens.c.oaat_acceptance_id == given.oaac_id)
                .join(consumers, of_consumer)
                .outerjoin(use, used)
            )
            .where(tokens.c.oaat_identifier == bindparam("identifier"))
        )
        self._owned = database.hot(
            select(*shown)
            .select_from(
                consumers.outerjoin(accepted, of_consumer & (given.oaac_user_id == one.oarc_user_id)).outerjoin(
                    use, used
                )
            )
            .where(one.oarc_user_id == bindparam("user"))
            .order_by(one.oarc_id)
        )
        self._details = database.hot(
            select(
                one.oarc_id,
                text_of(one.oarc_consumer_key),
                text_of(one.oarc_name),
                one.oarc_user_id,
                one.oarc_owner_only,
                text_of(one.oarc_wiki),
                text_of(one.oarc_secret_key),
                text_of(one.oarc_restrictions),
                one.oarc_stage,
                text_of(one.oarc_stage_timestamp),
                one.oarc_oauth_version,
                text_of(one.oarc_callback_url),
                text_of(one.oarc_callback_is_prefix),
                text_of(one.oarc_description),
                text_of(one.oarc_grants),
                text_of(one.oarc_oauth2_allowed_grants),
                one.oarc_oauth2_is_confidential,
            ).where(one.oarc_consumer_key == bindparam("key"))
        )
        self._given = database.hot(
            select(
                given.oaac_id,
                text_of(one.oarc_name),
                one.oarc_user_id,
                text_of(given.oaac_grants),
                text_of(given.oaac_accepted),
                given.oaac_consumer_id,
                one.oarc_owner_only,
                use.c.last_used,
                one.oarc_deleted,
                text_of(given.oaac_wiki),
                text_of(one.oarc_grants),
            )
            .select_from(accepted.join(consumers, of_consumer).outerjoin(use, used))
            .where(given.oaac_user_id == bindparam("user"))
            .order_by(given.oaac_id)
        )
        self._regrant = database.hot(
            update(accepted).where(given.oaac_id == bindparam("acceptance")).values(oaac_grants=bindparam("grants"))
        )
        self._machine = database.hot(
            select(text_of(tokens.c.oaat_expires), tokens.c.oaat_revoked).where(
                tokens.c.oaat_identifier == bindparam("identifier"), tokens.c.oaat_acceptance_id == 0
            )
        )
        self._user_of = database.hot(
            select(given.oaac_user_id).where(
                given.oaac_id == bindparam("acceptance"), given.oaac_consumer_id == bindparam("consumer")
            )
        )
        self._access_of = database.hot(
            select(text_of(given.oaac_access_token), text_of(given.oaac_access_secret)).where(
                given.oaac_id == bindparam("acceptance")
            )
        )
        self._void = database.hot(
            update(tokens).where(tokens.c.oaat_identifier == bindparam("identifier")).values(oaat_revoked=1)
        )
        self._first = database.hot(select(one.oarc_id).limit(1))
        self._last_version = database.hot(
            select(text_of(one.oarc_version))
            .where(one.oarc_name == bindparam("name"), one.oarc_user_id == bindparam("user"))
            .order_by(one.oarc_registration.desc(), one.oarc_id.desc())
            .limit(1)
        )
        self._add = database.hot(
            insert_row(consumers, [f"oarc_{name}" for name in _CONSUMER], unless=("oarc_name", "oarc_user_id", "oarc_version"))
            .returning(one.oarc_id)
        )  # fmt: skip
        self._accept = database.hot(
            insert_row(accepted, [f"oaac_{name}" for name in _ACCEPTED]).returning(given.oaac_id)
        )
        self._add_token = database.hot(
            insert_row(tokens, ("oaat_identifier", "oaat_expires", "oaat_acceptance_id", "oaat_revoked"))
        )
        self._stage = database.hot(
            update(consumers)
            .where(one.oarc_consumer_key == bindparam("key"), one.oarc_user_id == bindparam("user"))
            .values(oarc_stage=bindparam("stage"), oarc_stage_timestamp=bindparam("moment"))
        )
        self._decide = database.hot(
            update(consumers)
            .where(one.oarc_consumer_key == bindparam("key"), one.oarc_stage == bindparam("was"))
            .values(
                oarc_stage=bindparam("stage"),
                oarc_stage_timestamp=bindparam("moment"),
                oarc_deleted=bindparam("hidden"),
            )
        )
        self._expire = database.hot(
            update(consumers)
            .where(one.oarc_stage == bindparam("was"), one.oarc_stage_timestamp < bindparam("before"))
            .values(oarc_stage=bindparam("stage"), oarc_stage_timestamp=bindparam("moment"))
        )
        self._set_limits = database.hot(
            update(consumers)
            .where(one.oarc_consumer_key == bindparam("key"), one.oarc_user_id == bindparam("user"))
            .values(oarc_restrictions=bindparam("restrictions"), oarc_rsa_key=bindparam("rsa_key"))
        )
        self._set_access = database.hot(
            update(accepted)
            .where(given.oaac_id == bindparam("acceptance"))
            .values(oaac_access_token=bindparam("token"), oaac_access_secret=bindparam("secret"))
        )
        self._set_secret = database.hot(
            update(consumers)
            .where(one.oarc_consumer_key == bindparam("key"), one.oarc_user_id == bindparam("user"))
            .values(oarc_secret_key=bindparam("secret"))
        )
        self._registered = database.hot(
            select(
                text_of(one.oarc_consumer_key),
                text_of(one.oarc_name),
                text_of(one.oarc_version),
                text_of(one.oarc_callback_url),
                text_of(one.oarc_description),
                text_of(one.oarc_email),
                one.oarc_owner_only,
                one.oarc_stage,
                text_of(one.oarc_stage_timestamp),
                one.oarc_deleted,
                one.oarc_oauth_version,
                text_of(one.oarc_registration),
                text_of(one.oarc_oauth2_allowed_grants),
                text_of(one.oarc_grants),
                one.oarc_user_id,
            ).order_by(one.oarc_id.desc())
        )
        self._void_tokens = database.hot(
            update(tokens).where(tokens.c.oaat_acceptance_id == bindparam("acceptance")).values(oaat_revoked=1)
        )
        self._withdraw = database.hot(delete(accepted).where(given.oaac_id == bindparam("acceptance")))
        self._ends = database.hot(upsert(use, ("acceptance", "expires"), keys=("acceptance",), changes=("expires",)))
        self._note = database.hot(
            upsert(use, ("acceptance", "last_used"), keys=("acceptance",), changes=("last_used",))
        )

    def present(self) -> bool:
        """Whether the extension's tables are there."""
        if not self._present:
            tables = self._database.tables
            needed = (tables.oauth_registered_consumer, tables.oauth_accepted_consumer, tables.oauth2_access_tokens)
            self._present = all(self._database.has_table(table.name) for table in needed)
        return self._present

    def any(self) -> bool:
        """Whether a consumer was ever registered."""
        if not self._any:
            self._any = self.present() and self._first.one() is not None
        return self._any

    def signed(self, key: str, token: str) -> Row | None:
        """Read the consumer of a key, and its acceptance of an access token where there is one (a hot read)."""
        return self._signed.one(key=key, token=token) if self.present() else None

    def borne(self, identifier: str) -> Row | None:
        """Read what an OAuth 2 access token stands for, with its end and whether it is revoked (a hot read)."""
        return self._borne.one(identifier=identifier) if self.present() else None

    def details(self, key: str) -> Row | None:
        """Read a consumer as an app, all of it but what signatures need; the columns stand in the order of ``accounts.apps.App``."""
        return self._details.one(key=key) if self.present() else None

    def given_by(self, user_id: int) -> list[Row]:
        """Read what a user has accepted.

        A row is the acceptance, the consumer's name and owner, grants, moment, consumer, owner-only, last use, hidden, the wiki that it is
        for, and the grants that the consumer asks for.
        """
        return self._given.all(user=user_id) if self.present() else []

    def regrant(self, acceptance: int, grants: str) -> None:
        """Change what an acceptance gives."""
        self._regrant.run(acceptance=acceptance, grants=grants)

    def machine(self, identifier: str) -> Row | None:
        """Read a token that stands for no user: its end and whether it is revoked."""
        return self._machine.one(identifier=identifier) if self.present() else None

    def user_of(self, acceptance: int, consumer: int) -> int | None:
        """Return whose an acceptance of a consumer is; None where it is taken back."""
        found = self._user_of.one(acceptance=acceptance, consumer=consumer)
        return None if found is None else int(found[0])

    def access_of(self, acceptance: int) -> tuple[str, str] | None:
        """Return the access token of an acceptance with its stored secret."""
        found = self._access_of.one(acceptance=acceptance)
        return None if found is None else (str(found[0]), str(found[1]))

    def void(self, identifier: str) -> None:
        """Revoke one token."""
        self._void.run(identifier=identifier)

    def owned(self, user_id: int) -> list[Row]:
        """Read the consumers of their owner, each with the owner's own acceptance."""
        return self._owned.all(user=user_id) if self.present() else []

    def last_version(self, name: str, user_id: int) -> str | None:
        """Read the version of an owner's consumer of a name that was registered last; None where there is none."""
        found = self._last_version.one(name=name, user=user_id)
        return None if found is None else str(found[0])

    def add(self, values: dict[str, Any]) -> int | None:
        """Write a consumer; its id, None where name and version are taken. A transaction must be open."""
        found = self._add.returning(**{f"oarc_{name}": values[name] for name in _CONSUMER})
        return int(found[0][0]) if found else None

    def accept(self, values: dict[str, Any]) -> int:
        """Write an acceptance; its id. A transaction must be open."""
        [(ident,)] = self._accept.returning(**{f"oaac_{name}": values[name] for name in _ACCEPTED})
        return int(ident)

    def add_token(self, identifier: str, expires: str, acceptance: int) -> None:
        """Write an OAuth 2 access token."""
        self._add_token.run(
            oaat_identifier=identifier, oaat_expires=expires, oaat_acceptance_id=acceptance, oaat_revoked=0
        )

    def set_stage(self, key: str, user_id: int, stage: int, moment: str) -> bool:
        """Move a consumer of an owner to another stage; False where there is none."""
        return bool(self._stage.run(key=key, user=user_id, stage=stage, moment=moment))

    def decide(self, key: str, stage: int, moment: str, was: int, *, hidden: bool) -> bool:
        """Move anybody's consumer from one stage to another, and hide or show it; False where it is not at that one."""
        return bool(self._decide.run(key=key, stage=stage, moment=moment, was=was, hidden=int(hidden)))

    def expire(self, was: int, before: str, stage: int, moment: str) -> None:
        """Move every consumer that is at a stage since before a moment to another."""
        self._expire.run(was=was, before=before, stage=stage, moment=moment)

    def set_limits(self, key: str, user_id: int, restrictions: str, rsa_key: str) -> None:
        """Change where an owner's consumer may be used from, and its public key."""
        self._set_limits.run(key=key, user=user_id, restrictions=restrictions, rsa_key=rsa_key)

    def set_access(self, acceptance: int, token: str, secret: str) -> None:
        """Give an acceptance another access token."""
        self._set_access.run(acceptance=acceptance, token=token, secret=secret)

    def set_secret(self, key: str, user_id: int, secret: str) -> None:
        """Give a consumer of an owner another secret."""
        self._set_secret.run(key=key, user=user_id, secret=secret)

    def void_all(self, acceptance: int) -> None:
        """Revoke every token of an acceptance."""
        self._void_tokens.run(acceptance=acceptance)

    def registered(self) -> list[Row]:
        """Read every consumer as its registration shows it, the newest first."""
        return self._registered.all() if self.present() else []

    def withdraw(self, acceptance: int) -> None:
        """Delete an acceptance and revoke its tokens. A transaction must be open."""
        self._void_tokens.run(acceptance=acceptance)
        self._withdraw.run(acceptance=acceptance)

    def end(self, acceptance: int, expires: int) -> None:
        """Say until when an acceptance is good."""
        self._ends.run(acceptance=acceptance, expires=expires)

    def note_use(self, acceptance: int, moment: int) -> None:
        """Keep when an acceptance was used."""
        self._note.run(acceptance=acceptance, last_used=moment)
