"""The tables ``block`` and ``block_target``, with ``comment`` and ``actor`` beside them (spec core §15, §19).

No rule of whom a block concerns beyond what the rows say. Moments are TS14 text or ``infinity``, addresses ``hex_form``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, and_, bindparam, delete, insert, or_, select, update

from wikigate.store.engine import Database
from wikigate.store.log import actor_named, actor_of, comment_id, log_block
from wikigate.store.tables import Tables
from wikigate.store.types import WikiText, text_of

_FRAGMENT = len("v6-2001")


@dataclass(frozen=True, slots=True)
class BlockRow:
    """One block as stored: whom it is on, by whom, why, from when to when, and what it forbids."""

    id: int
    user_id: int | None
    user_name: str | None
    address: str | None
    auto: bool
    by_id: int
    by_name: str
    reason: str
    timestamp: str
    expiry: str
    sitewide: bool
    anon_only: bool
    create_account: bool
    enable_autoblock: bool
    block_email: bool
    allow_usertalk: bool
    hide_name: bool
    parent_id: int | None


@dataclass(frozen=True, slots=True)
class BlockLog:
    """A line of the block log: what was done to whom, when, and the parameters as PHP serialises them."""

    action: str
    target: str
    moment: str
    params: str


class BlockRows:
    """The blocks of one wiki; shared by all threads."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._tables = tables = database.tables
        block, target, actor, comment = tables.block.c, tables.block_target.c, tables.actor.c, tables.comment.c
        now = block.bl_expiry > bindparam("now")
        address = bindparam("address", type_=WikiText())
        on_address = or_(
            and_(target.bt_ip_hex == address, target.bt_range_start.is_(None)),
            and_(
                # The lower bound lets the index serve: no range is wider than what its first four digits say.
                target.bt_range_start.between(bindparam("first", type_=WikiText()), address),
                target.bt_range_end >= address,
            ),
        )
        columns = (
            block.bl_id,
            target.bt_user,
            text_of(target.bt_user_text),
            text_of(target.bt_address),
            target.bt_auto,
            actor.actor_user,
            text_of(actor.actor_name),
            text_of(comment.comment_text),
            text_of(block.bl_timestamp),
            text_of(block.bl_expiry),
            block.bl_sitewide,
            block.bl_anon_only,
            block.bl_create_account,
            block.bl_enable_autoblock,
            block.bl_block_email,
            block.bl_allow_usertalk,
            block.bl_deleted,
            block.bl_parent_block_id,
        )
        joined = (
            tables.block_target.join(tables.block, block.bl_target == target.bt_id)
            .join(tables.actor, actor.actor_id == block.bl_by_actor)
            .join(tables.comment, comment.comment_id == block.bl_reason_id)
        )
        found = select(*columns).select_from(joined).where(now).order_by(block.bl_id)
        hot = database.hot
        self._on_user = hot(found.where(target.bt_user == bindparam("user_id")))
        self._address_statement = found.where(on_address)
        self._on_address = hot(self._address_statement)
        self._by_id = hot(found.where(block.bl_id == bindparam("id")))
        self._of_address = hot(found.where(target.bt_address == address, target.bt_auto == 0))
        self._every = found
        hiding = select(block.bl_id).select_from(
            tables.block_target.join(tables.block, block.bl_target == target.bt_id)
        )
        self._hiding = hot(hiding.where(target.bt_user == bindparam("user_id"), block.bl_deleted != 0, now))

    def on_user(self, user_id: int, now: str) -> list[BlockRow]:
        """Read the blocks on an account that have not expired."""
        return [_row(*values) for values in self._on_user.all(user_id=user_id, now=now)]

    def on_address(self, address: str, now: str) -> list[BlockRow]:
        """Read the blocks on an address or a range around it that have not expired, autoblocks included."""
        return [_row(*values) for values in self._on_address.all(**_around(address, now))]

    def by_id(self, block_id: int, now: str) -> BlockRow | None:
        """Read one block that has not expired."""
        values = self._by_id.one(id=block_id, now=now)
        return None if values is None else _row(*values)

    def is_hidden(self, user_id: int, now: str) -> bool:
        """Read whether a block hides an account from whoever may not see hidden names."""
        return self._hiding.one(user_id=user_id, now=now) is not None

    def of_address(self, address: str, now: str) -> list[BlockRow]:
        """Read the blocks on exactly this address or range, as MediaWiki spells it, that have not expired; no automatic ones."""
        return [_row(*values) for values in self._of_address.all(address=address, now=now)]

    def every(self, now: str) -> list[BlockRow]:
        """Read every block that has not expired, the oldest first."""
        with self._database.read() as connection:
            return [_row(*values) for values in connection.execute(self._every, {"now": now})]

    def insert(
        self,
        target: Mapping[str, Any],
        block: Mapping[str, Any],
        *,
        by: tuple[int, str],
        reason: str,
        log: BlockLog,
        instead_of: int | None = None,
        echo: str = "",
    ) -> int:
        """Write a block by somebody (id, name; id 0: no account), with its target if there is none alike, and a line in the log; its id.

        ``instead_of``: the block on the same target that becomes this one; ``echo``: what the automatic ones that came of it say then.
        """
        tables = self._tables
        with self._database.write() as connection:
            actor = _actor(connection, tables, by)
            if instead_of is not None and _change(
                connection, tables, instead_of, block, actor=actor, reason=reason, echo=echo
            ):
                ident = instead_of
            else:
                ident = _insert(connection, tables, {"bt_auto": 0, **target}, block, actor=actor, reason=reason)
            _note(connection, tables, log, actor=actor, reason=reason)
        return ident

    def spread(
        self, parent: BlockRow, hexadecimal: str, address: str, block: Mapping[str, Any], *, reason: str
    ) -> int | None:
        """Write the automatic block of an address that comes of ``parent``; None where a block is on that address already.

        One that is automatic too begins anew, unless ``parent`` ends before it. MediaWiki writes no log of it.
        """
        tables = self._tables
        with self._database.write() as connection:
            found = [
                _row(*one)
                for one in connection.execute(self._address_statement, _around(hexadecimal, str(block["bl_timestamp"])))
            ]
            for row in found:
                if row.auto and parent.expiry > row.expiry:
                    times = {name: block[name] for name in ("bl_timestamp", "bl_expiry")}
                    connection.execute(update(tables.block).where(tables.block.c.bl_id == row.id).values(**times))
            if found:
                return None
            actor = _actor(connection, tables, (parent.by_id, parent.by_name))
            target = {"bt_auto": 1, "bt_address": address, "bt_ip_hex": hexadecimal}
            return _insert(
                connection, tables, target, {**block, "bl_parent_block_id": parent.id}, actor=actor, reason=reason
            )

    def delete(self, block_id: int, *, by: tuple[int, str], reason: str, log: BlockLog) -> bool:
        """Delete a block and what hangs on it, with a line in the log; False where there is none."""
        tables = self._tables
        with self._database.write() as connection:
            gone = _delete(connection, tables, block_id)
            if gone:
                _note(connection, tables, log, actor=_actor(connection, tables, by), reason=reason)
        return gone


def _actor(connection: Connection, tables: Tables, by: tuple[int, str]) -> int:
    return actor_of(connection, tables, *by) if by[0] else actor_named(connection, tables, by[1])


def _note(connection: Connection, tables: Tables, log: BlockLog, *, actor: int, reason: str) -> None:
    log_block(
        connection,
        tables,
        action=log.action,
        moment=log.moment,
        actor=actor,
        target=log.target,
        reason=reason,
        params=log.params,
    )


def _insert(
    connection: Connection,
    tables: Tables,
    target: Mapping[str, Any],
    block: Mapping[str, Any],
    *,
    actor: int,
    reason: str,
) -> int:
    targets = tables.block_target.c
    same = and_(*(targets[name] == value for name, value in target.items()))
    found = connection.execute(select(targets.bt_id).where(same).limit(1)).scalar_one_or_none()
    if found is None:
        made = insert(tables.block_target).values(**target).returning(targets.bt_id)
        found = connection.execute(made).scalar_one()
    counted = update(tables.block_target).where(targets.bt_id == found).values(bt_count=targets.bt_count + 1)
    connection.execute(counted)
    statement = insert(tables.block).values(
        bl_target=found, bl_by_actor=actor, bl_reason_id=comment_id(connection, tables, reason), **block
    )
    return int(connection.execute(statement.returning(tables.block.c.bl_id)).scalar_one())


def _change(
    connection: Connection,
    tables: Tables,
    block_id: int,
    block: Mapping[str, Any],
    *,
    actor: int,
    reason: str,
    echo: str,
) -> bool:
    """Let a block be another from now on; False where there is none.

    Number and beginning stay. The automatic ones that came of it follow, but last no longer than before; they end where it no longer
    spreads (measured).
    """
    blocks = tables.block.c
    flags = {"bl_anon_only": 0, "bl_block_email": 0, "bl_deleted": 0, "bl_sitewide": 1, **block}
    del flags["bl_timestamp"]
    by = {"bl_by_actor": actor, "bl_reason_id": comment_id(connection, tables, reason)}
    if not connection.execute(update(tables.block).where(blocks.bl_id == block_id).values(**flags, **by)).rowcount:
        return False
    of_block = tables.ipblocks_restrictions.c.ir_ipb_id == block_id
    connection.execute(delete(tables.ipblocks_restrictions).where(of_block))
    echoes = blocks.bl_parent_block_id == block_id
    if not block["bl_enable_autoblock"]:
        for ident in connection.execute(select(blocks.bl_id).where(echoes)).scalars().all():
            _delete(connection, tables, ident)
        return True
    followed = {name: flags[name] for name in ("bl_create_account", "bl_allow_usertalk", "bl_sitewide", "bl_deleted")}
    by["bl_reason_id"] = comment_id(connection, tables, echo)
    connection.execute(update(tables.block).where(echoes).values(**followed, **by))
    longer = blocks.bl_expiry > block["bl_expiry"]
    connection.execute(update(tables.block).where(echoes, longer).values(bl_expiry=block["bl_expiry"]))
    return True


def _delete(connection: Connection, tables: Tables, block_id: int) -> bool:
    """Delete a block with its restrictions, the autoblocks that came of it, and targets without a block; False where there is none."""
    block, targets = tables.block.c, tables.block_target.c
    ours = or_(block.bl_id == block_id, block.bl_parent_block_id == block_id)
    gone = connection.execute(delete(tables.block).where(ours).returning(block.bl_id, block.bl_target)).all()
    for ident, target_id in gone:
        of_block = tables.ipblocks_restrictions.c.ir_ipb_id == ident
        connection.execute(delete(tables.ipblocks_restrictions).where(of_block))
        one = targets.bt_id == target_id
        connection.execute(update(tables.block_target).where(one).values(bt_count=targets.bt_count - 1))
        connection.execute(delete(tables.block_target).where(one, targets.bt_count <= 0))
    return bool(gone)


def _around(address: str, now: str) -> dict[str, str]:
    return {"address": address, "first": address[: _FRAGMENT if address.startswith("v6-") else 4], "now": now}


def _row(*values: Any) -> BlockRow:
    row = list(values)
    for index in (4, *range(10, 17)):
        row[index] = bool(row[index])
    row[5] = row[5] or 0
    return BlockRow(*row)
