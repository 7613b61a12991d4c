r"""What the second factor asks for, on MediaWiki's wire: a code, a security key, and, for people with both, which of them.

A code and a key as MediaWiki 1.43 asks for them (spec extensions §1.1, §1.6), the choice as later versions do.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from wikigate.auth.fields import Field, Need, raw_message
from wikigate.primitives.message import Message

TOTP: Final = "totp"
WEBAUTHN: Final = "webauthn"
RECOVERY: Final = "recoverycodes"

CODE_NEED: Final = r"MediaWiki\Extension\OATHAuth\Auth\TOTPAuthenticationRequest"
CODE: Final = "OATHToken"
PRINTED_NEED: Final = "TwoFactorAuthenticationRequest"
PRINTED_CODE: Final = "code"
KEY_NEED: Final = r"MediaWiki\Extension\WebAuthn\Auth\WebAuthnAuthenticationRequest"
KEY: Final = "credential"
RECOVERY_NEED: Final = r"MediaWiki\Extension\OATHAuth\Auth\RecoveryCodesAuthenticationRequest"
CODES: Final = "RecoveryCode"
PASSKEY_NEED: Final = r"MediaWiki\Extension\OATHAuth\Auth\WebAuthnAuthenticationRequest"
CHOICE_NEED: Final = r"MediaWiki\Extension\OATHAuth\Auth\TwoFactorModuleSelectAuthenticationRequest"
CHOICE: Final = "newModule"
SHOWN: Final = "second-factor"
"""In the notes of an attempt: the id of the account whose owner has shown two factors at once."""

_PROVIDER: Final = Message("oathauth-describe-provider")
_NAMES: Final = {TOTP: "Authenticator app", WEBAUTHN: "Security key", RECOVERY: "Recovery codes"}


def code_need(user: str) -> Need:
    """Ask for a code of the app, or a recovery code."""
    label, help_ = Message("oathauth-auth-token-label"), Message("oathauth-auth-token-help")
    code = Field(CODE, "string", label, help_, alias=PRINTED_CODE)
    return Need(CODE_NEED, (code,), provider=_PROVIDER, account=raw_message(user))


def recovery_need(user: str) -> Need:
    """Ask for a recovery code, where there is no app."""
    label, text = (Message(f"oathauth-auth-recovery-code-{part}") for part in ("label", "help"))
    return Need(RECOVERY_NEED, (Field(CODES, "string", label, text),), provider=_PROVIDER, account=raw_message(user))


def printed_code_need() -> Need:
    """Ask for the same as the documentation of ``action=clientlogin`` prints it (its Example 22; spec extensions §4.3)."""
    label, help_ = Message("twofactor-code-label"), Message("twofactor-code-help")
    code = Field(PRINTED_CODE, "string", label, help_, alias=CODE)
    return Need(PRINTED_NEED, (code,), provider=raw_message(""), account=raw_message(""))


def key_need(user: str, options: str) -> Need:
    """Ask for a security key: ``options`` go to the browser, what it answers comes back. The options that come back are not read."""
    info = Field(
        "auth_info", "hidden", Message("webauthn-auth-info-label"), Message("webauthn-auth-info-help"), value=options
    )
    key = Field(KEY, "hidden", Message("webauthn-credential-label"), Message("webauthn-credential-help"), value="")
    return Need(KEY_NEED, (info, key), provider=_PROVIDER, account=raw_message(user))


def passkey_need(options: str) -> Need:
    """Ask for a passkey in place of name and password; the options that come back are not read, and need not come."""
    texts = {name: Message(f"webauthn-{name}") for name in ("auth-info-label", "auth-info-help", "credential-help")}
    info = Field(
        "auth_info", "hidden", texts["auth-info-label"], texts["auth-info-help"], value=options, implied=options
    )
    key = Field(KEY, "hidden", Message("oathauth-webauthn-passkey-label"), texts["credential-help"], value="")
    return Need(PASSKEY_NEED, (info, key), provider=_PROVIDER, account=Message("oathauth-webauthn-passkey-label"))


def choice_need(current: str, modules: Sequence[str]) -> Need:
    """Offer the other factors; nobody need answer."""
    options = {"": Message("oathauth-auth-switch-module-none")}
    options |= {one: Message(f"oathauth-auth-switch-module-{one}") for one in modules if one != current}
    choice = Field(
        CHOICE,
        "select",
        Message("oathauth-auth-switch-module-label"),
        Message("oathauth-auth-switch-module-help"),
        optional=True,
        value="",
        options=options,
    )
    metadata = {
        "currentModule": current,
        "allowedModules": list(modules),
        "moduleDescriptions": {one: _NAMES[one] for one in modules},
    }
    return Need(CHOICE_NEED, (choice,), "optional", metadata=metadata)
