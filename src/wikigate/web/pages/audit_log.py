"""Special:AuditLog: what happened to accounts, the newest first, as ``wikigate_audit`` has it (security H6)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Final

from wikigate.auth.audit import EVENTS
from wikigate.primitives.addresses import normalise_address, parse_address
from wikigate.primitives.message import PlainText
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
        wrong = bool(asked["address"]) and parse_address(asked["address"]) is None
        found = [] if wrong else self._found(visit, {**asked, "user": name})
        heads = ("moment", "event", "account", "address", "details")
        listing = Listing(
            self.words(visit, "auditlog"),
            self.columns(visit, *(f"wikigate-auditlog-{head}" for head in heads)),
            [self._line(row) for row in found[:_SHOWN]],
            self.words(visit, "wikigate-auditlog-none"),
        )
        fault = self.words(visit, "wikigate-auditlog-bad-address", PlainText(asked["address"])) if wrong else ""
        searches = (
            Search("event", self.words(visit, "wikigate-auditlog-event"), asked["event"], EVENTS),
            Search("user", self.words(visit, "wikigate-account"), asked["user"]),
            Search("address", self.words(visit, "wikigate-address"), asked["address"], error=fault),
        )
        links = self.through_time(visit, found[_SHOWN - 1].id if len(found) > _SHOWN else None, **asked)
        return self.draw(visit, *([] if wrong else [listing]), searches=searches, links=links)

    def _found(self, visit: Visit, asked: Mapping[str, str]) -> list[AuditRow]:
        return self._rows.search(
            event=asked["event"],
            user_name=asked["user"],
            address=normalise_address(asked["address"]),
            limit=_SHOWN + 1,
            before=self.before(visit),
        )

    def _line(self, row: AuditRow) -> Line:
        details = ", ".join(f"{key}: {value}" for key, value in json.loads(row.details).items())
        account: str | Link = Link(row.user_name, self.url(user=row.user_name)) if row.user_name else ""
        address: str | Link = Link(row.address, self.url(address=row.address)) if row.address else ""
        return Line((iso8601(row.moment), row.event, account, address, details))
