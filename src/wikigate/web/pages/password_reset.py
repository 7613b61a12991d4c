"""Special:PasswordReset: a temporary password by mail for whoever has forgotten his, as ``action=resetpassword`` does (spec core §10).

Promises that who asks learns nothing: the answer is the same whether or not there is such an account (security 2.B).
"""

from __future__ import annotations

from typing import Any, Final

from wikigate.actions.reminding import check_may_be_reminded, remind
from wikigate.actions.settings import SiteSettings
from wikigate.auth.password_reminder import PasswordReminder
from wikigate.primitives.errors import ApiError
from wikigate.primitives.message import Message, PlainText
from wikigate.web.conversation_form import Input, caller_of
from wikigate.web.frame import Frame
from wikigate.web.links import page_url
from wikigate.web.page import PageParts
from wikigate.web.visit import Visit
from wikigate.wire.http import Response

NAME: Final = "PasswordReset"
_TITLE: Final = Message("passwordreset")
_NO_NAME: Final = "htmlform-user-not-valid"
_DONE: Final = Message("passwordreset-success-details-generic")
_NAME_FIELD: Final = ("wpUsername", "text", "passwordreset-username", "username")
_EMAIL_FIELD: Final = ("wpEmail", "email", "passwordreset-email", "email")


class PasswordResetPage:
    """The page; satisfies ``Page``."""

    def __init__(self, parts: PageParts) -> None:
        self._site: SiteSettings = parts.services.site
        self._frame: Frame = parts.frame
        self._reminder: PasswordReminder = parts.services.password_reminder

    def get(self, visit: Visit) -> Response:
        """Show the form, or say why nobody is mailed anything."""
        return self._refused(visit) or self._form(visit)

    def post(self, visit: Visit) -> Response:
        """Mail, or say what is wrong with what was typed."""
        if (refused := self._refused(visit)) is not None:
            return refused
        if not visit.checks_out(visit.text("wpEditToken")):
            return self._form(visit, Message("sessionfailure"))
        typed, email = visit.text("wpUsername").strip(), visit.text("wpEmail").strip()
        name = visit.services.directory.canonical_user(typed, ("name",)) if typed else ""
        if name is None:
            return self._form(visit, Message(_NO_NAME, (PlainText(typed),)))
        try:
            remind(self._reminder, caller_of(visit), name, email)
        except ApiError as error:
            return self._form(visit, error.issues[0].message)
        return self._frame.tell(visit, _TITLE, _DONE)

    def _refused(self, visit: Visit) -> Response | None:
        try:
            check_may_be_reminded(visit)
        except ApiError as error:
            return self._frame.tell(visit, _TITLE, error.issues[0].message, status=403)
        return None

    def _form(self, visit: Visit, error: Message | None = None) -> Response:
        text, language, ways = visit.services.catalog.page_plain, visit.language, self._reminder.settings
        account = visit.session.account
        known = {"wpUsername": visit.subpage.replace("_", " ") or (account.name if account else "")}
        fields = [*((_NAME_FIELD,) if ways.by_name else ()), *((_EMAIL_FIELD,) if ways.by_email else ())]
        context: dict[str, Any] = {
            "inputs": [
                Input(
                    name=name,
                    id=f"mw-input-{name}",
                    kind=kind,
                    label=text(Message(label), language),
                    help="",
                    value=visit.text(name) or known.get(name, ""),
                    required=len(fields) == 1,
                    autocomplete=autocomplete,
                    options={},
                )
                for name, kind, label, autocomplete in fields
            ],
            "buttons": (),
            "action": page_url(self._site, f"Special:{NAME}"),
            "hidden": {"wpEditToken": visit.token()},
            "submit": {
                "name": "wpSubmit",
                "id": "mw-passwordreset-submit",
                "label": text(Message("mailmypassword"), language),
            },
            "error": visit.services.catalog.page_html(error, language) if error else "",
            "fault": f"mw-input-{_NAME_FIELD[0]}" if error and error.key == _NO_NAME else "",
            "said": "",
            "note": text(
                Message("passwordreset-text-one" if len(fields) == 1 else "passwordreset-text-many"), language
            ),
        }
        return self._frame.draw(visit, "conversation.html", _TITLE, **context)
