"""Special:Throttles: which logins are refused for now, and how an operator lets somebody try again at once."""

from __future__ import annotations

import math
from typing import Final

from wikigate.auth.audit import Audit
from wikigate.auth.throttle_view import ThrottleView
from wikigate.primitives.message import Duration
from wikigate.web.conversation_form import caller_of
from wikigate.web.frame import redirect
from wikigate.web.listing import Deed, Line, Listing, Search
from wikigate.web.operator_page import OperatorPage
from wikigate.web.page import PageParts
from wikigate.web.visit import Visit
from wikigate.wire.http import Response

_SHOWN: Final = 200


class ThrottlesPage(OperatorPage):
    """Lists the counts, each with a button that lets it begin anew."""

    name = "Throttles"

    def __init__(self, parts: PageParts, throttles: ThrottleView) -> None:
        super().__init__(parts)
        self._throttles = throttles
        self._audit: Audit = parts.services.audit

    def show(self, visit: Visit) -> Response:
        """Show the counts of everybody, or of one account or address."""
        name, address = visit.text("user").strip(), visit.text("address").strip()
        known = visit.services.directory.canonical_user(name, ("name",)) or name
        found = self._throttles.counts(name=known, address=address)[:_SHOWN]
        lines = [
            Line(
                (
                    self.words(visit, f"wikigate-throttle-{one.kind}"),
                    one.address,
                    (known if name else one.name_hash[:8]) if one.name_hash else "",
                    f"{one.number}/{one.limit}",
                    self.words(visit, "wikigate-throttles-refuses" if one.refuses else "wikigate-throttles-counts"),
                    self.words(visit, "wikigate-duration", Duration(math.ceil(one.remaining))),
                ),
                [Deed("lift", self.words(visit, "wikigate-throttles-lift"), {"key": one.key})],
            )
            for one in found
        ]
        heads = ("kind", "address", "account", "count", "state", "left")
        listing = Listing(
            self.words(visit, "throttles"),
            [*self.columns(visit, *(f"wikigate-throttles-{head}" for head in heads)), ""],
            lines,
            self.words(visit, "wikigate-throttles-none"),
        )
        searches = (
            Search("user", self.words(visit, "wikigate-account"), name),
            Search("address", self.words(visit, "wikigate-address"), address),
        )
        return self.draw(visit, listing, note=self.words(visit, "wikigate-throttles-note"), searches=searches)

    def do(self, visit: Visit) -> Response:
        """Let one count begin anew."""
        account = visit.session.account
        key = visit.text("key")
        if account is not None:
            with self._audit.together():
                if self._throttles.lift(key):
                    by = caller_of(visit)
                    self._audit.changed(by, "throttle.lifted", account, throttle=key)
        return redirect(self.url())
