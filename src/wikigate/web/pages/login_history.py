"""Special:LoginHistory: what happened to my account, in plain words (security H6)."""

from __future__ import annotations

from typing import Final

from wikigate.primitives.timestamps import iso8601
from wikigate.store.audit import AuditRow, AuditTable
from wikigate.web.links import page_url
from wikigate.web.listing import Line, Link, Listing
from wikigate.web.own_page import OwnPage
from wikigate.web.page import PageParts
from wikigate.web.visit import Visit
from wikigate.wire.http import Response

_SHOWN: Final = 50


class LoginHistoryPage(OwnPage):
    """Lists the events of the visitor's account; why an attempt failed stays with the operators."""

    name = "LoginHistory"

    def __init__(self, parts: PageParts, rows: AuditTable) -> None:
        super().__init__(parts)
        self._rows = rows

    def show(self, visit: Visit) -> Response:
        """Show fifty events, and lead to those before."""
        account = visit.session.account
        # An attempt that failed is noted by the name alone.
        name = "" if account is None else account.name
        found = self._rows.search(user_name=name, limit=_SHOWN + 1, before=self.before(visit)) if name else []
        listing = Listing(
            self.words(visit, "loginhistory"),
            self.columns(visit, *(f"wikigate-auditlog-{head}" for head in ("moment", "event", "address"))),
            [self._line(visit, row) for row in found[:_SHOWN]],
            self.words(visit, "wikigate-auditlog-none"),
        )
        earlier = found[_SHOWN - 1].id if len(found) > _SHOWN else None
        sessions = Link(self.words(visit, "sessions"), page_url(self._site, "Special:Sessions"))
        links = [*self.through_time(visit, earlier), sessions]
        return self.draw(visit, listing, note=self.words(visit, "wikigate-loginhistory-note"), links=links)

    def _line(self, visit: Visit, row: AuditRow) -> Line:
        key = f"wikigate-event-{row.event.replace('.', '-')}"
        return Line((iso8601(row.moment), self.words(visit, key), row.address))
