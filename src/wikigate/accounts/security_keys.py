"""Security keys and passkeys (Web Authentication) of one wiki's accounts: second factors whose rows are those of MediaWiki's WebAuthn.

A row is a factor of the kind ``webauthn`` (spec extensions §1.3): ids, handle and public key in base 64, the counter, the name.
Promises: a key is good only for the challenge that it was asked with; its counter goes only forwards, and of several callers with one
answer at most one succeeds where the key counts (security C17); a key is registered once on the wiki, whosever it is (Web Authentication
Level 3, §7.1, step 26). Challenges are the caller's to keep, once.
"""

from __future__ import annotations

import logging
from base64 import b64decode, b64encode
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from wikigate.accounts.factors import FactorRefused
from wikigate.accounts.webauthn import (
    KeyCopied,
    RelyingParty,
    WebAuthnRefused,
    asserted,
    assertion_options,
    claim_of,
    registered,
    registration_options,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from wikigate.accounts.factors import Factor, Factors
    from wikigate.accounts.user import Account
    from wikigate.primitives.ids import RandomBytes

_LOG: Final = logging.getLogger("wikigate.accounts")

KIND: Final = "webauthn"
_CHALLENGE_BYTES: Final = 32
_HANDLE_BYTES: Final = 64
# In the rows of MediaWiki versions after 1.43 (spec extensions §1.3).
_PASSWORDLESS: Final = "supportsPasswordless"
# Spec extensions §1.6.
_MOST: Final = 25


@dataclass(frozen=True, slots=True)
class Question:
    """What to ask a browser: ``options`` as JSON; ``challenge``, to be kept and used once; ``handle`` of a new key's owner (base 64)."""

    options: str
    challenge: str
    handle: str = ""


class SecurityKeys:
    """Registers and judges keys; shared by all threads."""

    def __init__(self, factors: Factors, party: RelyingParty, random_bytes: RandomBytes) -> None:
        self._factors = factors
        self._party = party
        self._random_bytes = random_bytes

    def of(self, user_id: int) -> tuple[Factor, ...]:
        """Read the keys of an account, the oldest first."""
        return tuple(factor for factor in self._factors.of(user_id) if factor.kind == KIND)

    def ask(self, factors: Sequence[Factor]) -> Question:
        """Ask for any of an account's keys."""
        challenge = self._random_bytes(_CHALLENGE_BYTES)
        known = [_bytes(one.data, "publicKeyCredentialId") for one in factors if one.kind == KIND]
        options = assertion_options(self._party, challenge=challenge, known=[one for one in known if one])
        return Question(options, b64encode(challenge).decode())

    def ask_anyone(self, challenge: bytes) -> str:
        """Ask for a passkey of whoever it may be; the options as JSON."""
        return assertion_options(self._party, challenge=challenge, known=(), passkey=True)

    def owner_of(self, handle: bytes) -> int | None:
        """Return the id of the account whose passkeys have a handle; None where it is nobody's."""
        return self._factors.owner_of(b64encode(handle).decode()) if handle else None

    def judge(self, user_id: int, answer: str, challenge: str, *, passkey: bool = False) -> bool:
        """Whether an answer is that of a key of the account to this challenge; its counter is written.

        ``passkey``: the key must have been registered as one, and have recognised its owner. The owner is told of a counter that goes
        backwards.
        """
        try:
            ident = claim_of(answer).key
            for factor in self.of(user_id):
                if ident == _bytes(factor.data, "publicKeyCredentialId"):
                    if passkey and factor.data.get(_PASSWORDLESS) is not True:
                        raise WebAuthnRefused("it is no passkey")  # noqa: TRY301  as any other refusal
                    return self._use(factor, answer, b64decode(challenge), verified=passkey)
        except WebAuthnRefused as refusal:
            _LOG.warning("a security key of account %d is refused: %s", user_id, refusal)
            if isinstance(refusal, KeyCopied):
                self._factors.notices.copied(user_id)
        return False

    def _use(self, factor: Factor, answer: str, challenge: bytes, *, verified: bool) -> bool:
        found: Factor | None = factor
        while found is not None:
            before = found.data.get("counter")
            before = before if isinstance(before, int) and before >= 0 else 0
            public_key = _bytes(found.data, "credentialPublicKey")
            counter = asserted(self._party, answer, challenge, public_key=public_key, counter=before, verified=verified)
            if counter == before or self._factors.change(found, {**found.data, "counter": counter}):
                return True
            found = self._factors.again(found)
        return False

    def begin(self, account: Account, *, passkey: bool) -> Question:
        """Ask for a new key. Raises ``FactorRefused`` where the account has too many."""
        mine = self._with_room_for_one(account)
        challenge, handle = self._random_bytes(_CHALLENGE_BYTES), self._handle(account.id, mine)
        options = registration_options(
            self._party,
            challenge=challenge,
            handle=handle,
            name=account.name,
            shown_name=account.real_name or account.name,
            known=[ident for one in mine if (ident := _bytes(one.data, "publicKeyCredentialId"))],
            passkey=passkey,
        )
        return Question(options, b64encode(challenge).decode(), b64encode(handle).decode())

    def register(self, account: Account, answer: str, question: Question, *, name: str, passkey: bool) -> int:
        """Give the account the key that a browser made; the factor's id. Raises ``WebAuthnRefused`` and ``FactorRefused``."""
        key = registered(self._party, answer, b64decode(question.challenge), verified=passkey)
        data: dict[str, Any] = {
            "userHandle": question.handle,
            "publicKeyCredentialId": b64encode(key.id).decode(),
            "credentialPublicKey": b64encode(key.public_key).decode(),
            "aaguid": key.aaguid,
            "friendlyName": name,
            "counter": key.counter,
            "type": "public-key",
            "transports": [],
            "attestationType": "none",
            "trustPath": {"type": "Webauthn\\TrustPath\\EmptyTrustPath"},
        }
        if self._factors.form.separate:
            data |= {"version": 1, _PASSWORDLESS: passkey}
        with self._factors.together():
            self._with_room_for_one(account)
            if any(_bytes(one, "publicKeyCredentialId") == key.id for one in self._factors.data_of_everyone(KIND)):
                raise WebAuthnRefused("its id is registered already")
            self._factors.keep_handle(account.id, question.handle)
            return self._factors.add(account.id, KIND, data, name=name)

    def _with_room_for_one(self, account: Account) -> tuple[Factor, ...]:
        """Return the keys of an account that may have another. Raises ``FactorRefused``."""
        mine = self.of(account.id)
        if len(mine) >= _MOST:
            raise FactorRefused(f"An account has at most {_MOST} security keys.")
        return mine

    def _handle(self, user_id: int, mine: Sequence[Factor]) -> bytes:
        """Return the handle of an account's keys, one for all of them; a new one for the first."""
        kept = {"userHandle": self._factors.handle_of(user_id)}
        known = (handle for one in (kept, *(one.data for one in mine)) if (handle := _bytes(one, "userHandle")))
        return next(known, b"") or self._random_bytes(_HANDLE_BYTES)


def relying_party(server: str, name: str) -> RelyingParty | None:
    """Return the wiki as authenticators know it; None where it does not know its own address."""
    parts = urlsplit(server)
    if not parts.hostname or parts.scheme not in {"http", "https"}:
        return None
    return RelyingParty(parts.hostname, f"{parts.scheme}://{parts.netloc}", name)


def _bytes(data: Mapping[str, Any], key: str) -> bytes:
    """Read a member in base 64; empty where it is none."""
    value = data.get(key)
    try:
        return b64decode(value, validate=True) if isinstance(value, str) else b""
    except ValueError:
        return b""
