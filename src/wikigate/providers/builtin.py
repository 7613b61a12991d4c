"""The built-in providers, each with the reason for its place; plug-ins of others come behind them.

The order that counts is the configuration's, and within each kind only (checks, primaries, secondaries).
"""

from __future__ import annotations

from typing import Final

from wikigate.auth.plugin import ProviderParts, ProviderPlugin
from wikigate.auth.provider import Primary
from wikigate.primitives.errors import ConfigError
from wikigate.providers.block_check import BlockCheck
from wikigate.providers.captcha.making import make_captcha
from wikigate.providers.confirm_link import ConfirmLink
from wikigate.providers.creation_throttle import CreationThrottle
from wikigate.providers.factors.choice import SecondFactor
from wikigate.providers.factors.passkey import Passkey
from wikigate.providers.factors.totp import Totp
from wikigate.providers.factors.windows import FactorWindows
from wikigate.providers.local_password import LocalPassword
from wikigate.providers.login_throttle import LoginThrottle
from wikigate.providers.oidc.core import make_core
from wikigate.providers.oidc.open_id_connect import PAGE as RETURN
from wikigate.providers.oidc.open_id_connect import PROVIDER_ID as OPENID_CONNECT
from wikigate.providers.oidc.open_id_connect import OpenIdConnect
from wikigate.providers.oidc.pluggable_auth import PAGE as LOGIN
from wikigate.providers.oidc.pluggable_auth import PROVIDER_ID as PLUGGABLE_AUTH
from wikigate.providers.oidc.pluggable_auth import PluggableAuth
from wikigate.providers.practice import PracticeErrand, PracticeSite
from wikigate.providers.reset_password import ResetPassword
from wikigate.providers.temporary_password import TemporaryPassword


def _make_passkey(parts: ProviderParts) -> Passkey:
    if parts.security_keys is None:
        raise ConfigError("“passkey” needs the wiki's own address; set “server” in [site].")
    windows = FactorWindows(parts.state, parts.second_factor, parts.factors.notices)
    return Passkey(
        parts.directory,
        parts.security_keys,
        windows,
        state=parts.state,
        keys=parts.keys.derive("passkeys"),
        random_bytes=parts.random_bytes,
    )


def _make_ldap(parts: ProviderParts) -> Primary:
    from wikigate.providers.ldap.making import make_ldap  # noqa: PLC0415  the library takes 5 MiB; most wikis have no directory

    return make_ldap(parts)


BUILT_IN: Final = (
    # First of all: nothing else is worth doing for an attempt beyond the limits.
    ProviderPlugin("login-throttle", "check", lambda parts: LoginThrottle(parts.throttle, parts.known_devices)),
    # Before any costly judgement of a new account.
    ProviderPlugin(
        "creation-throttle",
        "check",
        lambda parts: CreationThrottle(parts.account_creation, parts.state, parts.rights),
    ),
    # Behind the throttles, which it costs nothing to ask; before any judgement of credentials.
    ProviderPlugin("captcha", "check", make_captcha),
    # Before all passwords: whoever presses a button means it, whatever he has typed beside it.
    ProviderPlugin(OPENID_CONNECT, "primary", lambda parts: OpenIdConnect(make_core(OPENID_CONNECT, RETURN, parts))),
    ProviderPlugin(PLUGGABLE_AUTH, "primary", lambda parts: PluggableAuth(make_core(PLUGGABLE_AUTH, LOGIN, parts))),
    # Before all passwords, likewise: it decides only where a passkey has answered.
    ProviderPlugin("passkey", "primary", _make_passkey),
    # Before all passwords, likewise.
    ProviderPlugin("practice-site", "primary", lambda _parts: PracticeSite()),
    # Before the main password: it knows what it knows, and leaves the rest to be judged.
    ProviderPlugin(
        "temporary-password",
        "primary",
        lambda parts: TemporaryPassword(
            parts.directory,
            parts.scheme,
            parts.hasher,
            parts.rules,
            lifetime=parts.temporary_password_lifetime,
            random_bytes=parts.random_bytes,
            can_mail=parts.can_mail,
        ),
    ),
    # Before the local password, which fails whatever name and password it is given; it decides only where a domain is named.
    ProviderPlugin("ldap", "primary", _make_ldap),
    # Last of the primaries: it fails whatever name and password it is given, so that others must come before it.
    ProviderPlugin(
        "local-password",
        "primary",
        lambda parts: LocalPassword(
            parts.directory,
            parts.scheme,
            parts.hasher,
            parts.rules,
            parts.passwords,
            clock=parts.clock,
            grace=parts.password_grace,
        ),
    ),
    # First of the secondaries: a blocked user is not asked for a second factor.
    ProviderPlugin(
        "block-check",
        "secondary",
        lambda parts: BlockCheck(parts.blocks, enabled=parts.block_disables_login),
    ),
    # Behind the block check; before whatever a user may only do who has shown everything.
    ProviderPlugin(
        "second-factor",
        "secondary",
        lambda parts: SecondFactor(
            parts.factors,
            (Totp(parts.factors, parts.second_factor.window), parts.recovery_codes),
            parts.security_keys,
            FactorWindows(parts.state, parts.second_factor, parts.factors.notices),
            printed=parts.second_factor.shape == "documentation",
        ),
    ),
    # Behind the second factor, as another site would be asked last.
    ProviderPlugin("practice-errand", "secondary", lambda _parts: PracticeErrand()),
    # Behind everything that may stop a user: only he links who has shown everything.
    ProviderPlugin("confirm-link", "secondary", lambda parts: ConfirmLink(parts.identities, parts.audit)),
    # Last of the secondaries: nobody changes a password who would be stopped afterwards.
    ProviderPlugin(
        "reset-password", "secondary", lambda parts: ResetPassword(parts.directory, parts.passwords, parts.audit)
    ),
)
