"""The tables around accounts and blocks: ``actor``, ``comment``, ``logging``, ``site_stats``, ``watchlist`` (spec core §9, §15).

What is written is what the real MediaWiki writes when somebody makes an account or a block, but for the row of its recent changes. Every
function works within ``Database.write``.
"""

from __future__ import annotations

import zlib
from typing import Final

from sqlalchemy import Connection, insert, select, update

from wikigate.store.tables import Tables
from wikigate.store.upsert import insert_row, upsert

USER_NAMESPACE: Final = 2
_TALK: Final = 1
_LONGEST_COMMENT: Final = 500


def new_actor(connection: Connection, tables: Tables, user_id: int, name: str) -> int | None:
    """Give an account its actor, taking over one of the same name that stands for nobody; None where it is another account's."""
    actor = tables.actor
    statement = upsert(
        actor,
        ("actor_user", "actor_name"),
        keys=("actor_name",),
        changes=("actor_user",),
        where=actor.c.actor_user.is_(None),
    ).returning(actor.c.actor_id)
    actor_id: int | None = connection.execute(
        statement, {"actor_user": user_id, "actor_name": name}
    ).scalar_one_or_none()
    return actor_id


def actor_of(connection: Connection, tables: Tables, user_id: int, name: str) -> int:
    """Return the actor of an account, made if it has none yet."""
    actor = tables.actor.c
    found = connection.execute(select(actor.actor_id).where(actor.actor_user == user_id)).scalar_one_or_none()
    made = new_actor(connection, tables, user_id, name) if found is None else found
    if made is None:
        raise LookupError(f"the actor of the name of user {user_id} belongs to somebody else")
    return made


def actor_named(connection: Connection, tables: Tables, name: str) -> int:
    """Return the actor of a name that no account has, made if there is none yet; MediaWiki gives it to the account of that name later."""
    actor = tables.actor
    found: int | None = connection.execute(
        select(actor.c.actor_id).where(actor.c.actor_name == name)
    ).scalar_one_or_none()
    if found is not None:
        return found
    made = insert(actor).values(actor_user=None, actor_name=name).returning(actor.c.actor_id)
    return int(connection.execute(made).scalar_one())


def comment_id(connection: Connection, tables: Tables, text: str) -> int:
    """Return the id of a comment, written if there is none with this text."""
    text = text[:_LONGEST_COMMENT]
    comment = tables.comment
    number = comment_hash(text)
    same = select(comment.c.comment_id).where(
        comment.c.comment_hash == number, comment.c.comment_text == text, comment.c.comment_data.is_(None)
    )
    found: int | None = connection.execute(same.limit(1)).scalar_one_or_none()
    if found is not None:
        return found
    made = insert(comment).values(comment_hash=number, comment_text=text).returning(comment.c.comment_id)
    return int(connection.execute(made).scalar_one())


def comment_hash(text: str) -> int:
    """Compute ``comment_hash``: CRC-32 as a signed number."""
    number = zlib.crc32(text.encode("utf-8", "replace"))
    return number - (1 << 32) if number >> 31 else number


def log_new_account(
    connection: Connection,
    tables: Tables,
    *,
    action: str,
    moment: str,
    actor: int,
    user_id: int,
    name: str,
    reason: str,
) -> None:
    """Write the line of Special:Log/newusers; ``action`` is ``create``, ``create2``, ``byemail`` or ``autocreate``."""
    params = f'a:1:{{s:9:"4::userid";i:{user_id};}}'
    _write(
        connection,
        tables,
        "newusers",
        action=action,
        moment=moment,
        actor=actor,
        name=name,
        reason=reason,
        params=params,
    )


def log_block(
    connection: Connection,
    tables: Tables,
    *,
    action: str,
    moment: str,
    actor: int,
    target: str,
    reason: str,
    params: str,
) -> None:
    """Write the line of Special:Log/block; ``action`` is ``block``, ``reblock`` or ``unblock``, ``params`` as PHP serialises them."""
    _write(
        connection,
        tables,
        "block",
        action=action,
        moment=moment,
        actor=actor,
        name=target,
        reason=reason,
        params=params,
    )


def _write(
    connection: Connection,
    tables: Tables,
    kind: str,
    *,
    action: str,
    moment: str,
    actor: int,
    name: str,
    reason: str,
    params: str,
) -> None:
    """Write a line of a log about a user or an address."""
    connection.execute(
        insert(tables.logging).values(
            log_type=kind,
            log_action=action,
            log_timestamp=moment,
            log_actor=actor,
            log_namespace=USER_NAMESPACE,
            log_title=_title(name),
            log_page=0,
            log_comment_id=comment_id(connection, tables, reason),
            log_params=params,
        )
    )


def count_account(connection: Connection, tables: Tables) -> None:
    """Count one account more on Special:Statistics."""
    stats = tables.site_stats
    connection.execute(update(stats).where(stats.c.ss_row_id == 1).values(ss_users=stats.c.ss_users + 1))


def watch_own_page(connection: Connection, tables: Tables, user_id: int, name: str) -> None:
    """Let an account watch its own page and talk page."""
    columns = ("wl_user", "wl_namespace", "wl_title")
    statement = insert_row(tables.watchlist, columns, unless=columns)
    for namespace in (USER_NAMESPACE, USER_NAMESPACE + _TALK):
        connection.execute(statement, {"wl_user": user_id, "wl_namespace": namespace, "wl_title": _title(name)})


def _title(name: str) -> str:
    return name.replace(" ", "_")
