"""The check that counts new accounts from one address (``$wgAccountCreationThrottle``, spec core §9, §13; security B7).

An attempt counts whatever becomes of it, as MediaWiki has it: what is beyond the limit is refused before any password is judged.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from wikigate.auth.attempt import Attempt, Inquiry
from wikigate.auth.creation_limits import CreationLimits
from wikigate.auth.fields import Need
from wikigate.auth.outcome import Fail, Pass, Question
from wikigate.auth.settings import Condition
from wikigate.primitives.message import Duration, Message
from wikigate.state.base import StateStore

if TYPE_CHECKING:
    from wikigate.accounts.rights import Rights
    from wikigate.accounts.user import Account

_EXEMPT: Final = "noratelimit"
"""The right of those who may make any number of accounts."""


class CreationThrottle:
    """Limits the new accounts that come from one address (IPv6: one /64); satisfies ``PreCheck``."""

    id = "creation-throttle"

    def __init__(self, conditions: Sequence[Condition], store: StateStore, rights: Rights) -> None:
        self._limits = CreationLimits("acctcreate", conditions, store)
        self._rights = rights

    def needs(self, _inquiry: Inquiry, /) -> tuple[Need, ...]:
        """Ask for nothing."""
        return ()

    def check(self, attempt: Attempt, /) -> Fail | None:
        """Count the attempt, or refuse it."""
        if attempt.stage != "create" or self._is_exempt(attempt):
            return None
        refused = self._limits.take(attempt.caller.address)
        if refused is None:
            return None
        message = Message("acct_creation_throttle_hit", (refused.condition.count, Duration(refused.condition.seconds)))
        return Fail(message, "throttled", is_guess=False, retry_after=refused.wait)

    def paused(self, _attempt: Attempt, _outcome: Question, _user: Account | None, /) -> None:
        """Leave the count as it is."""

    def ended(self, _attempt: Attempt, _outcome: Pass | Fail, /) -> None:
        """Leave the count as it is."""

    def _is_exempt(self, attempt: Attempt) -> bool:
        session = attempt.caller.session
        rights = self._rights.rights_of(self._rights.effective_groups(session.account))
        return _EXEMPT in rights and (session.allowed_rights is None or _EXEMPT in session.allowed_rights)
