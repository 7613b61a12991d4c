"""The tables: MediaWiki 1.43's, column for column as its installer makes them on SQLite, and ours beside them.

Only the tables that logging in touches are here. Ours begin with ``wikigate_`` and hold what MediaWiki has no table for. A database may
have a table prefix (``$wgDBprefix``); it stands before every name, ours included. Index names carry none, as with MediaWiki.

Must not be altered to taste: ``tests/store/test_tables.py`` holds MediaWiki's half to what a real install has.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary, MetaData, SmallInteger, Table, Text, text

from wikigate.store.types import WikiInteger, WikiText

OWN_PREFIX = "wikigate_"

_NULL = text("NULL")


def _text(name: str, *, default: str | None = None, spelling: str = "BLOB", key: bool = False) -> Column[str]:
    return Column(name, WikiText(spelling), primary_key=key, nullable=False, server_default=default)


def _optional_text(name: str) -> Column[str]:
    return Column(name, WikiText(), nullable=True, server_default=_NULL)


def _number(
    name: str, spelling: str = "INTEGER UNSIGNED", *, default: int | None = None, key: bool = False
) -> Column[int]:
    shown = None if default is None else text(str(default))
    return Column(
        name, WikiInteger(spelling), primary_key=key, autoincrement=False, nullable=False, server_default=shown
    )


def _optional_number(name: str, spelling: str = "INTEGER UNSIGNED") -> Column[int]:
    return Column(name, WikiInteger(spelling), nullable=True, server_default=_NULL)


def _flag(name: str, *, default: int = 0) -> Column[int]:
    return _number(name, "SMALLINT", default=default)


def _id(name: str) -> Column[int]:
    return Column(name, Integer, primary_key=True, nullable=False)


class Tables:
    """All tables under one prefix."""

    def __init__(self, prefix: str = "") -> None:
        self.prefix = prefix
        self.mediawiki = MetaData()
        self.own = MetaData()
        self.user = self._wiki(
            "user",
            _id("user_id"),
            _text("user_name", default=""),
            _text("user_real_name", default=""),
            _text("user_password"),
            _text("user_newpassword"),
            _optional_text("user_newpass_time"),
            _text("user_email", spelling="CLOB"),
            _text("user_touched"),
            _text("user_token", default=""),
            _optional_text("user_email_authenticated"),
            _optional_text("user_email_token"),
            _optional_text("user_email_token_expires"),
            _optional_text("user_registration"),
            _optional_number("user_editcount"),
            _optional_text("user_password_expires"),
            _flag("user_is_temp"),
            Index("user_name", "user_name", unique=True),
            Index("user_email_token", "user_email_token"),
            Index("user_email", "user_email"),
        )
        self.user_groups = self._wiki(
            "user_groups",
            _number("ug_user", default=0, key=True),
            _text("ug_group", default="", key=True),
            _optional_text("ug_expiry"),
            Index("ug_group", "ug_group"),
            Index("ug_expiry", "ug_expiry"),
        )
        self.user_former_groups = self._wiki(
            "user_former_groups",
            _number("ufg_user", default=0, key=True),
            _text("ufg_group", default="", key=True),
        )
        self.user_properties = self._wiki(
            "user_properties",
            _number("up_user", key=True),
            _text("up_property", key=True),
            _optional_text("up_value"),
            Index("up_property", "up_property"),
        )
        self.actor = self._wiki(
            "actor",
            _id("actor_id"),
            _optional_number("actor_user"),
            _text("actor_name"),
            Index("actor_user", "actor_user", unique=True),
            Index("actor_name", "actor_name", unique=True),
        )
        self.comment = self._wiki(
            "comment",
            _id("comment_id"),
            _number("comment_hash", "INTEGER"),
            _text("comment_text"),
            _optional_text("comment_data"),
            Index("comment_hash", "comment_hash"),
        )
        self.bot_passwords = self._wiki(
            "bot_passwords",
            _number("bp_user", key=True),
            _text("bp_app_id", key=True),
            _text("bp_password"),
            _text("bp_token", default=""),
            _text("bp_restrictions"),
            _text("bp_grants"),
        )
        self.block = self._wiki(
            "block",
            _id("bl_id"),
            _number("bl_target"),
            _number("bl_by_actor", "BIGINT UNSIGNED"),
            _number("bl_reason_id", "BIGINT UNSIGNED"),
            _text("bl_timestamp"),
            _flag("bl_anon_only"),
            _flag("bl_create_account", default=1),
            _flag("bl_enable_autoblock", default=1),
            _text("bl_expiry"),
            _flag("bl_deleted"),
            _flag("bl_block_email"),
            _flag("bl_allow_usertalk"),
            _optional_number("bl_parent_block_id"),
            _flag("bl_sitewide", default=1),
            Index("bl_timestamp", "bl_timestamp"),
            Index("bl_target", "bl_target"),
            Index("bl_expiry", "bl_expiry"),
            Index("bl_parent_block_id", "bl_parent_block_id"),
        )
        self.block_target = self._wiki(
            "block_target",
            _id("bt_id"),
            _optional_text("bt_address"),
            _optional_number("bt_user"),
            _optional_text("bt_user_text"),
            _flag("bt_auto"),
            _optional_text("bt_range_start"),
            _optional_text("bt_range_end"),
            _optional_text("bt_ip_hex"),
            _number("bt_count", "INTEGER", default=0),
            Index("bt_address", "bt_address"),
            Index("bt_ip_user_text", "bt_ip_hex", "bt_user_text"),
            Index("bt_range", "bt_range_start", "bt_range_end"),
            Index("bt_user", "bt_user"),
        )
        self.ipblocks_restrictions = self._wiki(
            "ipblocks_restrictions",
            _number("ir_ipb_id", key=True),
            Column("ir_type", WikiInteger("SMALLINT"), primary_key=True, autoincrement=False, nullable=False),
            _number("ir_value", key=True),
            Index("ir_type_value", "ir_type", "ir_value"),
        )
        self.logging = self._wiki(
            "logging",
            _id("log_id"),
            _text("log_type", default=""),
            _text("log_action", default=""),
            _text("log_timestamp", default="19700101000000"),
            _number("log_actor", "BIGINT UNSIGNED"),
            _number("log_namespace", "INTEGER", default=0),
            _text("log_title", default=""),
            _optional_number("log_page"),
            _number("log_comment_id", "BIGINT UNSIGNED"),
            _text("log_params"),
            _number("log_deleted", "SMALLINT UNSIGNED", default=0),
            Index("log_type_time", "log_type", "log_timestamp"),
            Index("log_actor_time", "log_actor", "log_timestamp"),
            Index("log_page_time", "log_namespace", "log_title", "log_timestamp"),
            Index("log_times", "log_timestamp"),
            Index("log_actor_type_time", "log_actor", "log_type", "log_timestamp"),
            Index("log_page_id_time", "log_page", "log_timestamp"),
            Index("log_type_action", "log_type", "log_action", "log_timestamp"),
        )
        self.watchlist = self._wiki(
            "watchlist",
            _id("wl_id"),
            _number("wl_user"),
            _number("wl_namespace", "INTEGER", default=0),
            _text("wl_title", default=""),
            _optional_text("wl_notificationtimestamp"),
            Index("wl_user", "wl_user", "wl_namespace", "wl_title", unique=True),
            Index("wl_namespace_title", "wl_namespace", "wl_title"),
            Index("wl_user_notificationtimestamp", "wl_user", "wl_notificationtimestamp"),
        )
        self.user_autocreate_serial = self._wiki(
            "user_autocreate_serial",
            _number("uas_shard", key=True),
            _number("uas_year", "SMALLINT UNSIGNED", key=True),
            _number("uas_value"),
        )
        self.site_stats = self._wiki(
            "site_stats",
            _number("ss_row_id", key=True),
            *(
                _optional_number(f"ss_{what}", "BIGINT UNSIGNED")
                for what in ("total_edits", "good_articles", "total_pages", "users", "active_users", "images")
            ),
        )
        self.oathauth_types = self._wiki(
            "oathauth_types",
            _id("oat_id"),
            _text("oat_name"),
            Index("oat_name", "oat_name", unique=True),
        )
        self.oathauth_devices = self._wiki(
            "oathauth_devices",
            _id("oad_id"),
            _number("oad_user", "INTEGER"),
            _number("oad_type", "INTEGER"),
            _optional_text("oad_name"),
            _optional_text("oad_created"),
            _optional_text("oad_data"),
            Index("oad_user", "oad_user"),
        )
        self.oathauth_user_handles = self._wiki(
            "oathauth_user_handles",
            _number("oah_user", key=True),
            _text("oah_handle"),
            Index("oah_handle", "oah_handle", unique=True),
        )
        self.oauth_registered_consumer = self._wiki(
            "oauth_registered_consumer",
            _id("oarc_id"),
            _text("oarc_consumer_key"),
            _text("oarc_name"),
            _number("oarc_user_id"),
            *(_text(f"oarc_{what}") for what in ("version", "callback_url")),
            _optional_text("oarc_callback_is_prefix"),
            *(_text(f"oarc_{what}") for what in ("description", "email")),
            _optional_text("oarc_email_authenticated"),
            *(_flag(f"oarc_{what}") for what in ("developer_agreement", "owner_only")),
            *(_text(f"oarc_{what}") for what in ("wiki", "grants", "registration")),
            *(_optional_text(f"oarc_{what}") for what in ("secret_key", "rsa_key")),
            _text("oarc_restrictions"),
            _number("oarc_stage", "SMALLINT UNSIGNED", default=0),
            _text("oarc_stage_timestamp"),
            _number("oarc_deleted", "SMALLINT UNSIGNED", default=0),
            _flag("oarc_oauth_version", default=1),
            _optional_text("oarc_oauth2_allowed_grants"),
            _flag("oarc_oauth2_is_confidential", default=1),
            Index("oarc_consumer_key", "oarc_consumer_key", unique=True),
            Index("oarc_name_version_user", "oarc_name", "oarc_user_id", "oarc_version", unique=True),
            Index("oarc_user_id", "oarc_user_id"),
            Index("oarc_stage_timestamp", "oarc_stage", "oarc_stage_timestamp"),
        )
        self.oauth_accepted_consumer = self._wiki(
            "oauth_accepted_consumer",
            _id("oaac_id"),
            _text("oaac_wiki"),
            *(_number(f"oaac_{what}") for what in ("user_id", "consumer_id")),
            *(_text(f"oaac_{what}") for what in ("access_token", "access_secret", "grants", "accepted")),
            _flag("oaac_oauth_version", default=1),
            Index("oaac_access_token", "oaac_access_token", unique=True),
            Index("oaac_user_consumer_wiki", "oaac_user_id", "oaac_consumer_id", "oaac_wiki", unique=True),
            Index("oaac_consumer_user", "oaac_consumer_id", "oaac_user_id"),
            Index("oaac_user_id", "oaac_user_id", "oaac_id"),
        )
        self.oauth2_access_tokens = self._wiki(
            "oauth2_access_tokens",
            _id("oaat_id"),
            _text("oaat_identifier", spelling="VARCHAR(255)"),
            _text("oaat_expires"),
            _number("oaat_acceptance_id"),
            _flag("oaat_revoked"),
            Index("oaat_identifier", "oaat_identifier", unique=True),
            Index("oaat_acceptance_id", "oaat_acceptance_id"),
        )
        self.session = self._ours(
            "session",
            Column("key", LargeBinary, primary_key=True),
            Column("user_id", Integer, nullable=False),
            Column("user_name", Text, nullable=False),
            Column("fingerprint", LargeBinary, nullable=False),
            Column("remember", SmallInteger, nullable=False),
            Column("device", LargeBinary),
            Column("created", BigInteger, nullable=False),
            Column("expires", BigInteger, nullable=False),
            Column("data", LargeBinary, nullable=False),
            Column("version", Integer, nullable=False),
            indexes=(("user_id", "created"), ("device",), ("expires",)),
        )
        self.remember = self._ours(
            "remember",
            Column("key", LargeBinary, primary_key=True),
            Column("user_id", Integer, nullable=False),
            Column("created", BigInteger, nullable=False),
            Column("last_used", BigInteger, nullable=False),
            Column("address", Text, nullable=False),
            Column("user_agent", Text, nullable=False),
            indexes=(("user_id",), ("last_used",)),
        )
        self.state = self._ours(
            "state",
            Column("key", Text, primary_key=True),
            Column("value", LargeBinary),
            Column("number", BigInteger, nullable=False, server_default=text("0")),
            Column("expires", BigInteger, nullable=False),
            indexes=(("expires",),),
        )
        self.factor_use = self._ours(
            "factor_use",
            Column("device", Integer, primary_key=True, autoincrement=False),
            Column("step", BigInteger, nullable=False),
        )
        self.consumer_use = self._ours(
            "consumer_use",
            Column("acceptance", Integer, primary_key=True, autoincrement=False),
            Column("expires", BigInteger),
            Column("last_used", BigInteger),
        )
        self.identity = self._ours(
            "identity",
            Column("issuer", Text, primary_key=True),
            Column("subject", Text, primary_key=True),
            Column("user_id", Integer, nullable=False),
            Column("created", BigInteger, nullable=False),
            indexes=(("user_id",),),
        )
        self.identity_session = self._ours(
            "identity_session",
            Column("key", LargeBinary, primary_key=True),
            Column("device", LargeBinary),
            Column("issuer", Text, nullable=False),
            Column("name", Text, nullable=False),
            Column("user_id", Integer, nullable=False),
            indexes=(("issuer", "name"), ("user_id",)),
        )
        self.refresh_token = self._ours(
            "refresh_token",
            Column("key", LargeBinary, primary_key=True),
            Column("acceptance", Integer, nullable=False),
            Column("family", LargeBinary, nullable=False),
            Column("access", Text, nullable=False),
            Column("scopes", Text, nullable=False),
            Column("expires", BigInteger, nullable=False),
            Column("spent", SmallInteger, nullable=False),
            indexes=(("acceptance",), ("expires",)),
        )
        self.audit = self._ours(
            "audit",
            Column("id", Integer, primary_key=True),
            Column("moment", BigInteger, nullable=False),
            Column("event", Text, nullable=False),
            Column("user_id", Integer, nullable=False),
            Column("user_name", Text, nullable=False),
            Column("address", Text, nullable=False),
            Column("request_id", Text, nullable=False),
            Column("details", Text, nullable=False),
            indexes=(("moment",), ("user_id", "moment")),
        )
        self.outbox = self._ours(
            "outbox",
            Column("id", Integer, primary_key=True),
            Column("created", BigInteger, nullable=False),
            Column("kind", Text, nullable=False),
            Column("user_id", Integer, nullable=False),
            Column("recipient", Text, nullable=False),
            Column("subject", Text, nullable=False),
            Column("body", Text, nullable=False),
            Column("state", Text, nullable=False),
            Column("due", BigInteger, nullable=False),
            Column("tries", Integer, nullable=False),
            Column("claim", Text, nullable=False),
            Column("error", Text, nullable=False),
            indexes=(("state", "due"), ("created",)),
        )
        self.meta = self._ours(
            "meta",
            Column("key", Text, primary_key=True),
            Column("value", Text, nullable=False),
        )

    def _wiki(self, name: str, *parts: Any) -> Table:
        counted = any(isinstance(part, Column) and isinstance(part.type, Integer) for part in parts)
        return Table(self.prefix + name, self.mediawiki, *parts, sqlite_autoincrement=counted)

    def _ours(self, name: str, *columns: Column[Any], indexes: tuple[tuple[str, ...], ...] = ()) -> Table:
        full = self.prefix + OWN_PREFIX + name
        made = (Index(f"{full}_{'_'.join(index)}", *index) for index in indexes)
        keyed = not isinstance(columns[0].type, Integer)
        return Table(full, self.own, *columns, *made, sqlite_with_rowid=not keyed, sqlite_autoincrement=not keyed)
