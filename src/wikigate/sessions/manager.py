"""The life of a session: found, begun, given to somebody, extended, ended (spec core §4.4, §4.5, §11).

Promises

* a request without cookies costs no read and no random byte before ``persist``; a visitor has no row before something is kept;
* a login changes the id, voids the old one and every token of it; a logout ends the row and its remember credential in one transaction,
  or neither (security K5);
* nothing resurrects what another request has ended (N9): whoever comes too late with data loses the data, with a login the login;
* a database that does not answer is ``StoreUnavailable`` and never a reason to clear a cookie (D-1); what a request writes only to
  extend a session's life is let go without a word, so that reading goes on where writing cannot (D-2).
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from wikigate.primitives.clock import Clock
from wikigate.primitives.errors import StoreUnavailable, api_error
from wikigate.primitives.ids import RandomBytes, random_hex32
from wikigate.primitives.message import ListParam
from wikigate.sessions.bot_password import BotPasswordSource
from wikigate.sessions.cookie import CookieSource
from wikigate.sessions.known_devices import KnownDevices
from wikigate.sessions.record import Record
from wikigate.sessions.remember import RememberTokens, may_have_sessions
from wikigate.sessions.session import AlreadySpent, Session, SessionLost
from wikigate.sessions.settings import SessionSettings
from wikigate.sessions.source import REFUSED, SessionSource
from wikigate.sessions.vault import Vault
from wikigate.sessions.visit import Visit
from wikigate.store.session_row import Rotation
from wikigate.wire.http import Request, Response

if TYPE_CHECKING:
    from wikigate.accounts.bot_passwords import BotPassword
    from wikigate.accounts.directory import Directory
    from wikigate.accounts.user import Account

_LOG: Final = logging.getLogger("wikigate.sessions")
_TRIES: Final = 4


class SessionManager:
    """The sessions of one wiki; shared by all threads. ``sources`` are asked by priority; the cookie source must be among them.

    ``force_https``: the wiki wants every request to come by https.
    """

    def __init__(
        self,
        settings: SessionSettings,
        *,
        sources: Iterable[SessionSource],
        cookies: CookieSource,
        bots: BotPasswordSource,
        vault: Vault,
        remember: RememberTokens,
        known_devices: KnownDevices,
        directory: Directory,
        clock: Clock,
        random_bytes: RandomBytes,
    ) -> None:
        self._settings = settings
        self.force_https = settings.force_https
        self._sources = tuple(sorted(sources, key=lambda source: -source.priority))
        self._cookies = cookies
        self._bots = bots
        self._vault = vault
        self._remember = remember
        self._known_devices = known_devices
        self._directory = directory
        self._clock = clock
        self._random_bytes = random_bytes

    # -- finding ----------------------------------------------------------------------------------------------------------

    def load(self, request: Request, *, suppress_login: bool = False) -> Session:
        """Find out who asks: at most one read of a session and one of an account, none without cookies.

        ``suppress_login`` lets the request pass for a visitor's and touches none of its cookies; the session itself stays what it is, so
        that a login may still go on in it (spec framework §9.1, core §1 step 2). Raises ``ApiError`` ``sessionmanager-tie`` with HTTP 400
        where two sources of one priority both know the caller, and ``StoreUnavailable``.
        """
        visit = Visit(request, self._clock.now())
        session: Session | None = None
        refused: tuple[SessionSource, ...] = ()
        for source in self._sources:
            if session is not None and source.priority < session.source.priority:
                break
            claim = source.claim(visit)
            if claim is None:
                continue
            if claim == REFUSED:
                refused = (*refused, source)
            elif session is not None:
                names = ListParam((session.source.description, source.description), "text")
                raise api_error("sessionmanager-tie", names, http_status=400, module="main")
            else:
                session = claim
        if session is None or (suppress_login and not session.known):
            session = self._cookies.empty(visit)
        if suppress_login:
            session.suppress()
        else:
            session.refused = refused
        return session

    # -- changing hands ---------------------------------------------------------------------------------------------------

    def persist(self, session: Session) -> None:
        """Make sure that the client holds the session; a visitor's gets no row by this."""
        if not session.persisted:
            session.persisted = True
            session.sending = True

    def log_in(
        self,
        session: Session,
        account: Account,
        *,
        remember: bool,
        now: float,
        proven: bool = True,
        spend: Callable[[], bool] | None = None,
        telling: Callable[[int], None] | None = None,
    ) -> int:
        """Give a session to somebody who has just proved who he is; return how many older sessions ended for the limit (security D16).

        ``proven`` False: he has shown nothing, since his account is a temporary one that has just been made for him.
        The id changes, the old one is void with all its tokens, data is kept (spec core §4.5). Raises ``SessionLost`` where the session was
        taken for one request alone (``Session.take``) and another was faster, or where the account can have no sessions. ``spend`` is
        called in the same transaction; where it says no, nothing happens but ``AlreadySpent``. ``telling`` is called in it too, with the
        number of sessions that ended; what it raises undoes the login.
        """
        if not session.can_change_user:
            raise SessionLost(f"a session by {session.provider} cannot change its user")
        account = self._directory.ensure_token(account)
        if not may_have_sessions(account):
            raise SessionLost("this account can have no sessions")
        fresh = self._cookies.empty(session.visit)
        fresh.owner = account
        fresh.persisted = True
        fresh.sending = True
        fresh.remember = self._remembers(wished=remember)
        fresh.device = self._remember.issue(account) if fresh.remember else None
        self._cookies.carry_over(session, fresh)
        fresh.force_https = session.force_https
        fresh.record = Record(kept=session.record.kept, authenticated=(account.id, int(now)) if proven else None)
        with self._vault.together(), self._spending(spend):
            ended = self._vault.log_in(fresh, session)
            if ended is None:
                session.settle(session.stored)
                raise SessionLost("another request has gone on in this session")
            if telling is not None:
                telling(ended)
        session.become(fresh)
        if proven:
            session.arrived = account.name
        return ended

    @contextmanager
    def _spending(self, spend: Callable[[], bool] | None) -> Iterator[None]:
        """Join what is done inside with what is spent for it: both are done or neither."""
        if spend is None:
            yield
            return
        with self._vault.together():
            if not spend():
                raise AlreadySpent("what this request has shown was used up by another")
            yield

    def hold(self, session: Session) -> None:
        """See that nobody has ended a user's session since this request read it. Raises ``SessionLost``.

        To be asked first in the transaction that ends all sessions of the user and then keeps this one by ``rebind``: a request that was on
        its way would otherwise bring back what the user has just ended (security D6).
        """
        owner = session.owner
        account = None if owner is None else self._directory.by_id(owner.id)
        if owner is None or account is None or account.token != owner.token:
            raise SessionLost("the user has ended his sessions")
        if session.stored is not None:
            stored = self._vault.find(session.core)
            if stored is None or stored.user_id != owner.id or not stored.is_live(session.visit.now):
                raise SessionLost("this session has been ended")

    def rebind(self, session: Session, account: Account) -> None:
        """Keep a session of a user whose credentials have just changed, which has ended all of his; see ``hold``.

        Id, tokens, data and the moment of the last login stay; a remembered device gets a new credential. Raises ``SessionLost`` where
        another request has taken its place.
        """
        session.owner = account
        session.device = self._remember.issue(account) if session.remember else None
        session.sending |= session.remember
        if not self._vault.rebind(session):
            raise SessionLost("another request has gone on in this session")

    def log_in_bot(
        self,
        session: Session,
        account: Account,
        bot_password: BotPassword,
        *,
        telling: Callable[[int], None] | None = None,
    ) -> int:
        """Begin a bot password's session beside this one, which stays as it is (spec core §6.3); otherwise see ``log_in``."""
        account = self._directory.ensure_token(account)
        if not may_have_sessions(account):
            raise SessionLost("this account can have no sessions")
        bot_session = self._bots.begin(session.visit, account, bot_password)
        with self._vault.together():
            ended = self._vault.begin(bot_session)
            if telling is not None:
                telling(ended)
        session.bot_session = bot_session
        return ended

    def log_out(self, session: Session, *, telling: Callable[[], None] | None = None) -> None:
        """End a session here and now; its cookies go with the answer. The caller has made sure that ``can_log_out``.

        ``telling`` is called in the same transaction.
        """
        owner = session.owner
        rotation = None
        if owner is not None and self._remember.shared and (session.device or session.remember):
            rotation = self._rotation(owner, session.visit.now)
        with self._vault.together():
            self._vault.end(session, rotation)
            if telling is not None:
                telling()
        session.refused = (*session.refused, session.source)
        session.become(self._cookies.empty(session.visit))
        session.logged_out = int(session.visit.now)

    def step_out(self, session: Session) -> None:
        """Make a visitor's session of a temporary account's, under another id; what was kept in it stays (spec core §18)."""
        kept = dict(session.record.kept)
        self._vault.end(session, None)
        session.become(self._cookies.empty(session.visit))
        for key, value in kept.items():
            session.set(key, value)
        session.persisted = session.sending = True

    def forget(self, session: Session) -> None:
        """See that the client is told to drop its cookies, whether or not it was logged in (spec legacy §5)."""
        if session.source not in session.refused:
            session.refused = (*session.refused, session.source)
        session.logged_out = int(session.visit.now)

    def told(self, session: Session) -> tuple[str, str, str]:
        """Return what old dialects tell in a body: cookie prefix, session id, remember credential (spec legacy §3.5)."""
        token = session.device.token if session.device is not None else ""
        return self._cookies.prefix, self._cookies.spelled_id(session), token

    def _remembers(self, *, wished: bool) -> bool:
        mode = self._settings.remember_me
        return mode == "always" or (mode != "never" and wished)

    def _rotation(self, owner: Account, now: float) -> Rotation:
        token = random_hex32(self._random_bytes)
        return Rotation(
            owner.id,
            old_token=owner.token,
            new_token=token,
            old_fingerprint=self._vault.fingerprint_of(owner.token),
            new_fingerprint=self._vault.fingerprint_of(token),
            since=self._vault.device_horizon(now),
            now=int(now),
        )

    # -- keeping ----------------------------------------------------------------------------------------------------------

    def save(self, session: Session, *, spend: Callable[[], bool] | None = None) -> None:
        """Write what was kept in the session since it was read; ``spend``: see ``log_in``.

        Raises ``SessionLost`` for a session taken for this request alone where another request was faster. Otherwise the edits are done
        again over what the other wrote; where it ended the session they are lost.
        """
        with self._spending(spend):
            self._save(session)

    def _save(self, session: Session) -> None:
        if not session.edited:
            return
        if session.stored is None and session.owner is None and not session.record.kept:
            session.settle(None)
            return
        self.persist(session)
        for _ in range(_TRIES):
            if self._vault.write(session):
                session.sending |= session.extending
                session.extending = False
                return
            if session.exclusive:
                session.settle(session.stored)
                raise SessionLost("another request has gone on in this session")
            if not self._vault.catch_up(session):
                session.settle(None)
                session.extending = False
                return
        raise StoreUnavailable("a session was written by others each time that it was to be written")

    def commit(self, session: Session, response: Response) -> None:
        """Write what has to be written, then the cookies; called once, at the end, for every session that was loaded.

        Edits that ``save`` would refuse with ``SessionLost`` are dropped. Raises ``StoreUnavailable`` before any header is touched.
        """
        if session.resuming:
            self._resume(session)
        try:
            self.save(session)
        except SessionLost as lost:
            _LOG.info("what a request kept in its session is dropped: %s", lost)
        self._extend(session)
        for source in session.refused:
            source.forget(session.visit, response)
        session.refused = ()
        if session.sending:
            session.source.persist(session, response)
            session.sending = False
        if session.arrived and session.owner is not None:
            self._known_devices.remember(session.visit, response, session.arrived)
            session.arrived = ""
        if session.bot_session is not None:
            self.commit(session.bot_session, response)

    def _resume(self, session: Session) -> None:
        """Store what a remember credential has begun; where that credential has ended since, the client is told."""
        if not self._vault.resume(session):
            session.refused = (*session.refused, session.source)
            session.become(self._cookies.empty(session.visit))

    def _extend(self, session: Session) -> None:
        """Move a session's end, and note once that a login token was handed out in it, if the store lets us."""
        stored, owner = session.stored, session.owner
        flagged = (
            owner is not None
            and session.can_change_user
            and session.record.had_login_token
            and not session.had_login_token
        )
        if stored is not None and (session.extending or flagged):
            if session.extending and session.remember and session.device is None and owner is not None:
                session.device = self._remember.reissue(owner, stored)
            try:
                if not self._vault.write(session):
                    return
            except StoreUnavailable as error:
                _LOG.warning("a session could not be extended: %s", error)
                return
        session.sending |= session.extending
        session.extending = False
