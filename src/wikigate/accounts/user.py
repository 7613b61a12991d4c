"""An account and what of it is secret, as values."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from wikigate.store.users import LOCKED

# What MediaWiki writes where nobody may ever have a session (spec core §4.1).
INVALID_TOKEN: Final = "*** INVALID ***"  # noqa: S105  it stands where a token would, and opens nothing


@dataclass(frozen=True, slots=True)
class GroupMembership:
    """Membership in a group that somebody was put into; ``expiry`` in seconds, None for ever."""

    group: str
    expiry: float | None = None


@dataclass(frozen=True, slots=True)
class Account:
    """One account as it was read; moments in seconds.

    ``token`` is ``user_token``; ``groups`` are those that somebody put it into and that have not expired, by name.
    """

    id: int
    name: str
    real_name: str = ""
    email: str = field(default="", repr=False)
    email_authenticated: float | None = None
    token: str = field(default="", repr=False)
    touched: float | None = None
    registration: float | None = None
    edit_count: int = 0
    groups: tuple[GroupMembership, ...] = ()
    is_temp: bool = False

    @property
    def group_names(self) -> tuple[str, ...]:
        """The names of the groups that somebody put it into."""
        return tuple([membership.group for membership in self.groups])

    def is_over(self, now: float, lifetime: int) -> bool:
        """Whether it is a temporary account whose ``lifetime``, in seconds from its making, is over; 0: it never is (core §18)."""
        return bool(self.is_temp and lifetime and self.registration is not None and self.registration + lifetime <= now)

    @property
    def is_locked(self) -> bool:
        """Whether it can have no sessions at all: locked by an operator, or one of the wiki's own (core §4.1)."""
        return self.token.startswith(LOCKED)


@dataclass(frozen=True, slots=True)
class Credentials:
    """The passwords of an account as stored; moments in seconds. ``new_password`` is the temporary one, empty for none.

    ``email``: empty for none; a password is not to be made of it.
    """

    id: int
    name: str
    password: str = field(repr=False)
    new_password: str = field(repr=False)
    new_password_time: float | None
    password_expires: float | None
    email: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class MailedPassword:
    """A temporary password on its way to its owner: ``column`` is its stored form, ``lifetime`` the seconds for which it is good."""

    column: str = field(repr=False)
    password: str = field(repr=False)
    lifetime: int
