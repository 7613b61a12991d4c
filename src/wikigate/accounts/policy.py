"""Which passwords may be chosen: MediaWiki's checks, in its order, with its severities (spec core §12.2).

Lengths are bytes of UTF-8. A violation is an *error*, which forbids choosing the password but lets it log in, or *fatal*, which forbids
both.
No database, no slow work.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from wikigate.accounts.common_passwords import is_common
from wikigate.accounts.settings import AccountSettings
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


class Policy:
    """The password policy of one wiki.

    ``reset_on_login``: whether a password that logs in but may not be chosen is asked to be changed then.
    ``groups``: those with stricter rules.
    """

    def __init__(self, settings: AccountSettings) -> None:
        self._settings = policy = settings.policy
        self.groups: Final = tuple(group.group for group in policy.groups)
        self.reset_on_login: Final = policy.reset_on_login
        self.longest_minimum: Final = max([policy.minimal_length, *(group.minimal_length for group in policy.groups)])

    def check(self, name: str, groups: Iterable[str], password: str) -> Verdict:
        """Judge a password that the account ``name``, member of ``groups``, has or wants."""
        settings = self._settings
        members = set(groups)
        stricter = [group for group in settings.groups if group.group in members]
        minimum = max([settings.minimal_length, *(group.minimal_length for group in stricter)])
        to_login = max([0, *(group.minimal_length_to_login for group in stricter)])
        length = len(password.encode("utf-8", "surrogatepass"))
        messages = []
        if length < minimum:
            messages.append(Message("passwordtooshort", (minimum,)))
        if settings.refuse_part_of_name and password and password.lower() in name.lower():
            messages.append(Message("password-substring-username-match"))
        if _is_forbidden(name, password):
            messages.append(Message("password-login-forbidden"))
        if length > settings.maximal_length:
            return Verdict((*messages, Message("passwordtoolong", (settings.maximal_length,))), fatal=True)
        if settings.refuse_common and is_common(password):
            messages.append(Message("passwordincommonlist"))
        return Verdict(tuple(messages), fatal=length < to_login)


def _is_forbidden(name: str, password: str) -> bool:
    typed = password.encode("utf-8", "surrogatepass")
    own = _FORBIDDEN.get(name, _FORBIDDEN_FOR_ALL).encode()
    return hmac.compare_digest(typed, own) | hmac.compare_digest(typed, _FORBIDDEN_FOR_ALL.encode())
