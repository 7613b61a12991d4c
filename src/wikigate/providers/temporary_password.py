"""The primary that knows temporary passwords: mailed or handed out, good for a week and for choosing another (spec core §12.4).

Comes before the main password and never refuses: what it does not know is the next one's to judge. Promises: a temporary password alone
lets nobody in (M10); it is compared in the pool; the main password stays good until another is chosen.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from wikigate.accounts.hashing import Hasher, HashQueueFull
from wikigate.accounts.user import MailedPassword
from wikigate.auth.attempt import Attempt, Inquiry
from wikigate.auth.fields import Need
from wikigate.auth.needs import PASSWORD, TEMPORARY_PASSWORD, USER_DATA, password_need, temporary_password_need
from wikigate.auth.new_password import overloaded
from wikigate.auth.outcome import Abstain, Fail, Pass
from wikigate.auth.password_reset import PasswordReset
from wikigate.auth.temporary_check import may_be_temporary, owe_check
from wikigate.auth.throttle import site_of
from wikigate.primitives.ids import RandomBytes, random_id
from wikigate.primitives.message import Message

if TYPE_CHECKING:
    from wikigate.accounts.directory import Directory
    from wikigate.accounts.passwords.scheme import PasswordScheme
    from wikigate.accounts.user import Account, Credentials
    from wikigate.auth.fields import Filled
    from wikigate.primitives.names import NameRules

_RESET: Final = PasswordReset(Message("resetpass-temp-emailed"), hard=True)
_LOGIN: Final = (password_need("login"),)
_CREATE: Final = (temporary_password_need(None),)


class TemporaryPassword:
    """Name and temporary password, ``lifetime`` seconds old at most; satisfies ``Primary`` and ``Keeper``.

    ``can_mail``: whether one can be mailed to the owner of a new account.
    """

    id = "temporary-password"
    accounts: Final = "create"

    def __init__(
        self,
        directory: Directory,
        scheme: PasswordScheme,
        hasher: Hasher,
        rules: NameRules,
        *,
        lifetime: int,
        random_bytes: RandomBytes,
        can_mail: bool,
    ) -> None:
        self._directory = directory
        self._scheme = scheme
        self._hasher = hasher
        self._rules = rules
        self._lifetime = lifetime
        self._random_bytes = random_bytes
        self._can_mail = can_mail

    def canonical_name(self, typed: str, /) -> str | None:
        """See ``Primary``."""
        return self._rules.canonicalise(typed)

    def needs(self, inquiry: Inquiry, /) -> tuple[Need, ...]:
        """Ask for name and password; offer to mail one to somebody else's new account; a temporary password can be removed."""
        if inquiry.stage == "login":
            return _LOGIN
        if inquiry.stage == "create":
            return _CREATE if self._can_mail and not inquiry.by_visitor else ()
        return (temporary_password_need(inquiry.user),) if inquiry.stage == "remove" else ()

    def begin(self, attempt: Attempt, /) -> Pass | Fail | Abstain:
        """Judge name and password, or make one for a new account. Raises ``ApiError`` ``ratelimited`` where too many hashes wait."""
        if attempt.stage == "create":
            return self._take_part(attempt)
        filled = attempt.filled.get(PASSWORD)
        name = None if filled is None else self.canonical_name(filled.text("username"))
        if filled is None or name is None or not self._rules.is_usable(name):
            return Abstain()
        password = filled.text("password")
        if not may_be_temporary(password):
            return Abstain()
        credentials = self._directory.credentials(name)
        if credentials is None or not self._is_good(credentials, attempt.caller.now):
            owe_check(attempt)
            return Abstain()
        try:
            right = self._hasher.run(self._verify, credentials, password, source=site_of(attempt.caller.address))
        except HashQueueFull as full:
            raise overloaded() from full
        if not right:
            return Abstain()
        _RESET.leave(attempt)
        return Pass(credentials.name)

    def resume(self, _attempt: Attempt, /) -> Fail:
        """Fail: this provider asks nothing, so there is nothing to go on with."""
        return Fail(Message("wrongpassword"), "out-of-turn")

    def ended(self, _attempt: Attempt, _outcome: Pass | Fail, /) -> None:
        """Forget nothing: nothing was kept."""

    def change(self, _user: Account, _filled: Filled, _source: str, /) -> None:
        """Leave it to others: nobody gives himself a temporary password."""
        return

    def remove(self, user: Account, need_id: str, /) -> bool:
        """Make the user's temporary password void."""
        if need_id != TEMPORARY_PASSWORD:
            return False
        self._directory.set_temporary_password(user.id, "")
        return True

    def _take_part(self, attempt: Attempt) -> Pass | Fail | Abstain:
        """Give a new account a temporary password alone, to be mailed to its address (spec core §9)."""
        wanted = attempt.values(TEMPORARY_PASSWORD)
        if wanted is None or wanted.get("mailpassword") is not True or attempt.draft is None:
            return Abstain()
        names = [name for name in attempt.names or () if self.canonical_name(name) == name]
        if not names:
            return Abstain()
        data = attempt.filled.get(USER_DATA)
        if data is None or not data.text("email"):
            return Fail(Message("noemailcreate"), "no-email", is_guess=False)
        password = random_id(self._random_bytes)
        try:
            column = self._hasher.run(self._scheme.make, password, source=site_of(attempt.caller.address))
        except HashQueueFull as full:
            raise overloaded() from full
        attempt.draft.temporary = MailedPassword(column, password, self._lifetime)
        return Pass(names[0])

    def _is_good(self, credentials: Credentials, now: float) -> bool:
        made = credentials.new_password_time
        return bool(credentials.new_password) and (made is None or now < made + self._lifetime)

    def _verify(self, credentials: Credentials, password: str) -> bool:
        return self._scheme.verify(credentials.new_password, password, user_id=credentials.id)
