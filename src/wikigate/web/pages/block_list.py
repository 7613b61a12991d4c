"""Special:BlockList: the blocks in force, for those who may block; each can be ended from here."""

from __future__ import annotations

from typing import Final

from wikigate.accounts.blocks import Block, Blocks
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


class BlockListPage(OperatorPage):
    """Lists the blocks on accounts, addresses and ranges; an automatic one does not tell its address."""

    name = "BlockList"
    right = BLOCK

    def __init__(self, parts: PageParts) -> None:
        super().__init__(parts)
        self._blocks: Blocks = parts.services.blocks

    def show(self, visit: Visit) -> Response:
        """Show all blocks, or those on one target."""
        target = visit.text("wpTarget").strip()
        wanted = visit.services.directory.canonical_user(target, ("name", "ip", "cidr")) or target
        found = [one for one in self._blocks.every() if not target or one.target == wanted]
        listing = Listing(
            self.words(visit, "blocklist"),
            [*self.columns(visit, *(f"blocklist-{head}" for head in _HEADS)), ""],
            [self._line(visit, one) for one in found],
            self.words(visit, "ipblocklist-empty"),
        )
        searches = (Search("wpTarget", self.words(visit, "wikigate-blocklist-search"), target),)
        links = (Link(self.words(visit, "block"), page_url(self._site, "Special:Block")),)
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
