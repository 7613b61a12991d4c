"""The login conversation: begun, gone on with, ended; what of it is kept between two requests (spec core §7.3, §7.4).

``begin`` and ``resume`` are the same walk (``walk.py``) from another starting place; after a ``Restart`` it starts at the first check.

Promises

* a session is given to a user only after ``Pass``; what goes wrong afterwards takes it back (security H8);
* nothing is stored but between a question and its answer: an attempt that is settled in one request writes no state;
* of several requests that continue one attempt at once, one goes on; the others hear that nothing is in progress (N3);
* ``ended`` and ``paused`` are called as ``provider.py`` says; each answer is noted in the audit, a login in its own transaction;
* no database transaction is open while a provider is asked;
* what a provider spends for a login (``Pass.spend``) is spent if and only if the session is given (security C8).

Must not: know a provider, a field, or how an answer is printed.
"""

from __future__ import annotations

import logging
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, Literal

from wikigate.auth.attempt import Caller, Draft, Inquiry, Stage
from wikigate.auth.audit import Audit, AuditEvent
from wikigate.auth.auto_creation import NoAutoCreation
from wikigate.auth.fields import Filled, Need
from wikigate.auth.flow_state import FlowState, Preserved
from wikigate.auth.needs import REMEMBER_ME
from wikigate.auth.outcome import Fail, Pass, Redirect, Restart, Ui
from wikigate.auth.provider import AutoCreation
from wikigate.auth.reauth import Reauth
from wikigate.auth.registry import Providers
from wikigate.auth.settings import AuthSettings
from wikigate.auth.walk import NO_PRIMARY, Run, Settled, Walk
from wikigate.primitives.errors import ApiError, StoreUnavailable, code_of
from wikigate.primitives.message import Message
from wikigate.sessions.session import AlreadySpent, SessionLost
from wikigate.sessions.settings import DAY, SessionSettings

if TYPE_CHECKING:
    from wikigate.accounts.directory import Directory
    from wikigate.accounts.user import Account
    from wikigate.auth.login_notices import LoginNotices
    from wikigate.sessions.manager import SessionManager
    from wikigate.sessions.session import Session

_LOG: Final = logging.getLogger("wikigate.auth")
_PRESERVED: Final = "auth.preserved"
_TRIES: Final = 3

NOT_IN_PROGRESS: Final = Message("authmanager-authn-not-in-progress")
_NO_LOCAL_USER: Final = Message("authmanager-authn-no-local-user")
_NO_LOCAL_USER_LINK: Final = Message("authmanager-authn-no-local-user-link")


@dataclass(frozen=True, slots=True)
class Purpose:
    """What a conversation is for.

    ``key``: where the session keeps it. ``nothing``, ``no_primary``: what is said where none is in progress, and where no primary decides.
    """

    stage: Literal["login", "create", "link"]
    key: str
    nothing: Message
    no_primary: Message


LOGIN: Final = Purpose("login", "auth.login", NOT_IN_PROGRESS, NO_PRIMARY)
CREATE: Final = Purpose(
    "create", "auth.create", Message("authmanager-create-not-in-progress"), Message("authmanager-create-no-primary")
)
LINK: Final = Purpose(
    "link", "auth.link", Message("authmanager-link-not-in-progress"), Message("authmanager-link-no-primary")
)


@dataclass(frozen=True, slots=True)
class FlowAnswer:
    """What one request of a conversation came to.

    ``account``: who is logged in now, or was made, after a ``Pass``. ``needs``: what is asked next. ``can_preserve``: whether a
    FAIL or RESTART left something for the next attempt.
    """

    outcome: Settled
    account: Account | None = None
    needs: tuple[Need, ...] = ()
    can_preserve: bool = False

    @property
    def message(self) -> Message | None:
        """The words of the answer; None where it has none."""
        return None if isinstance(self.outcome, (Pass, Redirect)) else self.outcome.message


class Flow:
    """The login of one wiki, its account creation, or its linking; shared by all threads.

    ``providers`` and ``reauth`` answer questions about logging in.
    """

    def __init__(
        self,
        providers: Providers,
        *,
        sessions: SessionManager,
        directory: Directory,
        audit: Audit,
        notices: LoginNotices | None = None,
        settings: AuthSettings,
        session_settings: SessionSettings,
        auto_creation: AutoCreation | None = None,
        purpose: Purpose = LOGIN,
    ) -> None:
        self._purpose = purpose
        self.providers = providers
        self.reauth = Reauth(settings.reauth)
        self._walk = Walk(
            providers,
            directory,
            auto_creation or NoAutoCreation(),
            stage=purpose.stage,
            no_primary=purpose.no_primary,
        )
        self._sessions = sessions
        self._audit = audit
        self._notices = notices
        self._lifetime = settings.flow_lifetime
        self._remember_days = _remember_days(session_settings)

    # -- what can be filled in --------------------------------------------------------------------------------------------

    def needs(self, stage: Stage, caller: Caller, user: str | None = None) -> tuple[Need, ...]:
        """Return what can be filled in at the beginning of a stage; ``user``: see ``Inquiry``."""
        days = self._remember_days if caller.session.can_change_user else 0
        return self.providers.needs(Inquiry(stage, caller, user), remember_days=days)

    def pending(self, caller: Caller) -> tuple[Need, ...]:
        """Return what the attempt in progress has asked for; empty where none is in progress."""
        state = self._read(caller, caller.session.get(self._purpose.key))
        return () if state is None else state.pending

    def returning(self, caller: Caller) -> tuple[Need, ...]:
        """Return what a browser that was sent elsewhere brings back in its address; empty where none has been sent.

        Answers to any other question are posted: by following a link nobody answers one.
        """
        state = self._read(caller, caller.session.get(self._purpose.key))
        return state.pending if state is not None and state.away else ()

    def awaits(self, caller: Caller, brought: Mapping[str, str]) -> bool:
        """Whether a browser's address brings the answer that the attempt in progress waits for; asks, and changes nothing."""
        state = self._read(caller, caller.session.get(self._purpose.key))
        return state is not None and state.away and self._walk.awaits(Run(caller, state), brought)

    def preserved(self, session: Session) -> Preserved:
        """Return what a FAIL or RESTART has left for the next attempt."""
        stored = session.get(_PRESERVED)
        return Preserved() if stored is None else Preserved.restore(stored)

    # -- the conversation -------------------------------------------------------------------------------------------------

    def begin(
        self, caller: Caller, filled: Iterable[Filled], *, return_url: str = "", preserve: bool = False
    ) -> FlowAnswer:
        """Begin an attempt, in place of one in progress; ``preserve`` takes up what the one before has left.

        The caller has made sure that the session can change its user. Raises ``ApiError`` and ``StoreUnavailable``.
        """
        self._abandon(caller)
        kept = self.preserved(caller.session) if preserve else Preserved()
        offer = kept.create if self._purpose.stage == "create" else None
        state = FlowState(int(caller.now), _owner(caller), return_url, links=kept.links, offer=offer)
        run = Run(caller, state, tuple(filled), draft=Draft())
        self._take_credentials(run)
        return self._go(run)

    def resume(self, caller: Caller, filled: Iterable[Filled]) -> FlowAnswer:
        """Go on with the attempt in progress; the answers are to what ``pending`` returned. Raises as ``begin`` does."""
        state = self._read(caller, caller.session.take(self._purpose.key))
        if state is None:
            return self._nothing_in_progress()
        run = Run(caller, state, tuple(filled), resumed=True, asked=state.waiting, draft=Draft())
        if not state.waiting:
            self._take_credentials(run)
        return self._go(run)

    def _go(self, run: Run) -> FlowAnswer:
        """Walk, and do what the walk came to; an exception on the way ends the attempt."""
        try:
            for _ in range(_TRIES):
                try:
                    return self._conclude(run, self._walk.settle(run))
                except AlreadySpent:
                    # Another request was faster with the same code: the provider is asked once more, and knows by now.
                    run.asked, run.spend = run.spender, None
            return self._fail(run, Fail(self._purpose.no_primary, "spent"))
        except SessionLost as lost:
            _LOG.info("request %s: a login is dropped: %s", run.caller.request_id, lost)
            # What the faster request keeps under this key is its own: nothing may be written here any more.
            if not run.resumed:
                self._walk.end(run, Fail(self._purpose.nothing, "session-lost", is_guess=False))
            return self._nothing_in_progress()
        except (ApiError, StoreUnavailable):
            self._break_off(run)
            raise

    def _conclude(self, run: Run, outcome: Settled) -> FlowAnswer:
        """Do what a walk came to. Raises ``AlreadySpent``."""
        if isinstance(outcome, Pass):
            return self._succeed(run, outcome)
        if isinstance(outcome, Fail):
            return self._fail(run, outcome)
        if isinstance(outcome, Restart):
            return self._restart(run, outcome)
        return self._pause(run, outcome)

    def enter(self, caller: Caller, account: Account) -> bool:
        """Log in the owner of an account that was made in this very request, who need not type again what he has just chosen.

        False where the session cannot be his: another request was faster, or its user is fixed. Raises ``StoreUnavailable``.
        """

        def tell(ended: int) -> None:
            self._audit.changed(caller, "login.pass", account)
            self._audit.ended(caller, account, ended)

        try:
            self._sessions.log_in(caller.session, account, remember=False, now=caller.now, telling=tell)
        except SessionLost as lost:
            _LOG.info("request %s: the owner of a new account is not logged in: %s", caller.request_id, lost)
            return False
        return True

    def refuse(self, caller: Caller, outcome: Fail) -> FlowAnswer:
        """End an attempt before anybody was asked, in place of one in progress."""
        self._abandon(caller)
        self._note(Run(caller, FlowState(int(caller.now))), outcome)
        return FlowAnswer(outcome)

    # -- what a walk comes to ---------------------------------------------------------------------------------------------

    def _pause(self, run: Run, outcome: Ui | Redirect) -> FlowAnswer:
        """Wait for the answer to a provider's question."""
        run.caller.session.remove(_PRESERVED)
        self._keep(run, outcome, waiting=run.asked, needs=outcome.needs)
        return FlowAnswer(outcome, needs=outcome.needs)

    def _restart(self, run: Run, outcome: Restart) -> FlowAnswer:
        """Ask for everything anew, and keep what has been proven so far."""
        session, state = run.caller.session, run.state
        if outcome.link is not None and self.providers.takes_links:
            state.links = (*(link for link in state.links if link.id != outcome.link.id), outcome.link)
        if outcome.message is None:
            outcome = replace(outcome, message=_NO_LOCAL_USER_LINK if state.links else _NO_LOCAL_USER)
        state.began = int(run.caller.now)
        preserved = Preserved(state.links, outcome.create)
        _preserve(session, preserved)
        needs = self._needs_again(run)
        self._keep(run, outcome, waiting="", needs=needs)
        return FlowAnswer(outcome, needs=needs, can_preserve=bool(preserved))

    def _fail(self, run: Run, outcome: Fail) -> FlowAnswer:
        """End the attempt."""
        if run.spend is not None:
            run.spend()
        preserved = Preserved(run.state.links)
        _preserve(run.caller.session, preserved)
        if run.resumed:
            self._sessions.save(run.caller.session)
        self._walk.end(run, outcome)
        self._note(run, outcome)
        return FlowAnswer(outcome, can_preserve=bool(preserved))

    def _succeed(self, run: Run, outcome: Pass) -> FlowAnswer:
        """Give the session to the user, then tell everyone; what goes wrong in the telling takes the login back."""
        session, account = run.caller.session, run.account
        if account is None:
            raise AssertionError("a walk passes with an account")
        session.remove(_PRESERVED)
        if self._purpose.stage != "login":
            return self._made(run, outcome, account)
        filled = run.state.filled
        remembered = any(one.need.id == REMEMBER_ME and one.values.get("rememberMe") is True for one in filled)

        def tell(ended: int) -> None:
            if self._notices is not None:
                self._notices.logged_in(run.caller, account)
            self._note(run, outcome)
            self._audit.ended(run.caller, account, ended)

        now = run.caller.now
        self._sessions.log_in(session, account, remember=remembered, now=now, spend=run.spend, telling=tell)
        faults = self._walk.end(run, outcome)
        return self._take_back(run, account, faults[0]) if faults else FlowAnswer(outcome, account)

    def _made(self, run: Run, outcome: Pass, account: Account) -> FlowAnswer:
        """Tell everyone of a new account or link; whoever made it stays who he is (spec core §9, §10)."""
        if run.resumed or run.spend is not None:
            self._sessions.save(run.caller.session, spend=run.spend)
        self._walk.end(run, outcome)
        self._note(run, outcome)
        return FlowAnswer(outcome, account)

    def _take_back(self, run: Run, account: Account, fault: Exception) -> FlowAnswer:
        """Undo a login whose end went wrong."""
        _LOG.warning("request %s: a login is taken back", run.caller.request_id)
        failure = Fail(NO_PRIMARY, "provider-error", account.name)
        self._sessions.log_out(run.caller.session, telling=lambda: self._note(run, failure))
        if isinstance(fault, (ApiError, StoreUnavailable)):
            raise fault
        return FlowAnswer(failure)

    def _keep(self, run: Run, outcome: Ui | Redirect | Restart, *, waiting: str, needs: tuple[Need, ...]) -> None:
        """Keep the attempt until its question is answered."""
        session, state = run.caller.session, run.state
        state.waiting, state.pending, state.away = waiting, needs, isinstance(outcome, Redirect)
        self._walk.pause(run, outcome)
        session.set(self._purpose.key, state.store(self.providers.fingerprint))
        try:
            self._sessions.save(session, spend=run.spend)
        except AlreadySpent:
            session.remove(self._purpose.key)
            raise
        self._note(run, outcome)

    def _break_off(self, run: Run) -> None:
        """End an attempt that an error of ours ends: nothing that was sent has been judged."""
        session = run.caller.session
        session.remove(self._purpose.key)
        if run.resumed:
            try:
                self._sessions.save(session)
            except (SessionLost, StoreUnavailable):
                return
        self._walk.end(run, Fail(self._purpose.no_primary, "broken-off", is_guess=False))

    def _abandon(self, caller: Caller) -> None:
        """End an attempt in progress that a new one replaces; of several requests at once, one tells its providers."""
        session = caller.session
        stored = session.get(self._purpose.key)
        if stored is None:
            return
        state = self._read(caller, stored)
        if state is None:
            session.remove(self._purpose.key)
            return
        session.take(self._purpose.key)
        try:
            self._sessions.save(session)
        except SessionLost:
            return
        self._walk.end(Run(caller, state), Fail(self._purpose.nothing, "replaced", is_guess=False))

    def _needs_again(self, run: Run) -> tuple[Need, ...]:
        """Return what is asked in an attempt that begins again: a check that has been passed for good need not be."""
        days = self._remember_days if run.caller.session.can_change_user else 0
        inquiry = Inquiry(self._purpose.stage, run.caller)
        return self.providers.needs(inquiry, remember_days=days, memories=run.state.memory)

    # -- parts ------------------------------------------------------------------------------------------------------------

    def _take_credentials(self, run: Run) -> None:
        """Put the attempt at its beginning, with what was given now."""
        state = run.state
        typed = {text for one in run.given if (text := one.text("username"))}
        if not typed and state.offer is not None and state.offer.user:
            typed = {state.offer.user}
        state.filled = run.given
        state.names = self.providers.names(typed.pop()) if len(typed) == 1 else None

    def _nothing_in_progress(self) -> FlowAnswer:
        return FlowAnswer(Fail(self._purpose.nothing, "not-in-progress", is_guess=False))

    def _read(self, caller: Caller, stored: object) -> FlowState | None:
        """Read an attempt in progress, if it is this caller's, of these providers, and not too old (security C12)."""
        state = None if stored is None else FlowState.restore(stored, self.providers.fingerprint)
        if state is None or state.owner != _owner(caller) or abs(caller.now - state.began) >= self._lifetime:
            return None
        return state

    def _note(self, run: Run, outcome: Settled) -> None:
        """Write the answer into the audit."""
        caller, account = run.caller, run.account
        user, details = account.name if account else "", {}
        if isinstance(outcome, Fail):
            user = user or outcome.user
            details = {"code": code_of(outcome.message.key), "reason": outcome.reason}
        event = f"{self._purpose.stage}.{type(outcome).__name__.lower()}"
        ident = account.id if account else 0
        self._audit.record(AuditEvent(event, caller.now, caller.address, caller.request_id, ident, user, details))


def _owner(caller: Caller) -> int:
    owner = caller.session.owner
    return owner.id if owner else 0


def _preserve(session: Session, preserved: Preserved) -> None:
    if preserved:
        session.set(_PRESERVED, preserved.store())
    else:
        session.remove(_PRESERVED)


def _remember_days(settings: SessionSettings) -> int:
    """Return for how many days a caller may choose to be remembered; 0 where he cannot choose."""
    if settings.remember_me not in {"choose", "force-choose"}:
        return 0
    return math.ceil(settings.cookies.extended_expiration / DAY)
