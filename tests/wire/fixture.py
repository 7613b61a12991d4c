"""The wikis that recordings assume: accounts, bot passwords, blocks and configuration, read from ``fixtures/*.json``.

A fixture that ``extends`` another adds to its configuration and takes the place of the lists that it names. Rows are written straight into
MediaWiki's own tables, so that one fixture prepares a Wikigate and a real MediaWiki alike.
"""

from __future__ import annotations

import hashlib
import ipaddress
import json
import sqlite3
import time
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent / "fixtures"


@dataclass(frozen=True, slots=True)
class Fixture:
    """One wiki: ``config`` in the tables of Wikigate's configuration file, the rest as rows to be.

    ``modules`` says whether it has the test modules (``optional``, ``required``: whether ``ftreq`` must be given; ``pages``: the one that
    edits). ``variant`` is the name of the same configuration in ``reference_settings.php``, None where the real MediaWiki cannot stand for
    it. ``moment``: when the conversation took place (seconds), where its codes depend on it; None: now.
    """

    name: str
    config: Mapping[str, Any]
    accounts: tuple[Mapping[str, Any], ...]
    bot_passwords: tuple[Mapping[str, Any], ...]
    blocks: tuple[Mapping[str, Any], ...]
    modules: str
    variant: str | None
    moment: float | None = None

    def account(self, name: str) -> Mapping[str, Any]:
        """Return an account by name."""
        return next(account for account in self.accounts if account["name"] == name)


@lru_cache
def fixture(name: str) -> Fixture:
    """Read a fixture and what it extends."""
    data = _read(name)
    return Fixture(
        name,
        {"oauth": {"enabled": False}, **data["config"]},  # the recorded wikis are without that extension
        tuple(data["accounts"]),
        tuple(data["bot_passwords"]),
        tuple(data["blocks"]),
        data.get("modules", ""),
        data["variant"],
        data.get("moment"),
    )


def _read(name: str) -> dict[str, Any]:
    data: dict[str, Any] = json.loads((ROOT / f"{name}.json").read_text("utf-8"))
    base = data.pop("extends", None)
    return _merge(_read(base), data) if base else data


def _merge(base: Mapping[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(base)
    for key, value in own.items():
        below = merged.get(key)
        merged[key] = _merge(below, value) if isinstance(below, dict) and isinstance(value, dict) else value
    return merged


@lru_cache(maxsize=1024)
def stored(password: str, salt: bytes = b"recorded-fixture") -> str:
    """Hash a password the way MediaWiki does by default (spec core §12.1)."""
    digest = hashlib.pbkdf2_hmac("sha512", password.encode(), salt, 30000, 64)
    return f":pbkdf2:sha512:30000:64:{b64encode(salt).decode()}:{b64encode(digest).decode()}"


def stamp(moment: float) -> str:
    """Write a moment as MediaWiki's columns do."""
    return time.strftime("%Y%m%d%H%M%S", time.gmtime(moment))


def fill(connection: sqlite3.Connection, wanted: Fixture, now: float) -> None:
    """Write a fixture's rows, in place of rows with the same ids and names; accounts that a conversation made before are gone."""
    last = max((account["id"] for account in wanted.accounts), default=0)
    with connection:
        for table, column in (("user", "user_id"), ("user_groups", "ug_user"), ("actor", "actor_user")):
            connection.execute(f'DELETE FROM "{table}" WHERE {column} > ?', (last,))
        # So that the next account has the same number on every wiki.
        connection.execute("UPDATE sqlite_sequence SET seq = ? WHERE name = 'user'", (last,))
        for account in wanted.accounts:
            _account(connection, account, now)
        for bot in wanted.bot_passwords:
            _bot_password(connection, wanted.account(bot["user"])["id"], bot)
        connection.execute("DELETE FROM block")
        connection.execute("DELETE FROM block_target")
        for block in wanted.blocks:
            _block(connection, wanted, block, now)


def _account(connection: sqlite3.Connection, account: Mapping[str, Any], now: float) -> None:
    ident, name = account["id"], account["name"]
    token = hashlib.md5(name.encode(), usedforsecurity=False).hexdigest()
    for table, column in (
        ("user", "user_id"),
        ("user_groups", "ug_user"),
        ("actor", "actor_user"),
        ("bot_passwords", "bp_user"),
    ):
        connection.execute(f'DELETE FROM "{table}" WHERE {column} = ?', (ident,))
    connection.execute("DELETE FROM actor WHERE actor_name = ?", (name,))
    connection.execute(
        'INSERT INTO "user" (user_id, user_name, user_password, user_newpassword, user_email, user_touched, user_token,'
        " user_registration, user_editcount) VALUES (?, ?, ?, '', '', ?, ?, ?, 0)",
        (ident, name, stored(account["password"]), stamp(now), token, stamp(now)),
    )
    connection.execute("INSERT INTO actor (actor_user, actor_name) VALUES (?, ?)", (ident, name))
    if "temporary_password" in account:
        connection.execute(
            'UPDATE "user" SET user_newpassword = ?, user_newpass_time = ? WHERE user_id = ?',
            (stored(account["temporary_password"]), stamp(now), ident),
        )
    if "expired_seconds_ago" in account:
        _expire_password(connection, ident, now - account["expired_seconds_ago"])
    if "totp" in account:
        _totp(connection, ident, account["totp"], now)
    for group in account.get("groups", ()):
        connection.execute("INSERT INTO user_groups (ug_user, ug_group) VALUES (?, ?)", (ident, group))


def _totp(connection: sqlite3.Connection, ident: int, data: Mapping[str, Any], now: float) -> None:
    connection.execute("INSERT OR IGNORE INTO oathauth_types (oat_name) VALUES ('totp')")
    connection.execute("DELETE FROM oathauth_devices WHERE oad_user = ?", (ident,))
    connection.execute(
        "INSERT INTO oathauth_devices (oad_user, oad_type, oad_created, oad_data)"
        " SELECT ?, oat_id, ?, ? FROM oathauth_types WHERE oat_name = 'totp'",
        (ident, stamp(now), json.dumps(data)),
    )


def _bot_password(connection: sqlite3.Connection, ident: int, bot: Mapping[str, Any]) -> None:
    restrictions = {"IPAddresses": bot.get("addresses", ["0.0.0.0/0", "::/0"])}
    connection.execute(
        "INSERT INTO bot_passwords (bp_user, bp_app_id, bp_password, bp_token, bp_restrictions, bp_grants) VALUES (?, ?, ?, ?, ?, ?)",
        (ident, bot["app"], stored(bot["password"]), "0" * 32, json.dumps(restrictions), json.dumps(bot["grants"])),
    )


def _block(connection: sqlite3.Connection, wanted: Fixture, block: Mapping[str, Any], now: float) -> None:
    if "user" in block:
        target: tuple[Any, ...] = (None, wanted.account(block["user"])["id"], block["user"], None, None, None)
    else:
        first, last = _ends(block["address"])
        ends = (first, last) if "/" in block["address"] else (None, None)
        target = (block["address"], None, None, first, *ends)
    cursor = connection.execute(
        "INSERT INTO block_target"
        " (bt_address, bt_user, bt_user_text, bt_ip_hex, bt_range_start, bt_range_end, bt_auto, bt_count)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, 1)",
        (*target, int(block.get("auto", False))),
    )
    reason = connection.execute(
        "INSERT INTO comment (comment_hash, comment_text) VALUES (?, ?)", (len(block["reason"]) + 7, block["reason"])
    )
    (by,) = connection.execute("SELECT actor_id FROM actor WHERE actor_name = ?", (block["by"],)).fetchone()
    values = {
        "bl_id": block["id"],
        "bl_target": cursor.lastrowid,
        "bl_by_actor": by,
        "bl_reason_id": reason.lastrowid,
        "bl_timestamp": stamp(now),
        "bl_expiry": "infinity" if block["seconds"] is None else stamp(now + block["seconds"]),
        "bl_anon_only": int(block.get("anon_only", False)),
        "bl_create_account": int(block["create_account"]),
        "bl_enable_autoblock": int(block["autoblock"]),
        "bl_allow_usertalk": int(block["allow_usertalk"]),
        "bl_block_email": int(block.get("block_email", False)),
        "bl_sitewide": int(block.get("sitewide", True)),
        "bl_deleted": int(block.get("hidden", False)),
        "bl_parent_block_id": block.get("parent"),
    }
    connection.execute(
        f"INSERT INTO block ({', '.join(values)}) VALUES ({', '.join('?' * len(values))})", tuple(values.values())
    )


def _ends(address: str) -> tuple[str, str]:
    """Spell the first and the last address of a range as MediaWiki's tables do."""
    network = ipaddress.ip_network(address)
    digits = "{:08X}" if network.version == 4 else "v6-{:032X}"
    return digits.format(int(network.network_address)), digits.format(int(network.broadcast_address))


def _expire_password(connection: sqlite3.Connection, ident: int, moment: float) -> None:
    connection.execute('UPDATE "user" SET user_password_expires = ? WHERE user_id = ?', (stamp(moment), ident))


def change(
    connection: sqlite3.Connection, wanted: Fixture, verb: str, arguments: Mapping[str, Any], now: float
) -> None:
    """Make one of the changes that recordings ask for between two steps; raises ``AssertionError`` where an expectation fails."""
    if verb == "end_block":
        with connection:
            connection.execute("DELETE FROM block WHERE bl_id = ?", (arguments["id"],))
        return
    ident = wanted.account(arguments["user"])["id"]
    with connection:
        if verb == "store_hash":
            connection.execute('UPDATE "user" SET user_password = ? WHERE user_id = ?', (arguments["hash"], ident))
        elif verb == "renew_bot_password_token":
            connection.execute(
                "UPDATE bot_passwords SET bp_token = ? WHERE bp_user = ? AND bp_app_id = ?",
                ("1" * 32, ident, arguments["app"]),
            )
        elif verb == "change_user_token":
            connection.execute('UPDATE "user" SET user_token = ? WHERE user_id = ?', ("2" * 32, ident))
        elif verb == "invalidate_bot_passwords":
            connection.execute("UPDATE bot_passwords SET bp_password = '' WHERE bp_user = ?", (ident,))
        elif verb == "expire_password":
            _expire_password(connection, ident, now - arguments["seconds_ago"])
        elif verb == "expect_hash":
            (value,) = connection.execute('SELECT user_password FROM "user" WHERE user_id = ?', (ident,)).fetchone()
            found = value.split(":")[1] if value.startswith(":") else ""
            if found != arguments["type"]:
                raise AssertionError(f"the stored password is of type {found!r}, not {arguments['type']!r}")
        else:
            raise ValueError(f"no change is called {verb!r}")
