"""Who does something, with what rights: an account or a visitor, within what its session allows.

A ``Performer`` belongs to one request. What is not asked is not worked out.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from wikigate.accounts.blocks import Block, Blocks
from wikigate.accounts.group_table import EVERYONE
from wikigate.accounts.rights import ChangeableGroups, Rights
from wikigate.accounts.user import Account
from wikigate.primitives.addresses import wiki_spelling


class SessionLike(Protocol):
    """What a performer needs of a session: whose it is, and which rights its grants leave (None: all)."""

    @property
    def account(self) -> Account | None:
        """Whose it is; None for a visitor."""
        ...

    @property
    def allowed_rights(self) -> frozenset[str] | None:
        """The rights of its grants; None without such a limit."""
        ...

    @property
    def provider(self) -> str:
        """MediaWiki's name of the session's source."""
        ...


class RequestLike(Protocol):
    """A request with its headers, names in lower case."""

    @property
    def headers(self) -> Mapping[str, str]:
        """The headers."""
        ...


class CallLike(Protocol):
    """A call on its way: its request, and its session, which is read when first asked for."""

    @property
    def request(self) -> RequestLike:
        """The request."""
        ...

    @property
    def session(self) -> SessionLike:
        """The session."""
        ...


class Performers:
    """Makes the performers of one wiki; without ``blocks`` nobody is blocked.

    ``block_disables_login``: a block, of the whole site or a part, leaves only the rights that everybody has (spec core §15).
    """

    def __init__(self, rights: Rights, blocks: Blocks | None = None, *, block_disables_login: bool = False) -> None:
        self._rights = rights
        self._blocks = blocks
        self._block_disables_login = block_disables_login

    def of(self, session: SessionLike, address: str, carried_block: int | None = None) -> Performer:
        """Make the performer of a request that came from ``address``; ``carried_block`` is the id of a block that his browser brought."""
        return Performer(self, session.account, address, session.allowed_rights, carried_block)

    def for_account(self, account: Account) -> Performer:
        """Make a performer without a request: what an account may do by itself."""
        return Performer(self, account, "", None)

    def everyone_reads(self, call: CallLike) -> bool:
        """Whether this call may read whoever makes it; reads no session where none can have come with the request."""
        if not self._rights.everyone_can("read"):
            return False
        headers = call.request.headers
        if "cookie" not in headers and "authorization" not in headers:
            return True
        return call.session.allowed_rights is None

    @property
    def rights(self) -> Rights:
        """The wiki's groups and rights."""
        return self._rights

    def block_of(self, performer: Performer, *, creating: bool = False) -> Block | None:
        """Look up the block that concerns a performer; ``creating``: who is about to make an account."""
        if self._blocks is None:
            return None
        exempt = "ipblock-exempt" in self._rights.rights_of(performer.groups)
        carried = None if exempt and performer.account is not None else self.carried_block_of(performer)
        return self._blocks.find(
            performer.account, performer.address, exempt=exempt, creating=creating, carried=carried
        )

    def carried_block_of(self, performer: Performer) -> Block | None:
        """Look up the block that a performer's browser brought, if it concerns him.

        One of an address concerns visitors, one of an account that spreads concerns everybody.
        """
        if self._blocks is None or performer.carried_block is None:
            return None
        block = self._blocks.by_id(performer.carried_block)
        if block is None or (block.kind == "user" and not block.autoblocks):
            return None
        return block if block.kind == "user" or performer.account is None else None

    def rights_of(self, performer: Performer) -> frozenset[str]:
        """Work out a performer's rights; where nothing takes any away they are his groups', known already."""
        if performer.allowed_rights is None and not self._block_disables_login:
            return self._rights.rights_of(performer.groups)
        return frozenset(performer.ordered_rights)

    def ordered_rights(self, performer: Performer) -> tuple[str, ...]:
        """Work out a performer's rights in the order of the wire."""
        rights = self._rights.ordered(performer.groups)
        allowed = performer.allowed_rights
        if allowed is not None:
            rights = tuple(right for right in rights if right in allowed)
        if self._block_disables_login and performer.account is not None and performer.block is not None:
            everyone = self._rights.rights_of((EVERYONE,))
            rights = tuple(right for right in rights if right in everyone)
        return rights


class Performer:
    """Somebody who does something. ``account`` is None for a visitor, whose ``name`` is his address as MediaWiki spells it."""

    __slots__ = (
        "_block",
        "_groups",
        "_looked_up",
        "_ordered",
        "_performers",
        "_rights",
        "account",
        "address",
        "allowed_rights",
        "carried_block",
    )

    def __init__(
        self,
        performers: Performers,
        account: Account | None,
        address: str,
        allowed_rights: frozenset[str] | None,
        carried_block: int | None = None,
    ) -> None:
        self.account = account
        self.address = address
        self.allowed_rights = allowed_rights
        self.carried_block = carried_block
        self._performers = performers
        self._groups: tuple[str, ...] | None = None
        self._ordered: tuple[str, ...] | None = None
        self._rights: frozenset[str] | None = None
        self._block: Block | None = None
        self._looked_up = False

    def __repr__(self) -> str:
        return f"<Performer {self.id or 'visitor'}>"

    @property
    def id(self) -> int:
        """The account's id; 0 for a visitor."""
        return self.account.id if self.account else 0

    @property
    def name(self) -> str:
        """The account's name; a visitor's address."""
        return self.account.name if self.account else wiki_spelling(self.address)

    @property
    def is_registered(self) -> bool:
        """Whether there is an account, a temporary one included."""
        return self.account is not None

    @property
    def is_named(self) -> bool:
        """Whether there is an account that somebody chose a name for."""
        return self.account is not None and not self.account.is_temp

    @property
    def is_temp(self) -> bool:
        """Whether it is a temporary account."""
        return self.account is not None and self.account.is_temp

    @property
    def groups(self) -> tuple[str, ...]:
        """Its groups in the order of the wire: explicit ones, then implicit ones."""
        groups = self._groups
        if groups is None:
            groups = self._groups = self._performers.rights.effective_groups(self.account)
        return groups

    @property
    def ordered_rights(self) -> tuple[str, ...]:
        """Its rights in the order of the wire."""
        rights = self._ordered
        if rights is None:
            rights = self._ordered = self._performers.ordered_rights(self)
        return rights

    @property
    def rights(self) -> frozenset[str]:
        """Its rights."""
        rights = self._rights
        if rights is None:
            rights = self._rights = self._performers.rights_of(self)
        return rights

    def can(self, right: str) -> bool:
        """Whether it has a right."""
        return right in self.rights

    @property
    def block_was_looked_up(self) -> bool:
        """Whether anybody asked for ``block``."""
        return self._looked_up

    @property
    def carries_block(self) -> bool:
        """Whether the browser brought a block that concerns its user."""
        return self._performers.carried_block_of(self) is not None

    @property
    def block(self) -> Block | None:
        """The block that concerns it, looked up when first asked for."""
        if not self._looked_up:
            self._block = self._performers.block_of(self)
            self._looked_up = True
        return self._block

    @property
    def changeable_groups(self) -> ChangeableGroups:
        """The groups that it may change."""
        return self._performers.rights.changeable_groups(self.groups, self.rights)
