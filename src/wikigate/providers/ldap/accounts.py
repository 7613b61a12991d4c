"""Which account here is a directory's person's: found, adopted or drafted; and its groups.

An account remembers whose it is in a preference of its own, written with it in one transaction: the domain and the name there. Promises: an
account of somebody else, of another domain's namesake, or made here, is never given to a person of a directory, unless the operator says
that equal names are equal people (``existing_accounts``); no account is made where a visitor may have none, or from a blocked address.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from wikigate.auth.auto_creation import REFUSED_KEY
from wikigate.auth.outcome import Fail, Pass
from wikigate.primitives.message import Message

if TYPE_CHECKING:
    from wikigate.accounts.directory import Directory
    from wikigate.accounts.user import Account
    from wikigate.auth.attempt import Attempt
    from wikigate.auth.ldap_settings import LdapDomain
    from wikigate.providers.ldap.person import Person

OWNER: Final = "wikigate-ldap"
"""The preference that remembers whose an account is."""

_WRONG: Final = Message("wrongpassword")


class Accounts:
    """The accounts of a wiki for people of directories; shared by all threads."""

    def __init__(self, directory: Directory) -> None:
        self._directory = directory

    def admit(self, attempt: Attempt, domain: LdapDomain, person: Person, name: str) -> Pass | Fail:
        """Return under which account a person comes in, or why he does not; ``name`` is canonical."""
        identity = f"{domain.name}:{person.name.casefold()}"
        account = self._directory.by_name(name)
        if account is None:
            return self._draft(attempt, domain, person, name, identity)
        if account.is_locked:
            return Fail(_WRONG, "locked", name)
        owner = self._directory.properties(account.id).get(OWNER, "")
        if owner != identity:
            if owner or domain.existing_accounts != "adopt":
                return Fail(_WRONG, "not-the-directory-s-account", name)
            self._directory.set_properties(account.id, {OWNER: identity})
        self._fit_groups(account, domain, person)
        return Pass(name)

    @staticmethod
    def _draft(attempt: Attempt, domain: LdapDomain, person: Person, name: str, identity: str) -> Pass | Fail:
        """Say what the account is to be; it is made, or not, by the wiki's own rules."""
        draft = attempt.draft
        if draft is None or not domain.create_accounts:
            message = Message(REFUSED_KEY, (Message("authmanager-autocreate-noperm"),))
            return Fail(message, "autocreate-off", is_guess=False)
        draft.email, draft.real_name = person.email, person.real_name
        draft.properties = {OWNER: identity}
        draft.groups = tuple(sorted(_due(domain, person)))
        return Pass(name, is_new=True)

    def _fit_groups(self, account: Account, domain: LdapDomain, person: Person) -> None:
        """Give and take the groups that the directory decides about; all others are the wiki's business."""
        decided = {group for groups in domain.groups.values() for group in groups}
        due = _due(domain, person)
        has = set(account.group_names)
        for group in sorted(due - has):
            self._directory.add_group(account.id, group)
        for group in sorted((decided - due) & has):
            self._directory.remove_group(account.id, group)


def _due(domain: LdapDomain, person: Person) -> set[str]:
    """Return the wiki's groups that the directory's groups of a person stand for."""
    there = {dn.casefold() for dn in person.groups}
    return {group for dn, groups in domain.groups.items() if dn.casefold() in there for group in groups}
