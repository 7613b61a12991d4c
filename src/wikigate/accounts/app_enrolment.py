"""Enrolling an authenticator app by its owner: a secret is shown, and counts once a code of it has come back (security C13, K2).

Promises: nothing is stored for a wrong code; the factor, the step of the code that was shown, the recovery codes and the letter to the
owner are one transaction: before it the account logs in as ever, afterwards that code is used up. That the caller is its owner, and
logged in freshly, is for the caller to see to (operation ``OATHManage``); so is the audit.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from wikigate.accounts.totp import KIND, enrolment_uri, new_secret, right_steps

if TYPE_CHECKING:
    from wikigate.accounts.factors import Factors
    from wikigate.accounts.recovery_codes import RecoveryCodes
    from wikigate.accounts.user import Account
    from wikigate.primitives.ids import RandomBytes


@dataclass(frozen=True, slots=True)
class NewApp:
    """What an app is given: the secret in base 32, and the same as a URI for a QR code. To be kept in the session's secret part."""

    secret: str = field(repr=False)
    uri: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class EnrolledApp:
    """An app that counts now: its factor's id; ``codes``: the account's recovery codes, shown once, empty where it had some already."""

    id: int
    codes: tuple[str, ...] = field(repr=False)


class AppEnrolment:
    """Enrols apps; shared by all threads. ``issuer``: what apps call the wiki. ``window``: see ``right_steps``."""

    def __init__(
        self, factors: Factors, codes: RecoveryCodes, random_bytes: RandomBytes, *, issuer: str, window: int
    ) -> None:
        self._factors = factors
        self._codes = codes
        self._random_bytes = random_bytes
        self._issuer = issuer
        self._window = window

    def begin(self, account: Account) -> NewApp:
        """Make a secret for an account; nothing is stored."""
        return self.offer(account, new_secret(self._random_bytes))

    def offer(self, account: Account, secret: str) -> NewApp:
        """Say what an account's app is given for a secret; nothing is stored."""
        return NewApp(secret, enrolment_uri(secret, account.name, self._issuer))

    def finish(self, account: Account, secret: str, typed: str, *, name: str = "", now: float) -> EnrolledApp | None:
        """Store the secret as a factor of the account, if what was typed is a code of it; None if not.

        Whatever is logged in as the account is ended: keep the caller's session with ``CredentialChanges.keeping_session``. Raises
        ``FactorRefused`` where the account can have no more.
        """
        right = right_steps(secret, typed, now, self._window)
        if not right:
            return None
        with self._factors.together():
            enrolled = self.store(account.id, secret, name=name)
            self._factors.use_step(enrolled.id, right[-1])
        return enrolled

    def store(self, user_id: int, secret: str, *, name: str = "") -> EnrolledApp:
        """Store a secret by the operator's hand, without a code of it. Raises ``FactorRefused``."""
        with self._factors.together():
            ident = self._factors.add(user_id, KIND, {"secret": secret}, name=name)
            codes = () if self._codes.left(user_id) else tuple(self._codes.renew(user_id))
        return EnrolledApp(ident, codes)
