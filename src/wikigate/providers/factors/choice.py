r"""The condition that whoever has a second factor shows it (spec extensions §1.1, §1.6; security 2.C).

Asks once the credentials were right; a stranger learns nothing of anybody's factors (C20). The wire is that of MediaWiki 1.43: one field
that takes a code of the app and a recovery code alike, and a wrong answer is asked again and never fails; or a security key, whose wrong
answer fails. Who has both is asked for a code first and may choose; who has a key and recovery codes, but no app, is asked for the key
first. Whoever came in with a passkey has shown two factors at once and is not asked. Promises: a place in the windows of the account is
taken before anything is looked at (C11); a code is burnt in the transaction that gives the session (C8); a key's challenge is good for
one answer, for five minutes (C17); a factor that cannot be read or is of a kind that nobody here knows is not passed over.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from wikigate.auth.attempt import Attempt, Inquiry
from wikigate.auth.fields import Need
from wikigate.auth.outcome import Abstain, Fail, Pass, Ui
from wikigate.auth.provider import Verdict
from wikigate.primitives.message import Message
from wikigate.providers.factors.kind import CodeKind
from wikigate.providers.factors.questions import (
    CHOICE,
    CHOICE_NEED,
    CODE,
    CODE_NEED,
    CODES,
    KEY,
    KEY_NEED,
    PRINTED_CODE,
    PRINTED_NEED,
    RECOVERY,
    RECOVERY_NEED,
    SHOWN,
    TOTP,
    WEBAUTHN,
    choice_need,
    code_need,
    key_need,
    printed_code_need,
    recovery_need,
)
from wikigate.providers.factors.windows import FactorWindows

if TYPE_CHECKING:
    from wikigate.accounts.factors import Factor, Factors
    from wikigate.accounts.security_keys import SecurityKeys
    from wikigate.accounts.user import Account

_LOG: Final = logging.getLogger("wikigate.auth")

_PRINTED: Final = Message("twofactor-message")
_ASK: Final = {
    TOTP: Message("oathauth-auth-ui"),
    WEBAUTHN: Message("webauthn-ui-login-prompt"),
    RECOVERY: Message("oathauth-auth-recovery-code-ui"),
}
_NO_KEY: Final = Message("webauthn-error-credentials-missing")
_WRONG_KEY: Final = Message("webauthn-error-verification-failed")
_MODULE: Final = "module"
_CHALLENGE: Final = "challenge"
_ASKED_AT: Final = "asked-at"
_LIFETIME: Final = 300
"""Seconds for which a key's challenge is good, and for which browsers wait for the key."""
_WRONG: Final = Message("oathauth-login-failed")
_WRONG_RECOVERY: Final = Message("oathauth-recovery-code-login-failed")
_FIELDS: Final = {TOTP: (CODE_NEED, CODE, _WRONG), RECOVERY: (RECOVERY_NEED, CODES, _WRONG_RECOVERY)}


class SecondFactor:
    """Asks for one of the account's factors; satisfies ``Secondary`` and ``CodeJudge``.

    ``kinds`` of codes are tried in their order; ``keys`` None: the wiki has no security keys. ``printed``: a code is asked for as
    the documentation of ``action=clientlogin`` prints it.
    """

    id = "second-factor"
    takes_links = False

    def __init__(
        self,
        factors: Factors,
        kinds: Sequence[CodeKind],
        keys: SecurityKeys | None,
        windows: FactorWindows,
        *,
        printed: bool = False,
    ) -> None:
        self._factors = factors
        self._kinds = tuple(kinds)
        self._rows = frozenset(row for kind in kinds for row in kind.rows)
        self._keys = keys
        self._windows = windows
        self._printed = printed

    def needs(self, _inquiry: Inquiry, /) -> tuple[Need, ...]:
        """Ask for nothing at the beginning: that would tell who has a factor."""
        return ()

    def begin(self, attempt: Attempt, user: Account, /) -> Ui | Fail | Abstain:
        """Ask, where the account has a factor."""
        factors = () if attempt.notes.get(SHOWN) == user.id else self._factors.of(user.id)
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
        if asked == WEBAUTHN:
            return self._key(attempt, user, factors)
        return self._code(attempt, user, factors, str(asked))

    def _code(self, attempt: Attempt, user: Account, factors: Sequence[Factor], module: str) -> Ui | Pass:
        """Judge a code; ask again for a wrong or missing one."""
        need, field, wrong = _FIELDS[module]
        code = str((attempt.values(need) or {}).get(field, ""))
        if module == TOTP and not code:
            code = str((attempt.values(PRINTED_NEED) or {}).get(PRINTED_CODE, ""))
        if not code:
            return self._ask(attempt, user, factors, module, wrong)
        if wait := self._windows.reserve(user.id):
            return self._throttled(attempt, user, factors, module, wait)
        use = self._find(user.id, code, attempt.caller.now)
        if use is None:
            self._windows.wrong(user.id)
            return self._ask(attempt, user, factors, module, wrong)
        self._windows.refund(user.id)
        return Pass(spend=use)

    def _key(self, attempt: Attempt, user: Account, factors: Sequence[Factor]) -> Ui | Fail | Pass:
        """Judge a security key's answer; ask again for a missing one."""
        challenge = attempt.memory.pop(_CHALLENGE, "")
        answer = (attempt.values(KEY_NEED) or {}).get(KEY)
        if not isinstance(answer, str) or not answer or self._keys is None:
            return self._ask(attempt, user, factors, WEBAUTHN, _NO_KEY)
        if attempt.caller.now - attempt.memory.get(_ASKED_AT, 0) > _LIFETIME:
            return self._ask(attempt, user, factors, WEBAUTHN, _WRONG_KEY)
        if wait := self._windows.reserve(user.id):
            return self._throttled(attempt, user, factors, WEBAUTHN, wait)
        if not self._keys.judge(user.id, answer, challenge):
            self._windows.wrong(user.id)
            return Fail(_WRONG_KEY, "wrong-key", user.name)
        self._windows.refund(user.id)
        return Pass()

    def _throttled(self, attempt: Attempt, user: Account, factors: Sequence[Factor], module: str, wait: int) -> Ui:
        _LOG.warning("request %s: nothing more of account %d is judged", attempt.caller.request_id, user.id)
        asked = self._ask(attempt, user, factors, module, Message("oathauth-throttled"))
        return replace(asked, retry_after=wait)

    def _modules(self, factors: Sequence[Factor]) -> tuple[str, ...]:
        """Return the kinds of question that the account can be asked, an app's first (spec extensions §1.6).

        The app's question takes recovery codes too, so that they are asked for by themselves only where there is no app.
        """
        kinds = {factor.kind for factor in factors}
        keys = (WEBAUTHN,) if WEBAUTHN in kinds and self._keys is not None else ()
        if TOTP in kinds & self._rows:
            return (TOTP, *keys)
        return (*keys, RECOVERY) if RECOVERY in kinds & self._rows else keys

    def _ask(
        self, attempt: Attempt, user: Account, factors: Sequence[Factor], module: str, wrong: Message | None = None
    ) -> Ui:
        """Put the question of a kind, and offer the others; ``wrong``: what was wrong with the answer before."""
        attempt.memory[_MODULE] = module
        if module == WEBAUTHN and self._keys is not None:
            question = self._keys.ask(factors)
            attempt.memory[_CHALLENGE], attempt.memory[_ASKED_AT] = question.challenge, attempt.caller.now
            need = key_need(user.name, question.options)
        else:
            code = printed_code_need() if self._printed else code_need(user.name)
            need = recovery_need(user.name) if module == RECOVERY else code
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
        if wait := self._windows.reserve(user_id):
            return wait
        use = self._find(user_id, code, now)
        if use is None or not use():
            self._windows.wrong(user_id)
            return "wrong"
        self._windows.refund(user_id)
        return "right"

    def _find(self, user_id: int, code: str, now: float) -> Callable[[], bool] | None:
        """Return what uses a right code up."""
        factors = self._factors.of(user_id)
        found = (kind.find(factor, code, now) for kind in self._kinds for factor in factors if factor.kind in kind.rows)
        return next((use for use in found if use is not None), None)
