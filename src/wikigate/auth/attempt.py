"""One attempt to log in or to make an account, as a provider sees it, and who makes it.

An ``Attempt`` is made for each call of a provider. Its ``memory`` is that provider's alone: JSON that is kept from request to request as
long as the attempt lives; its ``notes`` are for providers that come later. Neither may hold a secret: both are stored.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from wikigate.accounts.user import MailedPassword
from wikigate.auth.fields import Answer, Filled
from wikigate.auth.outcome import CreateOffer, LinkOffer

if TYPE_CHECKING:
    from wikigate.sessions.session import Session

Stage = Literal["login", "create", "link", "change", "remove", "unlink"]
"""What is being done; ``unlink`` and ``remove`` list credentials to take away."""


@dataclass(frozen=True, slots=True)
class Caller:
    """Who makes a request: the session, the client's address, the moment in seconds, the request's id for the log."""

    session: Session = field(repr=False)
    address: str
    now: float
    request_id: str = ""


@dataclass(frozen=True, slots=True)
class Inquiry:
    """A question what a provider would ask for.

    ``user``: the logged-in user whose credentials are meant, None for a visitor. ``memory``: what the provider has kept of an attempt
    in which everything is asked once more, after a restart; empty at a beginning.
    """

    stage: Stage
    caller: Caller
    user: str | None = None
    memory: Mapping[str, Any] = field(default_factory=dict, repr=False)

    @property
    def by_visitor(self) -> bool:
        """Whether nobody with an account of his own asks: a visitor, or somebody with a temporary account (spec core §18)."""
        if self.user is None:
            return True
        account = self.caller.session.account
        return account is not None and account.is_temp


@dataclass(slots=True)
class Draft:
    """What a primary gives to the account that is about to be made; never stored by itself.

    ``password``: the stored form of its password, ``password_expires``: when it must be changed.
    ``temporary``: a temporary one, which is mailed to the account's address.
    ``identity``: issuer and subject of the outside identity that it shall belong to. ``email``: an address that an issuer vouches for,
    ``real_name`` likewise; ``properties`` are preferences that it begins with, ``groups`` the groups that it is put into. ``is_new``: see
    ``Pass``.
    """

    password: str = field(default="", repr=False)
    password_expires: float | None = None
    temporary: MailedPassword | None = None
    identity: tuple[str, str] | None = None
    email: str = ""
    real_name: str = ""
    properties: Mapping[str, str] = field(default_factory=dict)
    groups: tuple[str, ...] = ()
    is_new: bool = False


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt in one request.

    ``filled``: what was answered in this request, by need id; for a secondary that begins in a later request than the attempt did, what
    was answered at the beginning, without sensitive fields. ``return_url``: where the caller's browser shall come back to.
    ``names``: every canonical form of the name that was given, as the primaries have it; empty for an impossible name, None for no
    name at all. ``links``: identities proven in this attempt or before it, to be linked. ``offer``: an identity proven before it, with
    which an account may be created. ``draft``: the account to be, should one be made.
    """

    stage: Stage
    caller: Caller
    filled: Mapping[str, Filled] = field(repr=False)
    return_url: str = ""
    names: tuple[str, ...] | None = None
    links: tuple[LinkOffer, ...] = ()
    offer: CreateOffer | None = None
    draft: Draft | None = None
    memory: dict[str, Any] = field(default_factory=dict, repr=False)
    notes: dict[str, Any] = field(default_factory=dict, repr=False)

    def values(self, need_id: str) -> Mapping[str, Answer] | None:
        """Return the answers to a need; None where it was not filled."""
        filled = self.filled.get(need_id)
        return None if filled is None else filled.values
