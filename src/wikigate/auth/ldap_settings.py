"""What the configuration says of LDAP directories; in this room because ``AuthSettings`` holds it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from wikigate.primitives.errors import ConfigError


@dataclass(frozen=True, slots=True)
class LdapDomain:
    """One directory, under the name that people choose it by.

    ``name``: what stands in the field ``domain``. ``uri``: ``ldaps://host[:port]``, or ``ldap://host[:port]``, which is upgraded by
    StartTLS before anything else is said. ``tls``: ``off`` sends passwords in the clear. ``ca_file``: certificates to
    trust, in PEM; empty: the system's. ``bind``: ``search`` looks people up as the service account and then binds as whom it found;
    ``direct`` binds at once. ``dn_template``: for ``direct``, the DN with ``{username}`` in it. ``base``: for ``search``, where people are.
    ``filter``: for ``search``, who is meant, with ``{username}`` in it. ``service_dn``: the service account; empty: anonymous.
    ``service_password_env``, ``service_password_file``: the environment variable or the file that holds its password.
    ``timeout``: seconds that connecting, and each answer, may take. ``name_attribute``: the name that becomes the wiki's.
    ``email_attribute``, ``real_name_attribute``: for new accounts; empty: left alone. ``create_accounts``: whether somebody without an
    account here gets one. ``existing_accounts``: whether a local account of the same name is the same person's: ``refuse``, or ``adopt``,
    as MediaWiki has it. ``group_base``: where groups are; empty: they stand in ``memberOf`` of the person. ``group_filter``: which groups
    somebody is in, with ``{dn}`` or ``{username}`` in it. ``required_groups``: DNs of groups, one of which is necessary; empty: none.
    ``groups``: the wiki's groups by the DN of the directory's; these alone are given and taken at each login.
    """

    name: str
    uri: str
    tls: Literal["required", "off"] = "required"
    ca_file: str = ""
    bind: Literal["search", "direct"] = "search"
    dn_template: str = ""
    base: str = ""
    filter: str = "(uid={username})"
    service_dn: str = ""
    service_password_env: str = ""
    service_password_file: str = ""
    timeout: float = 5.0
    name_attribute: str = "uid"
    email_attribute: str = "mail"
    real_name_attribute: str = "cn"
    create_accounts: bool = True
    existing_accounts: Literal["refuse", "adopt"] = "refuse"
    group_base: str = ""
    group_filter: str = "(member={dn})"
    required_groups: tuple[str, ...] = ()
    groups: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse what cannot let anybody in, and what would let in too many."""
        if not self.name.strip() or ":" in self.name or "|" in self.name:
            raise ValueError("“name” may not be empty, nor hold a colon or “|”")
        if not self.uri.startswith(("ldap://", "ldaps://")):
            raise ValueError("“uri” begins with ldaps:// or ldap://")
        if self.bind == "direct" and "{username}" not in self.dn_template:
            raise ValueError("to bind directly, “dn_template” must hold {username}")
        if self.bind == "search" and not (self.base and "{username}" in self.filter):
            raise ValueError("to search, “base” must be given and “filter” must hold {username}")
        if self.service_dn and bool(self.service_password_env) == bool(self.service_password_file):
            raise ValueError("a “service_dn” needs one of “service_password_env” and “service_password_file”")
        if not self.name_attribute or self.timeout <= 0:
            raise ValueError("“name_attribute” may not be empty, and “timeout” is more than 0")

    def service_password(self) -> str:
        """Read the service account's password; empty where there is no such account. Raises ``ConfigError``."""
        if not self.service_dn:
            return ""
        if self.service_password_env:
            secret = os.environ.get(self.service_password_env, "")
            place = f"the environment variable {self.service_password_env}"
        else:
            place = self.service_password_file
            try:
                secret = Path(place).read_text("utf-8").rstrip("\r\n")
            except (OSError, UnicodeDecodeError) as error:
                raise ConfigError(
                    f"The password of the LDAP domain “{self.name}” cannot be read from {place}."
                ) from error
        if not secret:
            raise ConfigError(f"The password of the LDAP domain “{self.name}” is missing: put it into {place}.")
        return secret


@dataclass(frozen=True, slots=True)
class LdapSettings:
    """LDAP directories, for the provider ``ldap``.

    ``domains``: one by one, in the order in which they are offered.
    """

    domains: tuple[LdapDomain, ...] = ()

    def __post_init__(self) -> None:
        """Refuse two domains of one name."""
        if len({one.name for one in self.domains}) != len(self.domains):
            raise ValueError("two domains have one “name”; give each its own")
