"""Special:ConfirmEmail: the page that the link in a mail leads to (spec core §9; security R56).

Nothing happens by following the link: mail programs follow links by themselves. A visitor needs no login, since the token came to the
address. Without a token, somebody who is logged in may have the mail sent again, once an hour.
"""

from __future__ import annotations

from typing import Any, Final

from wikigate.primitives.message import Message, PlainText
from wikigate.web.links import page_url
from wikigate.web.page import PageParts
from wikigate.web.visit import Visit
from wikigate.wire.http import Response

NAME: Final = "ConfirmEmail"
_TITLE: Final = Message("confirmemail")
_INVALID: Final = Message("confirmemail_invalid")


class ConfirmEmailPage:
    """Shows a form with one button."""

    def __init__(self, parts: PageParts) -> None:
        self._site = parts.services.site
        self._frame = parts.frame
        self._directory = parts.services.directory

    def get(self, visit: Visit) -> Response:
        """Ask; who has no good token and no address to be confirmed is told so."""
        token = visit.subpage
        if not token:
            account = visit.session.account
            if account is None or not account.email or account.email_authenticated is not None:
                return self._frame.tell(visit, _TITLE, _INVALID)
            return self._ask(visit, Message("confirmemail_send_text"), Message("confirmemail_send"))
        name = self._directory.whose_email(token)
        if name is None:
            return self._frame.tell(visit, _TITLE, _INVALID)
        return self._ask(visit, Message("confirmemail_text", (PlainText(name),)), Message("confirmemail_submit"))

    def post(self, visit: Visit) -> Response:
        """Confirm, or send the mail again; with a wrong token, ask again."""
        if not visit.checks_out(visit.text("wpEditToken")):
            visit.send_again()
            return self.get(visit)
        token, account = visit.subpage, visit.session.account
        if token:
            done = self._directory.confirm_email(token)
            return self._frame.tell(visit, _TITLE, Message("confirmemail_success") if done else _INVALID)
        if account is None or account.email_authenticated is not None or not self._directory.ask_email(account):
            return self._frame.tell(visit, _TITLE, _INVALID)
        return self._frame.tell(visit, _TITLE, Message("confirmemail_sent"))

    def _ask(self, visit: Visit, note: Message, submit: Message) -> Response:
        text = visit.services.catalog.page_plain
        subpage = f"/{visit.subpage}" if visit.subpage else ""
        context: dict[str, Any] = {
            "inputs": (),
            "buttons": (),
            "action": page_url(self._site, f"Special:{NAME}{subpage}"),
            "hidden": {"wpEditToken": visit.token()},
            "submit": {"name": "wpconfirm", "id": "mw-confirmemail", "label": text(submit, visit.language)},
            "error": "",
            "said": "",
            "note": text(note, visit.language),
        }
        return self._frame.draw(visit, "conversation.html", _TITLE, **context)
