"""The condition that another password is chosen first: after a temporary one, an expired one, one that is refused (core §12.2-12.4).

Promises: a hard reset ends in ``Pass`` only with a new password stored (M10); whatever was logged in as the user is ended by it
(security D6), and the session in which it happens goes on under another id; a refused password is asked for again and counts as no guess.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from wikigate.accounts.policy import Owner
from wikigate.auth.attempt import Attempt, Inquiry
from wikigate.auth.audit import Audit
from wikigate.auth.fields import Need, all_of
from wikigate.auth.needs import PASSWORD, SKIP_RESET, SKIP_RESET_NEED, password_need
from wikigate.auth.new_password import NewPasswords
from wikigate.auth.outcome import Abstain, Fail, Pass, Ui
from wikigate.auth.password_reset import PasswordReset
from wikigate.auth.throttle import site_of
from wikigate.primitives.message import Message

if TYPE_CHECKING:
    from wikigate.accounts.directory import Directory
    from wikigate.accounts.user import Account

_GONE: Final = Fail(Message("wrongpassword"), "account-gone", is_guess=False)


class ResetPassword:
    """Asks for a new password where a primary has noted that one is due; satisfies ``Secondary``."""

    id = "reset-password"
    takes_links = False

    def __init__(self, directory: Directory, passwords: NewPasswords, audit: Audit) -> None:
        self._directory = directory
        self._audit = audit
        self._passwords = passwords

    def needs(self, _inquiry: Inquiry, /) -> tuple[Need, ...]:
        """Ask for nothing beforehand."""
        return ()

    def begin(self, attempt: Attempt, user: Account, /) -> Ui | Abstain:
        """Ask, if it is due."""
        reset = PasswordReset.find(attempt)
        return Abstain() if reset is None else _question(reset, user)

    def resume(self, attempt: Attempt, user: Account, /) -> Pass | Fail | Ui | Abstain:
        """Store the new password, or ask again; a soft reset may be put off."""
        reset = PasswordReset.find(attempt)
        if reset is None:
            return Abstain()
        if not reset.hard and SKIP_RESET in attempt.filled:
            return Pass()
        filled = attempt.filled.get(PASSWORD)
        if filled is None:
            return _question(reset, user)
        wrong = self._passwords.refusal(Owner.of(user), filled)
        if wrong:
            return replace(_question(reset, user), message=all_of(wrong), kind="error")
        column = self._passwords.column(filled, site_of(attempt.caller.address))
        expires = self._passwords.expiry(attempt.caller.now)
        # The session in which this attempt lives stays until the login replaces it; it is nobody's login until then.
        here = attempt.caller.session.stored
        with self._audit.together():
            stored = self._directory.set_password(user.id, column, expires=expires, keep=here.key if here else b"")
            if stored:
                self._audit.changed(attempt.caller, "credentials.change", user, request=PASSWORD, reason="reset")
        return Pass() if stored else _GONE

    def ended(self, _attempt: Attempt, _outcome: Pass | Fail, /) -> None:
        """Forget nothing: nothing was kept."""


def _question(reset: PasswordReset, user: Account) -> Ui:
    need = password_need("change", user.name)
    if reset.hard:
        return Ui((need,), reset.message)
    return Ui((replace(need, required="optional"), SKIP_RESET_NEED), reset.message)
