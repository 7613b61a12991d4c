"""Special:LinkAccounts: an identity of another server is linked to one's own account, as ``action=linkaccount`` does (spec core §10)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from wikigate.auth.fields import Filled, Need
from wikigate.auth.flow import Flow, FlowAnswer
from wikigate.primitives.message import Message
from wikigate.web.conversation_form import caller_of
from wikigate.web.conversation_page import ConversationPage, Wording
from wikigate.web.frame import Lead
from wikigate.web.fresh_login import sent_to_log_in
from wikigate.web.page import PageParts
from wikigate.web.visit import Visit
from wikigate.wire.http import Response

NAME: Final = "LinkAccounts"


class LinkAccountsPage(ConversationPage):
    """The page; satisfies ``Page``."""

    name = NAME
    wording = Wording(
        Message("linkaccounts"),
        "link",
        "wpEditToken",
        "default",
        ("wpSubmit", "mw-linkaccounts-submit"),
        Message("linkaccounts-submit"),
    )

    def __init__(self, parts: PageParts) -> None:
        super().__init__(parts)
        self._linking: Flow = parts.services.linking

    def turned_away(self, visit: Visit, /) -> Response | None:
        """See ``ConversationPage``. Raises ``ApiError``: see ``sent_to_log_in``."""
        return sent_to_log_in(visit, f"Special:{NAME}", NAME)

    def needs(self, visit: Visit, /) -> tuple[Need, ...]:
        """See ``ConversationPage``."""
        return self._linking.needs("link", caller_of(visit), visit.user.name)

    def pending(self, visit: Visit, /) -> tuple[Need, ...]:
        """See ``ConversationPage``."""
        return self._linking.pending(caller_of(visit))

    def returning(self, visit: Visit, /) -> tuple[Need, ...]:
        """See ``ConversationPage``."""
        return self._linking.returning(caller_of(visit))

    def awaits(self, visit: Visit, brought: Mapping[str, str], /) -> bool:
        """See ``ConversationPage``."""
        return self._linking.awaits(caller_of(visit), brought)

    def begin(self, visit: Visit, given: Sequence[Filled], return_url: str, /) -> FlowAnswer:
        """See ``ConversationPage``."""
        return self._linking.begin(caller_of(visit), given, return_url=return_url)

    def resume(self, visit: Visit, given: Sequence[Filled], /) -> FlowAnswer:
        """See ``ConversationPage``."""
        return self._linking.resume(caller_of(visit), given)

    def passed(self, visit: Visit, _answer: FlowAnswer, /) -> Response:
        """Say that it is done."""
        return self._frame.tell(visit, Message("linkaccounts"), Message("linkaccounts-success-text"))

    def said(self, _visit: Visit, /) -> Message | None:
        """Say what comes of it."""
        return Message("wikigate-linkaccounts-about")

    def leads(self, _visit: Visit, /) -> Sequence[Lead]:
        """Lead on whoever wants the opposite."""
        return self._frame.leads(("UnlinkAccounts",))


def make(parts: PageParts) -> LinkAccountsPage | None:
    """Make the page, where accounts can be linked at all."""
    return LinkAccountsPage(parts) if parts.providers.can_link else None
