"""Temporary passwords by mail, for whoever says that he has forgotten his (``resetpassword``, spec core §10, §12.4).

Promises: who asks learns nothing — the same answer and the same work (one hash, one transaction, one line of audit) whether there is such
an account or not, has an address or not, was sent one lately or not (security 2.B, O9); requests from one address are counted before
anything is looked up; a temporary password goes to the account's own address and lies in the same transaction as its mail.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from wikigate.accounts.hashing import Hasher, HashQueueFull
from wikigate.auth.audit import Audit, AuditEvent
from wikigate.auth.new_password import overloaded
from wikigate.auth.throttle import site_of
from wikigate.primitives.ids import RandomBytes, random_id
from wikigate.state.base import StateStore

if TYPE_CHECKING:
    from wikigate.accounts.directory import Directory
    from wikigate.accounts.passwords.scheme import PasswordScheme
    from wikigate.accounts.user import Account
    from wikigate.auth.attempt import Caller
    from wikigate.auth.settings import PasswordResetSettings

_REQUIRE_EMAIL: Final = "requireemail"
"""The preference of those who want their address given with their name."""


class PasswordReminder:
    """Mails temporary passwords; shared by all threads. ``lifetime``: seconds for which one is good."""

    def __init__(
        self,
        settings: PasswordResetSettings,
        *,
        directory: Directory,
        scheme: PasswordScheme,
        hasher: Hasher,
        state: StateStore,
        audit: Audit,
        random_bytes: RandomBytes,
        lifetime: int,
        can_mail: bool,
    ) -> None:
        self.settings: Final = settings
        self.can_mail: Final = can_mail
        self._directory = directory
        self._scheme = scheme
        self._hasher = hasher
        self._state = state
        self._audit = audit
        self._random_bytes = random_bytes
        self._lifetime = lifetime

    def admits(self, caller: Caller) -> bool:
        """Count a request; False for one beyond the limit, which is to be answered like any other."""
        own = self.settings
        if not own.per_address:
            return True
        key = f"throttle:mailpassword:address:{site_of(caller.address)}"
        return self._state.increment(key, own.address_seconds, own.per_address) <= own.per_address

    def send(self, caller: Caller, name: str, email: str) -> None:
        """Send one to an account by canonical name, or, without a name, to all of an address; always to the account's own address.

        Who wants his address given with his name gets one only so.
        Raises ``ApiError`` ``ratelimited`` where too many hashes wait already, and ``StoreUnavailable``.
        """
        password = random_id(self._random_bytes)
        try:
            column = self._hasher.run(self._scheme.make, password, source=site_of(caller.address))
        except HashQueueFull as full:
            raise overloaded() from full
        accounts = self._meant(name, email)
        with self._audit.together():
            done = self._directory.remind(
                accounts,
                column,
                password=password,
                lifetime=self._lifetime,
                resend_after=self.settings.resend_after,
            )
            first = accounts[0] if done else None
            event = AuditEvent(
                "password.reminder",
                caller.now,
                caller.address,
                caller.request_id,
                first.id if first else 0,
                first.name if first else "",
                {"accounts": len(done)},
            )
            self._audit.record(event)

    def _meant(self, name: str, email: str) -> list[Account]:
        """Return the accounts that are to get one: all of the same address."""
        if name:
            named = self._directory.by_name(name)
            found = [] if named is None else [named]
        else:
            found = self._directory.by_email(email)
        able = [one for one in found if one.email and not one.is_locked and not one.is_temp]
        return [one for one in able if (name and one.email == email) or not self._requires_both(one)]

    def _requires_both(self, account: Account) -> bool:
        return self._directory.properties(account.id).get(_REQUIRE_EMAIL, "") not in {"", "0"}
