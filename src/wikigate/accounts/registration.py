"""Accounts made and changed by the operator's hand: names and passwords are judged here, rows written by the directory.

Promises: nothing is written before everything has been judged; a password is hashed in the pool and never kept; a changed main password
voids the bot passwords in the same transaction, as MediaWiki does (spec core §6.3).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable
from functools import partial

from wikigate.accounts.bot_passwords import BotPasswords, NewBotPassword
from wikigate.accounts.directory import Directory
from wikigate.accounts.hashing import Hasher
from wikigate.accounts.passwords.scheme import PasswordScheme
from wikigate.accounts.policy import Owner, Policy
from wikigate.accounts.rights import Rights
from wikigate.accounts.user import Account
from wikigate.primitives.clock import Clock
from wikigate.primitives.emails import is_email
from wikigate.primitives.errors import WikigateError
from wikigate.primitives.message import Message, PlainText


class AccountRefused(WikigateError):  # noqa: N818  the name says what happened
    """What was asked for an account cannot be; ``messages`` say why."""

    def __init__(self, *messages: Message) -> None:
        super().__init__(", ".join(message.key for message in messages))
        self.messages = messages


class Registration:
    """The accounts of one wiki, for those who run it; shared by all threads.

    ``password_lifetime``: seconds after which a password must be changed; 0: never.
    """

    def __init__(
        self,
        *,
        directory: Directory,
        policy: Policy,
        scheme: PasswordScheme,
        hasher: Hasher,
        rights: Rights,
        bot_passwords: BotPasswords,
        clock: Clock,
        password_lifetime: int = 0,
    ) -> None:
        self._directory = directory
        self._policy = policy
        self._scheme = scheme
        self._hasher = hasher
        self._rights = rights
        self._bot_passwords = bot_passwords
        self._clock = clock
        self._password_lifetime = password_lifetime

    def create(
        self,
        name: str,
        password: str,
        *,
        groups: Iterable[str] = (),
        email: str = "",
        telling: Callable[[str, int], None] | None = None,
    ) -> Account:
        """Make an account; an e-mail address counts as confirmed.

        ``telling`` is called with its name and id within the same transaction. Raises ``AccountRefused``.
        """
        rules = self._directory.rules
        canonical = rules.canonicalise(unicodedata.normalize("NFC", name))
        if canonical is None or not rules.is_creatable(canonical):
            raise AccountRefused(Message("noname"))
        if email and not is_email(email):
            raise AccountRefused(Message("invalidemailaddress"))
        groups = tuple(dict.fromkeys(groups))
        self._check_groups(groups)
        column = self._hash(Owner(canonical, groups, email=email), password)
        confirmed = self._clock.now() if email else None
        account = self._directory.create(
            canonical,
            password=column,
            password_expires=self._expiry(),
            email=email,
            email_authenticated=confirmed,
            groups=groups,
            telling=None if telling is None else partial(telling, canonical),
        )
        if account is None:
            raise AccountRefused(Message("userexists"))
        return account

    def set_password(self, account: Account, password: str, *, telling: Callable[[], None] | None = None) -> None:
        """Store a new password; whatever is logged in as the account is ended.

        ``telling`` is called within the same transaction. Raises ``AccountRefused``.
        """
        column = self._hash(Owner.of(account), password)
        self._directory.set_password(account.id, column, expires=self._expiry(), telling=telling)

    def change_groups(self, account: Account, *, add: Iterable[str] = (), remove: Iterable[str] = ()) -> Account:
        """Put an account into groups and take it out of others. Raises ``AccountRefused`` for a group that is none."""
        add, remove = tuple(add), tuple(remove)
        self._check_groups((*add, *remove))
        for group in add:
            self._directory.add_group(account.id, group)
        for group in remove:
            self._directory.remove_group(account.id, group)
        return self._directory.by_id(account.id) or account

    def lock(self, account: Account) -> None:
        """Let nobody in to an account, and end its sessions, until it is opened again."""
        self._directory.lock(account.id)

    def unlock(self, account: Account) -> bool:
        """Open a locked account; what was good before is good again. False where it is not locked."""
        return self._directory.unlock(account.id)

    def create_bot_password(
        self, account: Account, app: str, *, grants: Iterable[str] = (), addresses: Iterable[str] = ()
    ) -> NewBotPassword:
        """Make a bot password, or a new secret for the one there is. Raises ``AccountRefused``."""
        try:
            return self._bot_passwords.create(account, app, grants=grants, addresses=addresses)
        except ValueError as error:
            raise AccountRefused(Message("rawmessage", (PlainText(f"{error}."),))) from error

    def _hash(self, owner: Owner, password: str) -> str:
        password = unicodedata.normalize("NFC", password)
        verdict = self._policy.check_new(owner, password)
        if not verdict.good:
            raise AccountRefused(*verdict.messages)
        return self._hasher.run(self._scheme.make, password)

    def _expiry(self) -> float | None:
        return self._clock.now() + self._password_lifetime if self._password_lifetime else None

    def _check_groups(self, groups: Iterable[str]) -> None:
        known = sorted(self._rights.assignable_groups)
        for group in groups:
            if group not in known:
                text = f"there is no group “{group}” to be in; there are: {', '.join(known)}."
                raise AccountRefused(Message("rawmessage", (PlainText(text),)))
