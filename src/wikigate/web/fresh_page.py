"""What the pages on which somebody changes how he logs in have in common: who may see them, and how fresh the login must be.

The visitor must be logged in with a session of his own, not with a bot password's, and must have the right to his private information,
as with MediaWiki. Each page is a security-sensitive ``operation``: whoever logged in too long ago is sent to log in once more (spec core
§8.3), and nothing is done before.
"""

from __future__ import annotations

from typing import Any

from wikigate.accounts.user import Account
from wikigate.actions.settings import SiteSettings
from wikigate.primitives.errors import api_error
from wikigate.primitives.message import Message
from wikigate.web.frame import Frame
from wikigate.web.fresh_login import sent_to_log_in
from wikigate.web.links import page_url
from wikigate.web.page import PageParts
from wikigate.web.visit import Visit
from wikigate.wire.http import Response


class FreshPage:
    """One page of the visitor's own account; a page of its own kind says what it shows and does, and names its operation."""

    name: str
    operation: str
    kept: tuple[str, ...] = ()
    """The fields that are filled in again after a login on the way; none of them is secret."""

    def __init__(self, parts: PageParts) -> None:
        self._site: SiteSettings = parts.services.site
        self._frame: Frame = parts.frame

    def get(self, visit: Visit) -> Response:
        """Show the page, or lead to the login. Raises ``ApiError``: ``permissiondenied``, ``cannotreauthenticate``."""
        owner = self._owner(visit)
        return self.show(visit, owner) if isinstance(owner, Account) else owner

    def post(self, visit: Visit) -> Response:
        """Do what was asked for, or lead to the login; with a wrong token, show again what was typed. Raises ``ApiError`` as ``get``."""
        owner = self._owner(visit)
        if not isinstance(owner, Account):
            return owner
        if not visit.checks_out(visit.text("wpEditToken")):
            visit.send_again()
            return self.show(visit, owner)
        return self.do(visit, owner)

    def show(self, visit: Visit, owner: Account) -> Response:
        """Draw the page for its owner."""
        raise NotImplementedError

    def do(self, visit: Visit, owner: Account) -> Response:
        """Act for its owner; a page on which nothing can be done shows itself."""
        return self.show(visit, owner)

    def url(self, **query: str) -> str:
        """Return an address of this page."""
        return page_url(self._site, f"Special:{self.name}", **query)

    @staticmethod
    def words(visit: Visit, key: str, *params: Any) -> str:
        """Say something in the visitor's language."""
        return visit.words(Message(key, params))

    def _owner(self, visit: Visit) -> Account | Response:
        """Return whose page it is, or the way to the login."""
        if (away := sent_to_log_in(visit, f"Special:{self.name}", self.operation, kept=self.kept)) is not None:
            return away
        account = visit.session.account
        if account is None or not visit.session.can_change_user:
            raise api_error("badaccess-group0", code="permissiondenied", http_status=403)
        return account
