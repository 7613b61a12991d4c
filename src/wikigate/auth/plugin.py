"""How a provider comes into a wiki: a declaration, and the parts that it may be made of.

Built-ins (``providers/builtin.py``) and plug-ins of others (entry points) take the same way: a ``ProviderPlugin`` is found by its name in
the configuration, made once at start, and only if it is switched on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, cast

from wikigate.accounts.hashing import Hasher
from wikigate.auth.audit import Audit
from wikigate.auth.captcha_settings import CaptchaSettings
from wikigate.auth.ldap_settings import LdapSettings
from wikigate.auth.new_password import NewPasswords
from wikigate.auth.openid_settings import OpenIdSettings
from wikigate.auth.provider import PreCheck, Primary, Secondary
from wikigate.auth.registry import Provider, Providers
from wikigate.auth.settings import HOUR, Condition, SecondFactorSettings
from wikigate.auth.throttle import Throttle
from wikigate.outbound.http_client import HttpClient
from wikigate.primitives.clock import Clock
from wikigate.primitives.errors import ConfigError
from wikigate.primitives.ids import RandomBytes
from wikigate.primitives.names import NameRules
from wikigate.primitives.secrets import KeyRing
from wikigate.state.base import StateStore

if TYPE_CHECKING:
    from wikigate.accounts.blocks import Blocks
    from wikigate.accounts.directory import Directory
    from wikigate.accounts.factors import Factors
    from wikigate.accounts.identities import Identities
    from wikigate.accounts.passwords.scheme import PasswordScheme
    from wikigate.accounts.recovery_codes import RecoveryCodes
    from wikigate.accounts.rights import Rights
    from wikigate.accounts.security_keys import SecurityKeys
    from wikigate.sessions.known_devices import KnownDevices


@dataclass(frozen=True, slots=True)
class ProviderParts:
    """One wiki's parts, for its providers.

    ``throttle`` counts guesses of main passwords, ``account_creation`` limits new accounts from one address. ``keys`` are the server's
    secrets: derive a ring of your own. ``http`` makes the way to other servers, for whoever needs it. ``script_path``: where ``index.php``
    lies. ``name_cookie``: the cookie by which a browser remembers who logged in last. ``can_mail``: whether users are sent mails.
    ``server``: the wiki's own origin, empty where it is not configured. ``page_url``: returns the address of a special page by its name.
    ``security_keys``: None on a wiki that does not know its own address. ``known_devices``: whether an account has logged in from a
    device before. ``audit``: where deeds of your own are told, within their transactions.
    """

    directory: Directory
    factors: Factors
    recovery_codes: RecoveryCodes
    blocks: Blocks
    rights: Rights
    scheme: PasswordScheme
    hasher: Hasher
    rules: NameRules
    state: StateStore
    throttle: Throttle
    clock: Clock
    random_bytes: RandomBytes = field(repr=False)
    keys: KeyRing
    passwords: NewPasswords
    identities: Identities
    known_devices: KnownDevices
    audit: Audit
    http: Callable[[], HttpClient]
    server: str
    page_url: Callable[[str], str]
    script_path: str = "/w"
    name_cookie: str = ""
    security_keys: SecurityKeys | None = None
    account_creation: tuple[Condition, ...] = ()
    temporary_password_lifetime: int = 7 * 24 * HOUR
    password_grace: int = 7 * 24 * HOUR
    can_mail: bool = False
    block_disables_login: bool = False
    second_factor: SecondFactorSettings = field(default_factory=SecondFactorSettings)
    openid: OpenIdSettings = field(default_factory=OpenIdSettings)
    captcha: CaptchaSettings = field(default_factory=CaptchaSettings)
    ldap: LdapSettings = field(default_factory=LdapSettings)


@dataclass(frozen=True, slots=True)
class ProviderPlugin:
    """One provider to be had. ``name`` is its id and what the configuration calls it; ``make`` is called at most once a wiki."""

    name: str
    kind: Literal["check", "primary", "secondary"]
    make: Callable[[ProviderParts], Provider]


def assemble(wanted: Sequence[str], available: Iterable[ProviderPlugin], parts: ProviderParts) -> Providers:
    """Make the providers that are wanted, in the order wanted.

    Raises ``ConfigError`` for a name that nobody offers, that is wanted twice, or whose provider calls itself otherwise.
    """
    offered = {plugin.name: plugin for plugin in available}
    made: dict[str, list[Provider]] = {"check": [], "primary": [], "secondary": []}
    for name in wanted:
        plugin = offered.get(name)
        if plugin is None:
            raise ConfigError(f"There is no authentication provider “{name}”; there are: {', '.join(sorted(offered))}.")
        provider = plugin.make(parts)
        if provider.id != name:
            raise ConfigError(
                f"The authentication provider “{name}” calls itself “{provider.id}”; report it to its author."
            )
        made[plugin.kind].append(provider)
    return Providers(
        cast("list[PreCheck]", made["check"]),
        cast("list[Primary]", made["primary"]),
        cast("list[Secondary]", made["secondary"]),
        has_mail=parts.can_mail,
    )
