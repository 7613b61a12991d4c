"""The way to one directory: the only place that knows the library ``python-ldap``.

Promises: a connection belongs to one attempt and is closed with it; nothing is said before TLS is up where it is required; referrals are
not followed; no bind is made with an empty password, which directories take for an anonymous one (RFC 4513 §5.1.2, security G10); whoever
is found twice is nobody; somebody whom the directory does not know costs it as many binds as a wrong password, so that time tells no more
than the answer (security B8). What the library raises leaves as ``DirectoryUnavailableError``, without what was sent.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any, Final
from urllib.parse import urlsplit

from wikigate.auth.ldap_settings import LdapDomain
from wikigate.primitives.errors import ConfigError
from wikigate.providers.ldap.escaping import in_dn, in_filter
from wikigate.providers.ldap.person import DirectoryUnavailableError, Person
from wikigate.providers.ldap.secure_way import open_secure_way

try:
    import ldap
except ImportError:
    ldap = None

_TOO_MANY: Final = 2
_NOBODY: Final = "cn=nobody-4d0c2f6b-7a51-4c0e-9f6d-5b8f2f1f3a97"
"""An entry that no directory has: no name that was typed, or a refused bind might count against somebody whom the filter leaves out."""


class Connection:
    """Asks the directory of a domain; satisfies ``Lookup``. Raises ``ConfigError`` where the library or the service's password lacks."""

    def __init__(self, domain: LdapDomain) -> None:
        if ldap is None:
            raise ConfigError(
                "An LDAP domain needs the library python-ldap: install it with pip install 'wikigate[ldap]'."
            )
        self._domain = domain
        self._secret = domain.service_password()
        self._attributes = [a for a in (domain.name_attribute, domain.email_attribute, domain.real_name_attribute) if a]
        if not domain.group_base:
            self._attributes.append("memberOf")

    def authenticate(self, username: str, password: str, /) -> Person | str:
        """See ``Lookup``."""
        if not username or not password or "\0" in username or "\0" in password:
            return "empty-password"
        with self._open() as link:
            return (
                self._search(link, username, password)
                if self._domain.bind == "search"
                else self._direct(link, username, password)
            )

    def _search(self, link: Any, username: str, password: str) -> Person | str:
        domain = self._domain
        self._bind_service(link)
        found = self._entries(
            link, domain.base, ldap.SCOPE_SUBTREE, domain.filter.replace("{username}", in_filter(username))
        )
        if len(found) != 1:
            self._bind_nobody(link, password)
            return "several-directory-users" if found else "no-such-directory-user"
        dn, entry = found[0]
        if not self._bind(link, dn, password):
            return "wrong-directory-password"
        if domain.group_base:
            self._bind_service(link)
        return self._person(link, dn, entry, username)

    def _direct(self, link: Any, username: str, password: str) -> Person | str:
        dn = self._domain.dn_template.replace("{username}", in_dn(username))
        if not self._bind(link, dn, password):
            return "wrong-directory-password"
        found = self._entries(link, dn, ldap.SCOPE_BASE, "(objectClass=*)")
        return self._person(link, *found[0], username) if len(found) == 1 else "no-such-directory-user"

    def _person(self, link: Any, dn: str, entry: dict[str, list[bytes]], username: str) -> Person | str:
        domain = self._domain
        values = {name.lower(): value for name, value in entry.items()}
        names = [text for raw in values.get(domain.name_attribute.lower(), []) if (text := _text(raw))]
        name = next((one for one in names if one.casefold() == username.casefold()), "")
        if not name:
            return "other-directory-name"
        groups = tuple(_text(raw) for raw in values.get("memberof", []))
        if domain.group_base:
            wanted = domain.group_filter.replace("{dn}", in_filter(dn)).replace("{username}", in_filter(name))
            groups = tuple(
                found for found, _ in self._entries(link, domain.group_base, ldap.SCOPE_SUBTREE, wanted, limit=0)
            )
        first = {key: _text(value[0]) for key, value in values.items() if value}
        email, real_name = (
            first.get(domain.email_attribute.lower(), ""),
            first.get(domain.real_name_attribute.lower(), ""),
        )
        return Person(name, email, real_name, groups)

    def _bind_service(self, link: Any) -> None:
        domain = self._domain
        try:
            link.simple_bind_s(domain.service_dn, self._secret)
        except ldap.INVALID_CREDENTIALS as error:
            raise DirectoryUnavailableError(f"the LDAP domain “{domain.name}” refuses the service account") from error

    def _bind_nobody(self, link: Any, password: str) -> None:
        """Let the directory work as for a wrong password, which counts against nobody: it checks the service's own once more, if it can."""
        if self._domain.service_dn:
            self._bind_service(link)
            return
        # However it refuses, this was known to be nobody: another answer than for a wrong password would tell that.
        with suppress(ldap.LDAPError):
            link.simple_bind_s(f"{_NOBODY},{self._domain.base}", password)

    @staticmethod
    def _bind(link: Any, dn: str, password: str) -> bool:
        """Bind as somebody; False where the directory does not let him in."""
        if not dn or not password:
            return False
        try:
            link.simple_bind_s(dn, password)
        except (
            ldap.INVALID_CREDENTIALS, ldap.NO_SUCH_OBJECT, ldap.INVALID_DN_SYNTAX, ldap.INAPPROPRIATE_AUTH,
            ldap.INSUFFICIENT_ACCESS, ldap.CONSTRAINT_VIOLATION,
        ):  # fmt: skip
            return False
        return True

    def _entries(self, link: Any, base: str, scope: int, wanted: str, limit: int = _TOO_MANY) -> list[tuple[str, Any]]:
        """Search; references to other servers are left out, and nothing found is no error."""
        timeout = self._domain.timeout
        attributes = self._attributes if limit else ["1.1"]
        try:
            found = link.search_ext_s(base, scope, wanted, attributes, timeout=timeout, sizelimit=limit)
        except (ldap.NO_SUCH_OBJECT, ldap.INVALID_DN_SYNTAX):
            return []
        except ldap.SIZELIMIT_EXCEEDED:
            return [("", {})] * _TOO_MANY
        return [(dn, entry) for dn, entry in found if dn is not None]

    @contextmanager
    def _open(self) -> Iterator[Any]:
        domain, link = self._domain, None
        try:
            link = _initialised(domain)
            link.set_option(ldap.OPT_PROTOCOL_VERSION, 3)
            link.set_option(ldap.OPT_REFERRALS, 0)
            link.set_option(ldap.OPT_NETWORK_TIMEOUT, domain.timeout)
            link.set_option(ldap.OPT_TIMEOUT, domain.timeout)
            yield link
        except ldap.LDAPError as error:
            # The library's text may hold what was sent; its class says enough.
            raise DirectoryUnavailableError(f"the LDAP domain “{domain.name}”: {type(error).__name__}") from None
        finally:
            if link is not None:
                _close(link)


def _initialised(domain: LdapDomain) -> Any:
    """Connect where TLS is wanted, before the library says a word; it connects by itself elsewhere."""
    where = urlsplit(domain.uri)
    if where.scheme != "ldaps" and domain.tls != "required":
        return ldap.initialize(domain.uri)
    try:
        way = open_secure_way(domain.uri, domain.ca_file, domain.timeout)
    except (OSError, ValueError) as error:
        raise DirectoryUnavailableError(f"the LDAP domain “{domain.name}”: {type(error).__name__}") from error
    # From here on the library closes it.
    return ldap.initialize("ldap://directory", fileno=way.detach())


def _close(link: Any) -> None:
    try:
        link.unbind_ext_s()
    except ldap.LDAPError:
        return


def _text(raw: bytes) -> str:
    return raw.decode("utf-8", "replace")
