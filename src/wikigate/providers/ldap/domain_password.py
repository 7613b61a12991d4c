"""The primary that knows LDAP directories: name, password and domain (spec extensions §5.1; security G10).

It decides about whoever names one of its domains, and about nobody else: without a domain, or with an unknown one, the local password is
asked. It must stand before that in the configuration. Passwords are judged by the directory and stored nowhere.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from wikigate.auth.fields import Field, Need, raw_message
from wikigate.auth.needs import password_need
from wikigate.auth.outcome import Abstain, Fail, Pass
from wikigate.primitives.message import Message
from wikigate.providers.ldap.person import DirectoryUnavailableError, Lookup

if TYPE_CHECKING:
    from wikigate.auth.attempt import Attempt, Inquiry
    from wikigate.auth.ldap_settings import LdapDomain
    from wikigate.primitives.names import NameRules
    from wikigate.providers.ldap.accounts import Accounts

_LOG: Final = logging.getLogger("wikigate.auth")
DOMAIN: Final = r"MediaWiki\Auth\PasswordDomainAuthenticationRequest"
_MAX_BYTES: Final = 4096
_WRONG: Final = Message("wrongpassword")
_UNAVAILABLE: Final = Message("externaldberror")


class DomainPassword:
    """Name, password and domain; satisfies ``Primary``. ``domains``: each with the way to its directory."""

    id = "ldap"
    accounts: Final = "none"

    def __init__(self, domains: Mapping[str, tuple[LdapDomain, Lookup]], rules: NameRules, accounts: Accounts) -> None:
        self._domains = domains
        self._rules = rules
        self._accounts = accounts
        options = {name: raw_message(name) for name in domains}
        field = Field(
            "domain", "select", Message("yourdomainname"), Message("authmanager-domain-help"), options=options
        )
        self._need = Need(
            DOMAIN,
            (*password_need("login").fields, field),
            provider=Message("authmanager-provider-password-domain"),
            account=raw_message("@"),
        )

    def canonical_name(self, typed: str, /) -> str | None:
        """See ``Primary``; directories do not tell case apart, so that all spellings share one counter (security B6)."""
        return self._rules.canonicalise(typed.casefold())

    def needs(self, inquiry: Inquiry, /) -> tuple[Need, ...]:
        """Ask for name, password and domain at login; nothing else can be done in a directory."""
        return (self._need,) if inquiry.stage == "login" and self._domains else ()

    def begin(self, attempt: Attempt, /) -> Pass | Fail | Abstain:
        """Judge name and password in the domain that was named."""
        filled = attempt.filled.get(DOMAIN)
        if filled is None or attempt.stage != "login":
            return Abstain()
        domain, lookup = self._domains[filled.text("domain")]
        username, password = filled.text("username").strip(), filled.text("password")
        wanted = self.canonical_name(username)
        if wanted is None or not _is_plain(password):
            return Fail(_WRONG, "unusable-credentials")
        try:
            person = lookup.authenticate(username, password)
        except DirectoryUnavailableError as fault:
            _LOG.warning("request %s: %s", attempt.caller.request_id, fault)
            return Fail(_UNAVAILABLE, "directory-unavailable", is_guess=False)
        if isinstance(person, str):
            return Fail(_WRONG, person)
        required = {dn.casefold() for dn in domain.required_groups}
        if required and not required & {dn.casefold() for dn in person.groups}:
            return Fail(_WRONG, "not-in-a-required-group")
        name = self._rules.canonicalise(person.name)
        if name is None or not self._rules.is_usable(name) or self.canonical_name(person.name) != wanted:
            return Fail(_WRONG, "other-directory-name")
        if len(person.real_name.encode()) > 255:  # noqa: PLR2004  the column's width (spec core §9)
            person = replace(person, real_name="")
        return self._accounts.admit(attempt, domain, person, name)

    def resume(self, _attempt: Attempt, /) -> Fail:
        """Fail: this provider asks nothing, so there is nothing to go on with."""
        return Fail(_WRONG, "out-of-turn")

    def ended(self, _attempt: Attempt, _outcome: Pass | Fail, /) -> None:
        """Forget nothing: nothing was kept."""


def _is_plain(password: str) -> bool:
    """Whether a password may be sent to a directory at all: not empty, not cut short by a NUL, no work for nothing."""
    try:
        raw = password.encode()
    except UnicodeEncodeError:
        return False
    return bool(raw) and len(raw) <= _MAX_BYTES and b"\0" not in raw
