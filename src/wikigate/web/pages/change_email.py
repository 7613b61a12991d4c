"""Special:ChangeEmail: one's own account gets another e-mail address; the inputs' names are MediaWiki's.

What is done is in ``auth/email_change.py``. The link that confirms the new address leads to Special:ConfirmEmail.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from wikigate.primitives.errors import ApiError, api_error
from wikigate.primitives.message import Message, PlainText
from wikigate.web.conversation_form import Input, caller_of
from wikigate.web.fresh_page import FreshPage

if TYPE_CHECKING:
    from wikigate.accounts.user import Account
    from wikigate.auth.email_change import EmailChange
    from wikigate.web.page import PageParts
    from wikigate.web.visit import Visit
    from wikigate.wire.http import Response

NAME: Final = "ChangeEmail"
_FIELD: Final = "wpNewEmail"
_TITLE: Final = Message("changeemail")


class ChangeEmailPage(FreshPage):
    """Shows the address that there is, and takes another."""

    name = NAME
    operation = NAME
    kept = (_FIELD,)

    def __init__(self, parts: PageParts, changes: EmailChange) -> None:
        super().__init__(parts)
        self._changes = changes

    def show(self, visit: Visit, owner: Account) -> Response:
        """Show the form."""
        return self._form(visit, owner)

    def do(self, visit: Visit, owner: Account) -> Response:
        """Change it, or say what is wrong with what was typed. Raises ``ApiError``: ``permissiondenied``."""
        if not visit.user.can("viewmyprivateinfo"):
            raise api_error("badaccess-group0", code="permissiondenied", http_status=403)
        address = visit.text(_FIELD).strip()
        try:
            exempt = visit.user.can("noratelimit")
            outcome = self._changes.change(caller_of(visit), owner, address, exempt=exempt)
        except ApiError as error:
            return self._form(visit, owner, error.issues[0].message)
        if outcome == "asked":
            return self._frame.tell(visit, _TITLE, Message("eauthentsent", (PlainText(address),)))
        return self._frame.tell(visit, _TITLE, Message(f"wikigate-changeemail-{outcome}"))

    def _form(self, visit: Visit, owner: Account, error: Message | None = None) -> Response:
        if not visit.user.can("viewmyprivateinfo"):
            raise api_error("badaccess-group0", code="permissiondenied", http_status=403)
        note = "wikigate-changeemail-present" if owner.email else "wikigate-changeemail-none"
        if owner.email and owner.email_authenticated is None:
            note = "wikigate-changeemail-unconfirmed"
        context: dict[str, Any] = {
            "inputs": [
                Input(
                    name=_FIELD,
                    id=f"mw-input-{_FIELD}",
                    kind="email",
                    label=self.words(visit, "changeemail-newemail"),
                    help="",
                    value=visit.text(_FIELD),
                    required=not owner.email,
                    autocomplete="email",
                    options={},
                )
            ],
            "focus": f"mw-input-{_FIELD}",
            "buttons": (),
            "action": self.url(),
            "hidden": {"wpEditToken": visit.token()},
            "submit": {
                "name": "wpSubmit",
                "id": "change_email_submit",
                "label": self.words(visit, "changeemail-submit"),
            },
            "error": visit.services.catalog.page_html(error, visit.language) if error else "",
            "said": "",
            "note": self.words(visit, note, PlainText(owner.email)),
            "leads": self._frame.leads(("ConfirmEmail",)) if note == "wikigate-changeemail-unconfirmed" else (),
        }
        return self._frame.draw(visit, "conversation.html", _TITLE, **context)
