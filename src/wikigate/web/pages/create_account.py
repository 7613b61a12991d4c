"""Special:CreateAccount: an account is made, step by step; it differs from ``action=createaccount`` in its first and last step only.

Spec core §9; the inputs' names are MediaWiki's. A visitor who has made an account is logged in with it; somebody who is logged in makes
accounts for others and stays who he is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Final

from wikigate.actions.creation_permission import creation_refusal
from wikigate.auth.fields import Filled, Need
from wikigate.auth.flow import Flow, FlowAnswer
from wikigate.auth.flow_state import Preserved
from wikigate.primitives.message import Message, PlainText
from wikigate.web.conversation_form import caller_of
from wikigate.web.conversation_page import ConversationPage, Wording
from wikigate.web.frame import Lead, redirect
from wikigate.web.links import back_url
from wikigate.web.page import PageParts
from wikigate.web.visit import Visit
from wikigate.wire.http import Response

NAME: Final = "CreateAccount"


class CreateAccountPage(ConversationPage):
    """The page; satisfies ``Page``."""

    name = NAME
    wording = Wording(
        Message("createaccount"),
        "create",
        "wpCreateaccountToken",
        "createaccount",
        ("wpCreateaccount", "wpCreateaccount"),
        Message("createacct-submit"),
    )

    def __init__(self, parts: PageParts) -> None:
        super().__init__(parts)
        self._flow: Flow = parts.services.flow
        self._creation = parts.services.creation

    def turned_away(self, visit: Visit, /) -> Response | None:
        """Tell somebody why he may make no accounts, before he types anything."""
        refused = creation_refusal(visit)
        return None if refused is None else self._frame.tell(visit, self.wording.title, refused, status=403)

    def needs(self, visit: Visit, /) -> tuple[Need, ...]:
        """See ``ConversationPage``; an identity that is proven already is credential enough."""
        needs = self._flow.needs("create", caller_of(visit), visit.user.name if visit.user.is_registered else None)
        if self._proven(visit).create is None:
            return needs
        return tuple(need for need in needs if need.required != "primary-required")

    def pending(self, visit: Visit, /) -> tuple[Need, ...]:
        """See ``ConversationPage``."""
        return self._creation.pending(caller_of(visit))

    def returning(self, visit: Visit, /) -> tuple[Need, ...]:
        """See ``ConversationPage``."""
        return self._creation.returning(caller_of(visit))

    def awaits(self, visit: Visit, brought: Mapping[str, str], /) -> bool:
        """See ``ConversationPage``."""
        return self._creation.awaits(caller_of(visit), brought)

    def begin(self, visit: Visit, given: Sequence[Filled], return_url: str, /) -> FlowAnswer:
        """See ``ConversationPage``; an identity proven while logging in can be the new account's."""
        permission = partial(creation_refusal, visit)
        return self._creation.begin(caller_of(visit), given, permission, return_url=return_url, preserve=True)

    def resume(self, visit: Visit, given: Sequence[Filled], /) -> FlowAnswer:
        """See ``ConversationPage``."""
        return self._creation.resume(caller_of(visit), given, partial(creation_refusal, visit))

    def passed(self, visit: Visit, answer: FlowAnswer, /) -> Response:
        """Log in the new account's owner and lead him back, or tell whoever made it for somebody else."""
        account = answer.account
        if account is None:
            raise AssertionError("an account was made")
        name = PlainText(account.name)
        if visit.user.is_named:
            how = "accmailtext" if visit.text("mailpassword") else "accountcreatedtext"
            return self._frame.tell(visit, Message("accountcreated"), Message(how, (name,)))
        entered = self._flow.enter(caller_of(visit), account)
        if entered and visit.text("returnto"):
            return redirect(back_url(self._site, visit.text("returnto"), visit.text("returntoquery")))
        return self._frame.tell(visit, Message("welcomeuser", (name,)), Message("welcomecreation-msg"))

    def said(self, visit: Visit, /) -> Message | None:
        """Name the identity that the account will be logged in to by."""
        proven = self._proven(visit)
        if proven.create is None:
            return None
        names = [visit.services.catalog.plain(link.label, visit.language) for link in proven.links]
        return Message("wikigate-create-proven", (PlainText(", ".join(names)),))

    def known(self, visit: Visit, /) -> Mapping[str, str]:
        """Suggest the name that the identity brings along."""
        offer = self._proven(visit).create
        return {"wpName": offer.user} if offer is not None else {}

    def leads(self, visit: Visit, /) -> Sequence[Lead]:
        """Lead on whoever has an account."""
        return () if visit.user.is_named else self._frame.leads(("UserLogin",), **self.carried(visit))

    def _proven(self, visit: Visit) -> Preserved:
        return self._flow.preserved(visit.session)


def make(parts: PageParts) -> CreateAccountPage | None:
    """Make the page, where accounts can be made at all."""
    return CreateAccountPage(parts) if parts.providers.can_create else None
