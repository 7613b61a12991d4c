"""Which rights follow from which groups and grants; and who may change whose groups.

Everything is worked out from the settings at the start; what a request asks is looked up. No database.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from wikigate.accounts.grant_table import DEFAULT_GRANTS, Grant
from wikigate.accounts.group_table import AUTOCONFIRMED, DEFAULT_GROUPS, EVERYONE, IMPLICIT_GROUPS, TEMPORARY, USER
from wikigate.accounts.settings import AccountSettings, GroupSettings
from wikigate.accounts.user import Account
from wikigate.primitives.clock import Clock, SystemClock

_KNOWN_COMBINATIONS: Final = 1024
_VISITOR_GROUPS: Final = (EVERYONE,)
_TEMPORARY_GROUPS: Final = (EVERYONE, TEMPORARY)


@dataclass(frozen=True, slots=True)
class ChangeableGroups:
    """Groups that somebody may put others into, take them out of, and the same for himself; in the order of the wire."""

    add: tuple[str, ...] = ()
    remove: tuple[str, ...] = ()
    add_self: tuple[str, ...] = ()
    remove_self: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Group:
    """One group with its rights in the order of the wire, and the groups its members may change."""

    name: str
    rights: tuple[str, ...]
    changeable: ChangeableGroups = ChangeableGroups()


class Rights:
    """The groups and grants of one wiki; shared by all threads.

    ``groups``: all of them in MediaWiki's order. ``grants``: what a bot password may be given. ``implicit_groups``: those that follow
    from who one is. ``assignable_groups``: names of the others. ``autoconfirm_age``, ``autoconfirm_edits``: seconds and edits after which
    an account counts as confirmed.
    """

    def __init__(self, settings: AccountSettings, clock: Clock | None = None) -> None:
        self._clock = clock or SystemClock()
        self.autoconfirm_age: Final = settings.autoconfirm_age
        self.autoconfirm_edits: Final = settings.autoconfirm_edits
        self.implicit_groups: Final = IMPLICIT_GROUPS
        self.groups: Final = _groups(settings)
        self.assignable_groups: Final = tuple(
            group.name for group in self.groups if group.name not in {*IMPLICIT_GROUPS, TEMPORARY}
        )
        self.grants: Final = _grants(settings)
        self._by_name = {group.name: group for group in self.groups}
        self._by_grant = {grant.name: grant for grant in self.grants}
        self.ordered = lru_cache(_KNOWN_COMBINATIONS)(self._ordered)
        self.rights_of = lru_cache(_KNOWN_COMBINATIONS)(self._rights_of)
        self._everyone = frozenset(self._ordered(_VISITOR_GROUPS))

    # -- groups -----------------------------------------------------------------------------------------------------------

    def effective_groups(self, account: Account | None) -> tuple[str, ...]:
        """Return the groups of an account, or of a visitor: those somebody put it into, then the implicit ones (spec core §17)."""
        if account is None:
            return _VISITOR_GROUPS
        own = tuple([membership.group for membership in account.groups])
        if account.is_temp:
            return (*own, *_TEMPORARY_GROUPS)
        return (*own, EVERYONE, USER, AUTOCONFIRMED) if self._is_confirmed(account) else (*own, EVERYONE, USER)

    def _is_confirmed(self, account: Account) -> bool:
        if account.edit_count < self.autoconfirm_edits:
            return False
        born = account.registration
        return not self.autoconfirm_age or born is None or self._clock.now() - born >= self.autoconfirm_age

    def _ordered(self, groups: tuple[str, ...]) -> tuple[str, ...]:
        """Return the rights of all these groups in the order of the wire, each once."""
        known = [self._by_name[name] for name in groups if name in self._by_name]
        return tuple(dict.fromkeys(right for group in known for right in group.rights))

    def _rights_of(self, groups: tuple[str, ...]) -> frozenset[str]:
        """Return the rights of all these groups."""
        return frozenset(self._ordered(groups))

    def everyone_can(self, right: str) -> bool:
        """Whether a visitor has this right."""
        return right in self._everyone

    def changeable_groups(self, groups: tuple[str, ...], rights: frozenset[str]) -> ChangeableGroups:
        """Return the groups that somebody of these groups and rights may change."""
        every = self.assignable_groups
        if "userrights" in rights:
            return ChangeableGroups(add=every, remove=every)
        mine = [self._by_name[name].changeable for name in groups if name in self._by_name]
        return ChangeableGroups(
            *(
                tuple(dict.fromkeys(name for one in mine for name in _spread(getattr(one, kind), every)))
                for kind in ("add", "remove", "add_self", "remove_self")
            )
        )

    # -- grants -----------------------------------------------------------------------------------------------------------

    def rights_of_grants(self, grants: Iterable[str]) -> frozenset[str]:
        """Return the rights that these grants allow; one that is not known allows nothing."""
        known = [self._by_grant[name] for name in grants if name in self._by_grant]
        return frozenset(right for grant in known for right in grant.rights)

    @property
    def hidden_grants(self) -> tuple[str, ...]:
        """The grants that every bot password has."""
        return tuple(grant.name for grant in self.grants if grant.hidden)

    def unknown_grants(self, grants: Iterable[str]) -> tuple[str, ...]:
        """Return those that there are not."""
        return tuple(name for name in grants if name not in self._by_grant)


def _groups(settings: AccountSettings) -> tuple[Group, ...]:
    changes = {change.name: change for change in settings.groups}
    closed = {"read"} if settings.private else set()
    if not settings.registration:
        closed.add("createaccount")
    names = dict.fromkeys([*DEFAULT_GROUPS, *changes])
    return tuple(
        _group(name, changes.get(name, GroupSettings(name)), closed if name == EVERYONE else set()) for name in names
    )


def _group(name: str, change: GroupSettings, closed: set[str]) -> Group:
    rights = dict.fromkeys(right for right in DEFAULT_GROUPS.get(name, ()) if right not in closed)
    rights |= dict.fromkeys(change.rights)
    allowed = tuple(right for right in rights if right not in change.without)
    return Group(name, allowed, ChangeableGroups(change.add, change.remove, change.add_self, change.remove_self))


def _grants(settings: AccountSettings) -> tuple[Grant, ...]:
    grants = {grant.name: grant for grant in DEFAULT_GRANTS}
    for change in settings.grants:
        before = grants.get(change.name, Grant(change.name, ()))
        rights = tuple(dict.fromkeys((*before.rights, *change.rights)))
        grants[change.name] = Grant(change.name, rights, hidden=before.hidden or change.hidden)
    return tuple(grants.values())


def _spread(names: tuple[str, ...], every: tuple[str, ...]) -> tuple[str, ...]:
    return every if "*" in names else names
