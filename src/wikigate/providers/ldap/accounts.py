"""Which account here is a directory's person's: found, adopted or made; and its groups.

An account remembers whose it is in a preference of its own, written with it in one transaction: the domain and the name there. Promises: an
account of somebody else, of another domain's namesake, or made here, is never given to a person of a directory, unless the operator says
that equal names are equal people (``existing_accounts``); no account is made where a visitor may have none, or from a blocked address.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from wikigate.auth.outcome import Fail, Pass
from wikigate.primitives.message import Message

if TYPE_CHECKING:
    from wikigate.accounts.blocks import Blocks
    from wikigate.accounts.directory import Directory
    from wikigate.accounts.rights import Rights
    from wikigate.accounts.user import Account
    from wikigate.auth.attempt import Attempt
    from wikigate.auth.ldap_settings import LdapDomain
    from wikigate.providers.ldap.person import Person

OWNER: Final = "wikigate-ldap"
"""The preference that remembers whose an account is."""

_WRONG: Final = Message("wrongpassword")


class Accounts:
    """The accounts of a wiki for people of directories; shared by all threads."""

    def __init__(self, directory: Directory, rights: Rights, blocks: Blocks) -> None:
        self._directory = directory
        self._rights = rights
        self._blocks = blocks

    def admit(self, attempt: Attempt, domain: LdapDomain, person: Person, name: str) -> Pass | Fail:
        """Return under which account a person comes in, or why he does not; ``name`` is canonical."""
        identity = f"{domain.name}:{person.name.casefold()}"
        account = self._directory.by_name(name)
        if account is None:
            made = self._make(attempt, domain, person, name, identity)
            if isinstance(made, Fail):
                return made
            account = made
        elif account.is_locked:
            return Fail(_WRONG, "locked", name)
        else:
            owner = self._directory.properties(account.id).get(OWNER, "")
            if owner != identity:
                if owner or domain.existing_accounts != "adopt":
                    return Fail(_WRONG, "not-the-directory-s-account", name)
                self._directory.set_properties(account.id, {OWNER: identity})
        self._fit_groups(account, domain, person)
        return Pass(name)

    def _make(self, attempt: Attempt, domain: LdapDomain, person: Person, name: str, identity: str) -> Account | Fail:
        if not domain.create_accounts:
            return _refusal("authmanager-autocreate-noperm", "autocreate-off")
        if not (self._rights.everyone_can("createaccount") or self._rights.everyone_can("autocreateaccount")):
            return _refusal("badaccess-group0", "autocreate-no-right")
        if not self._directory.rules.is_creatable(name):
            return _refusal("noname", "autocreate-impossible-name")
        block = self._blocks.find(None, attempt.caller.address, creating=True)
        if block is not None and block.create_account:
            return _refusal("authmanager-autocreate-noperm", "autocreate-blocked")
        made = self._directory.create(
            name,
            email=person.email,
            email_authenticated=attempt.caller.now if person.email else None,
            real_name=person.real_name,
            properties={OWNER: identity},
            logged="autocreate",
        )
        return _refusal("userexists", "autocreate-name-taken") if made is None else made

    def _fit_groups(self, account: Account, domain: LdapDomain, person: Person) -> None:
        """Give and take the groups that the directory decides about; all others are the wiki's business."""
        there = {dn.casefold() for dn in person.groups}
        decided = {group for groups in domain.groups.values() for group in groups}
        due = {group for dn, groups in domain.groups.items() if dn.casefold() in there for group in groups}
        has = set(account.group_names)
        for group in sorted(due - has):
            self._directory.add_group(account.id, group)
        for group in sorted((decided - due) & has):
            self._directory.remove_group(account.id, group)


def _refusal(key: str, reason: str) -> Fail:
    return Fail(Message("authmanager-authn-autocreate-failed", (Message(key),)), reason, is_guess=False)
