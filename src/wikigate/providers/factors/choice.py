r"""The condition that whoever has a second factor shows it (spec extensions §1.1, §1.6; security 2.C).

Asks once the credentials were right; a stranger learns nothing of anybody's factors (C20). The wire is that of MediaWiki 1.43: one field
that takes a code of the app and a recovery code alike, and a wrong answer is asked again and never fails; or a security key, whose wrong
answer fails. Who has both is asked for a code first and may choose. Promises: a place in the windows of the *account* is taken before
anything is looked at, given back when it was right, whatever rights the user has (C11); a key's challenge is good for one answer (C17);
a factor that cannot be read or is of a kind that nobody here knows is not passed over.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from wikigate.auth.attempt import Attempt, Inquiry
from wikigate.auth.fields import Need
from wikigate.auth.outcome import Abstain, Fail, Pass, Ui
from wikigate.auth.provider import Verdict
from wikigate.primitives.message import Duration, Message
from wikigate.providers.factors.kind import CodeKind
from wikigate.providers.factors.questions import (
    CHOICE,
    CHOICE_NEED,
    CODE,
    CODE_NEED,
    KEY,
    KEY_NEED,
    PRINTED_CODE,
    PRINTED_NEED,
    TOTP,
    WEBAUTHN,
    choice_need,
    code_need,
    key_need,
    printed_code_need,
)

if TYPE_CHECKING:
    from wikigate.accounts.factors import Factor, Factors
    from wikigate.accounts.security_keys import SecurityKeys
    from wikigate.accounts.user import Account
    from wikigate.auth.settings import SecondFactorSettings
    from wikigate.state.base import StateStore

_LOG: Final = logging.getLogger("wikigate.auth")

_PRINTED: Final = Message("twofactor-message")
_ASK: Final = {TOTP: Message("oathauth-auth-ui"), WEBAUTHN: Message("webauthn-ui-login-prompt")}
_NO_KEY: Final = Message("webauthn-error-credentials-missing")
_WRONG_KEY: Final = Message("webauthn-error-verification-failed")
_MODULE: Final = "module"
_CHALLENGE: Final = "challenge"
_WRONG: Final = Message("oathauth-login-failed")
_MINUTE: Final = 60
_DAY: Final = 86400


class SecondFactor:
    """Asks for one of the account's factors; satisfies ``Secondary`` and ``CodeJudge``.

    ``kinds`` of codes are tried in their order; ``keys`` None: the wiki has no security keys.
    """

    id = "second-factor"
    takes_links = False

    def __init__(
        self,
        factors: Factors,
        kinds: Sequence[CodeKind],
        keys: SecurityKeys | None,
        state: StateStore,
        settings: SecondFactorSettings,
    ) -> None:
        self._factors = factors
        self._kinds = tuple(kinds)
        self._rows = frozenset(kind.rows for kind in kinds)
        self._keys = keys
        self._state = state
        self._settings = settings
        self._printed = settings.shape == "documentation"

    def needs(self, _inquiry: Inquiry, /) -> tuple[Need, ...]:
        """Ask for nothing at the beginning: that would tell who has a factor."""
        return ()

    def begin(self, attempt: Attempt, user: Account, /) -> Ui | Fail | Abstain:
        """Ask, where the account has a factor."""
        factors = self._factors.of(user.id)
        if not factors:
            return Abstain()
        modules = self._modules(factors)
        if not modules:
            _LOG.error("request %s: account %d has no factor of a known kind", attempt.caller.request_id, user.id)
            return Fail(_WRONG, "unknown-factor", user.name, is_guess=False)
        return self._ask(attempt, user, factors, modules[0])

    def resume(self, attempt: Attempt, user: Account, /) -> Ui | Fail | Pass:
        """Judge what was answered, or ask for the factor that was chosen instead."""
        factors = self._factors.of(user.id)
        modules, asked = self._modules(factors), attempt.memory.get(_MODULE)
        if not modules:
            return Fail(_WRONG, "factor-gone", user.name, is_guess=False)
        chosen = (attempt.values(CHOICE_NEED) or {}).get(CHOICE)
        if chosen and chosen != asked and chosen in modules:
            return self._ask(attempt, user, factors, str(chosen))
        if asked not in modules:
            asked = modules[0]
        return (self._key if asked == WEBAUTHN else self._code)(attempt, user, factors)

    def _code(self, attempt: Attempt, user: Account, factors: Sequence[Factor]) -> Ui | Pass:
        """Judge a code; ask again for a wrong or missing one."""
        answers = (attempt.values(CODE_NEED) or {}).get(CODE), (attempt.values(PRINTED_NEED) or {}).get(PRINTED_CODE)
        code = str(answers[0] or answers[1] or "")
        if not code.strip():
            return self._ask(attempt, user, factors, TOTP, _WRONG)
        verdict = self.judge(user.id, code, attempt.caller.now)
        if verdict == "throttled":
            return self._throttled(attempt, user, factors, TOTP)
        return Pass() if verdict == "right" else self._ask(attempt, user, factors, TOTP, _WRONG)

    def _key(self, attempt: Attempt, user: Account, factors: Sequence[Factor]) -> Ui | Fail | Pass:
        """Judge a security key's answer; ask again for a missing one."""
        challenge = attempt.memory.pop(_CHALLENGE, "")
        answer = (attempt.values(KEY_NEED) or {}).get(KEY)
        if not isinstance(answer, str) or not answer or self._keys is None:
            return self._ask(attempt, user, factors, WEBAUTHN, _NO_KEY)
        if not self._reserve(user.id):
            return self._throttled(attempt, user, factors, WEBAUTHN)
        if not self._keys.judge(user.id, answer, challenge):
            return Fail(_WRONG_KEY, "wrong-key", user.name)
        self._refund(user.id)
        return Pass()

    def _throttled(self, attempt: Attempt, user: Account, factors: Sequence[Factor], module: str) -> Ui:
        _LOG.warning("request %s: nothing more of account %d is judged", attempt.caller.request_id, user.id)
        return self._ask(attempt, user, factors, module, Message("oathauth-throttled", (Duration(_MINUTE),)))

    def _modules(self, factors: Sequence[Factor]) -> tuple[str, ...]:
        """Return the kinds of question that the account can be asked, codes first (spec extensions §1.6)."""
        kinds = {factor.kind for factor in factors}
        codes = (TOTP,) if kinds & self._rows else ()
        return (*codes, WEBAUTHN) if WEBAUTHN in kinds and self._keys is not None else codes

    def _ask(
        self, attempt: Attempt, user: Account, factors: Sequence[Factor], module: str, wrong: Message | None = None
    ) -> Ui:
        """Put the question of a kind, and offer the others; ``wrong``: what was wrong with the answer before."""
        attempt.memory[_MODULE] = module
        if module == WEBAUTHN and self._keys is not None:
            question = self._keys.ask(factors)
            attempt.memory[_CHALLENGE] = question.challenge
            need = key_need(user.name, question.options)
        else:
            need = printed_code_need() if self._printed else code_need(user.name)
        modules = self._modules(factors)
        needs = (need, choice_need(module, modules)) if len(modules) > 1 else (need,)
        asks = _PRINTED if module == TOTP and self._printed else _ASK[module]
        return Ui(needs, wrong or asks, "error" if wrong else "warning")

    def ended(self, _attempt: Attempt, _outcome: Pass | Fail, /) -> None:
        """Forget nothing: nothing was kept."""

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
