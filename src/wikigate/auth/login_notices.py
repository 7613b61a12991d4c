"""Letters that tell an account's owner that somebody has logged in as him from where nobody has before (security A11, B4).

What MediaWiki's extension LoginNotify does. A login is from a known place where its device carries the mark of an earlier login
(``sessions/known_devices.py``), or where one of the last 90 days came from the same network: a /24 of IPv4, a /64 of IPv6, as LoginNotify
counts; the audit remembers them. An account's very first login tells nothing.

Called within the transaction that begins the session, before its line in the audit is written: a letter is sent if and only if there is a
session. It names no address (security R31). Costs nothing where it is switched off, one read otherwise.
"""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network
from typing import TYPE_CHECKING, Final

from wikigate.auth.throttle import site_of
from wikigate.primitives.addresses import parse_address

if TYPE_CHECKING:
    from wikigate.accounts.post import Post
    from wikigate.accounts.user import Account
    from wikigate.auth.attempt import Caller
    from wikigate.sessions.known_devices import KnownDevices
    from wikigate.store.audit import AuditTable

_IPV4_NETWORK: Final = 24


class LoginNotices:
    """Writes these letters for one wiki; shared by all threads. ``enabled``: whether there are any."""

    def __init__(self, events: AuditTable, devices: KnownDevices, post: Post, *, enabled: bool) -> None:
        self._events = events
        self._devices = devices
        self._post = post
        self._enabled = enabled and post.enabled

    def logged_in(self, caller: Caller, account: Account) -> None:
        """Tell the owner of a login that is about to be given to this caller, if the place is new. Raises ``StoreUnavailable``."""
        if not self._enabled or not account.email or self._devices.find(caller.session.visit, (account.name,)):
            return
        places = self._events.login_addresses(account.id, int(caller.now))
        here = _network(caller.address)
        if places and here not in {_network(place) for place in places}:
            self._post.notice("new-device", account.id, account.email, account.name)


def _network(address: str) -> str:
    """Return what of an address one household or company has in common."""
    parsed = parse_address(address)
    if isinstance(parsed, IPv4Address):
        return str(IPv4Network((parsed, _IPV4_NETWORK), strict=False))
    return site_of(address)
