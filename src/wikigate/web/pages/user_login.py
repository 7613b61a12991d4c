"""Special:UserLogin: the login conversation for people; it differs from ``action=clientlogin`` in its first and last step only.

Spec core §7, §8; the inputs' names are MediaWiki's. Whom a provider sends elsewhere comes back to ``Special:UserLogin/return``.
"""

from __future__ import annotations

from typing import Final

from wikigate.actions.settings import SiteSettings
from wikigate.auth.fields import Need
from wikigate.auth.flow import Flow, FlowAnswer
from wikigate.auth.outcome import Fail, Pass, Redirect
from wikigate.primitives.message import Message
from wikigate.web.conversation_form import caller_of, filled, form_context, typed
from wikigate.web.frame import Frame, redirect
from wikigate.web.links import back_url, full_url, page_url
from wikigate.web.page import PageParts
from wikigate.web.visit import Visit
from wikigate.wire.http import Response

NAME: Final = "UserLogin"
_TITLE: Final = Message("userlogin")
_GO_ON: Final = "login-continue"
_RETURN: Final = "return"


class UserLoginPage:
    """Shows the login form, takes what is typed there, and each further step."""

    def __init__(self, parts: PageParts) -> None:
        self._flow: Flow = parts.services.flow
        self._site: SiteSettings = parts.services.site
        self._frame: Frame = parts.frame

    def get(self, visit: Visit) -> Response:
        """Show the form, or go on where a provider elsewhere sends the visitor back."""
        caller = caller_of(visit)
        if visit.subpage == _RETURN and (pending := self._flow.pending(caller)):
            return self._answer(visit, self._flow.resume(caller, filled(visit, pending)))
        return self._form(visit, self._flow.needs("login", caller), "login")

    def post(self, visit: Visit) -> Response:
        """Take a step of the conversation."""
        caller = caller_of(visit)
        goes_on = visit.text("authAction") == _GO_ON
        needs = self._flow.pending(caller) if goes_on else self._flow.needs("login", caller)
        if not visit.checks_out(visit.text("wpLoginToken"), "login"):
            return self._form(visit, needs, _GO_ON if goes_on else "login", error=Message("sessionfailure"))
        given = filled(visit, needs)
        if goes_on:
            return self._answer(visit, self._flow.resume(caller, given))
        address = page_url(self._site, f"Special:{NAME}/{_RETURN}", **self._came_from(visit))
        host = visit.request.header("host")
        return_url = full_url(self._site, address, visit.request.scheme, host)
        return self._answer(visit, self._flow.begin(caller, given, return_url=return_url))

    def _answer(self, visit: Visit, answer: FlowAnswer) -> Response:
        outcome = answer.outcome
        if isinstance(outcome, Pass):
            return redirect(back_url(self._site, visit.text("returnto"), visit.text("returntoquery")))
        if isinstance(outcome, Redirect):
            return redirect(outcome.url)
        if isinstance(outcome, Fail):
            needs = self._flow.needs("login", caller_of(visit))
            return self._form(visit, needs, "login", error=answer.message)
        return self._form(visit, answer.needs, _GO_ON, said=answer.message)

    def _form(
        self,
        visit: Visit,
        needs: tuple[Need, ...],
        action: str,
        *,
        error: Message | None = None,
        said: Message | None = None,
    ) -> Response:
        catalog, language = visit.services.catalog, visit.language
        account = visit.session.account
        note, known = "userlogin-loggedin", {}
        if account is not None and visit.text("force"):
            # A page that wants a fresh login has sent him here: his name is filled in.
            note, known = "userlogin-reauth", {"wpName": account.name}
        context = form_context(
            visit,
            needs,
            typed={**known, **typed(visit, needs)},
            action=page_url(self._site, f"Special:{NAME}", **self._came_from(visit)),
            hidden={"wpLoginToken": visit.token("login"), "authAction": action},
            submit={"name": "wploginattempt", "id": "wpLoginAttempt", "label": catalog.plain(_SUBMIT, language)},
            error=catalog.html(error, language) if error else "",
            said=catalog.html(said, language) if said else "",
            note=catalog.plain(Message(note, (account.name,)), language) if account else "",
        )
        return self._frame.draw(visit, "conversation.html", _TITLE, sends_on=True, **context)

    @staticmethod
    def _came_from(visit: Visit) -> dict[str, str]:
        return {name: text for name in ("returnto", "returntoquery", "force") if (text := visit.text(name))}


_SUBMIT: Final = Message("pt-login-button")
