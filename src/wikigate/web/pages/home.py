"""The main page: what this server is, who the visitor is, and where to go from here."""

from __future__ import annotations

from wikigate.primitives.message import Message
from wikigate.web.frame import Frame
from wikigate.web.links import page_url
from wikigate.web.page import PageParts
from wikigate.web.visit import Visit
from wikigate.wire.http import Response


class HomePage:
    """Shows the newcomer around."""

    def __init__(self, parts: PageParts) -> None:
        self._site = parts.services.site
        self._frame: Frame = parts.frame

    def get(self, visit: Visit) -> Response:
        """Show the page."""
        account = visit.session.account
        address = f"{self._site.script_path}/api.php"
        links = {
            "wikigate-home-login": page_url(self._site, "Special:UserLogin"),
            "wikigate-home-help": f"{address}?action=help",
            "apisandbox": page_url(self._site, "Special:ApiSandbox"),
            "wikigate-home-try": f"{address}?action=query&meta=userinfo&uiprop=groups&format=jsonfm&formatversion=2",
        }
        if account is not None:
            links = {"wikigate-home-logout": page_url(self._site, "Special:UserLogout"), **links}
        title = Message("wikigate-home-title", (self._site.site_name,))
        return self._frame.draw(
            visit, "home.html", title, account=account.name if account else "", links=links, address=address
        )

    def post(self, visit: Visit) -> Response:
        """Show the page: there is nothing to do on it."""
        return self.get(visit)
