"""Making, changing and taking away bot passwords, each noted in the audit; the same for the page and for the command line.

What a bot password is and may be, ``accounts/bot_passwords.py`` knows. Must not ask who may do what: its callers have.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from wikigate.accounts.bot_passwords import BotPassword, BotPasswords, NewBotPassword
    from wikigate.accounts.user import Account
    from wikigate.auth.audit import Asker, Audit


class BotPasswordChanges:
    """The changes of bot passwords of one wiki; shared by all threads. Every verb raises ``StoreUnavailable``."""

    def __init__(self, bot_passwords: BotPasswords, audit: Audit) -> None:
        self._bot_passwords = bot_passwords
        self._audit = audit

    def lookup(self, account: Account, app: str) -> BotPassword | None:
        """Read one of an account."""
        return self._bot_passwords.lookup(account.id, app)

    def list(self, account: Account) -> tuple[BotPassword, ...]:
        """Read all of an account, by app id."""
        return self._bot_passwords.list(account.id)

    def create(
        self,
        by: Asker,
        account: Account,
        app: str,
        *,
        grants: Iterable[str] = (),
        addresses: Iterable[str] = (),
        pages: Iterable[str] = (),
    ) -> NewBotPassword:
        """Make one, or a new secret for the one there is. Raises as ``BotPasswords.create`` does."""

        def tell() -> None:
            self._audit.changed(by, "botpassword.create", account, app=app.strip())

        return self._bot_passwords.create(account, app, grants=grants, addresses=addresses, pages=pages, telling=tell)

    def update(
        self,
        by: Asker,
        account: Account,
        app: str,
        *,
        grants: Iterable[str] = (),
        addresses: Iterable[str] = (),
        pages: Iterable[str] = (),
    ) -> bool:
        """Change what one may do; its secret stays. False where there is none; raises as ``create``."""
        with self._audit.together():
            done = self._bot_passwords.update(account.id, app, grants=grants, addresses=addresses, pages=pages)
            if done:
                self._audit.changed(by, "botpassword.update", account, app=app)
        return done

    def reset(self, by: Asker, account: Account, app: str) -> NewBotPassword | None:
        """Give one a new secret and leave what it may do; None where there is none. Raises ``HashQueueFull``."""
        found = self.lookup(account, app)
        if found is None:
            return None

        def tell() -> None:
            self._audit.changed(by, "botpassword.reset", account, app=found.app)

        return self._bot_passwords.create(
            account, found.app, grants=found.grants, addresses=found.addresses, pages=found.pages, telling=tell
        )

    def revoke(self, by: Asker, account: Account, app: str) -> bool:
        """Take one away; its sessions end. False where there is none."""
        with self._audit.together():
            done = self._bot_passwords.revoke(account.id, app)
            if done:
                self._audit.changed(by, "botpassword.revoke", account, app=app)
        return done
