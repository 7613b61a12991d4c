"""A page that carries on a conversation with the flow engine: logging in, making an account, linking one.

It differs from the API's module of the same purpose in its first and last step only (spec core §7). A page of its own kind says which flow
it speaks to, and what follows when that is done. Whom a provider sends elsewhere comes back to the page's own ``…/return``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from wikigate.actions.settings import SiteSettings
from wikigate.auth.fields import Filled, Need
from wikigate.auth.flow import FlowAnswer
from wikigate.auth.outcome import Fail, Pass, Redirect, Restart, Ui
from wikigate.primitives.errors import ApiError
from wikigate.primitives.message import Message
from wikigate.sessions.session import SecretKind
from wikigate.web.conversation_form import filled, form_context, typed
from wikigate.web.frame import Frame, Lead, redirect
from wikigate.web.links import full_url, page_url
from wikigate.web.page import PageParts
from wikigate.web.visit import Visit
from wikigate.wire.http import Response

RETURN: Final = "return"
_STRAY: Final = Message("openidconnect-return-unknown")


@dataclass(frozen=True, slots=True)
class Wording:
    """The names on one page's form, MediaWiki's own.

    ``action``: value of ``authAction`` at the beginning; ``-continue`` is put behind it later. ``token`` and ``kind``: the input with the
    token, and which token it is. ``submit``: name and id of the button, ``label`` its text.
    """

    title: Message
    action: str
    token: str
    kind: SecretKind
    submit: tuple[str, str]
    label: Message

    @property
    def goes_on(self) -> str:
        """The value of ``authAction`` of every form but the first."""
        return f"{self.action}-continue"


class ConversationPage:
    """Shows the first form, takes what is typed there, and each further step."""

    name: str
    wording: Wording

    def __init__(self, parts: PageParts) -> None:
        self._site: SiteSettings = parts.services.site
        self._frame: Frame = parts.frame

    # -- what a page of its own kind does ---------------------------------------------------------------------------------

    def turned_away(self, visit: Visit, /) -> Response | None:
        """Answer a visitor who can do nothing here; None for everybody else. Raises ``ApiError``."""
        raise NotImplementedError

    def needs(self, visit: Visit, /) -> tuple[Need, ...]:
        """Return what is asked at the beginning."""
        raise NotImplementedError

    def pending(self, visit: Visit, /) -> tuple[Need, ...]:
        """Return what the conversation in progress has asked for."""
        raise NotImplementedError

    def returning(self, visit: Visit, /) -> tuple[Need, ...]:
        """Return what a browser that the conversation sent elsewhere brings back."""
        raise NotImplementedError

    def awaits(self, visit: Visit, brought: Mapping[str, str], /) -> bool:
        """Whether what an address brings is the answer that the conversation waits for."""
        raise NotImplementedError

    def begin(self, visit: Visit, given: Sequence[Filled], return_url: str, /) -> FlowAnswer:
        """Begin a conversation. Raises ``ApiError`` and ``StoreUnavailable``."""
        raise NotImplementedError

    def resume(self, visit: Visit, given: Sequence[Filled], /) -> FlowAnswer:
        """Go on with the one in progress. Raises as ``begin`` does."""
        raise NotImplementedError

    def passed(self, visit: Visit, answer: FlowAnswer, /) -> Response:
        """Answer the last step."""
        raise NotImplementedError

    def said(self, _visit: Visit, /) -> Message | None:
        """Say something above the first form."""
        return None

    def known(self, _visit: Visit, /) -> Mapping[str, str]:
        """Return what the first form holds beforehand, by input name."""
        return {}

    def leads(self, _visit: Visit, /) -> Sequence[Lead]:
        """Return where else one may want to go from the first form."""
        return ()

    def carried(self, visit: Visit, /) -> dict[str, str]:
        """Return what the addresses of the page carry from step to step."""
        return {name: text for name in ("returnto", "returntoquery") if (text := visit.text(name))}

    # -- the page ---------------------------------------------------------------------------------------------------------

    def get(self, visit: Visit) -> Response:
        """Show the form, or go on where a provider elsewhere sends the visitor back."""
        if (away := self.turned_away(visit)) is not None:
            return away
        if visit.subpage == RETURN and (awaited := self.returning(visit)):
            if not self.awaits(visit, {name: visit.text(name) for name in visit.form.names()}):
                # A link that anybody may have laid out: what was begun goes on waiting for its own answer.
                return self._first(visit, _STRAY)
            # What else the address holds is nobody's answer. Whose answer this is, the provider judges by what it gave the browser along.
            return self._answer(visit, lambda: self.resume(visit, filled(visit, awaited, by_address=True)))
        return self._first(visit)

    def post(self, visit: Visit) -> Response:
        """Take a step of the conversation."""
        if (away := self.turned_away(visit)) is not None:
            return away
        own = self.wording
        goes_on = visit.text("authAction") == own.goes_on
        needs = self.pending(visit) if goes_on else self.needs(visit)
        if not visit.checks_out(visit.text(own.token), own.kind):
            wrong = Message("sessionfailure")
            # Where the session is gone, so is what it asked for: the conversation begins anew.
            return (
                self._form(visit, needs, own.goes_on, error=wrong) if goes_on and needs else self._first(visit, wrong)
            )
        given = filled(visit, needs)
        if goes_on:
            return self._answer(visit, lambda: self.resume(visit, given))
        address = page_url(self._site, f"Special:{self.name}/{RETURN}", **self.carried(visit))
        return_url = full_url(self._site, address, visit.request.scheme, visit.request.header("host"))
        return self._answer(visit, lambda: self.begin(visit, given, return_url))

    def _answer(self, visit: Visit, take: Callable[[], FlowAnswer]) -> Response:
        """Take a step and show what it came to; a refusal of ours is said above the form, where what was typed is not lost."""
        try:
            answer = take()
        except ApiError as error:
            return self._first(visit, error.issues[0].message)
        outcome = answer.outcome
        if isinstance(outcome, Pass):
            return self.passed(visit, answer)
        if isinstance(outcome, Redirect):
            return redirect(outcome.url)
        if isinstance(outcome, Fail):
            return self._first(visit, answer.message)
        asked_again = isinstance(outcome, Ui) and outcome.kind == "error"
        wrong, said = (answer.message, None) if asked_again else (None, answer.message)
        leads = self.leads(visit) if isinstance(outcome, Restart) else ()
        return self._form(visit, answer.needs, self.wording.goes_on, error=wrong, said=said, leads=leads)

    def _first(self, visit: Visit, error: Message | None = None) -> Response:
        """Show the form of the beginning."""
        said, leads = self.said(visit), self.leads(visit)
        return self._form(
            visit,
            self.needs(visit),
            self.wording.action,
            error=error,
            said=said,
            known=self.known(visit),
            leads=leads,
        )

    def _form(
        self,
        visit: Visit,
        needs: Sequence[Need],
        action: str,
        *,
        error: Message | None = None,
        said: Message | None = None,
        known: Mapping[str, str] | None = None,
        leads: Sequence[Lead] = (),
    ) -> Response:
        catalog, language, own = visit.services.catalog, visit.language, self.wording
        name, ident = own.submit
        context = form_context(
            visit,
            needs,
            typed={**(known or {}), **typed(visit, needs)},
            action=page_url(self._site, f"Special:{self.name}", **self.carried(visit)),
            hidden={own.token: visit.token(own.kind), "authAction": action},
            submit={"name": name, "id": ident, "label": catalog.plain(own.label, language)},
            wrong=error,
            said=catalog.page_html(said, language) if said else "",
            note="",
            leads=leads,
        )
        return self._frame.draw(visit, "conversation.html", own.title, sends_on=True, **context)
