"""The built-in providers, each with the reason for its place; plug-ins of others come behind them.

The order that counts is the configuration's, and within each kind only (checks, primaries, secondaries).
"""

from __future__ import annotations

from typing import Final

from wikigate.auth.plugin import ProviderPlugin
from wikigate.providers.block_check import BlockCheck
from wikigate.providers.creation_throttle import CreationThrottle
from wikigate.providers.local_password import LocalPassword
from wikigate.providers.login_throttle import LoginThrottle

BUILT_IN: Final = (
    # First of all: nothing else is worth doing for an attempt beyond the limits.
    ProviderPlugin("login-throttle", "check", lambda parts: LoginThrottle(parts.throttle)),
    # Before any costly judgement of a new account.
    ProviderPlugin(
        "creation-throttle",
        "check",
        lambda parts: CreationThrottle(parts.account_creation, parts.state, parts.rights),
    ),
    # Last of the primaries: it fails whatever name and password it is given, so that others must come before it.
    ProviderPlugin(
        "local-password",
        "primary",
        lambda parts: LocalPassword(parts.directory, parts.scheme, parts.hasher, parts.rules, parts.passwords),
    ),
    # First of the secondaries: a blocked user is not asked for a second factor.
    ProviderPlugin(
        "block-check",
        "secondary",
        lambda parts: BlockCheck(parts.blocks, parts.rights, enabled=parts.block_disables_login),
    ),
)
