"""Special:AuditLog: what happened to accounts, the newest first, as ``wikigate_audit`` has it (security H6)."""

from __future__ import annotations

import json
from typing import Final

from wikigate.auth.audit import EVENTS
from wikigate.primitives.addresses import normalise_address
from wikigate.primitives.timestamps import iso8601
from wikigate.store.audit import AuditRow, AuditTable
from wikigate.web.listing import Line, Link, Listing, Search
from wikigate.web.operator_page import OperatorPage
from wikigate.web.page import PageParts
from wikigate.web.visit import Visit
from wikigate.wire.http import Response

NAME: Final = "AuditLog"
_SHOWN: Final = 50


class AuditLogPage(OperatorPage):
    """Lists events by kind, account and address."""

    name = NAME

    def __init__(self, parts: PageParts, rows: AuditTable) -> None:
        super().__init__(parts)
        self._rows = rows

    def show(self, visit: Visit) -> Response:
        """Show fifty events, and lead to those before."""
        asked = {name: visit.text(name).strip() for name in ("event", "user", "address")}
        name = visit.services.directory.canonical_user(asked["user"], ("name",)) or asked["user"]
        found = self._rows.search(
            event=asked["event"],
            user_name=name,
            address=normalise_address(asked["address"]),
            limit=_SHOWN + 1,
            before=self.before(visit),
        )
        heads = ("moment", "event", "account", "address", "details")
        listing = Listing(
            self.words(visit, "auditlog"),
            self.columns(visit, *(f"wikigate-auditlog-{head}" for head in heads)),
            [self._line(row) for row in found[:_SHOWN]],
            self.words(visit, "wikigate-auditlog-none"),
        )
        searches = (
            Search("event", self.words(visit, "wikigate-auditlog-event"), asked["event"], EVENTS),
            Search("user", self.words(visit, "wikigate-account"), asked["user"]),
            Search("address", self.words(visit, "wikigate-address"), asked["address"]),
        )
        links = []
        if len(found) > _SHOWN:
            given = {key: value for key, value in asked.items() if value}
            onward = self.url(before=str(found[_SHOWN - 1].id), **given)
            links = [Link(self.words(visit, "wikigate-auditlog-older"), onward)]
        return self.draw(visit, listing, searches=searches, links=links)

    def _line(self, row: AuditRow) -> Line:
        details = ", ".join(f"{key}: {value}" for key, value in json.loads(row.details).items())
        account: str | Link = Link(row.user_name, self.url(user=row.user_name)) if row.user_name else ""
        address: str | Link = Link(row.address, self.url(address=row.address)) if row.address else ""
        return Line((iso8601(row.moment), row.event, account, address, details))
