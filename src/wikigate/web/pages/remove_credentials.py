"""Special:RemoveCredentials: what one's own account can be logged in to with, and a button to take each away (spec core §10).

Special:UnlinkAccounts is the same page for identities of other servers.
"""

from __future__ import annotations

from typing import Literal

from wikigate.auth.credentials import CredentialChanges
from wikigate.auth.fields import Need
from wikigate.auth.flow import Flow
from wikigate.primitives.errors import api_error
from wikigate.primitives.message import Message
from wikigate.web.conversation_form import caller_of
from wikigate.web.fresh_login import sent_to_log_in
from wikigate.web.listing import Deed, Line, Listing
from wikigate.web.listing_page import ListingPage
from wikigate.web.page import PageParts
from wikigate.web.visit import Visit
from wikigate.wire.http import Response


class RemoveCredentialsPage(ListingPage):
    """Lists the credentials; the subpage chooses one of them."""

    name = "RemoveCredentials"
    operation = "RemoveCredentials"
    stage: Literal["remove", "unlink"] = "remove"

    def __init__(self, parts: PageParts) -> None:
        super().__init__(parts)
        self._flow: Flow = parts.services.flow
        self._credentials: CredentialChanges = parts.services.credentials

    def _turned_away(self, visit: Visit) -> Response | None:
        return sent_to_log_in(visit, self._title(visit.subpage), self.operation)

    def show(self, visit: Visit) -> Response:
        """Show what there is to take away."""
        text, language, own = visit.services.catalog.page_plain, visit.language, self.name.lower()
        label = self.words(visit, f"{own}-submit")
        lines = [
            Line(
                (text(need.provider_text, language), text(need.account_text, language)),
                [Deed("remove", label, {"request": need.id})],
            )
            for need in self._offered(visit)
            if visit.subpage in {"", need.id}
        ]
        heads = ("credentialsform-provider", "credentialsform-account")
        columns = [*self.columns(visit, *heads), ""]
        return self.draw(visit, Listing(self.words(visit, own), columns, lines, self.words(visit, f"{own}-none")))

    def do(self, visit: Visit) -> Response:
        """Take it away. Raises ``ApiError``: ``badrequest``."""
        wanted, account = visit.text("request"), visit.session.account
        is_listed = sum(need.id == wanted for need in self._offered(visit)) == 1
        if account is None or not is_listed or not self._credentials.remove(caller_of(visit), account, wanted):
            raise api_error("apierror-changeauth-norequest", code="badrequest")
        own = self.name.lower()
        return self._frame.tell(visit, Message(own), Message(f"{own}-success"))

    def _offered(self, visit: Visit) -> tuple[Need, ...]:
        needs = self._flow.needs(self.stage, caller_of(visit), visit.user.name)
        return self._credentials.offered(self.stage, needs)
