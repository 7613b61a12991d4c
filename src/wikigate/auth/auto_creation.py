"""What happens to somebody whom a primary vouches for and who has no account here: nothing, for now."""

from __future__ import annotations

from wikigate.auth.attempt import Attempt
from wikigate.auth.outcome import Fail
from wikigate.primitives.message import Message

REFUSED_KEY = "authmanager-authn-autocreate-failed"


class NoAutoCreation:
    """Refuses: accounts are made by their owners or by the operator. Satisfies ``AutoCreation``."""

    def create(self, _attempt: Attempt, _name: str, /) -> Fail:
        """Say that this wiki makes no accounts by itself."""
        return Fail(Message(REFUSED_KEY, (Message("authmanager-autocreate-noperm"),)), "no-account")
