"""Pages of tables for somebody who is logged in: who may see one, what a button needs to be believed, how tables are drawn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from wikigate.actions.settings import SiteSettings
from wikigate.primitives.message import Message
from wikigate.web.frame import Frame
from wikigate.web.fresh_login import to_login
from wikigate.web.links import page_url
from wikigate.web.listing import Line, Link, Listing, Search
from wikigate.web.page import PageParts
from wikigate.web.visit import Visit
from wikigate.wire.http import Response

_LONGEST: Final = 16


class ListingPage:
    """One page; a page of its own kind says whom it admits, what it shows, and what can be done on it."""

    name: str
    kept: tuple[str, ...] = ()
    """The fields that are filled in again after a login on the way; none of them is secret."""

    def __init__(self, parts: PageParts) -> None:
        self._site: SiteSettings = parts.services.site
        self._frame: Frame = parts.frame

    def get(self, visit: Visit) -> Response:
        """Show the page; a visitor is sent to log in. Raises ``ApiError``: ``permissiondenied``."""
        return self._turned_away(visit) or self.show(visit)

    def post(self, visit: Visit) -> Response:
        """Do what was asked for; with a wrong token, show again what was typed. Raises ``ApiError``: ``permissiondenied``."""
        if (away := self._turned_away(visit)) is not None:
            return away
        if not visit.checks_out(visit.text("wpEditToken")):
            visit.send_again()
            return self.show(visit)
        return self.do(visit)

    def admit(self, visit: Visit) -> None:
        """Refuse somebody who is logged in and may not see the page. Raises ``ApiError``: ``permissiondenied``."""
        raise NotImplementedError

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
        form: str = "",
        **context: Any,
    ) -> Response:
        """Return a page of tables; ``title`` is the page's own unless another is given. ``form``: a template that stands below them."""
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
            form=form,
            **context,
        )

    def facts(self, visit: Visit, caption: str, found: Mapping[str, str | Link]) -> Listing:
        """Return facts by their message keys as a table of two columns."""
        return Listing(caption, (), [Line((self.words(visit, key), value)) for key, value in found.items()])

    @staticmethod
    def before(visit: Visit) -> int:
        """Return the id from which a list that goes back in time is asked for; 0 for its newest end."""
        text = visit.text("before")
        return int(text) if text.isascii() and text.isdigit() and len(text) < _LONGEST else 0

    def through_time(self, visit: Visit, earlier: int | None, **given: str) -> list[Link]:
        """Return the links of a list of events: to those before the id ``earlier``, if any are, and from there to the newest.

        ``given`` is what the list is searched for; what is empty in it is left out.
        """
        given = {key: value for key, value in given.items() if value}
        links = []
        if earlier is not None:
            onward = self.url(before=str(earlier), **given)
            links.append(Link(self.words(visit, "wikigate-auditlog-older"), onward))
        if self.before(visit):
            links.append(Link(self.words(visit, "wikigate-auditlog-newest"), self.url(**given)))
        return links

    @staticmethod
    def words(visit: Visit, key: str, *params: Any) -> str:
        """Say something in the visitor's language."""
        return visit.words(Message(key, params))

    def columns(self, visit: Visit, *keys: str) -> list[str]:
        """Say the heads of columns."""
        return [self.words(visit, key) for key in keys]

    def _title(self, subpage: str) -> str:
        return f"Special:{self.name}/{subpage}" if subpage else f"Special:{self.name}"

    def _turned_away(self, visit: Visit) -> Response | None:
        if visit.session.account is None:
            return to_login(visit, self._title(visit.subpage), kept=self.kept)
        self.admit(visit)
        return None
