"""What an account's owner does to his second factors: the app's secret offered and confirmed, recovery codes made anew, names, removals.

Promises: the secret of an app is derived from the session and lies nowhere until a first code of it was right (security C13). Codes are
shown once, by the caller. Whatever changes how the account logs in ends its other sessions, keeps this one, and is noted (D6).
Must not ask who may: its callers have, and that the login was fresh. Security keys are registered by ``key_registration.py``.
"""

from __future__ import annotations

import hmac
from base64 import b32encode
from typing import TYPE_CHECKING, Final

from wikigate.accounts.totp import KIND as TOTP

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wikigate.accounts.app_enrolment import AppEnrolment, EnrolledApp, NewApp
    from wikigate.accounts.factors import Factor, Factors
    from wikigate.accounts.recovery_codes import RecoveryCodes
    from wikigate.accounts.user import Account
    from wikigate.auth.attempt import Caller
    from wikigate.auth.audit import Audit
    from wikigate.auth.credentials import CredentialChanges
    from wikigate.primitives.ids import RandomBytes
    from wikigate.sessions.manager import SessionManager
    from wikigate.sessions.session import Session

_PENDING: Final = "oathauth_totp_key"
_NONCE_BYTES: Final = 16
_SECRET_BYTES: Final = 20
_MOST_NAME: Final = 255


class FactorChanges:
    """The owners' own hand on the factors of one wiki; shared by all threads. Every verb raises ``StoreUnavailable``."""

    def __init__(
        self,
        *,
        factors: Factors,
        apps: AppEnrolment,
        codes: RecoveryCodes,
        sessions: SessionManager,
        credentials: CredentialChanges,
        audit: Audit,
        random_bytes: RandomBytes,
    ) -> None:
        self._factors = factors
        self._apps = apps
        self._codes = codes
        self._sessions = sessions
        self._credentials = credentials
        self._audit = audit
        self._random_bytes = random_bytes

    def of(self, account: Account) -> Sequence[Factor]:
        """Return an account's factors, the oldest first."""
        return self._factors.of(account.id)

    def find(self, account: Account, ident: int) -> Factor | None:
        """Return one of an account's factors."""
        return next((one for one in self.of(account) if one.id == ident), None)

    # -- the authenticator app --------------------------------------------------------------------------------------------

    def offer_app(self, session: Session, account: Account) -> NewApp:
        """Return what a session may enrol; the same until it is."""
        nonce = session.get(_PENDING)
        if not isinstance(nonce, str):
            nonce = self._random_bytes(_NONCE_BYTES).hex()
            session.set(_PENDING, nonce)
        return self._apps.offer(account, _secret(session, nonce))

    def confirm_app(self, caller: Caller, account: Account, typed: str, name: str) -> EnrolledApp | None:
        """Give the account the app that shows this code; None where the code is wrong, or nothing was offered.

        Raises ``FactorRefused``, and ``SessionLost`` where another request was faster.
        """
        session = caller.session
        nonce = session.take(_PENDING)
        self._sessions.save(session)
        if not isinstance(nonce, str):
            return None
        secret = _secret(session, nonce)
        with self._credentials.keeping_session(session, account):
            enrolled = self._apps.finish(account, secret, typed, name=name.strip()[:_MOST_NAME], now=caller.now)
            if enrolled is not None:
                self._audit.changed(caller, "factor.add", account, kind=TOTP, factor=enrolled.id)
        if enrolled is None:
            session.set(_PENDING, nonce)
        return enrolled

    # -- recovery codes ---------------------------------------------------------------------------------------------------

    def codes_left(self, account: Account) -> int:
        """Count the recovery codes that are left."""
        return self._codes.left(account.id)

    def renew_codes(self, caller: Caller, account: Account) -> list[str]:
        """Make new recovery codes in the place of all older ones. Raises ``FactorRefused``."""
        with self._audit.together():
            codes = self._codes.renew(account.id)
            self._audit.changed(caller, "factor.recovery-codes", account)
        return codes

    # -- any factor -------------------------------------------------------------------------------------------------------

    def rename(self, account: Account, ident: int, name: str) -> bool:
        """Call a factor otherwise; False where it is gone."""
        factor = self.find(account, ident)
        return factor is not None and self._factors.rename(factor, name.strip()[:_MOST_NAME])

    def remove(self, caller: Caller, account: Account, ident: int) -> bool:
        """Take a factor away; False where it is gone already. Raises ``SessionLost`` where another request was faster."""
        factor = self.find(account, ident)
        if factor is None:
            return False
        with self._credentials.keeping_session(caller.session, account):
            if not self._factors.remove(factor):
                return False
            self._audit.changed(caller, "factor.remove", account, kind=factor.kind, factor=ident)
        return True


def _secret(session: Session, nonce: str) -> str:
    """Derive the secret of an app from a session (160 bits, RFC 4226 §4), so that no store has it before it counts."""
    key = hmac.digest(session.secret("default"), b"authenticator app " + nonce.encode(), "sha256")
    return b32encode(key[:_SECRET_BYTES]).decode()
