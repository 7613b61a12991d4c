"""Special:BlockList: the blocks in force, for those who may block; each can be ended from here."""

from __future__ import annotations

from operator import itemgetter
from typing import Final

from wikigate.accounts.blocks import Block, Blocks
from wikigate.primitives.addresses import hex_range
from wikigate.primitives.timestamps import iso8601
from wikigate.web.frame import redirect
from wikigate.web.links import page_url
from wikigate.web.listing import Deed, Line, Link, Listing, Search
from wikigate.web.operator_page import OperatorPage
from wikigate.web.page import PageParts
from wikigate.web.visit import Visit
from wikigate.wire.http import Response

BLOCK: Final = "block"
"""The right to see and make blocks here (MediaWiki's administrators)."""
_HEADS: Final = ("timestamp", "target", "expiry", "by", "params", "reason")
_LONGEST: Final = 16
_SHOWN: Final = 50


class BlockListPage(OperatorPage):
    """Lists the blocks on accounts, addresses and ranges; an automatic one does not tell its address."""

    name = "BlockList"
    right = BLOCK

    def __init__(self, parts: PageParts) -> None:
        super().__init__(parts)
        self._blocks: Blocks = parts.services.blocks

    def show(self, visit: Visit) -> Response:
        """Show fifty blocks, the newest first, or those that concern one target, and lead to those before."""
        target, before = visit.text("wpTarget").strip(), self.before(visit)
        wanted = visit.services.directory.canonical_user(target, ("name", "ip", "cidr")) or target
        numbered = sorted(((one.id or 0, one) for one in self._blocks.every()), key=itemgetter(0), reverse=True)
        found = [
            (number, one)
            for number, one in numbered
            if (not target or _concerns(one, wanted)) and (not before or number < before)
        ]
        shown = found[:_SHOWN]
        listing = Listing(
            self.words(visit, "blocklist"),
            [*self.columns(visit, *(f"blocklist-{head}" for head in _HEADS)), ""],
            [self._line(visit, one) for _, one in shown],
            self.words(visit, "ipblocklist-no-results" if target else "ipblocklist-empty"),
        )
        searches = (Search("wpTarget", self.words(visit, "wikigate-blocklist-search"), target),)
        links = [Link(self.words(visit, "block"), page_url(self._site, "Special:Block"))]
        if len(found) > _SHOWN:
            given = {"wpTarget": target} if target else {}
            onward = self.url(before=str(shown[-1][0]), **given)
            links.insert(0, Link(self.words(visit, "wikigate-blocklist-older"), onward))
        return self.draw(visit, listing, searches=searches, links=links)

    def do(self, visit: Visit) -> Response:
        """End one block, with the automatic ones that came of it."""
        number = visit.text("id")
        if number.isascii() and number.isdigit() and len(number) < _LONGEST:
            self._blocks.lift(int(number), by=visit.session.account, reason=visit.text("reason"))
        return redirect(self.url())

    def _line(self, visit: Visit, one: Block) -> Line:
        flags = {
            "wikigate-block-partial": not one.sitewide,
            "wikigate-block-createaccount": one.create_account,
            "wikigate-block-anononly": one.anon_only,
            "wikigate-block-autoblock": one.autoblocks,
            "wikigate-block-email": one.email,
        }
        end = self.words(visit, "infiniteblock") if one.expiry is None else iso8601(one.expiry)
        target: str | Link = one.target or self.words(visit, "wikigate-block-automatic", str(one.parent_id))
        if one.target:
            target = Link(one.target, page_url(self._site, f"Special:Block/{one.target}"))
        said = ", ".join(self.words(visit, key) for key, holds in flags.items() if holds)
        lift = Deed("lift", self.words(visit, "unblock"), {"id": str(one.id)})
        return Line((iso8601(one.timestamp), target, end, one.by_name, said, one.reason), [lift])


def _concerns(block: Block, target: str) -> bool:
    """Whether a block is on the target, or on a range around it; an automatic one has no address here that could be found."""
    within, around = hex_range(target), hex_range(block.target)
    if within is None or around is None:
        return block.target == target
    return around[0] <= within[0] and within[1] <= around[1]
