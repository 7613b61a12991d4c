"""How an account gets a security key or passkey: the same two steps for the API and for the page (spec extensions §1.6).

Promises: a challenge lies in the session and is good for one answer, five minutes long (security C17); what is registered ends every
other session of the account and is noted (security D6, C13). Must not ask who may: its callers have, and that the login was fresh.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Final

from wikigate.accounts.security_keys import KIND, Question, SecurityKeys
from wikigate.accounts.webauthn import WebAuthnRefused

if TYPE_CHECKING:
    from wikigate.accounts.user import Account
    from wikigate.auth.attempt import Caller
    from wikigate.auth.audit import Audit
    from wikigate.auth.credentials import CredentialChanges
    from wikigate.sessions.manager import SessionManager

_KEPT: Final = "webauthn"
_LIFETIME: Final = 300
_MOST_NAME: Final = 255


class KeyRegistration:
    """Registers the keys of one wiki's accounts; shared by all threads."""

    def __init__(
        self, keys: SecurityKeys, sessions: SessionManager, credentials: CredentialChanges, audit: Audit
    ) -> None:
        self._keys = keys
        self._sessions = sessions
        self._credentials = credentials
        self._audit = audit

    def begin(self, caller: Caller, account: Account, *, passkey: bool) -> str:
        """Return the options for the browser, as JSON; a registration begun before is void. Raises ``FactorRefused``."""
        question = self._keys.begin(account, passkey=passkey)
        kept = {**asdict(question), "options": "", "since": caller.now, "passkey": passkey}
        caller.session.set(_KEPT, kept)
        return question.options

    def finish(self, caller: Caller, account: Account, answer: str, name: str) -> int:
        """Give the account the key that a browser made; the factor's id.

        Raises ``WebAuthnRefused``, also where no registration is in progress, ``FactorRefused``, and ``SessionLost`` where another
        request was faster with the same challenge.
        """
        kept: Any = caller.session.take(_KEPT)
        self._sessions.save(caller.session)
        if not isinstance(kept, dict) or caller.now - kept["since"] > _LIFETIME:
            raise WebAuthnRefused("no registration is in progress")
        question = Question("", kept["challenge"], kept["handle"])
        shown = name.strip()[:_MOST_NAME]
        with self._credentials.keeping_session(caller.session, account):
            ident = self._keys.register(account, answer, question, name=shown, passkey=kept["passkey"])
            self._audit.changed(caller, "factor.add", account, kind=KIND, factor=ident)
        return ident
