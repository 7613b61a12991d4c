"""Who is asking, for the length of one request.

A ``Session`` is made by ``SessionManager.load`` and belongs to one thread. Rooms above read who asks, get token secrets, and keep data
in it; everything that changes hands goes through the manager. Reading never writes; nothing is stored before something is kept.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final, Literal

from wikigate.primitives.errors import WikigateError
from wikigate.primitives.ids import RandomBytes, random_id
from wikigate.primitives.message import Message
from wikigate.primitives.secrets import KeyRing
from wikigate.sessions.record import Record
from wikigate.sessions.stored import Device, Stored

if TYPE_CHECKING:
    from wikigate.accounts.user import Account
    from wikigate.sessions.source import SessionSource
    from wikigate.sessions.visit import Visit

SecretKind = Literal["login", "createaccount", "default"]
_REMOVED: Final = object()


class SessionLost(WikigateError):  # noqa: N818  the name says the state
    """Another request logged in, logged out or went on in this session's place while this one was at work."""


class AlreadySpent(WikigateError):  # noqa: N818  the name says the state
    """What was to be used up for a change of the session, a code, was used up by another request in between."""


class Session:
    """One request's session.

    ``persisted``: the client holds it or is about to. ``known``: the request named a session that existed before. ``remember``: its
    cookies outlive the browser. ``allowed_rights``: the rights of its grants, None without such a limit; ``restrictions`` what else
    limits it (bot passwords), ``grants`` their names (OAuth). ``force_https``: its user shall come by https. ``logged_out``: when a
    logout ended it in this very request, or None.

    For the manager and the sources: ``owner`` whose session it is even where the login is suppressed; ``record`` what its row holds,
    ``stored`` that row as it was read, ``device`` its remember credential; ``sending``: its cookies are due; ``extending``: its end is
    to be moved; ``late``: reads the row when what is kept is first asked for (sources that need none to know who asks);
    ``resuming``: a remember credential has begun it and it is not stored yet; ``refused``: sources whose cookies are to be
    deleted; ``bot_session``: the one begun beside it by a bot password; ``arrived``: who has shown credentials in this very request,
    or empty.
    """

    __slots__ = (
        "_core", "_edits", "_keys", "_random_bytes", "_suppressed", "allowed_rights", "arrived", "bot_session", "device", "exclusive",
        "extending", "force_https", "grants", "had_login_token", "known", "late", "logged_out", "owner", "persisted", "record",
        "refused", "remember", "restrictions", "resuming", "sending", "source", "stored", "visit",
    )  # fmt: skip

    def __init__(
        self, source: SessionSource, visit: Visit, keys: KeyRing, random_bytes: RandomBytes, core: str = ""
    ) -> None:
        self.source = source
        self.visit = visit
        self.owner: Account | None = None
        self.record = Record()
        self.stored: Stored | None = None
        self.device: Device | None = None
        self.persisted = False
        self.known = False
        self.remember = False
        self.force_https = False
        self.allowed_rights: frozenset[str] | None = None
        self.restrictions: Mapping[str, Any] = {}
        self.grants: tuple[str, ...] = ()
        self.logged_out: int | None = None
        self.sending = False
        self.extending = False
        self.resuming = False
        self.late: Callable[[Session], object] | None = None
        self.exclusive = False
        self.had_login_token = False
        self.refused: tuple[SessionSource, ...] = ()
        self.bot_session: Session | None = None
        self.arrived = ""
        self._suppressed = False
        self._keys = keys
        self._random_bytes = random_bytes
        self._core = core
        self._edits: dict[str, Any] = {}

    def __repr__(self) -> str:
        whose = f"user {self.owner.id}" if self.owner else "nobody"
        return f"<Session of {whose} by {self.source.name}>"

    # -- who asks ---------------------------------------------------------------------------------------------------------

    @property
    def account(self) -> Account | None:
        """Whose request this is; None for a visitor, and for everybody where the login is suppressed (spec framework §9.1)."""
        return None if self._suppressed else self.owner

    @property
    def provider(self) -> str:
        r"""MediaWiki's name of the source: ``MediaWiki\Session\CookieSessionProvider``."""
        return self.source.name

    @property
    def description(self) -> Message:
        """What such sessions are called, for people: “cookie-based sessions”."""
        return self.source.description

    @property
    def can_change_user(self) -> bool:
        """Whether a login may give this session to somebody (spec core §5 step 4)."""
        return self.source.can_change_user

    @property
    def can_log_out(self) -> bool:
        """Whether a logout may end it."""
        return self.source.can_log_out

    @property
    def last_auth_id(self) -> int | None:
        """Who last logged in here with credentials: a user id; None after a silent login."""
        return self.record.authenticated[0] if self.record.authenticated else None

    @property
    def last_auth_time(self) -> int | None:
        """When that was, in seconds."""
        return self.record.authenticated[1] if self.record.authenticated else None

    def hold(self) -> None:
        """Make sure that the client holds the session, so that what is shown now is known again; no row is written for it.

        Where the login is suppressed nothing changes: that request's cookies are left alone.
        """
        if not self.persisted and not self._suppressed:
            self.persisted = True
            self.sending = True

    # -- token secrets ----------------------------------------------------------------------------------------------------

    @property
    def core(self) -> str:
        """The session's identity, a secret of 32 characters; made when first needed."""
        core = self._core
        if not core:
            core = self._core = random_id(self._random_bytes)
        return core

    def had_secret(self, kind: SecretKind) -> bool:
        """Whether a token of this kind may have been handed out in an earlier request.

        For ``login``: the difference between ``WrongToken`` and ``sessionlost`` (spec core §5 steps 6, 7). Ask it only of a token that does
        not verify: a session on its way learns of its first login token one stamp later (``anonymous_id.py``).
        """
        return self.known and (kind != "login" or self.had_login_token)

    def secret(self, kind: SecretKind) -> bytes:
        """Return the secret that signs tokens of a kind: derived from the core, never stored (spec core §3)."""
        return self._keys.mac(self._token_purpose(kind))

    def secrets(self, kind: SecretKind) -> tuple[bytes, ...]:
        """Return every secret that still verifies tokens of a kind, one for each server key."""
        purpose = self._token_purpose(kind)
        return tuple(hmac.digest(key, purpose, "sha256") for key in self._keys.all)

    def _token_purpose(self, kind: SecretKind) -> bytes:
        if kind == "login":
            self.record.had_login_token = True
        return f"{kind} {self.core}".encode()

    # -- data -------------------------------------------------------------------------------------------------------------

    def get(self, key: str) -> Any:
        """Return what was kept under a key; None for nothing. What is changed in it is kept only by another ``set``."""
        if self.late is not None:
            late, self.late = self.late, None
            late(self)
        return self.record.kept.get(key)

    def set(self, key: str, value: Any) -> None:
        """Keep something that JSON can write. The row is written when the request ends, or by ``SessionManager.save``."""
        self.record.kept[key] = value
        self._edits[key] = value

    def remove(self, key: str) -> None:
        """Keep it no longer."""
        self.get(key)
        if self.record.kept.pop(key, None) is not None:
            self._edits[key] = _REMOVED

    def take(self, key: str) -> Any:
        """Take something out, so that only one of several requests at once gets to act on it.

        From here on this request writes only if nobody wrote in between: ``SessionManager.save`` and ``log_in`` then raise ``SessionLost``.
        """
        value = self.get(key)
        if value is not None:
            self.remove(key)
            self.exclusive = True
        return value

    # -- for the manager --------------------------------------------------------------------------------------------------

    @property
    def edited(self) -> bool:
        """Whether data was kept or removed since the row was read or written."""
        return bool(self._edits)

    def redo(self, record: Record) -> None:
        """Go on with another record and do to it what was done to this session's: the last writer wins, key by key."""
        record.had_login_token |= self.record.had_login_token
        for key, value in self._edits.items():
            if value is _REMOVED:
                record.kept.pop(key, None)
            else:
                record.kept[key] = value
        self.record = record

    def settle(self, stored: Stored | None) -> None:
        """Take note that nothing is left to write: the row is now ``stored``, or the edits are given up."""
        self.stored = stored
        self.exclusive = False
        self._edits.clear()

    def become(self, other: Session) -> None:
        """Take over another session's identity, owner and data; tokens handed out before are void, edits not written are gone."""
        self.source = other.source
        self.owner = other.owner
        self.record = other.record
        self.device = other.device
        self.persisted = other.persisted
        self.known = other.known
        self.remember = other.remember
        self.force_https = other.force_https
        self.allowed_rights = other.allowed_rights
        self.restrictions = other.restrictions
        self.had_login_token = other.had_login_token
        self.sending = other.sending
        self.extending = False
        self.resuming = False
        self._core = other._core
        self.settle(other.stored)

    def take_id_of(self, other: Session) -> None:
        """Go by another session's id: what an old dialect does at a login (spec legacy §8 rule 2)."""
        self._core = other.core

    def suppress(self) -> None:
        """Let the request pass for a visitor's, and leave its cookies alone."""
        self._suppressed = True
        self.sending = False
        self.extending = False
