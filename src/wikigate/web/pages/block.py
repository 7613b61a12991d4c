"""Special:Block: blocks an account, an address or a range, as ``wikigate block add`` does; the inputs' names are MediaWiki's."""

from __future__ import annotations

from typing import Any, Final

from wikigate.accounts.blocks import Blocks
from wikigate.accounts.user import Account
from wikigate.primitives.addresses import hex_range
from wikigate.primitives.message import Message, PlainText
from wikigate.store.audit import AuditTable
from wikigate.web.frame import redirect
from wikigate.web.links import page_url
from wikigate.web.operator_page import OperatorPage
from wikigate.web.page import PageParts
from wikigate.web.pages.block_list import BLOCK
from wikigate.web.visit import Visit
from wikigate.wire.http import Response
from wikigate.wire.moments import INFINITE, parse_expiry

_TITLE: Final = Message("block")
_CHOICES: Final = {
    "wpCreateAccount": "wikigate-block-createaccount",
    "wpAutoBlock": "wikigate-block-autoblock",
    "wpHardBlock": "wikigate-block-hard",
}
_USUAL: Final = {
    "wpTarget": "",
    "wpExpiry": "infinite",
    "wpReason": "",
    "wpCreateAccount": "1",
    "wpAutoBlock": "",
    "wpHardBlock": "",
}


class BlockPage(OperatorPage):
    """Shows the form; the subpage is whom to block."""

    name = "Block"
    right = BLOCK
    kept = tuple(_USUAL)

    def __init__(self, parts: PageParts, rows: AuditTable) -> None:
        super().__init__(parts)
        self._blocks: Blocks = parts.services.blocks
        self._rows = rows

    def show(self, visit: Visit) -> Response:
        """Show the form."""
        if visit.typed_before:
            return self._form(visit, {name: visit.text(name).strip() for name in _USUAL})
        target = visit.text("wpTarget") or visit.subpage.replace("_", " ")
        return self._form(visit, {**_USUAL, "wpTarget": target})

    def do(self, visit: Visit) -> Response:
        """Block, or say what is wrong with what was typed."""
        typed = {name: visit.text(name).strip() for name in _USUAL}
        whom = self._target(visit, typed["wpTarget"])
        if whom is None:
            return self._form(visit, typed, Message("nosuchusershort", (PlainText(typed["wpTarget"]),)))
        end = None if typed["wpExpiry"] in INFINITE else parse_expiry(typed["wpExpiry"], visit.now)
        if typed["wpExpiry"] not in INFINITE and (end is None or end <= visit.now):
            return self._form(visit, typed, Message("ipb_expiry_invalid"))
        present = self._blocks.on_target(whom)
        if present and not visit.text("wpReblock"):
            return self._form(visit, typed, Message("ipb-needreblock", (PlainText(typed["wpTarget"]),)))
        shared: dict[str, Any] = {
            "by": visit.session.account,
            "reason": typed["wpReason"],
            "expiry": end,
            "create_account": bool(typed["wpCreateAccount"]),
            "own_talk": False,
            "duration": typed["wpExpiry"],
            "instead_of": present[0].id if present else None,
        }
        if isinstance(whom, Account):
            ident = self._blocks.block_account(whom, autoblock=bool(typed["wpAutoBlock"]), email=False, **shared)
            if typed["wpAutoBlock"]:
                self._blocks.spread(ident, self._rows.recent_address(whom.id, int(visit.now)))
        else:
            try:
                self._blocks.block_address(whom, anon_only=not typed["wpHardBlock"], **shared)
            except ValueError:
                return self._form(visit, typed, Message("range_block_disabled"))
        return redirect(page_url(self._site, "Special:BlockList"))

    @staticmethod
    def _target(visit: Visit, text: str) -> Account | str | None:
        if hex_range(text) is not None:
            return text
        directory = visit.services.directory
        name = directory.canonical_user(text, ("name",))
        return directory.by_name(name) if name else None

    def _form(self, visit: Visit, typed: dict[str, str], error: Message | None = None) -> Response:
        whom = self._target(visit, typed["wpTarget"])
        present = self._blocks.on_target(whom) if whom is not None else []
        return self._frame.draw(
            visit,
            "block.html",
            _TITLE,
            typed=typed,
            choices=_CHOICES,
            present=typed["wpTarget"] if present else "",
            error=visit.words(error) if error else "",
            token=visit.token(),
            action=self.url(),
            list=page_url(self._site, "Special:BlockList"),
        )
