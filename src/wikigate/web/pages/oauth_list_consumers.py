"""Special:OAuthListConsumers: the apps of this wiki that are in use, for everybody who may read it."""

from __future__ import annotations

from wikigate.accounts.consumer_registration import SEE_HIDDEN
from wikigate.accounts.consumers import APPROVED, Consumers, Entry
from wikigate.primitives.errors import api_error
from wikigate.primitives.message import Message, PlainText
from wikigate.web.listing import Line, Link, Listing
from wikigate.web.operator_page import OperatorPage
from wikigate.web.page import PageParts
from wikigate.web.visit import Visit
from wikigate.wire.http import Response


class ListConsumersPage(OperatorPage):
    """Lists the approved apps; ``view/KEY`` is one's. What is its owner's alone, his e-mail address and secrets, is not shown."""

    name = "OAuthListConsumers"
    right = "read"

    def __init__(self, parts: PageParts, consumers: Consumers) -> None:
        super().__init__(parts)
        self._consumers = consumers

    def show(self, visit: Visit) -> Response:
        """Show the list, or one app."""
        entries = self._consumers.entries(hidden=visit.user.can(SEE_HIDDEN))
        apps = [one for one in entries if one.stage == APPROVED and not one.owner_only]
        step, _, key = visit.subpage.partition("/")
        if step != "view":
            return self._list(visit, apps)
        entry = next((one for one in apps if one.key == key), None)
        if entry is None:
            raise api_error("mwoauth-invalid-consumer", http_status=404)
        found: dict[str, str | Link] = {
            "mwoauth-consumer-key": entry.key,
            "mwoauth-consumer-owner": self._owner(visit, entry),
            "mwoauth-consumer-version": f"OAuth {entry.oauth_version}",
            "mwoauth-consumer-callback": entry.callback,
            "mwoauth-consumer-description": entry.description,
            "mwoauth-consumer-grants": ", ".join(self.words(visit, f"grant-{grant}") for grant in entry.grants),
        }
        title = Message("mwoauthmanageconsumers-one", (PlainText(entry.name),))
        links = [Link(self.words(visit, self.name.lower()), self.url())]
        return self.draw(visit, self.facts(visit, entry.name, found), title=title, links=links)

    def _list(self, visit: Visit, apps: list[Entry]) -> Response:
        lines = [
            Line((Link(one.name, self.url(f"view/{one.key}")), self._owner(visit, one), one.description))
            for one in apps
        ]
        heads = self.columns(visit, *(f"mwoauth-consumer-{head}" for head in ("name", "owner", "description")))
        caption, empty = (self.words(visit, f"mwoauthlistconsumers-{key}") for key in ("apps", "none"))
        return self.draw(visit, Listing(caption, heads, lines, empty))

    def _owner(self, visit: Visit, entry: Entry) -> str:
        owner = visit.services.directory.by_id(entry.owner_id)
        return owner.name if owner else ""

    def _turned_away(self, visit: Visit) -> Response | None:
        """Let visitors in: the list is no secret on a wiki that they may read."""
        return None if visit.user.can(self.right) else super()._turned_away(visit)
