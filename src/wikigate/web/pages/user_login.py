"""Special:UserLogin: the login conversation for people; it differs from ``action=clientlogin`` in its first and last step only.

Spec core §7, §8; the inputs' names are MediaWiki's. ``force`` names an operation for which the last login is too old: whoever is logged in
does so once more and is led back (MediaWiki's ``checkLoginSecurityLevel``, spec core §8.3).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from wikigate.auth.fields import Filled, Need
from wikigate.auth.flow import Flow, FlowAnswer
from wikigate.primitives.errors import api_error
from wikigate.primitives.message import Message, PlainText
from wikigate.web.conversation_form import caller_of
from wikigate.web.conversation_page import RETURN, ConversationPage, Wording
from wikigate.web.frame import Lead, redirect
from wikigate.web.kept_form import NAME as KEPT
from wikigate.web.links import back_url, instead_url
from wikigate.web.page import PageParts
from wikigate.web.visit import Visit
from wikigate.wire.http import Response

NAME: Final = "UserLogin"
_LOST: Final = Message("wikigate-login-first")
_ERRORS: Final = frozenset({"pluggableauth-fatal-error"})
"""What another page may have said here (``error``), by message key."""


class UserLoginPage(ConversationPage):
    """The page; satisfies ``Page``."""

    name = NAME
    wording = Wording(
        Message("userlogin"),
        "login",
        "wpLoginToken",
        "login",
        ("wploginattempt", "wpLoginAttempt"),
        Message("pt-login-button"),
    )

    def __init__(self, parts: PageParts) -> None:
        super().__init__(parts)
        self._flow: Flow = parts.services.flow

    def turned_away(self, visit: Visit, /) -> Response | None:
        """Lead back whoever is logged in freshly enough for what he came from, and on whoever wants an account.

        Raises ``ApiError``: ``cannotreauthenticate``, 403.
        """
        if visit.request.method != "POST" and "signup" in {visit.subpage, visit.text("type")}:
            return redirect(instead_url(visit, "Special:CreateAccount", "type"))
        if not visit.session.can_change_user:
            key = "apierror-cannotreauthenticate" if visit.text("force") else "userlogin-cannot-login"
            raise api_error(key, http_status=403)
        if not visit.text("force") or visit.subpage == RETURN or visit.request.method == "POST":
            return None
        status = self._flow.reauth.status(visit.session, visit.text("force"), visit.now)
        return self._back(visit) if status == "ok" else None

    def needs(self, visit: Visit, /) -> tuple[Need, ...]:
        """See ``ConversationPage``."""
        return self._flow.needs("login", caller_of(visit))

    def pending(self, visit: Visit, /) -> tuple[Need, ...]:
        """See ``ConversationPage``."""
        return self._flow.pending(caller_of(visit))

    def returning(self, visit: Visit, /) -> tuple[Need, ...]:
        """See ``ConversationPage``."""
        return self._flow.returning(caller_of(visit))

    def awaits(self, visit: Visit, brought: Mapping[str, str], /) -> bool:
        """See ``ConversationPage``."""
        return self._flow.awaits(caller_of(visit), brought)

    def begin(self, visit: Visit, given: Sequence[Filled], return_url: str, /) -> FlowAnswer:
        """See ``ConversationPage``; an identity that was proven a moment ago is still to be linked."""
        return self._flow.begin(caller_of(visit), given, return_url=return_url, preserve=True)

    def resume(self, visit: Visit, given: Sequence[Filled], /) -> FlowAnswer:
        """See ``ConversationPage``."""
        return self._flow.resume(caller_of(visit), given)

    def passed(self, visit: Visit, _answer: FlowAnswer, /) -> Response:
        """Lead back where the visitor came from."""
        return self._back(visit)

    def said(self, visit: Visit, /) -> Message | None:
        """Say why somebody who is logged in is asked again."""
        account = visit.session.account
        if visit.text("error") in _ERRORS:
            return Message(visit.text("error"))
        if account is None:
            return _LOST if f"{KEPT}=" in visit.text("returntoquery") else None
        return Message("userlogin-reauth" if visit.text("force") else "userlogin-loggedin", (PlainText(account.name),))

    def known(self, visit: Visit, /) -> Mapping[str, str]:
        """Fill in who it is that logs in once more."""
        account = visit.session.account
        return {"wpName": account.name} if account is not None and visit.text("force") else {}

    def leads(self, visit: Visit, /) -> Sequence[Lead]:
        """Lead on whoever has no account, or no longer knows his password."""
        wanted = ("PasswordReset",) if visit.text("force") else ("PasswordReset", "CreateAccount")
        return self._frame.leads(wanted, **super().carried(visit))

    def carried(self, visit: Visit, /) -> dict[str, str]:
        """See ``ConversationPage``."""
        found = super().carried(visit)
        return {**found, "force": force} if (force := visit.text("force")) else found

    def _back(self, visit: Visit) -> Response:
        return redirect(back_url(self._site, visit.text("returnto"), visit.text("returntoquery")))
