"""The primary that knows passwords: the columns of MediaWiki's ``user`` table (spec core §7.3 step 6, §12).

Promises: an account that does not exist, one without a usable password and one with a wrong one cost the same time and give the same
answer, and so do passwords that are too long (security B8 to B10, S1); no hash is computed in a request's own thread; a password in an
older format is stored anew when it was right, unless it was changed meanwhile. A password's strength and age are weighed only after it was
right: by then its owner is asked to change it, and nobody else learns of it.
"""

from __future__ import annotations

import logging
from functools import partial
from typing import TYPE_CHECKING, Final

from wikigate.accounts.hashing import Hasher, HashQueueFull
from wikigate.accounts.policy import Owner
from wikigate.auth.attempt import Attempt, Inquiry
from wikigate.auth.fields import Filled, Need, all_of, within
from wikigate.auth.needs import PASSWORD, USER_DATA, password_need
from wikigate.auth.new_password import NewPasswords, overloaded
from wikigate.auth.outcome import Abstain, Fail, Pass
from wikigate.auth.password_reset import PasswordReset
from wikigate.auth.provider import Change
from wikigate.auth.temporary_check import owes_check
from wikigate.auth.throttle import site_of
from wikigate.primitives.errors import StoreUnavailable
from wikigate.primitives.message import Message, Num

if TYPE_CHECKING:
    from wikigate.accounts.directory import Directory
    from wikigate.accounts.passwords.scheme import PasswordScheme
    from wikigate.accounts.user import Account, Credentials
    from wikigate.primitives.clock import Clock
    from wikigate.primitives.names import NameRules

_LOG: Final = logging.getLogger("wikigate.auth")
MAX_BYTES: Final = 4096
"""The longest password that is looked at (``MaximalPasswordLength``); longer ones would be work for nothing."""

_WRONG: Final = Message("wrongpassword")
_TOO_LONG: Final = Message("fatalpassworderror", (Message("passwordtoolong", (Num(MAX_BYTES),)),))
_LOGIN: Final = (password_need("login"),)
_CREATE: Final = (password_need("create"),)


class LocalPassword:
    """Name and password; satisfies ``Primary`` and ``Keeper``. ``hasher`` computes hashes; ``passwords`` judges what is chosen anew."""

    id = "local-password"
    accounts: Final = "create"

    def __init__(
        self,
        directory: Directory,
        scheme: PasswordScheme,
        hasher: Hasher,
        rules: NameRules,
        passwords: NewPasswords,
        *,
        clock: Clock,
        grace: int = 0,
    ) -> None:
        self._clock = clock
        self._grace = grace
        self._passwords = passwords
        self._directory = directory
        self._scheme = scheme
        self._hasher = hasher
        self._rules = rules

    def canonical_name(self, typed: str, /) -> str | None:
        """See ``Primary``; every valid name has one form, reserved ones too."""
        return self._rules.canonicalise(typed)

    def needs(self, inquiry: Inquiry, /) -> tuple[Need, ...]:
        """Ask for name and password; for a change, for a new password alone; nothing else can be done with one."""
        if inquiry.stage == "login":
            return _LOGIN
        if inquiry.stage == "create":
            # Only a temporary account is named: it would become another one.
            return (password_need("create", inquiry.user),) if inquiry.user and inquiry.by_visitor else _CREATE
        return (password_need("change", inquiry.user),) if inquiry.stage == "change" else ()

    def begin(self, attempt: Attempt, /) -> Pass | Fail | Abstain:
        """Judge name and password.

        Raises ``ApiError`` ``ratelimited`` where too many hashes wait already; nothing was judged then.
        """
        filled = attempt.filled.get(PASSWORD)
        if filled is None:
            return Abstain()
        if attempt.stage == "create":
            return self._take_part(attempt, filled)
        name = self.canonical_name(filled.text("username"))
        if name is None or not self._rules.is_usable(name):
            return Abstain()
        password = filled.text("password")
        if len(password.encode("utf-8", "surrogatepass")) > MAX_BYTES:
            return Fail(_TOO_LONG, "password-too-long")
        source = site_of(attempt.caller.address)
        credentials = self._directory.credentials(name)
        try:
            if credentials is None or not self._hasher.run(self._verify, credentials, password, source=source):
                return self._refuse(attempt, credentials, password, source)
        except HashQueueFull as full:
            raise overloaded() from full
        weak = self._judge_anew(attempt, credentials, password)
        if weak is not None:
            return weak
        self._store_anew(credentials, password, source)
        return Pass(credentials.name)

    def resume(self, _attempt: Attempt, /) -> Fail:
        """Fail: this provider asks nothing, so there is nothing to go on with."""
        return Fail(_WRONG, "out-of-turn")

    def ended(self, _attempt: Attempt, _outcome: Pass | Fail, /) -> None:
        """Forget nothing: nothing was kept."""

    def change(self, user: Account, filled: Filled, source: str, /) -> Change | tuple[Message, ...] | None:
        """Store another password, if it may be chosen; everything that was logged in by the old one is ended."""
        if filled.need.id != PASSWORD:
            return None
        wrong = self._passwords.refusal(Owner.of(user), filled)
        if wrong:
            return wrong
        column = self._passwords.column(filled, source)
        expires = self._passwords.expiry(self._clock.now())
        return partial(self._directory.set_password, user.id, column, expires=expires)

    def remove(self, _user: Account, _need_id: str, /) -> bool:
        """Remove nothing: an account without a password would be lost."""
        return False

    def _refuse(self, attempt: Attempt, credentials: Credentials | None, password: str, source: str) -> Fail:
        """Refuse, at the same cost whether there is such an account or not, and whether a temporary password is pending or not."""
        for owed in (credentials is None, owes_check(attempt)):
            if owed:
                self._hasher.run(self._scheme.verify_dummy, password, source=source)
        return Fail(_WRONG, "no-such-user") if credentials is None else Fail(_WRONG, "wrong-password", credentials.name)

    def _take_part(self, attempt: Attempt, filled: Filled) -> Pass | Fail | Abstain:
        """Give a new account its password, if it may be chosen."""
        name = self.canonical_name(filled.text("username"))
        if name is None or attempt.draft is None:
            return Abstain()
        data = attempt.filled.get(USER_DATA)
        wrong = self._passwords.refusal(Owner(name, email=data.text("email") if data else ""), filled)
        if wrong:
            return Fail(all_of(wrong), "password-refused", is_guess=False)
        attempt.draft.password = self._passwords.column(filled, site_of(attempt.caller.address))
        attempt.draft.password_expires = self._passwords.expiry(attempt.caller.now)
        return Pass(name)

    def _judge_anew(self, attempt: Attempt, credentials: Credentials, password: str) -> Fail | None:
        """Note that a right password is due to be changed; refuse one that the policy does not even let log in (spec core §12.2, §12.3)."""
        policy, now = self._passwords.policy, attempt.caller.now
        verdict = policy.check(Owner(credentials.name, policy.groups, credentials.id, credentials.email), password)
        if not verdict.good:  # by the strictest rules; seldom, so that few logins read the groups
            account = self._directory.by_name(credentials.name)
            verdict = policy.check(Owner(credentials.name) if account is None else Owner.of(account), password)
        if verdict.fatal:
            message = Message("fatalpassworderror", (within(verdict.messages),))
            return Fail(message, "password-too-weak", credentials.name)
        if credentials.password_expires is not None and credentials.password_expires <= now:
            hard = credentials.password_expires + self._grace < now
            key = "resetpass-expired" if hard else "resetpass-expired-soft"
            PasswordReset(Message(key), hard=hard).leave(attempt)
        elif not verdict.good and policy.reset_on_login:
            PasswordReset(Message("resetpass-validity-soft", (within(verdict.messages),)), hard=False).leave(attempt)
        return None

    def _verify(self, credentials: Credentials, password: str) -> bool:
        return self._scheme.verify(credentials.password, password, user_id=credentials.id)

    def _store_anew(self, credentials: Credentials, password: str, source: str) -> None:
        """Bring a right password into today's format; whoever changes it in between wins, and a login never fails for it."""
        if not self._scheme.needs_rehash(credentials.password, user_id=credentials.id):
            return
        try:
            column = self._hasher.run(self._scheme.make, password, source=source)
            self._directory.replace_password(credentials.id, credentials.password, column)
        except (HashQueueFull, StoreUnavailable) as fault:
            _LOG.warning("a password of account %d stays in its older format: %s", credentials.id, fault)
