"""Special:Preferences: the language in which somebody wants to be spoken to; kept where MediaWiki keeps it (``user_properties``)."""

from __future__ import annotations

from typing import Final

from wikigate.accounts.user import Account
from wikigate.actions.own_language import PREFERENCE
from wikigate.actions.settings import SiteSettings
from wikigate.primitives.errors import api_error
from wikigate.primitives.message import Message
from wikigate.web.frame import Frame, language_choices, redirect
from wikigate.web.fresh_login import to_login
from wikigate.web.links import page_url
from wikigate.web.page import PageParts
from wikigate.web.visit import Visit
from wikigate.wire.http import Response

NAME: Final = "Preferences"
_TITLE: Final = Message("preferences")
_SAVED: Final = "success"


class PreferencesPage:
    """Shows the choice and keeps it."""

    def __init__(self, parts: PageParts) -> None:
        self._site: SiteSettings = parts.services.site
        self._frame: Frame = parts.frame
        self._choices = language_choices(parts.services.catalog)

    def get(self, visit: Visit) -> Response:
        """Show the choice; a visitor is sent to log in."""
        account = visit.session.account
        if account is None:
            return to_login(visit, f"Special:{NAME}")
        return self._frame.draw(
            visit,
            "preferences.html",
            _TITLE,
            action=page_url(self._site, f"Special:{NAME}"),
            token=visit.token(),
            choices=self._choices,
            chosen=(visit.text("wplanguage") if visit.typed_before else "") or self._chosen(visit, account),
            saved=bool(visit.text(_SAVED)),
        )

    def post(self, visit: Visit) -> Response:
        """Keep the language; the wiki's own is kept as no choice at all, as MediaWiki does. Raises ``ApiError`` for what must not be."""
        account = visit.session.account
        if account is None:
            return to_login(visit, f"Special:{NAME}", kept=("wplanguage",))
        if not visit.checks_out(visit.text("wpEditToken")):
            visit.send_again()
            return self.get(visit)
        if not visit.user.can("editmyoptions"):
            raise api_error("badaccess-group0", http_status=403)
        code = visit.text("wplanguage")
        if code not in visit.services.catalog.languages:
            raise api_error("htmlform-invalid-input")
        chosen = None if code == self._site.language else code
        visit.services.directory.set_properties(account.id, {PREFERENCE: chosen})
        return redirect(page_url(self._site, f"Special:{NAME}", **{_SAVED: "1"}))

    def _chosen(self, visit: Visit, account: Account) -> str:
        own = visit.services.directory.properties(account.id).get(PREFERENCE) or self._site.language
        return visit.services.catalog.spoken(own)
