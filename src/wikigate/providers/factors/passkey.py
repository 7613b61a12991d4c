r"""Logging in with a passkey alone: no name, no password, no second question (spec extensions §1.6, ``$wgOATHPasswordlessLogin``).

A passkey knows whose it is (its handle) and recognises its owner by PIN or body, so that it is two factors at once; only keys registered
as passkeys will do. Promises: a challenge costs no row; it is bound to the session and good once, for five minutes (security C17); wrong
answers of an account's keys count in its windows (C11); whatever is wrong is told in the same words.
"""

from __future__ import annotations

import hashlib
from base64 import b64encode
from typing import TYPE_CHECKING, Final

from wikigate.accounts.webauthn import Claim, WebAuthnRefused, claim_of
from wikigate.auth.attempt import Attempt, Caller, Inquiry
from wikigate.auth.fields import Need
from wikigate.auth.outcome import Abstain, Fail, Pass
from wikigate.primitives.message import Message
from wikigate.providers.factors.questions import KEY, PASSKEY_NEED, SHOWN, passkey_need
from wikigate.providers.factors.windows import FactorWindows

if TYPE_CHECKING:
    from wikigate.accounts.directory import Directory
    from wikigate.accounts.security_keys import SecurityKeys
    from wikigate.primitives.ids import RandomBytes
    from wikigate.primitives.secrets import KeyRing
    from wikigate.state.base import StateStore

_LIFETIME: Final = 300
_AHEAD: Final = 10
"""Seconds by which another node's clock may be ahead."""
_MOMENT: Final = 8
_CHANCE: Final = 8
_PROOF: Final = 16
_WRONG: Final = Message("oathauth-webauthn-error-passkey-verification-failed")


class Passkey:
    """Finds out whose passkey an answer is of; satisfies ``Primary``. ``keys``: the ring of this purpose."""

    id = "passkey"
    accounts: Final = "none"

    def __init__(
        self,
        directory: Directory,
        security_keys: SecurityKeys,
        windows: FactorWindows,
        *,
        state: StateStore,
        keys: KeyRing,
        random_bytes: RandomBytes,
    ) -> None:
        self._directory = directory
        self._security_keys = security_keys
        self._windows = windows
        self._state = state
        self._keys = keys
        self._random_bytes = random_bytes

    def canonical_name(self, _typed: str, /) -> None:
        """Know nobody by name."""

    def needs(self, inquiry: Inquiry, /) -> tuple[Need, ...]:
        """Ask for a passkey at a login."""
        if inquiry.stage != "login":
            return ()
        return (passkey_need(self._security_keys.ask_anyone(self._challenge(inquiry.caller))),)

    def begin(self, attempt: Attempt, /) -> Pass | Fail | Abstain:
        """Judge a passkey's answer."""
        filled = attempt.filled.get(PASSKEY_NEED)
        if attempt.stage != "login" or filled is None:
            return Abstain()
        answer, caller = filled.text(KEY), attempt.caller
        try:
            claim = claim_of(answer)
        except WebAuthnRefused:
            return Fail(_WRONG, "no-passkey")
        owner = self._security_keys.owner_of(claim.handle)
        account = None if owner is None else self._directory.by_id(owner)
        if account is None or not self._take(claim, caller):
            return Fail(_WRONG, "unknown-passkey")
        if wait := self._windows.reserve(account.id):
            throttled = Message("oathauth-throttled")
            return Fail(throttled, "throttled", account.name, is_guess=False, retry_after=wait)
        challenge = b64encode(claim.challenge).decode()
        if not self._security_keys.judge(account.id, answer, challenge, passkey=True):
            self._windows.wrong(account.id)
            return Fail(_WRONG, "wrong-passkey", account.name)
        self._windows.refund(account.id)
        attempt.notes[SHOWN] = account.id
        return Pass(account.name)

    def resume(self, _attempt: Attempt, /) -> Fail:
        """Fail: nothing was asked."""
        return Fail(_WRONG, "no-question")

    def ended(self, _attempt: Attempt, _outcome: Pass | Fail, /) -> None:
        """Forget nothing: nothing was kept."""

    def _challenge(self, caller: Caller) -> bytes:
        """Make a challenge: a moment, chance, and the proof that both were given to this session."""
        caller.session.hold()
        head = int(caller.now).to_bytes(_MOMENT) + self._random_bytes(_CHANCE)
        return head + self._keys.mac(head + caller.session.core.encode())[:_PROOF]

    def _take(self, claim: Claim, caller: Caller) -> bool:
        """Whether a challenge is this session's and not too old; True once."""
        head, proof = claim.challenge[: _MOMENT + _CHANCE], claim.challenge[_MOMENT + _CHANCE :]
        age = int(caller.now) - int.from_bytes(head[:_MOMENT])
        if len(proof) != _PROOF or not -_AHEAD <= age <= _LIFETIME:
            return False
        if not self._keys.verifies(head + caller.session.core.encode(), proof):
            return False
        spent = f"passkey:spent:{hashlib.sha256(claim.challenge).hexdigest()[:32]}"
        return self._state.add(spent, b"", _LIFETIME + _AHEAD)
