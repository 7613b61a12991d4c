r"""The condition that whoever has a second factor shows it (spec extensions §1.1, security 2.C).

Asks once the credentials were right; a stranger learns nothing of anybody's factors (C20). The wire is that of MediaWiki 1.43: one field
that takes a code of the app and a recovery code alike, and a wrong answer is asked again and never fails. Promises: a place in the windows
of the *account* is taken before a code is looked at, given back when it was right, whatever rights the user has (C11); a factor that cannot
be read or is of a kind that nobody here knows is not passed over.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final, Literal

from wikigate.auth.attempt import Attempt, Inquiry
from wikigate.auth.fields import Field, Need, raw_message
from wikigate.auth.outcome import Abstain, Fail, Pass, Ui
from wikigate.auth.provider import Verdict
from wikigate.primitives.message import Duration, Message
from wikigate.providers.factors.kind import CodeKind

if TYPE_CHECKING:
    from wikigate.accounts.factors import Factor, Factors
    from wikigate.accounts.user import Account
    from wikigate.auth.settings import SecondFactorSettings
    from wikigate.state.base import StateStore

_LOG: Final = logging.getLogger("wikigate.auth")

NEED: Final = r"MediaWiki\Extension\OATHAuth\Auth\TOTPAuthenticationRequest"
FIELD: Final = "OATHToken"
_CODE: Final = Field(
    FIELD, "string", Message("oathauth-auth-token-label"), Message("oathauth-auth-token-help"), sensitive=False
)
_PROVIDER: Final = Message("oathauth-describe-provider")
_ASK: Final = Message("oathauth-auth-ui")
_WRONG: Final = Message("oathauth-login-failed")
_MINUTE: Final = 60
_DAY: Final = 86400


class SecondFactor:
    """Asks for a code of one of the account's factors; satisfies ``Secondary`` and ``CodeJudge``. ``kinds`` are tried in their order."""

    id = "second-factor"
    takes_links = False

    def __init__(
        self, factors: Factors, kinds: Sequence[CodeKind], state: StateStore, settings: SecondFactorSettings
    ) -> None:
        self._factors = factors
        self._kinds = tuple(kinds)
        self._rows = frozenset(kind.rows for kind in kinds)
        self._state = state
        self._settings = settings

    def needs(self, _inquiry: Inquiry, /) -> tuple[Need, ...]:
        """Ask for nothing at the beginning: that would tell who has a factor."""
        return ()

    def begin(self, attempt: Attempt, user: Account, /) -> Ui | Fail | Abstain:
        """Ask, where the account has a factor."""
        factors = self._factors.of(user.id)
        if not factors:
            return Abstain()
        if not any(factor.kind in self._rows for factor in factors):
            _LOG.error("request %s: account %d has no factor of a known kind", attempt.caller.request_id, user.id)
            return Fail(_WRONG, "unknown-factor", user.name, is_guess=False)
        return _question(user, _ASK)

    def resume(self, attempt: Attempt, user: Account, /) -> Ui | Pass:
        """Judge the code; ask again for a wrong or missing one."""
        typed = attempt.values(NEED)
        code = "" if typed is None else str(typed[FIELD])
        if not code.strip():
            return _question(user, _WRONG, "error")
        verdict = self.judge(user.id, code, attempt.caller.now)
        if verdict == "throttled":
            _LOG.warning("request %s: no more codes of account %d are judged", attempt.caller.request_id, user.id)
            return _question(user, Message("oathauth-throttled", (Duration(_MINUTE),)), "error")
        return Pass() if verdict == "right" else _question(user, _WRONG, "error")

    def protects(self, user_id: int, /) -> bool:
        """See ``CodeJudge``."""
        return bool(self._factors.of(user_id))

    def judge(self, user_id: int, code: str, now: float, /) -> Verdict:
        """See ``CodeJudge``."""
        if not self._reserve(user_id):
            return "throttled"
        if not self._accept(self._factors.of(user_id), code, now):
            return "wrong"
        self._refund(user_id)
        return "right"

    def ended(self, _attempt: Attempt, _outcome: Pass | Fail, /) -> None:
        """Forget nothing: nothing was kept."""

    def _accept(self, factors: Sequence[Factor], code: str, now: float) -> bool:
        return any(
            kind.accept(factor, code, now) for kind in self._kinds for factor in factors if factor.kind == kind.rows
        )

    # -- windows ----------------------------------------------------------------------------------------------------------

    def _reserve(self, user_id: int) -> bool:
        """Take a place in both windows, or in none."""
        windows = self._windows(user_id)
        with self._state.together():
            for number, (key, limit, seconds) in enumerate(windows):
                if self._state.increment(key, seconds, limit) > limit:
                    for taken, _, _ in windows[:number]:
                        self._state.refund(taken)
                    return False
        return True

    def _refund(self, user_id: int) -> None:
        with self._state.together():
            for key, _, _ in self._windows(user_id):
                self._state.refund(key)

    def _windows(self, user_id: int) -> tuple[tuple[str, int, int], ...]:
        """Return key, limit and seconds of each window."""
        return (
            (f"second-factor:minute:{user_id}", self._settings.per_minute, _MINUTE),
            (f"second-factor:day:{user_id}", self._settings.per_day, _DAY),
        )


def _question(user: Account, message: Message, kind: Literal["warning", "error"] = "warning") -> Ui:
    need = Need(NEED, (_CODE,), provider=_PROVIDER, account=raw_message(user.name))
    return Ui((need,), message, kind)
