"""The primary that knows temporary passwords: mailed or handed out, good for a week and for choosing another (spec core §12.4).

Comes before the main password and never refuses: what it does not know is the next one's to judge. Promises: a temporary password alone
lets nobody in (M10); it is compared in the pool; the main password stays good until another is chosen.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from wikigate.accounts.hashing import Hasher, HashQueueFull
from wikigate.auth.attempt import Attempt, Inquiry
from wikigate.auth.fields import Need
from wikigate.auth.needs import PASSWORD, TEMPORARY_PASSWORD, password_need, temporary_password_need
from wikigate.auth.new_password import overloaded
from wikigate.auth.outcome import Abstain, Fail, Pass
from wikigate.auth.password_reset import PasswordReset
from wikigate.auth.throttle import site_of
from wikigate.primitives.message import Message

if TYPE_CHECKING:
    from wikigate.accounts.directory import Directory
    from wikigate.accounts.passwords.scheme import PasswordScheme
    from wikigate.accounts.user import Account, Credentials
    from wikigate.auth.fields import Filled
    from wikigate.primitives.names import NameRules

_RESET: Final = PasswordReset(Message("resetpass-temp-emailed"), hard=True)
_LOGIN: Final = (password_need("login"),)
_MAX_BYTES: Final = 4096


class TemporaryPassword:
    """Name and temporary password, ``lifetime`` seconds old at most; satisfies ``Primary`` and ``Keeper``."""

    id = "temporary-password"
    accounts: Final = "none"

    def __init__(
        self, directory: Directory, scheme: PasswordScheme, hasher: Hasher, rules: NameRules, *, lifetime: int
    ) -> None:
        self._directory = directory
        self._scheme = scheme
        self._hasher = hasher
        self._rules = rules
        self._lifetime = lifetime

    def canonical_name(self, typed: str, /) -> str | None:
        """See ``Primary``."""
        name = self._rules.canonicalise(typed)
        return name if name is not None and self._rules.is_valid(name) else None

    def needs(self, inquiry: Inquiry, /) -> tuple[Need, ...]:
        """Ask for name and password; a temporary password can be removed."""
        if inquiry.stage == "login":
            return _LOGIN
        return (temporary_password_need(inquiry.user),) if inquiry.stage == "remove" else ()

    def begin(self, attempt: Attempt, /) -> Pass | Abstain:
        """Judge name and password. Raises ``ApiError`` ``ratelimited`` where too many hashes wait already."""
        filled = attempt.filled.get(PASSWORD)
        name = None if filled is None else self.canonical_name(filled.text("username"))
        if filled is None or name is None or not self._rules.is_usable(name):
            return Abstain()
        password = filled.text("password")
        if len(password.encode("utf-8", "surrogatepass")) > _MAX_BYTES:
            return Abstain()
        credentials = self._directory.credentials(name)
        if credentials is None or not self._is_good(credentials, attempt.caller.now):
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

    def _is_good(self, credentials: Credentials, now: float) -> bool:
        made = credentials.new_password_time
        return bool(credentials.new_password) and (made is None or now < made + self._lifetime)

    def _verify(self, credentials: Credentials, password: str) -> bool:
        return self._scheme.verify(credentials.new_password, password, user_id=credentials.id)
