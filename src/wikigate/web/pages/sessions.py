"""Special:Sessions: where am I logged in, and the end of one of these sessions or of all but this one (security D7, D8)."""

from __future__ import annotations

from wikigate.primitives.errors import api_error
from wikigate.primitives.timestamps import iso8601
from wikigate.sessions.logins import Login, Logins
from wikigate.sessions.session import SessionLost
from wikigate.web.conversation_form import caller_of
from wikigate.web.device_name import device_name
from wikigate.web.frame import redirect
from wikigate.web.links import page_url
from wikigate.web.listing import Deed, Line, Link, Listing
from wikigate.web.own_page import OwnPage
from wikigate.web.page import PageParts
from wikigate.web.visit import Visit
from wikigate.wire.http import Response


class SessionsPage(OwnPage):
    """Lists the visitor's sessions, each but the present one with a button."""

    name = "Sessions"

    def __init__(self, parts: PageParts) -> None:
        super().__init__(parts)
        self._logins: Logins = parts.services.logins

    def show(self, visit: Visit) -> Response:
        """Show where the visitor is logged in."""
        found = self._logins.of(visit.session)
        heads = ("device", "address", "seen", "began", "state")
        listing = Listing(
            self.words(visit, "sessions"),
            [*self.columns(visit, *(f"wikigate-sessions-{head}" for head in heads)), ""],
            [self._line(visit, one) for one in found],
        )
        links = (
            Link(self.words(visit, "loginhistory"), page_url(self._site, "Special:LoginHistory")),
            Link(self.words(visit, "userlogout"), page_url(self._site, "Special:UserLogout")),
        )
        everywhere = Listing(
            self.words(visit, "wikigate-sessions-others"),
            (),
            [
                Line(
                    (self.words(visit, "wikigate-sessions-others-note"),),
                    [Deed("others", self.words(visit, "wikigate-sessions-end-others"))],
                )
            ],
        )
        note = self.words(visit, "wikigate-sessions-note")
        return self.draw(visit, listing, *([everywhere] if len(found) > 1 else []), note=note, links=links)

    def do(self, visit: Visit) -> Response:
        """End one session, or all others. Raises ``ApiError``: ``badtoken`` where this one has been ended in between."""
        session, account = visit.session, visit.session.account
        if account is None:
            return redirect(self.url())
        sessions = visit.services.sessions
        directory, audit, deed = visit.services.directory, visit.services.audit, visit.text("deed")
        by = caller_of(visit)
        try:
            with audit.together():
                ended = 0
                match deed:
                    case "end":
                        ended = int(self._logins.end(session, visit.text("login")))
                    case "others":
                        sessions.hold(session)
                        ended = len(self._logins.of(session)) - 1
                        directory.end_sessions(account.id)
                        sessions.rebind(session, directory.by_id(account.id) or account)
                if ended:
                    audit.changed(by, "session.ended", account, count=ended, by=account.name)
        except SessionLost as lost:
            raise api_error("sessionfailure", http_status=403) from lost
        return redirect(self.url())

    def _line(self, visit: Visit, one: Login) -> Line:
        state = "current" if one.is_current else "remembered" if one.is_remembered else "open"
        device = one.app or device_name(one.agent) or self.words(visit, "wikigate-sessions-unknown")
        cells = (
            device,
            one.address,
            iso8601(one.seen),
            iso8601(one.began),
            self.words(visit, f"wikigate-sessions-{state}"),
        )
        deed = Deed("end", self.words(visit, "wikigate-sessions-end"), {"login": one.handle})
        return Line(cells, () if one.is_current else [deed])
