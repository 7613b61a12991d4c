"""The library ``webauthn`` behind four pure functions (Web Authentication Level 3, §7.1 and §7.2); nothing else imports it.

Promises: type, challenge, origin, RP id, user presence, algorithm and signature are all checked; everything that is wrong with an answer
is one exception, ``WebAuthnRefused``, whose text is for the log (security C17). Attestation is not asked for. Keeps nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

import webauthn
from webauthn.helpers import exceptions, options_to_json
from webauthn.helpers.cose import COSEAlgorithmIdentifier
from webauthn.helpers.structs import (
    AttestationConveyancePreference,
    AuthenticatorAttachment,
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from wikigate.primitives.errors import WikigateError

# Spec extensions §1.6; an RSA key of less than 2048 bits is made by nothing that is still sold.
_ALGORITHMS: Final = [
    COSEAlgorithmIdentifier.ECDSA_SHA_256,
    COSEAlgorithmIdentifier.ECDSA_SHA_512,
    COSEAlgorithmIdentifier.EDDSA,
    COSEAlgorithmIdentifier.RSASSA_PKCS1_v1_5_SHA_256,
    COSEAlgorithmIdentifier.RSASSA_PKCS1_v1_5_SHA_512,
]
_TIMEOUT: Final = 300_000


class WebAuthnRefused(WikigateError):  # noqa: N818  the name says what happened
    """An answer of an authenticator that is not what was asked for."""


class KeyCopied(WebAuthnRefused):
    """A key whose counter did not go forwards."""


@dataclass(frozen=True, slots=True)
class RelyingParty:
    """The wiki as authenticators know it. ``id``: its host. ``origin``: scheme, host and port. ``name``: for people."""

    id: str
    origin: str
    name: str


@dataclass(frozen=True, slots=True)
class NewKey:
    """A key just registered: its id, its public half (COSE), how often it was used, and its make (UUID)."""

    id: bytes
    public_key: bytes = field(repr=False)
    counter: int
    aaguid: str


def registration_options(
    party: RelyingParty,
    *,
    challenge: bytes,
    handle: bytes,
    name: str,
    shown_name: str,
    known: Iterable[bytes],
    passkey: bool,
) -> str:
    """Write what a browser needs for making a key, as JSON. ``known``: keys that there are already."""
    verification = UserVerificationRequirement.REQUIRED if passkey else UserVerificationRequirement.PREFERRED
    selection = AuthenticatorSelectionCriteria(
        authenticator_attachment=None if passkey else AuthenticatorAttachment.CROSS_PLATFORM,
        resident_key=ResidentKeyRequirement.REQUIRED if passkey else ResidentKeyRequirement.DISCOURAGED,
        user_verification=verification,
    )
    options = webauthn.generate_registration_options(
        rp_id=party.id,
        rp_name=party.name,
        user_id=handle,
        user_name=name,
        user_display_name=shown_name,
        challenge=challenge,
        timeout=_TIMEOUT,
        attestation=AttestationConveyancePreference.NONE,
        authenticator_selection=selection,
        exclude_credentials=[PublicKeyCredentialDescriptor(id=one) for one in known],
        supported_pub_key_algs=_ALGORITHMS,
    )
    return options_to_json(options)


def registered(party: RelyingParty, answer: str, challenge: bytes, *, verified: bool) -> NewKey:
    """Read a browser's answer; ``verified``: the authenticator must have recognised its owner. Raises ``WebAuthnRefused``."""
    try:
        found = webauthn.verify_registration_response(
            credential=answer,
            expected_challenge=challenge,
            expected_rp_id=party.id,
            expected_origin=party.origin,
            require_user_verification=verified,
            supported_pub_key_algs=_ALGORITHMS,
        )
    except _FAULTS as fault:
        raise WebAuthnRefused(f"{type(fault).__name__}: {fault}") from fault
    return NewKey(found.credential_id, found.credential_public_key, found.sign_count, found.aaguid)


def assertion_options(party: RelyingParty, *, challenge: bytes, known: Iterable[bytes], passkey: bool = False) -> str:
    """Write what a browser needs for using a key, as JSON.

    ``known``: the keys that will do, empty for any that the browser has. ``passkey``: it must recognise its owner.
    """
    verification = UserVerificationRequirement.REQUIRED if passkey else UserVerificationRequirement.PREFERRED
    options = webauthn.generate_authentication_options(
        rp_id=party.id,
        challenge=challenge,
        timeout=_TIMEOUT,
        allow_credentials=[PublicKeyCredentialDescriptor(id=one) for one in known],
        user_verification=verification,
    )
    return options_to_json(options)


@dataclass(frozen=True, slots=True)
class Claim:
    """What a browser's answer says of itself, unproven: the key's id, its owner's handle (empty for none), and the challenge."""

    key: bytes
    handle: bytes
    challenge: bytes


def claim_of(answer: str) -> Claim:
    """Read a browser's answer without judging it. Raises ``WebAuthnRefused``."""
    try:
        found = webauthn.helpers.parse_authentication_credential_json(answer)
        client = webauthn.helpers.parse_client_data_json(found.response.client_data_json)
    except _FAULTS as fault:
        raise WebAuthnRefused(f"{type(fault).__name__}: {fault}") from fault
    return Claim(found.raw_id, found.response.user_handle or b"", client.challenge)


def asserted(
    party: RelyingParty, answer: str, challenge: bytes, *, public_key: bytes, counter: int, verified: bool = False
) -> int:
    """Judge a browser's answer; how often the key was used by now. ``verified``: the key must have recognised its owner.

    Raises ``WebAuthnRefused``, and of those ``KeyCopied`` for a key that is right but was used no more often than ``counter``: there may
    be a copy of it (§6.1.1).
    """
    try:
        found = webauthn.verify_authentication_response(
            credential=answer,
            expected_challenge=challenge,
            expected_rp_id=party.id,
            expected_origin=party.origin,
            credential_public_key=public_key,
            # The count is compared below: a copy must be told from a signature that is wrong.
            credential_current_sign_count=0,
            require_user_verification=verified,
        )
    except _FAULTS as fault:
        raise WebAuthnRefused(f"{type(fault).__name__}: {fault}") from fault
    count = found.new_sign_count
    if (count or counter) and count <= counter:
        raise KeyCopied(f"it counts {count} uses, and had counted {counter} before")
    return count


# Besides its own, the library lets through what malformed input makes of the parsers below it.
_FAULTS: Final = (
    exceptions.WebAuthnException,
    ValueError,
    TypeError,
    KeyError,
    IndexError,
    AttributeError,
    RecursionError,
)
