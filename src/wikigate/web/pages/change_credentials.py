"""Special:ChangeCredentials: a credential of one's own account is changed, as ``action=changeauthenticationdata`` does (spec core §10).

The subpage chooses which; with only one to choose from none need be named. Special:ChangePassword is the way to the password's.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from wikigate.actions.settings import SiteSettings
from wikigate.auth.credentials import CredentialChanges
from wikigate.auth.fields import Need, all_of
from wikigate.auth.flow import Flow
from wikigate.auth.needs import PASSWORD
from wikigate.primitives.errors import ApiError
from wikigate.primitives.message import Message
from wikigate.web.conversation_form import caller_of, filled, form_context, typed
from wikigate.web.frame import Frame, redirect
from wikigate.web.fresh_login import sent_to_log_in
from wikigate.web.links import back_url, page_url
from wikigate.web.listing import Line, Link, Listing
from wikigate.web.page import PageParts
from wikigate.web.visit import Visit
from wikigate.wire.http import Response

NAME: Final = "ChangeCredentials"
_TITLE: Final = Message("changecredentials")
_DONE: Final = Message("changecredentials-success")
_UNKNOWN: Final = Message("apierror-changeauth-norequest")


class ChangeCredentialsPage:
    """The page; satisfies ``Page``."""

    def __init__(self, parts: PageParts) -> None:
        self._site: SiteSettings = parts.services.site
        self._frame: Frame = parts.frame
        self._flow: Flow = parts.services.flow
        self._credentials: CredentialChanges = parts.services.credentials

    def get(self, visit: Visit) -> Response:
        """Show the form of one credential, or what there is to change. Raises ``ApiError``: see ``sent_to_log_in``."""
        return self._sent_away(visit) or self._show(visit)

    def post(self, visit: Visit) -> Response:
        """Change it, or say what is wrong with the new one. Raises ``ApiError``: see ``sent_to_log_in``."""
        if (away := self._sent_away(visit)) is not None:
            return away
        needs = self._chosen(visit)
        if not visit.checks_out(visit.text("wpEditToken")):
            return self._show(visit, Message("sessionfailure"))
        given, account = filled(visit, needs), visit.session.account
        if len(given) != 1 or account is None:
            return self._show(visit, _UNKNOWN)
        try:
            wrong = self._credentials.change(caller_of(visit), account, given[0])
        except ApiError as error:
            return self._show(visit, error.issues[0].message)
        if wrong is None or wrong:
            return self._show(visit, all_of(wrong) if wrong else _UNKNOWN)
        visit.forget_user()
        if visit.text("returnto"):
            return redirect(back_url(self._site, visit.text("returnto"), visit.text("returntoquery")))
        return self._frame.tell(visit, _TITLE, _DONE)

    def _sent_away(self, visit: Visit) -> Response | None:
        # What is typed here is secret: that nothing has been changed yet is all that is worth saying after a login.
        return sent_to_log_in(visit, self._title(visit.subpage), NAME, _carried(visit))

    def _offered(self, visit: Visit) -> tuple[Need, ...]:
        return self._credentials.offered("change", self._flow.needs("change", caller_of(visit), visit.user.name))

    def _chosen(self, visit: Visit) -> Sequence[Need]:
        """Return the need that the subpage names, or the only one that there is."""
        offered = self._offered(visit)
        if not visit.subpage and len(offered) == 1:
            return offered
        return [need for need in offered if need.id == visit.subpage]

    def _show(self, visit: Visit, error: Message | None = None) -> Response:
        chosen = self._chosen(visit)
        return self._form(visit, chosen, error) if chosen else self._list(visit)

    def _form(self, visit: Visit, needs: Sequence[Need], error: Message | None) -> Response:
        catalog, language = visit.services.catalog, visit.language
        context: dict[str, Any] = form_context(
            visit,
            needs,
            typed=typed(visit, needs),
            action=page_url(self._site, self._title(visit.subpage), **_carried(visit)),
            hidden={"wpEditToken": visit.token()},
            submit={
                "name": "wpSubmit",
                "id": "mw-changecredentials-submit",
                "label": catalog.plain(Message("changecredentials-submit"), language),
            },
            wrong=error,
            said="",
            note=catalog.plain(needs[0].provider_text, language),
        )
        return self._frame.draw(visit, "conversation.html", _TITLE, **context)

    def _list(self, visit: Visit) -> Response:
        """Show what there is to change; a subpage that names nothing is said to."""
        text, language = visit.services.catalog.page_plain, visit.language
        lines = [
            Line(
                (
                    Link(text(need.provider_text, language), page_url(self._site, self._title(need.id))),
                    text(need.account_text, language),
                )
            )
            for need in self._offered(visit)
        ]
        heads = [text(Message(f"credentialsform-{head}"), language) for head in ("provider", "account")]
        unknown = Message("changecredentials-invalidsubpage")
        return self._frame.draw(
            visit,
            "listing.html",
            _TITLE,
            status=404 if visit.subpage else 200,
            tables=[Listing(text(_TITLE, language), heads, lines, text(Message("changecredentials-none"), language))],
            token="",
            action="",
            page="",
            searches=(),
            links=(),
            note="",
            said="",
            error=text(unknown, language) if visit.subpage else "",
            form="",
        )

    @staticmethod
    def _title(subpage: str) -> str:
        return f"Special:{NAME}/{subpage}" if subpage else f"Special:{NAME}"


class ChangePasswordPage:
    """The way to where a password is changed; satisfies ``Page``."""

    def __init__(self, parts: PageParts) -> None:
        self._site: SiteSettings = parts.services.site

    def get(self, visit: Visit) -> Response:
        """Lead on."""
        return redirect(page_url(self._site, f"Special:{NAME}/{PASSWORD}", **_carried(visit)))

    def post(self, visit: Visit) -> Response:
        """Lead on: nothing is changed here."""
        return self.get(visit)


def _carried(visit: Visit) -> dict[str, str]:
    return {name: text for name in ("returnto", "returntoquery") if (text := visit.text(name))}
