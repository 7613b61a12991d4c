"""Which passwords may be chosen: MediaWiki's checks, in its order, with its severities (spec core §12.2).

Lengths are bytes of UTF-8, with the profile ``strict`` characters. A violation is an *error*, which forbids choosing the password but lets
it log in, or *fatal*, which forbids both. There are no rules of composition and none of age (security A1 to A6). Passwords come
here, and to the hash, in Unicode's form NFC, as the wire makes them; nothing else of them is changed (security A2).

Must not write, and must not ask another server but in ``Policy.check_new``.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Final

from wikigate.accounts.breaches.base import BreachList, BreachListUnavailable, NoBreaches, fingerprint_of
from wikigate.accounts.common_passwords import is_common, is_listed
from wikigate.accounts.context_words import is_made_of
from wikigate.accounts.settings import AccountSettings
from wikigate.accounts.user import Account
from wikigate.primitives.message import Message

_FORBIDDEN_FOR_ALL: Final = "ExamplePassword"
_FORBIDDEN: Final = {
    "Useruser": "Passpass",
    "Useruser1": "Passpass1",
    "Apitestsysop": "testpass",
    "Apitestuser": "testpass",
}
"""Pairs that stand in MediaWiki's own documentation and tests."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is wrong with a password: one message for each violation, none for a good one; ``fatal``: it may not even log in."""

    messages: tuple[Message, ...] = ()
    fatal: bool = False

    @property
    def good(self) -> bool:
        """Whether nothing is wrong."""
        return not self.messages


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose password it is, or would be. ``id``: 0 for an account that is still to be made."""

    name: str
    groups: Iterable[str] = ()
    id: int = 0
    email: str = field(default="", repr=False)

    @classmethod
    def of(cls, account: Account) -> Owner:
        """Describe the owner of an account that there is."""
        return cls(account.name, account.group_names, account.id, account.email)


class Policy:
    """The password policy of one wiki.

    ``words``: what the wiki is called. ``breaches``: the list of breached passwords. ``has_factor``: whether the account of this id has a
    second factor; asked only where the length hangs on it. ``unchecked``: told the account's id (0: a new one) where a password was taken
    that could not be looked up.

    ``reset_on_login``: whether a password that logs in but may not be chosen is asked to be changed then.
    ``groups``: those with stricter rules. ``longest_minimum``: the length that satisfies the strictest of them.
    """

    def __init__(
        self,
        settings: AccountSettings,
        *,
        words: tuple[str, ...] = (),
        breaches: BreachList | None = None,
        has_factor: Callable[[int], bool] = lambda _: False,
        unchecked: Callable[[int], None] = lambda _: None,
    ) -> None:
        self._settings = policy = settings.policy
        self._words = (*words, *policy.context_words)
        self._breaches = breaches or NoBreaches()
        self._has_factor = has_factor
        self._unchecked = unchecked
        self.groups: Final = tuple(group.group for group in policy.groups)
        self.reset_on_login: Final = policy.reset_on_login
        alone = policy.minimal_length_alone if policy.is_strict else 0
        self.longest_minimum: Final = max(
            [policy.minimal_length, alone, *(group.minimal_length for group in policy.groups)]
        )

    def check(self, owner: Owner, password: str) -> Verdict:
        """Judge a password that somebody has or wants, from what is known here: quick enough for every login."""
        settings = self._settings
        members = set(owner.groups)
        stricter = [group for group in settings.groups if group.group in members]
        minimum = max([settings.minimal_length, *(group.minimal_length for group in stricter)])
        to_login = max([0, *(group.minimal_length_to_login for group in stricter)])
        size = len(password.encode("utf-8", "surrogatepass"))
        length = len(password) if settings.is_strict else size
        if settings.is_strict and minimum <= length < settings.minimal_length_alone and not self._is_second(owner):
            minimum = settings.minimal_length_alone
        messages = []
        if length < minimum:
            messages.append(Message("passwordtooshort", (minimum,)))
        if settings.refuse_part_of_name and password and password.lower() in owner.name.lower():
            messages.append(Message("password-substring-username-match"))
        elif (settings.refuse_context or settings.is_strict) and is_made_of(password, self._context_of(owner)):
            messages.append(Message("wikigate-password-context"))
        if _is_forbidden(owner.name, password):
            messages.append(Message("password-login-forbidden"))
        if size > settings.maximal_length:
            return Verdict((*messages, Message("passwordtoolong", (settings.maximal_length,))), fatal=True)
        if settings.refuse_common and (is_common if settings.is_strict else is_listed)(password):
            messages.append(Message("passwordincommonlist"))
        return Verdict(tuple(messages), fatal=length < to_login)

    def check_new(self, owner: Owner, password: str) -> Verdict:
        """Judge a password that somebody chooses now: as ``check`` does, then by the list of breached ones.

        It may ask another server: never within a database transaction.
        """
        verdict = self.check(owner, password)
        if not verdict.good:
            return verdict
        settings = self._settings.breaches
        try:
            seen = self._breaches.count(fingerprint_of(password))
        except BreachListUnavailable:
            if settings.when_unavailable == "refuse":
                return Verdict((Message("wikigate-password-unchecked"),))
            self._unchecked(owner.id)
            return verdict
        return verdict if seen < settings.least else Verdict((Message("wikigate-password-breached"),))

    def _is_second(self, owner: Owner) -> bool:
        """Whether more than the password is asked for."""
        return owner.id != 0 and self._has_factor(owner.id)

    def _context_of(self, owner: Owner) -> tuple[str, ...]:
        return (*self._words, owner.name, owner.email.partition("@")[0])


def _is_forbidden(name: str, password: str) -> bool:
    typed = password.encode("utf-8", "surrogatepass")
    own = _FORBIDDEN.get(name, _FORBIDDEN_FOR_ALL).encode()
    return hmac.compare_digest(typed, own) | hmac.compare_digest(typed, _FORBIDDEN_FOR_ALL.encode())
