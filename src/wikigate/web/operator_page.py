"""What the operators' pages have in common: who may see them, and how a listing is drawn.

The visitor is asked for a right by name, as MediaWiki does; a session whose rights are limited, as an OAuth consumer's or a bot
password's is, has here what its grants leave.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from wikigate.actions.settings import SiteSettings
from wikigate.primitives.errors import api_error
from wikigate.primitives.message import Message
from wikigate.web.frame import Frame, redirect
from wikigate.web.links import page_url
from wikigate.web.listing import Line, Link, Listing, Search
from wikigate.web.page import PageParts
from wikigate.web.visit import Visit
from wikigate.wire.http import Response

ACCOUNTS: Final = "userrights"
"""The right to look after accounts, and after the server: who has it may give itself any other (MediaWiki's bureaucrats)."""


class OperatorPage:
    """One page for those who have ``right``; a page of its own kind says what it shows and does."""

    name: str
    right: str = ACCOUNTS

    def __init__(self, parts: PageParts) -> None:
        self._site: SiteSettings = parts.services.site
        self._frame: Frame = parts.frame

    def get(self, visit: Visit) -> Response:
        """Show the page; a visitor is sent to log in. Raises ``ApiError``: ``permissiondenied``."""
        return self._turned_away(visit) or self.show(visit)

    def post(self, visit: Visit) -> Response:
        """Do what was asked for. Raises ``ApiError``: ``permissiondenied``, ``badtoken``."""
        if (away := self._turned_away(visit)) is not None:
            return away
        if not visit.checks_out(visit.text("wpEditToken")):
            raise api_error("sessionfailure")
        return self.do(visit)

    def show(self, visit: Visit) -> Response:
        """Draw the page for somebody who may see it."""
        raise NotImplementedError

    def do(self, visit: Visit) -> Response:
        """Act for somebody who may; a page on which nothing can be done shows itself."""
        return self.show(visit)

    def url(self, subpage: str = "", **query: str) -> str:
        """Return an address of this page."""
        return page_url(self._site, self._title(subpage), **query)

    def draw(
        self,
        visit: Visit,
        *tables: Listing,
        title: Message | None = None,
        note: str = "",
        error: Message | None = None,
        searches: Sequence[Search] = (),
        links: Sequence[Link] = (),
    ) -> Response:
        """Return a page of tables; ``title`` is the page's own unless another is given."""
        return self._frame.draw(
            visit,
            "listing.html",
            title or Message(self.name.lower()),
            tables=tables,
            token=visit.token() if any(line.deeds for table in tables for line in table.lines) else "",
            action=f"{self._site.script_path}/index.php",
            page=self._title(visit.subpage),
            searches=searches,
            links=links,
            note=note,
            said="",
            error=self.words(visit, error.key, *error.params) if error else "",
        )

    def facts(self, visit: Visit, caption: str, found: Mapping[str, str | Link]) -> Listing:
        """Return facts by their message keys as a table of two columns."""
        return Listing(caption, (), [Line((self.words(visit, key), value)) for key, value in found.items()])

    @staticmethod
    def words(visit: Visit, key: str, *params: Any) -> str:
        """Say something in the visitor's language."""
        return visit.services.catalog.plain(Message(key, params), visit.language)

    def columns(self, visit: Visit, *keys: str) -> list[str]:
        """Say the heads of columns."""
        return [self.words(visit, key) for key in keys]

    def _title(self, subpage: str) -> str:
        return f"Special:{self.name}/{subpage}" if subpage else f"Special:{self.name}"

    def _turned_away(self, visit: Visit) -> Response | None:
        if visit.session.account is None:
            return redirect(page_url(self._site, "Special:UserLogin", returnto=self._title(visit.subpage)))
        if not visit.user.can(self.right):
            raise api_error("badaccess-group0", code="permissiondenied", http_status=403)
        return None
