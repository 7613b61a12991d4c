"""What happens to somebody whom a primary vouches for and who has no account here: one is made, if visitors may have one (spec core §7.3).

Whether a primary vouches for people without an account at all is its own configuration. Promises: the account and the outside identity
that it belongs to are written together or not at all, and of several requests at once one makes it (security K1, N6).
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from wikigate.auth.attempt import Attempt, Draft
from wikigate.auth.outcome import Fail
from wikigate.primitives.message import Message

if TYPE_CHECKING:
    from wikigate.accounts.blocks import Blocks
    from wikigate.accounts.directory import Directory
    from wikigate.accounts.rights import Rights
    from wikigate.accounts.user import Account
    from wikigate.auth.audit import Audit

REFUSED_KEY = "authmanager-authn-autocreate-failed"


def _refusal(key: str, reason: str) -> Fail:
    return Fail(Message(REFUSED_KEY, (Message(key),)), reason, is_guess=False)


class NoAutoCreation:
    """Refuses: accounts are made by their owners or by the operator. Satisfies ``AutoCreation``."""

    def create(self, _attempt: Attempt, _name: str, /) -> Fail:
        """Say that this wiki makes no accounts by itself."""
        return Fail(Message(REFUSED_KEY, (Message("authmanager-autocreate-noperm"),)), "no-account")


class AutoAccounts:
    """Makes accounts of one wiki; satisfies ``AutoCreation``; shared by all threads."""

    def __init__(self, directory: Directory, rights: Rights, blocks: Blocks, audit: Audit) -> None:
        self._directory = directory
        self._audit = audit
        self._rights = rights
        self._blocks = blocks

    def create(self, attempt: Attempt, name: str, /) -> Account | Fail:
        """Make the account, if the primary says that there is none yet, and a visitor from this address may have one made."""
        draft = attempt.draft or Draft()
        if not draft.is_new:
            return _refusal("authmanager-autocreate-noperm", "no-account")
        if not (self._rights.everyone_can("createaccount") or self._rights.everyone_can("autocreateaccount")):
            return _refusal("badaccess-group0", "autocreate-no-right")
        if not self._directory.rules.is_creatable(name):
            return _refusal("noname", "autocreate-impossible-name")
        block = self._blocks.find(None, attempt.caller.address, creating=True)
        if block is not None and block.create_account:
            return _refusal("authmanager-autocreate-noperm", "autocreate-blocked")
        account = self._directory.create(
            name,
            email=draft.email,
            email_authenticated=attempt.caller.now if draft.email else None,
            real_name=draft.real_name,
            properties=draft.properties,
            groups=draft.groups,
            identity=draft.identity,
            logged="autocreate",
            telling=partial(self._audit.created, attempt.caller, name),
        )
        return _refusal("userexists", "autocreate-name-taken") if account is None else account


class LinkedAccount:
    """The account that an identity is linked to is the one that is logged in; satisfies ``AutoCreation`` for linking."""

    def create(self, attempt: Attempt, name: str, /) -> Account | Fail:
        """Return it; nothing is made."""
        account = attempt.caller.session.account
        if account is None or account.name != name:
            return Fail(Message("authmanager-link-not-in-progress"), "other-account", is_guess=False)
        return account
