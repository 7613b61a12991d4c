"""How somebody gets, changes and loses his second factors himself: the app and its recovery codes, names, and the end of each.

Promises: the secret of an app is derived from the session and lies nowhere until a first code of it was right (security C13); that code is
then used up. Codes are shown once, by the caller. Whatever changes how the account logs in ends its other sessions, and is noted.
Must not ask who may: its callers have, and that the login was fresh. Security keys are registered by ``auth/key_registration.py``.
"""

from __future__ import annotations

import hmac
from base64 import b32encode
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from wikigate.primitives.secrets import constant_time_equal
from wikigate.providers.factors.recovery import CODES, codes_of, new_codes
from wikigate.providers.factors.totp import DIGITS, STEP, enrolment_uri, hotp, key_of

if TYPE_CHECKING:
    from wikigate.accounts.factors import Factor, Factors
    from wikigate.accounts.user import Account
    from wikigate.auth.attempt import Caller
    from wikigate.auth.audit import Asker, Audit
    from wikigate.auth.credentials import CredentialChanges
    from wikigate.primitives.ids import RandomBytes
    from wikigate.sessions.manager import SessionManager
    from wikigate.sessions.session import Session

TOTP: Final = "totp"
_PENDING: Final = "oathauth_totp_key"
_NONCE_BYTES: Final = 16
_SECRET_BYTES: Final = 20
_MOST_NAME: Final = 255


@dataclass(frozen=True, slots=True)
class Offer:
    """An authenticator app on its way: the secret in base 32, and the same as a QR code has it."""

    secret: str = field(repr=False)
    uri: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Added:
    """An app that counts from now on; ``codes``: its recovery codes, empty where the account has some already."""

    codes: list[str] = field(repr=False)


class Enrolment:
    """The owners' own hand on their factors; shared by all threads. ``issuer``: what apps call the wiki."""

    def __init__(
        self,
        factors: Factors,
        sessions: SessionManager,
        credentials: CredentialChanges,
        audit: Audit,
        *,
        random_bytes: RandomBytes,
        issuer: str,
        window: int,
    ) -> None:
        self._factors = factors
        self._sessions = sessions
        self._credentials = credentials
        self._audit = audit
        self._random_bytes = random_bytes
        self._issuer = issuer
        self._window = window

    def of(self, account: Account) -> list[Factor]:
        """Return an account's factors, the oldest first."""
        return list(self._factors.of(account.id))

    def find(self, account: Account, ident: int) -> Factor | None:
        """Return one of an account's factors."""
        return next((one for one in self.of(account) if one.id == ident), None)

    # -- the authenticator app --------------------------------------------------------------------------------------------

    def offer(self, session: Session, account: Account) -> Offer:
        """Return the secret that a session may enrol; the same until it is."""
        nonce = session.get(_PENDING)
        if not isinstance(nonce, str):
            nonce = self._random_bytes(_NONCE_BYTES).hex()
            session.set(_PENDING, nonce)
        secret = _secret(session, nonce)
        return Offer(secret, enrolment_uri(secret, account.name, self._issuer))

    def confirm(self, caller: Caller, account: Account, typed: str, name: str) -> Added | None:
        """Give the account the app that shows this code; None where the code is wrong, or nothing was offered.

        Raises ``FactorRefused``, and ``SessionLost`` where another request was faster with the same offer.
        """
        nonce = caller.session.get(_PENDING)
        secret = _secret(caller.session, nonce) if isinstance(nonce, str) else ""
        step = self._step(secret, typed, caller.now)
        if step is None:
            return None
        caller.session.take(_PENDING)
        self._sessions.save(caller.session)
        codes = [] if self.codes_left(account) else new_codes(self._random_bytes)
        ident = self._factors.add(account.id, TOTP, {"secret": secret, CODES: codes}, name=name.strip()[:_MOST_NAME])
        added = self.find(account, ident)
        if added is not None:
            self._factors.use_step(added, step)
        self._credentials.keep_session(caller.session, account)
        self._audit.changed(caller, "factor.add", account, kind=TOTP, factor=ident)
        return Added(codes)

    def _step(self, secret: str, typed: str, now: float) -> int | None:
        """Return the newest step whose code was typed."""
        code, key = "".join(typed.split()), key_of(secret)
        if key is None or len(code) != DIGITS or not code.isascii():
            return None
        present = int(now) // STEP
        steps = range(max(0, present - self._window), present + self._window + 1)
        return max((step for step in steps if constant_time_equal(hotp(key, step), code)), default=None)

    # -- recovery codes ---------------------------------------------------------------------------------------------------

    def codes_left(self, account: Account) -> int:
        """Count the recovery codes that are left."""
        return sum(len(codes_of(one.data)) for one in self.of(account))

    def renew_codes(self, by: Asker, account: Account) -> list[str]:
        """Make new recovery codes in the place of all older ones; empty where there is nothing that they could stand in for."""
        codes = new_codes(self._random_bytes)
        if not self._replace_codes(account, codes):
            return []
        self._audit.changed(by, "factor.recovery-codes", account)
        return codes

    def _replace_codes(self, account: Account, codes: list[str]) -> bool:
        """Put new codes into the first row that can hold them and empty the others; False where there is none."""
        found = False
        for one in self.of(account):
            current: Factor | None = one
            while current is not None and current.kind == TOTP and current.data:
                data: dict[str, Any] = {**current.data, CODES: [] if found else codes}
                if self._factors.change(current, data):
                    found = True
                    break
                current = self._factors.again(current)
        return found

    # -- any factor -------------------------------------------------------------------------------------------------------

    def rename(self, account: Account, ident: int, name: str) -> bool:
        """Call a factor otherwise; False where it is gone."""
        factor = self.find(account, ident)
        return factor is not None and self._factors.rename(factor, name.strip()[:_MOST_NAME])

    def remove(self, caller: Caller, account: Account, ident: int) -> bool:
        """Take a factor away; False where it is gone already."""
        factor = self.find(account, ident)
        if factor is None or not self._factors.remove(factor):
            return False
        self._credentials.keep_session(caller.session, account)
        self._audit.changed(caller, "factor.remove", account, kind=factor.kind, factor=ident)
        return True


def _secret(session: Session, nonce: str) -> str:
    """Derive the secret of an app from a session (160 bits, RFC 4226 §4), so that no store has it before it counts."""
    return b32encode(
        hmac.digest(session.secret("default"), b"authenticator app " + nonce.encode(), "sha256")[:_SECRET_BYTES]
    ).decode()
