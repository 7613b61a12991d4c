"""From the configuration to the provider."""

from __future__ import annotations

from wikigate.auth.plugin import ProviderParts
from wikigate.providers.ldap.accounts import Accounts
from wikigate.providers.ldap.connection import Connection
from wikigate.providers.ldap.domain_password import DomainPassword


def make_ldap(parts: ProviderParts) -> DomainPassword:
    """Make one wiki's provider. Raises ``ConfigError`` where there is a domain but no library to reach it."""
    domains = {one.name: (one, Connection(one)) for one in parts.ldap.domains}
    return DomainPassword(domains, parts.rules, Accounts(parts.directory))
