"""Special:OAuthManageMyGrants: what a user has given to which app, and how to take it back at once, all of it or some."""

from __future__ import annotations

from typing import Final

from wikigate.accounts.apps import Apps
from wikigate.accounts.consumer_registration import GRANTS_OF_MINE, SEE_HIDDEN
from wikigate.accounts.consumers import IDENTITY_GRANTS
from wikigate.actions.settings import SiteSettings
from wikigate.auth.consumer_changes import ConsumerChanges
from wikigate.primitives.errors import api_error
from wikigate.primitives.message import Message
from wikigate.web.conversation_form import caller_of
from wikigate.web.frame import Frame, redirect
from wikigate.web.links import page_url
from wikigate.web.page import PageParts
from wikigate.web.visit import Visit
from wikigate.wire.http import Response

NAME: Final = "OAuthManageMyGrants"
_TITLE: Final = Message("oauthmanagemygrants")


class ManageMyGrantsPage:
    """Lists the apps of a user, each with what it was given to choose from."""

    def __init__(self, parts: PageParts, apps: Apps, changes: ConsumerChanges) -> None:
        self._changes = changes
        self._site: SiteSettings = parts.services.site
        self._frame: Frame = parts.frame
        self._apps = apps
        self._always = {*parts.services.rights.hidden_grants, *IDENTITY_GRANTS}

    def get(self, visit: Visit) -> Response:
        """Show the list; a visitor is sent to log in. Raises ``ApiError``: ``permissiondenied`` for who may not."""
        account = visit.session.account
        if account is None:
            return redirect(page_url(self._site, "Special:UserLogin", returnto=f"Special:{NAME}"))
        if not visit.session.can_change_user or not visit.user.can(GRANTS_OF_MINE):
            raise api_error("badaccess-group0", code="permissiondenied", http_status=403)
        return self._frame.draw(
            visit,
            "my_grants.html",
            _TITLE,
            given=self._apps.given_by(account.id, hidden=visit.user.can(SEE_HIDDEN)),
            always=self._always,
            action=page_url(self._site, f"Special:{NAME}"),
            token=visit.token(),
        )

    def post(self, visit: Visit) -> Response:
        """Take one back, or a part of it; with a wrong token, show the list again. Raises ``ApiError`` as ``get`` does."""
        account = visit.session.account
        if account is None or not visit.session.can_change_user or not visit.user.can(GRANTS_OF_MINE):
            return self.get(visit)
        if not visit.checks_out(visit.text("wpEditToken")):
            visit.send_again()
            return self.get(visit)
        number = visit.text("acceptance")
        if number.isascii() and number.isdigit() and len(number) < 16:  # noqa: PLR2004  64 bits
            by = caller_of(visit)
            if "update" in visit.form:
                left = {grant.removeprefix("grant-") for grant in visit.texts("wpgrants[]")} | self._always
                self._changes.narrow(by, account, int(number), left)
            else:
                self._changes.take_back(by, account, int(number))
        return redirect(page_url(self._site, f"Special:{NAME}"))
