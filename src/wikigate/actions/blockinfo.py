"""A block as answers tell of it: its details, and the error that names it (spec core §15)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from wikigate.actions.shown_time import shown_expiry, shown_time
from wikigate.primitives.errors import Issue
from wikigate.primitives.message import Message
from wikigate.primitives.timestamps import iso8601
from wikigate.wire.result import List, Map

if TYPE_CHECKING:
    from wikigate.accounts.blocks import Block
    from wikigate.accounts.performer import Performer
    from wikigate.actions.asker import Asker
    from wikigate.actions.call import Call

# Isolate a name from the direction of the text around it (Unicode UAX #9: LRE, PDF).
_ISOLATED: Final = "\u202a{}\u202c"


def block_details(block: Block, call: Call) -> Map:
    """Return the members of ``blockinfo``; ``userinfo`` and ``users`` show them among their own."""
    catalog, language = call.services.catalog, call.language
    reason = block.reason
    if block.components:
        reason = catalog.text(Message("blockedtext-composite-reason"), language)
    details: dict[str, Any] = {
        "blockid": block.id,
        "blockedby": block.by_name,
        "blockedbyid": block.by_id,
        "blockreason": reason,
        "blockedtimestamp": iso8601(block.timestamp),
        "blockexpiry": "infinite" if block.expiry is None else iso8601(block.expiry),
        "blockpartial": not block.sitewide,
        "blocknocreate": block.create_account,
        "blockanononly": block.anon_only,
        "blockemail": block.email,
        "blockowntalk": block.own_talk,
        "blockedtimestampformatted": shown_time(block.timestamp, catalog, language),
    }
    if block.expiry is not None:
        shown = shown_time(block.expiry, catalog, language)
        details |= {"blockexpiryformatted": shown, "blockexpiryrelative": shown}
    if block.components:
        details["blockcomponents"] = List(block_details(component, call) for component in block.components)
    return Map(details)


def account_creation_blocks(asker: Asker) -> list[Block]:
    """Return the blocks that keep the caller from making accounts: those on him first, then those that only concern that."""
    user = asker.user
    exempt = user.can("ipblock-exempt")
    known = _single(user.block)
    found = _single(asker.services.blocks.find(user.account, user.address, exempt=exempt, creating=True))
    seen = {block.id for block in known}
    return [block for block in (*known, *(b for b in found if b.id not in seen)) if block.create_account]


def block_issue(block: Block, asker: Asker) -> Issue:
    """Return the error that a single block makes of what it forbids."""
    catalog, language = asker.services.catalog, asker.language
    by = _ISOLATED.format(block.by_name)
    key = "autoblockedtext" if block.kind == "auto" else "blockedtext"
    return Issue(
        Message(
            key if block.sitewide else f"{key}-partial",
            (
                f"[[User:{block.by_name}|{by}]]",
                block.reason,
                asker.user.address,
                by,
                block.id or 0,
                shown_expiry(block.expiry, catalog, language),
                _target(block, asker.user),
                shown_time(block.timestamp, catalog, language),
            ),
        )
    )


def _single(block: Block | None) -> tuple[Block, ...]:
    if block is None:
        return ()
    return block.components or (block,)


def _target(block: Block, user: Performer) -> str:
    """Return whom a block is on; an automatic one must not tell, so it names the address that it was met by."""
    return _ISOLATED.format(block.target) if block.kind == "user" else block.target or user.address
