"""Blocks: who is kept from what, and which of several blocks an answer speaks of (spec core §15).

Promises: two reads at most, one for the account and one for the address; a visitor costs one.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Literal

from wikigate.accounts.user import Account
from wikigate.primitives.addresses import hex_form, hex_range, parse_address, wiki_range, wiki_spelling
from wikigate.primitives.clock import Clock
from wikigate.primitives.timestamps import INFINITY, parse_ts14, ts14
from wikigate.store.blocks import BlockRow, BlockRows
from wikigate.store.engine import Database

# The narrowest prefixes that may be blocked as a range (``$wgBlockCIDRLimit``).
_WIDEST_RANGE: Final = {4: 16, 6: 19}

BlockKind = Literal["user", "address", "range", "auto", "composite"]


@dataclass(frozen=True, slots=True)
class Block:
    """A block that concerns somebody; moments in seconds, ``expiry`` None for ever.

    ``id`` is None for a ``composite``: several blocks at once, named in ``components``. ``target`` is the name or address it is on, empty
    for an automatic one, which must not tell. ``own_talk``: its user may not even write on his own talk page.
    ``autoblocks``: it spreads to the addresses that its user comes from.
    """

    id: int | None
    kind: BlockKind
    target: str
    by_id: int
    by_name: str
    reason: str
    timestamp: float
    expiry: float | None
    sitewide: bool = True
    anon_only: bool = False
    create_account: bool = True
    email: bool = False
    own_talk: bool = True
    parent_id: int | None = None
    autoblocks: bool = False
    components: tuple[Block, ...] = ()


class Blocks:
    """The blocks of one wiki; shared by all threads."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._rows = BlockRows(database)
        self._clock = clock

    def find(
        self, account: Account | None, address: str = "", *, exempt: bool = False, creating: bool = False
    ) -> Block | None:
        """Find the block that concerns somebody who comes from ``address``; empty: only what is on the account.

        ``exempt``: he has the right ``ipblock-exempt``. ``creating``: he is making an account, which even a block of visitors alone forbids
        from its address. Several blocks make a ``composite`` one.
        """
        now = ts14(self._clock.now())
        rows = self._rows.on_user(account.id, now) if account is not None else []
        parsed = None if exempt and account is not None else parse_address(address)
        if parsed is not None:
            softly = account is None or creating
            rows += [row for row in self._rows.on_address(hex_form(parsed), now) if softly or not row.anon_only]
        found = _without_echoes(rows)
        if len(found) < 2:  # noqa: PLR2004  one or none
            return found[0] if found else None
        return _composite(found)

    def by_id(self, block_id: int) -> Block | None:
        """Find one block that has not expired."""
        row = self._rows.by_id(block_id, ts14(self._clock.now()))
        return None if row is None else _block(row)

    def hidden(self, user_ids: Iterable[int]) -> set[int]:
        """Return which of these accounts a block hides: to whoever has not the right ``hideuser`` they do not exist."""
        now = ts14(self._clock.now())
        return {user_id for user_id in user_ids if self._rows.is_hidden(user_id, now)}

    def block_account(
        self,
        account: Account,
        *,
        by: Account,
        reason: str = "",
        expiry: float | None = None,
        sitewide: bool = True,
        create_account: bool = True,
        autoblock: bool = True,
        email: bool = False,
        own_talk: bool = True,
    ) -> int:
        """Block an account; the block's id."""
        flags = {
            "bl_sitewide": int(sitewide),
            "bl_create_account": int(create_account),
            "bl_enable_autoblock": int(autoblock),
            "bl_block_email": int(email),
            "bl_allow_usertalk": int(not own_talk),
        }
        target = {"bt_user": account.id, "bt_user_text": account.name}
        return self._rows.insert(target, self._times(expiry) | flags, by=(by.id, by.name), reason=reason)

    def block_address(
        self,
        address: str,
        *,
        by: Account,
        reason: str = "",
        expiry: float | None = None,
        anon_only: bool = False,
        create_account: bool = True,
    ) -> int:
        """Block an address or a CIDR range; the block's id. Raises ``ValueError`` for what is neither, or wider than MediaWiki allows."""
        ends = hex_range(address)
        if ends is None:
            raise ValueError(f"“{address}” is neither an address nor a range like 192.0.2.0/24")
        spelled = wiki_range(address)
        target = {"bt_address": spelled or wiki_spelling(address), "bt_ip_hex": ends[0]}
        if spelled is not None:
            version = 6 if ends[0].startswith("v6-") else 4
            if int(spelled.rpartition("/")[2]) < _WIDEST_RANGE[version]:
                raise ValueError(f"“{address}” is too wide; a range has {_WIDEST_RANGE[version]} fixed bits at least")
            target |= {"bt_range_start": ends[0], "bt_range_end": ends[1]}
        flags = {
            "bl_anon_only": int(anon_only),
            "bl_create_account": int(create_account),
            "bl_enable_autoblock": 0,
            "bl_allow_usertalk": 0,
        }
        return self._rows.insert(target, self._times(expiry) | flags, by=(by.id, by.name), reason=reason)

    def lift(self, block_id: int) -> bool:
        """End a block and the automatic ones that came of it; False where there is none."""
        return self._rows.delete(block_id)

    def _times(self, expiry: float | None) -> dict[str, object]:
        return {"bl_timestamp": ts14(self._clock.now()), "bl_expiry": INFINITY if expiry is None else ts14(expiry)}


def _without_echoes(rows: list[BlockRow]) -> list[Block]:
    """Leave out an automatic block where the block that it came of is there too."""
    found: dict[int, Block] = {}
    for row in sorted(rows, key=lambda row: row.auto):
        key = row.parent_id if row.auto and row.parent_id is not None else row.id
        if key not in found:
            found[key] = _block(row)
    return list(found.values())


def _block(row: BlockRow) -> Block:
    kind: BlockKind = "user"
    if row.auto:
        kind = "auto"
    elif row.address is not None:
        kind = "range" if "/" in row.address else "address"
    return Block(
        row.id,
        kind,
        "" if row.auto else (row.user_name or row.address or ""),
        row.by_id,
        row.by_name,
        row.reason,
        parse_ts14(row.timestamp) or 0.0,
        parse_ts14(row.expiry),
        sitewide=row.sitewide,
        anon_only=row.anon_only,
        create_account=row.create_account,
        email=row.block_email,
        own_talk=not row.allow_usertalk,
        parent_id=row.parent_id,
        autoblocks=row.enable_autoblock,
    )


def _composite(blocks: list[Block]) -> Block:
    """Join several blocks: each thing is forbidden that one of them forbids, for as long as the longest lasts."""
    ends = [block.expiry for block in blocks]
    return Block(
        None,
        "composite",
        "",
        0,
        "",
        "",
        max(block.timestamp for block in blocks),
        None if None in ends else max(end for end in ends if end is not None),
        sitewide=any(block.sitewide for block in blocks),
        anon_only=False,
        create_account=any(block.create_account for block in blocks),
        email=any(block.email for block in blocks),
        own_talk=any(block.own_talk for block in blocks),
        components=tuple(blocks),
    )
