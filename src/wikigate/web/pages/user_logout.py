"""Special:UserLogout: asks whether to log out, and does it; nothing happens by following a link (spec core §11, clients)."""

from __future__ import annotations

from typing import Any, Final

from wikigate.actions.settings import SiteSettings
from wikigate.auth.provider import Parting
from wikigate.primitives.errors import api_error
from wikigate.primitives.message import Message, PlainText
from wikigate.web.conversation_form import caller_of
from wikigate.web.frame import Frame, redirect
from wikigate.web.links import page_url
from wikigate.web.page import PageParts
from wikigate.web.visit import Visit
from wikigate.wire.http import Response

NAME: Final = "UserLogout"
_TITLE: Final = Message("userlogout")
_DONE: Final = Message("logouttext")


class UserLogoutPage:
    """Shows a form with one button."""

    def __init__(self, parts: PageParts) -> None:
        self._site: SiteSettings = parts.services.site
        self._frame: Frame = parts.frame
        self._elsewhere = tuple(one for one in parts.providers.primaries if isinstance(one, Parting))

    def get(self, visit: Visit) -> Response:
        """Ask; somebody who is not logged in is told so."""
        if visit.session.account is None:
            return self._frame.tell(visit, _TITLE, _DONE)
        return self._ask(visit)

    def _ask(self, visit: Visit) -> Response:
        text = visit.services.catalog.page_plain
        context: dict[str, Any] = {
            "inputs": (),
            "buttons": (),
            "action": page_url(self._site, f"Special:{NAME}"),
            "hidden": {"wpEditToken": visit.token()},
            "submit": {
                "name": "wplogout",
                "id": "mw-logout",
                "label": text(Message("userlogout-submit"), visit.language),
            },
            "error": "",
            "said": "",
            "note": text(Message("userlogout-continue"), visit.language),
        }
        return self._frame.draw(visit, "conversation.html", _TITLE, sends_on=bool(self._elsewhere), **context)

    def post(self, visit: Visit) -> Response:
        """Log out; with a wrong token, ask again. Raises ``ApiError``: ``cannotlogout``."""
        session = visit.session
        if session.account is None:
            return self._frame.tell(visit, _TITLE, _DONE)
        if not visit.checks_out(visit.text("wpEditToken")):
            visit.send_again()
            return self._ask(visit)
        if not session.can_log_out:
            raise api_error("cannotlogoutnow-text", PlainText(session.provider), code="cannotlogout")
        account = session.account
        back_to = self._site.special_page(NAME)
        goes_on = next((url for one in self._elsewhere if (url := one.farewell(session, back_to))), "")
        audit, by = visit.services.audit, caller_of(visit)
        visit.services.sessions.log_out(session, telling=lambda: audit.changed(by, "logout", account))
        visit.forget_user()
        if goes_on:
            return redirect(goes_on)
        return self._frame.tell(visit, _TITLE, _DONE)
