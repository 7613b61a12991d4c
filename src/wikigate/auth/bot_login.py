"""Logging in with a bot password: its own small judgement, without a conversation (spec core §6.1, §6.2, mission M03).

Promises: a missing account, a missing, restricted or wrong bot password cost the same time and look the same (security B8, B9); guesses are
counted before they are judged, apart from those of main passwords; one that was right a moment ago costs no slow hash again, while row,
throttle and restrictions are looked at each time. Must not: touch a session.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from wikigate.accounts.hashing import Hasher, HashQueueFull
from wikigate.accounts.passwords.verified_credentials import VerifiedCredentials
from wikigate.auth.attempt import Caller
from wikigate.auth.audit import Audit, AuditEvent
from wikigate.auth.new_password import overloaded
from wikigate.auth.throttle import Refusal, Throttle, site_of
from wikigate.primitives.errors import code_of
from wikigate.primitives.message import Message

if TYPE_CHECKING:
    from wikigate.accounts.bot_passwords import BotPassword, BotPasswords
    from wikigate.accounts.directory import Directory
    from wikigate.accounts.passwords.scheme import PasswordScheme
    from wikigate.accounts.user import Account
    from wikigate.primitives.names import NameRules

_LOCKED: Final = Message("botpasswords-locked")


@dataclass(frozen=True, slots=True)
class BotPass:
    """The bot password was right: whose it is, and which."""

    account: Account
    bot: BotPassword


@dataclass(frozen=True, slots=True)
class BotFail:
    """It was not. ``message`` None: the caller goes on as if no bot password had been tried (spec core §6.2).

    ``retry_after``: see ``Fail``.
    """

    reason: str
    message: Message | None = None
    account: Account | None = field(default=None, repr=False)
    retry_after: int = 0


class BotLogin:
    """The bot passwords of one wiki as a way in; shared by all threads. ``enabled`` False: nothing is ever recognised as one."""

    def __init__(
        self,
        bot_passwords: BotPasswords,
        *,
        enabled: bool,
        directory: Directory,
        rules: NameRules,
        scheme: PasswordScheme,
        hasher: Hasher,
        verified: VerifiedCredentials,
        throttle: Throttle,
        audit: Audit,
    ) -> None:
        self.enabled = enabled
        self._bot_passwords = bot_passwords
        self._directory = directory
        self._rules = rules
        self._scheme = scheme
        self._hasher = hasher
        self._verified = verified
        self._throttle = throttle
        self._audit = audit

    def log_in(self, caller: Caller, name: str, password: str) -> BotPass | BotFail | None:
        """Judge a name and password; None where they do not look like a bot password at all.

        A ``BotPass`` is not in the audit yet: call ``begun`` in the transaction that begins the session.
        Raises ``ApiError`` ``ratelimited`` where too many hashes wait already, and ``StoreUnavailable``.
        """
        split = self._bot_passwords.split(name, password) if self.enabled else None
        if split is None:
            return None
        typed, _, app = split[0].partition("@")
        outcome = self._judge(caller, typed, app, split[1])
        if isinstance(outcome, BotFail):
            self._note(caller, app, outcome)
        return outcome

    def begun(self, caller: Caller, granted: BotPass, ended: int) -> None:
        """Write into the audit that a session has begun by a bot password, and that so many ended for it; within its transaction."""
        self._note(caller, granted.bot.app, granted)
        self._audit.ended(caller, granted.account, ended)

    def _judge(self, caller: Caller, typed: str, app: str, secret: str) -> BotPass | BotFail:
        user = self._rules.canonicalise(typed)
        if user is None or not self._rules.is_valid(user):
            return BotFail("no-such-user")
        account = self._directory.by_name(user)
        if account is not None and account.is_locked:
            return BotFail("locked", _LOCKED, account)
        bot = None if account is None else self._bot_passwords.lookup(account.id, app)
        if bot is not None and bot.allows(caller.address) and self._is_known(bot, secret):
            refusal = self._throttle.admit_right(caller.address, (user,))
            return self._compare_known(account, bot, refusal)
        place = self._throttle.reserve(caller.address, (user,))
        if isinstance(place, Refusal):
            return BotFail("throttled", place.message, account, retry_after=place.remaining)
        settle = self._throttle.count
        try:
            outcome = self._compare(caller, account, bot, secret)
            if isinstance(outcome, BotPass):
                settle = self._throttle.forgive
        except HashQueueFull as full:
            settle = self._throttle.refund
            raise overloaded() from full
        finally:
            settle(place)
        return outcome

    def _is_known(self, bot: BotPassword, secret: str) -> bool:
        """Whether this very pair was right a moment ago; asks for no slow check."""
        return self._scheme.usable(bot.hash) and self._verified.check(bot.hash, secret, lambda: False)

    @staticmethod
    def _compare_known(account: Account | None, bot: BotPassword, refusal: Refusal | None) -> BotPass | BotFail:
        if account is None:
            raise AssertionError("a bot password has an account")
        if refusal is None:
            return BotPass(account, bot)
        return BotFail("throttled", refusal.message, account, retry_after=refusal.remaining)

    def _compare(
        self, caller: Caller, account: Account | None, bot: BotPassword | None, secret: str
    ) -> BotPass | BotFail:
        source = site_of(caller.address)
        if account is None or bot is None or not bot.allows(caller.address):
            self._hasher.run(self._scheme.verify_dummy, secret, source=source)
            reason = "no-such-user" if account is None else "no-such-app" if bot is None else "address-not-allowed"
            return BotFail(reason, account=account)
        if not self._scheme.usable(bot.hash):
            return BotFail("needs-reset", Message("botpasswords-needs-reset", (account.name, bot.app)), account)

        def verify() -> bool:
            return self._hasher.run(self._scheme.verify, bot.hash, secret, source=source)

        if not self._verified.check(bot.hash, secret, verify):
            return BotFail("wrong-password", account=account)
        return BotPass(account, bot)

    def _note(self, caller: Caller, app: str, outcome: BotPass | BotFail) -> None:
        account, details = outcome.account, _details(app, outcome)
        self._audit.record(
            AuditEvent(
                "botlogin.pass" if isinstance(outcome, BotPass) else "botlogin.fail",
                caller.now,
                caller.address,
                caller.request_id,
                account.id if account else 0,
                account.name if account else "",
                details,
            )
        )


def _details(app: str, outcome: BotPass | BotFail) -> Mapping[str, Any]:
    """Say which bot password, if there is such a one: what was typed may be anything."""
    if isinstance(outcome, BotPass):
        return {"app": app}
    details = {"reason": outcome.reason}
    if outcome.message is not None:
        details["code"] = code_of(outcome.message.key)
    return details if outcome.reason in {"no-such-user", "no-such-app", "throttled"} else details | {"app": app}
