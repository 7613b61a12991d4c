"""Blocks: who is kept from what, and which of several blocks an answer speaks of (spec core §15).

Promises: two reads at most, one for the account and one for the address; a visitor costs one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final, Literal

from wikigate.accounts.user import Account
from wikigate.primitives.addresses import hex_form, hex_range, parse_address, wiki_range, wiki_spelling
from wikigate.primitives.clock import Clock
from wikigate.primitives.timestamps import INFINITY, iso8601, parse_ts14, ts14
from wikigate.store.blocks import BlockLog, BlockRow, BlockRows
from wikigate.store.engine import Database

# The narrowest prefixes that may be blocked as a range (``$wgBlockCIDRLimit``).
_WIDEST_RANGE: Final = {4: 16, 6: 19}

OPERATOR: Final = "Maintenance script"
"""In whose name the operator blocks: one that MediaWiki keeps for its own scripts, and that nobody can have."""

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
    """The blocks of one wiki; shared by all threads. ``autoblock_seconds``: how long an automatic one lasts at most."""

    def __init__(self, database: Database, clock: Clock, *, autoblock_seconds: int = 86_400) -> None:
        self._rows = BlockRows(database)
        self._clock = clock
        self._autoblock_seconds = autoblock_seconds

    def find(
        self,
        account: Account | None,
        address: str = "",
        *,
        exempt: bool = False,
        creating: bool = False,
        carried: Block | None = None,
    ) -> Block | None:
        """Find the block that concerns somebody who comes from ``address``; empty: only what is on the account.

        ``exempt``: he has the right ``ipblock-exempt``. ``creating``: he is making an account, which even a block of visitors alone forbids
        from its address; such a block hits temporary accounts too. ``carried``: one that his browser brought. Several blocks make a
        ``composite`` one.
        """
        now = ts14(self._clock.now())
        rows = self._rows.on_user(account.id, now) if account is not None else []
        parsed = None if exempt and account is not None else parse_address(address)
        if parsed is not None:
            softly = account is None or account.is_temp or creating
            rows += [row for row in self._rows.on_address(hex_form(parsed), now) if softly or not row.anon_only]
        found = _without_echoes(rows, carried)
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

    def every(self) -> list[Block]:
        """List the blocks that have not expired, the oldest first."""
        return [_block(row) for row in self._rows.every(ts14(self._clock.now()))]

    def on_target(self, target: Account | str) -> list[Block]:
        """List the blocks on exactly this account, address or range; ranges around an address and automatic blocks are not among them."""
        now = ts14(self._clock.now())
        if isinstance(target, Account):
            return [_block(row) for row in self._rows.on_user(target.id, now)]
        return [_block(row) for row in self._rows.of_address(wiki_range(target) or wiki_spelling(target), now)]

    def block_account(
        self,
        account: Account,
        *,
        by: Account | None = None,
        reason: str = "",
        expiry: float | None = None,
        sitewide: bool = True,
        create_account: bool = True,
        autoblock: bool = True,
        email: bool = False,
        own_talk: bool = True,
        duration: str = "",
        instead_of: int | None = None,
    ) -> int:
        """Block an account; the block's id. ``by`` None: the operator.

        ``duration``: the expiry in the words of who gave it, for the log. ``instead_of``: the block on the account that becomes this one,
        with its number and its beginning; the automatic ones that came of it follow it.
        """
        flags = {
            "bl_sitewide": int(sitewide),
            "bl_create_account": int(create_account),
            "bl_enable_autoblock": int(autoblock),
            "bl_block_email": int(email),
            "bl_allow_usertalk": int(not own_talk),
        }
        target = {"bt_user": account.id, "bt_user_text": account.name}
        words = {"nocreate": create_account, "noautoblock": not autoblock, "noemail": email, "nousertalk": own_talk}
        return self._insert(
            target,
            flags,
            self._log(account.name, words, duration, expiry, sitewide=sitewide, again=instead_of is not None),
            by=by,
            reason=reason,
            expiry=expiry,
            instead_of=instead_of,
            echo=_echo(account.name, reason),
        )

    def block_address(
        self,
        address: str,
        *,
        by: Account | None = None,
        reason: str = "",
        expiry: float | None = None,
        anon_only: bool = False,
        create_account: bool = True,
        own_talk: bool = True,
        duration: str = "",
        instead_of: int | None = None,
    ) -> int:
        """Block an address or a CIDR range; the block's id. Raises ``ValueError`` for what is neither, or wider than MediaWiki allows.

        See ``block_account``.
        """
        ends = hex_range(address)
        if ends is None:
            raise ValueError(f"“{address}” is neither an address nor a range like 192.0.2.0/24")
        spelled = wiki_range(address)
        name = spelled or wiki_spelling(address.partition("/")[0])
        target = {"bt_address": name, "bt_ip_hex": ends[0]}
        if spelled is not None:
            version = 6 if ends[0].startswith("v6-") else 4
            if int(spelled.rpartition("/")[2]) < _WIDEST_RANGE[version]:
                raise ValueError(f"“{address}” is too wide; a range has {_WIDEST_RANGE[version]} fixed bits at least")
            target |= {"bt_range_start": ends[0], "bt_range_end": ends[1]}
        flags = {
            "bl_anon_only": int(anon_only),
            "bl_create_account": int(create_account),
            "bl_enable_autoblock": 0,
            "bl_allow_usertalk": int(not own_talk),
        }
        words = {"anononly": anon_only, "nocreate": create_account, "nousertalk": own_talk}
        return self._insert(
            target,
            flags,
            self._log(name, words, duration, expiry, again=instead_of is not None),
            by=by,
            reason=reason,
            expiry=expiry,
            instead_of=instead_of,
        )

    def spread(self, block_id: int, address: str) -> int | None:
        """Block an address that the user of an autoblocking block used, for as long as the wiki wants at most; the new block's id.

        None where the block does not spread, ``address`` is no single address, or a block is on it already; an automatic one there begins
        anew. MediaWiki does this when such a block is made, and when its user tries to edit: never at a login (spec core §15).
        """
        moment = self._clock.now()
        now = ts14(moment)
        parent = self._rows.by_id(block_id, now)
        parsed = parse_address(address)
        if parent is None or parent.user_id is None or not parent.enable_autoblock or parsed is None:
            return None
        block = {
            "bl_timestamp": now,
            "bl_expiry": min(parent.expiry, ts14(moment + self._autoblock_seconds)),
            "bl_sitewide": int(parent.sitewide),
            "bl_create_account": int(parent.create_account),
            "bl_allow_usertalk": int(parent.allow_usertalk),
            "bl_enable_autoblock": 0,
            "bl_deleted": int(parent.hide_name),
        }
        why = _echo(parent.user_name or "", parent.reason)
        return self._rows.spread(parent, hex_form(parsed), wiki_spelling(address), block, reason=why)

    def lift(self, block_id: int, *, by: Account | None = None, reason: str = "") -> bool:
        """End a block and the automatic ones that came of it; False where there is none. ``by`` None: the operator."""
        now = ts14(self._clock.now())
        row = self._rows.by_id(block_id, now)
        if row is None:
            return False
        target = f"#{row.id}" if row.auto else row.user_name or row.address or ""
        log = BlockLog("unblock", target, now, "a:0:{}")
        return self._rows.delete(block_id, by=_by(by), reason=reason, log=log)

    def _insert(
        self,
        target: Mapping[str, object],
        flags: Mapping[str, int],
        log: BlockLog,
        *,
        by: Account | None,
        reason: str,
        expiry: float | None,
        instead_of: int | None,
        echo: str = "",
    ) -> int:
        block = {**self._times(expiry), **flags}
        return self._rows.insert(target, block, by=_by(by), reason=reason, log=log, instead_of=instead_of, echo=echo)

    def _log(
        self,
        target: str,
        flags: Mapping[str, bool],
        duration: str,
        expiry: float | None,
        *,
        sitewide: bool = True,
        again: bool = False,
    ) -> BlockLog:
        """Say what MediaWiki logs: the expiry as it was typed, what is forbidden, and whether everywhere."""
        lasting = INFINITY if expiry is None else duration or iso8601(expiry)
        words = ",".join(name for name, holds in flags.items() if holds)
        params = (
            f'a:3:{{s:11:"5::duration";{_php(lasting)}s:8:"6::flags";{_php(words)}s:8:"sitewide";b:{int(sitewide)};}}'
        )
        return BlockLog("reblock" if again else "block", target, ts14(self._clock.now()), params)

    def _times(self, expiry: float | None) -> dict[str, object]:
        return {"bl_timestamp": ts14(self._clock.now()), "bl_expiry": INFINITY if expiry is None else ts14(expiry)}


def _by(account: Account | None) -> tuple[int, str]:
    return (0, OPERATOR) if account is None else (account.id, account.name)


def _echo(name: str, reason: str) -> str:
    """Say why the address of a blocked user is blocked too."""
    return f"Blocked automatically: the address was used by “{name}”, who is blocked: “{reason}”"


def _php(text: str) -> str:
    """Write a text as PHP's ``serialize`` does."""
    return f's:{len(text.encode())}:"{text}";'


def _without_echoes(rows: list[BlockRow], carried: Block | None) -> list[Block]:
    """Leave out an automatic block where the block that it came of is there too, and what is there twice."""
    blocks = [_block(row) for row in rows] + ([] if carried is None else [carried])
    found: dict[int | None, Block] = {}
    for block in sorted(blocks, key=lambda block: block.kind == "auto"):
        found.setdefault(block.id if block.parent_id is None else block.parent_id, block)
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
        anon_only=all(block.anon_only for block in blocks),
        create_account=any(block.create_account for block in blocks),
        email=any(block.email for block in blocks),
        own_talk=any(block.own_talk for block in blocks),
        components=tuple(blocks),
    )
