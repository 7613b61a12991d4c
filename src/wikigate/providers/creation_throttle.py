"""The check that counts new accounts from one address (``$wgAccountCreationThrottle``, spec core §9, §13; security B7).

An attempt counts whatever becomes of it, as MediaWiki has it: what is beyond the limit is refused before any password is judged.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from wikigate.auth.attempt import Attempt, Inquiry
from wikigate.auth.fields import Need
from wikigate.auth.outcome import Fail, Pass, Question
from wikigate.auth.settings import Condition
from wikigate.auth.throttle import site_of
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
        self._conditions = tuple(conditions)
        self._store = store
        self._rights = rights

    def needs(self, _inquiry: Inquiry, /) -> tuple[Need, ...]:
        """Ask for nothing."""
        return ()

    def check(self, attempt: Attempt, /) -> Fail | None:
        """Count the attempt, or refuse it; what a later limit refuses does not count in earlier ones."""
        if attempt.stage != "create" or not self._conditions or self._is_exempt(attempt):
            return None
        taken: list[str] = []
        for number, condition in enumerate(self._conditions):
            where = "" if condition.all_ips else site_of(attempt.caller.address)
            key = f"throttle:acctcreate:{number}:{where}"
            if self._store.increment(key, condition.seconds, condition.count) > condition.count:
                for other in taken:
                    self._store.refund(other)
                message = Message("acct_creation_throttle_hit", (condition.count, Duration(condition.seconds)))
                wait = math.ceil(self._store.remaining(key))
                return Fail(message, "throttled", is_guess=False, retry_after=wait)
            taken.append(key)
        return None

    def paused(self, _attempt: Attempt, _outcome: Question, _user: Account | None, /) -> None:
        """Leave the count as it is."""

    def ended(self, _attempt: Attempt, _outcome: Pass | Fail, /) -> None:
        """Leave the count as it is."""

    def _is_exempt(self, attempt: Attempt) -> bool:
        session = attempt.caller.session
        rights = self._rights.rights_of(self._rights.effective_groups(session.account))
        return _EXEMPT in rights and (session.allowed_rights is None or _EXEMPT in session.allowed_rights)
