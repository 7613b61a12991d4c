"""The failed logins that make a captcha necessary (spec extensions §2.3).

Counted by address and by name, each in a short window and a long one, from the first failure on. A success forgives the name, never the
address. Everything is an atomic verb of the state store; no counter goes on past its limit.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from typing import Final

from wikigate.auth.captcha_settings import CaptchaSettings, FailureSettings
from wikigate.auth.throttle import site_of
from wikigate.state.base import StateStore

_PREFIX: Final = "captcha:badlogin"


class BadLogins:
    """Counts the failed logins of one wiki; shared by all threads."""

    def __init__(self, settings: CaptchaSettings, store: StateStore) -> None:
        self._store = store
        by_address = (("ip", settings.per_address), ("ip:long", settings.per_address_long))
        by_name = (("user", settings.per_user), ("user:long", settings.per_user_long))
        self._by_address = by_address if settings.triggers.badlogin else ()
        self._by_name = by_name if settings.triggers.badloginperuser else ()

    def from_address(self, address: str) -> bool:
        """Whether enough logins from this address (IPv6: its /64) have failed."""
        return self._is_reached(self._address_windows(address))

    def with_name(self, names: Sequence[str]) -> bool:
        """Whether enough logins with one of these names have failed."""
        return self._is_reached(self._name_windows(names))

    def count(self, address: str, names: Sequence[str]) -> None:
        """Count a failure."""
        with self._store.together():
            for key, limit in (*self._address_windows(address), *self._name_windows(names)):
                self._store.increment(key, limit.seconds, limit.attempts)

    def forgive(self, names: Sequence[str]) -> None:
        """Forget the failures with these names."""
        known = [key for key, _ in self._name_windows(names) if self._store.count(key)]
        if known:  # seldom: a read is cheaper than a write for nothing
            with self._store.together():
                for key in known:
                    self._store.delete(key)

    def _is_reached(self, windows: Iterable[tuple[str, FailureSettings]]) -> bool:
        return any(self._store.count(key) >= limit.attempts for key, limit in windows)

    def _address_windows(self, address: str) -> list[tuple[str, FailureSettings]]:
        site = site_of(address)
        return [(f"{_PREFIX}:{kind}:{site}", limit) for kind, limit in self._by_address]

    def _name_windows(self, names: Sequence[str]) -> list[tuple[str, FailureSettings]]:
        hashes = [hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:32] for name in names]
        return [(f"{_PREFIX}:{kind}:{one}", limit) for one in hashes for kind, limit in self._by_name]
