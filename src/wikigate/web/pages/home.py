"""The main page: what this server is, who the visitor is, and where to go from here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from wikigate.actions.settings import SiteSettings
from wikigate.primitives.message import Message, PlainText
from wikigate.web.frame import Frame
from wikigate.web.page import PageParts
from wikigate.web.visit import Visit
from wikigate.wire.http import Response

_NEWCOMERS: Final = ("UserLogin", "CreateAccount", "PasswordReset")
_PEOPLE: Final = (
    "AccountSecurity", "Sessions", "LoginHistory", "ChangeCredentials", "ChangeEmail", "LinkAccounts", "OAuthManageMyGrants",
    "BotPasswords", "OAuthConsumerRegistration", "Preferences", "UserLogout",
)  # fmt: skip
_PROGRAMS: Final = ("ApiHelp", "ApiSandbox")
# The right that a page asks for, as far as the main page leads there.
_OPERATORS: Final[Mapping[str, tuple[str, ...]]] = {
    "userrights": ("Accounts", "AuditLog", "Throttles", "Health"),
    "block": ("Block", "BlockList"),
}


class HomePage:
    """Shows the newcomer around."""

    def __init__(self, parts: PageParts) -> None:
        self._site: SiteSettings = parts.services.site
        self._frame: Frame = parts.frame

    def get(self, visit: Visit) -> Response:
        """Show the page."""
        account = visit.session.account
        api = f"{self._site.script_path}/api.php"
        return self._frame.draw(
            visit,
            "home.html",
            Message("wikigate-home-title", (PlainText(self._site.site_name),)),
            people=self._frame.leads(_PEOPLE if account else _NEWCOMERS),
            address=f"{self._site.server}{api}",
            first=f"{api}?action=query&meta=userinfo&uiprop=groups&format=jsonfm&formatversion=2",
            programs=self._frame.leads(_PROGRAMS),
            operators=[
                lead
                for right, names in _OPERATORS.items()
                if account and visit.user.can(right)
                for lead in self._frame.leads(names)
            ],
        )

    def post(self, visit: Visit) -> Response:
        """Show the page: there is nothing to do on it."""
        return self.get(visit)
