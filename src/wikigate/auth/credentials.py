"""Changing and removing credentials of an account that is logged in (spec core §10, mission M10).

What a provider keeps it changes itself (``Keeper``). Promises: exactly one need is meant and it must be one that providers list; after a
change nothing else stays logged in as the user, the caller's own session excepted (security D6); each change is in the audit.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final, Literal

from wikigate.auth.attempt import Caller
from wikigate.auth.audit import Audit
from wikigate.auth.fields import Filled, Need
from wikigate.auth.needs import PASSWORD, TEMPORARY_PASSWORD
from wikigate.auth.provider import Keeper
from wikigate.auth.throttle import site_of
from wikigate.primitives.errors import api_error
from wikigate.sessions.session import SessionLost

if TYPE_CHECKING:
    from wikigate.accounts.directory import Directory
    from wikigate.accounts.user import Account
    from wikigate.auth.registry import Providers
    from wikigate.primitives.message import Message
    from wikigate.sessions.manager import SessionManager
    from wikigate.sessions.session import Session


class CredentialChanges:
    """The changes of credentials of one wiki; shared by all threads."""

    def __init__(self, providers: Providers, directory: Directory, sessions: SessionManager, audit: Audit) -> None:
        everyone = (*providers.primaries, *providers.secondaries)
        self._keepers: Final = tuple(provider for provider in everyone if isinstance(provider, Keeper))
        self._directory = directory
        self._sessions = sessions
        self._audit = audit

    @staticmethod
    def offered(stage: Literal["change", "remove", "unlink"], needs: Iterable[Need]) -> tuple[Need, ...]:
        """Return those that a person may choose from (``$wgChangeCredentialsBlacklist``, ``$wgRemoveCredentialsBlacklist``).

        A temporary password is for the wiki to give. A password is changed, never removed: nobody shall lock himself out.
        """
        kept_back = TEMPORARY_PASSWORD if stage == "change" else PASSWORD
        return tuple(need for need in needs if need.id != kept_back)

    def change(self, caller: Caller, user: Account, filled: Filled) -> tuple[Message, ...] | None:
        """Change a credential: empty once it is done, what is wrong with the new one, None where nobody keeps such a one.

        Raises ``ApiError``: ``ratelimited``, and ``badtoken`` where the session was ended in between; ``StoreUnavailable``.
        """
        for keeper in self._keepers:
            found = keeper.change(user, filled, site_of(caller.address))
            if found is None:
                continue
            if isinstance(found, tuple) and found:
                return found
            try:
                with self.keeping_session(caller.session, user):
                    if not isinstance(found, tuple):
                        found()
                    self._audit.changed(caller, "credentials.change", user, request=filled.need.id)
            except SessionLost as lost:
                raise api_error("sessionfailure", http_status=403) from lost
            return ()
        return None

    def remove(self, caller: Caller, user: Account, need_id: str) -> bool:
        """Remove a credential; False where nobody keeps such a one."""
        with self._audit.together():
            if not any(keeper.remove(user, need_id) for keeper in self._keepers):
                return False
            self._audit.changed(caller, "credentials.remove", user, request=need_id)
        return True

    @contextmanager
    def keeping_session(self, session: Session, user: Account) -> Iterator[None]:
        """Join a deed that ends all sessions of a user into one transaction that keeps this one, if it still is one.

        Afterwards it is bound to the account as that has become: id, tokens and the moment of its login stay (core §10). Raises
        ``SessionLost``, and nothing is done, where it was ended since this request read it.
        """
        before = session.owner.token if session.owner is not None and session.can_change_user else None
        with self._audit.together():
            if before is not None:
                self._sessions.hold(session)
            yield
            account = self._directory.by_id(user.id)
            if before is not None and account is not None and account.token != before:
                self._sessions.rebind(session, account)
