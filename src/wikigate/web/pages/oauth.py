"""Special:OAuth: where a user is asked whether an app may act for him (spec extensions §3.4, §3.5).

Nothing is given by following a link: only a press of the button in a form of this very session counts, and only for what the form showed.
"""

from __future__ import annotations

import re
from typing import Final

from wikigate.accounts.apps import App, Apps
from wikigate.accounts.consumer_registration import GRANTS_OF_MINE
from wikigate.actions.settings import SiteSettings
from wikigate.auth.consumer_changes import ConsumerChanges
from wikigate.primitives.errors import api_error
from wikigate.primitives.message import Message, PlainText
from wikigate.web.conversation_form import caller_of
from wikigate.web.frame import Frame, redirect
from wikigate.web.links import page_url
from wikigate.web.page import PageParts
from wikigate.web.pages.oauth1 import STEPS, OAuth1Steps
from wikigate.web.rest_endpoint import APPROVED
from wikigate.web.visit import Visit
from wikigate.wire.http import Response

NAME: Final = "OAuth"
_TITLE: Final = Message("oauth")
_ERROR: Final = Message("mwoauth-error")
_MADE: Final = re.compile(r"[0-9a-f]{32}")
_ENDPOINT: Final = "/rest.php/oauth2/authorize"


class OAuthPage:
    """Shows what an app asks for; its subpages are ``approve``, ``rest redirect``, ``verified``, and the steps of OAuth 1.0a."""

    takes_oauth = True

    def __init__(self, parts: PageParts, apps: Apps, changes: ConsumerChanges, steps: OAuth1Steps) -> None:
        self._changes = changes
        self._steps = steps
        self._site: SiteSettings = parts.services.site
        self._frame: Frame = parts.frame
        self._rights = parts.services.rights
        self._apps = apps
        self._endpoint = self._site.script_path + _ENDPOINT

    def get(self, visit: Visit) -> Response:
        """Show the question, or send a visitor who has logged in back to the authorization endpoint."""
        if visit.subpage in STEPS:
            return self._steps.get(visit)
        match visit.subpage.replace("_", " "):
            case "rest redirect":
                address = visit.text("rest_url")
                if address.startswith(f"{self._endpoint}?") and address.isprintable():
                    return redirect(address)
            case "approve":
                return self._question(visit)
            case "verified":
                return self._verified(visit)
        nowhere = Message("mwoauth-bad-request-invalid-action")
        if (form := visit.text("format")) in {"json", "raw"}:
            return self._steps.refuse(visit, nowhere, as_json=form == "json")
        return self._frame.tell(visit, _TITLE, nowhere, status=404)

    def post(self, visit: Visit) -> Response:
        """Take the answer. Raises ``ApiError``: ``badtoken``."""
        if visit.subpage in STEPS:
            return self._steps.post(visit)
        app, scopes = self._asked(visit)
        account = visit.session.account
        if app is None or account is None or not visit.session.can_change_user or visit.subpage != "approve":
            return self._frame.tell(visit, _TITLE, Message("mwoauth-bad-request-invalid-action"), status=400)
        if not visit.checks_out(visit.text("wpEditToken")):
            raise api_error("sessionfailure")
        if "accept" in visit.form and not visit.user.can(GRANTS_OF_MINE):
            raise api_error("badaccess-group0", code="permissiondenied", http_status=403)
        query = "".join(character for character in visit.text("returntoquery") if character.isprintable())
        if "accept" not in visit.form:
            return redirect(f"{self._endpoint}?{query}&approval_cancel=1")
        self._changes.give(caller_of(visit), app, account, scopes)
        visit.session.set(APPROVED, [app.key, *scopes])
        return redirect(f"{self._endpoint}?{query}&approval_pass=1")

    def _verified(self, visit: Visit) -> Response:
        """Show what an app that has no address to come back to is told by its user: where its own is this page."""
        verifier, token = visit.text("oauth_verifier"), visit.text("oauth_token")
        # Nothing but what we have made is shown: the address is in anybody's hands.
        if not _MADE.fullmatch(verifier) or not _MADE.fullmatch(token):
            return self._frame.tell(visit, _ERROR, Message("mwoauth-bad-request-missing-params"), status=400)
        return self._frame.tell(visit, _TITLE, Message("mwoauth-verified", (PlainText(verifier), PlainText(token))))

    def _question(self, visit: Visit) -> Response:
        app, scopes = self._asked(visit)
        account = visit.session.account
        if app is None or account is None:
            return self._frame.tell(visit, _TITLE, Message("mwoauth-bad-request-invalid-action"), status=400)
        return self._frame.draw(
            visit,
            "approve.html",
            _TITLE,
            sends_on=True,
            app=app.name,
            description=app.description,
            account=account.name,
            grants=scopes,
            callback=app.callback,
            action=page_url(self._site, f"Special:{NAME}/approve"),
            hidden={
                "wpEditToken": visit.token(),
                "wpaction": "accept",
                "oauth_version": "2",
                "client_id": app.key,
                "scope": " ".join(scopes),
                "returntoquery": visit.text("returntoquery"),
            },
        )

    def _asked(self, visit: Visit) -> tuple[App | None, tuple[str, ...]]:
        app = self._apps.find(visit.text("client_id"))
        account = visit.session.account
        if app is None or (account is not None and not app.usable_by(account.id)):
            return None, ()
        asked = visit.text("scope").split()
        return app, tuple(grant for grant in app.grants if grant in asked or grant == "basic")
