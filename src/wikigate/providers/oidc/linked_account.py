"""What both shapes of the OpenID provider do alike with the accounts that are linked to identities at a provider."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from wikigate.auth.outcome import Fail, Pass
from wikigate.providers.oidc.membership import SESSION_KEY

if TYPE_CHECKING:
    from wikigate.accounts.user import Account
    from wikigate.auth.attempt import Attempt
    from wikigate.auth.fields import Filled
    from wikigate.providers.oidc.core import OpenIdCore
    from wikigate.sessions.session import Session


class LinkedAccount:
    """The base of both shapes: the ``Keeper`` and ``Parting`` half of them, and what a ``Primary`` does after its answer."""

    accounts: Final = "link"

    def __init__(self, core: OpenIdCore) -> None:
        self.core: Final = core

    def canonical_name(self, typed: str, /) -> str | None:
        """Bring a name into the form that accounts have."""
        return self.core.membership.directory.rules.canonicalise(typed)

    def ended(self, attempt: Attempt, outcome: Pass | Fail, /) -> None:
        """Remember by which session of the provider a session of ours was begun."""
        if isinstance(outcome, Pass):
            self.core.membership.note_login(attempt)

    def change(self, _user: Account, _filled: Filled, _source: str, /) -> None:
        """Change nothing: what proves an identity is the provider's business."""

    def remove(self, user: Account, need_id: str, /) -> bool:
        """Take a link off."""
        return self.core.membership.unlink(user, need_id)

    def farewell(self, session: Session, back_to: str, /) -> str:
        """Send the browser to the provider that began the session, where the configuration wants it so."""
        return self.core.membership.farewell(session.get(SESSION_KEY), back_to)
