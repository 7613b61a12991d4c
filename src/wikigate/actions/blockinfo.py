"""A block as answers tell of it: its details, and the error that names it (spec core §15)."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, Any, Final

from wikigate.actions.shown_time import shown_expiry, shown_time
from wikigate.primitives.addresses import wiki_spelling
from wikigate.primitives.errors import Issue
from wikigate.primitives.message import Message
from wikigate.primitives.timestamps import iso8601
from wikigate.wire.result import List, Map

if TYPE_CHECKING:
    from wikigate.accounts.blocks import Block
    from wikigate.accounts.performer import Performer
    from wikigate.actions.asker import Asker
    from wikigate.actions.call import Call

# What embeds a text of its own direction in one of another, by the first letter that has a direction (Unicode UAX #9: LRE, RLE, PDF).
_EMBEDDED: Final = {"L": "\u202a{}\u202c", "R": "\u202b{}\u202c", "AL": "\u202b{}\u202c"}


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
    known = _single(user.block)
    found = _single(asker.services.performers.block_of(user, creating=True))
    seen = {block.id for block in known}
    return [block for block in (*known, *(b for b in found if b.id not in seen)) if block.create_account]


def block_issue(block: Block, asker: Asker) -> Issue:
    """Return the error that a single block makes of what it forbids."""
    catalog, language = asker.services.catalog, asker.language
    by = _embedded(block.by_name)
    return Issue(
        Message(
            _key(block, asker.user),
            (
                f"[[User:{block.by_name}|{by}]]",
                block.reason or catalog.text(Message("blockednoreason"), language),
                asker.user.address,
                by,
                block.id or 0,
                shown_expiry(block.expiry, catalog, language),
                _target(block, asker.user),
                shown_time(block.timestamp, catalog, language),
            ),
        )
    )


def _key(block: Block, user: Performer) -> str:
    """Return what the error is called: an automatic block is one however much of the site it is of (measured)."""
    if block.kind != "auto" and not block.sitewide:
        return "blockedtext-partial"
    key = "autoblockedtext" if block.kind == "auto" else "blockedtext"
    return f"{key}-tempuser" if user.is_temp else key


def _single(block: Block | None) -> tuple[Block, ...]:
    if block is None:
        return ()
    return block.components or (block,)


def _target(block: Block, user: Performer) -> str:
    """Return whom a block is on; an automatic one must not tell, so it names the address that it was met by."""
    return _embedded(block.target or wiki_spelling(user.address))


def _embedded(text: str) -> str:
    """Keep a name from taking the direction of the text around it; what has none, like most addresses, stays as it is."""
    directed = (_EMBEDDED.get(unicodedata.bidirectional(character)) for character in text)
    return next((marks for marks in directed if marks is not None), "{}").format(text)
