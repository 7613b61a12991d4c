"""The counts of the throttles as an operator sees them: which refuse now, for how long, and how one is lifted.

Reads what ``Throttle`` and the limits of new accounts, of password reminders and of e-mail changes count; must not count anything itself.
Of an account there is a hash alone in a key (a typed name may be a password), so a count can be looked for by name, and its name not be
told.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from wikigate.auth.email_change import OF_ACCOUNT, OF_ADDRESS
from wikigate.auth.settings import AuthSettings
from wikigate.auth.throttle import name_hash, site_of
from wikigate.primitives.addresses import normalise_address
from wikigate.state.base import Counter, StateStore

_PREFIX: Final = "throttle:"
_WRONG: Final = ":wrong"
_GUESSED: Final = ("password", "botpassword")
_MOST: Final = 10_000


@dataclass(frozen=True, slots=True)
class Held:
    """One count; ``remaining`` in seconds.

    ``kind``: ``password``, ``botpassword``, ``acctcreate``, ``temporary``, ``mailpassword`` or ``changeemail``.
    ``scope``: what is counted: ``pair`` (one name from one address), ``name``, ``address`` or ``all``. ``address`` and ``name_hash`` are
    empty where they play no part.
    """

    key: str
    kind: str
    scope: str
    address: str
    name_hash: str
    number: int
    limit: int
    remaining: float

    @property
    def refuses(self) -> bool:
        """Whether the next attempt is refused."""
        return self.number >= self.limit


class ThrottleView:
    """The counts of one wiki; shared by all threads. Raises ``StoreUnavailable`` from every method."""

    def __init__(self, auth: AuthSettings, store: StateStore) -> None:
        self._store = store
        settings = auth.throttle
        self._limits: Mapping[str, int] = {
            **{
                f"{kind}:{place}": limit
                for kind in _GUESSED
                for place, limit in (
                    *((str(number), one.count) for number, one in enumerate(settings.conditions)),
                    ("name", settings.per_name),
                    ("address", settings.per_address),
                )
            },
            **{f"acctcreate:{number}": one.count for number, one in enumerate(settings.account_creation)},
            **{f"temporary:{number}": one.count for number, one in enumerate(settings.temporary_accounts)},
            "mailpassword:address": auth.password_reset.per_address,
            "changeemail:address": OF_ADDRESS[0],
            "changeemail:name": OF_ACCOUNT[0],
        }

    def counts(self, *, name: str = "", address: str = "") -> list[Held]:
        """List the counts, those that refuse first, then by how long they last; of one name, or from one address, if asked for.

        To an IPv6 address, however it is spelled, belongs what is counted for its /64.
        """
        hashed = name_hash(name) if name else ""
        places = {address, normalise_address(address), site_of(address)}
        found = [held for one in self._store.counters(_PREFIX, _MOST) if (held := self._read(one)) is not None]
        found = [one for one in found if hashed in {"", one.name_hash} and (not address or one.address in places)]
        return sorted(found, key=lambda one: (not one.refuses, -one.remaining, one.key))

    def lift(self, key: str) -> bool:
        """Begin a count anew; False for a key that is none of a throttle's, or counts nothing."""
        if self._read(Counter(key, 1, 0)) is None or not self._store.count(key):
            return False
        self._store.delete(key)
        self._store.delete(key + _WRONG)
        return True

    def _read(self, counter: Counter) -> Held | None:
        """Take a key apart: ``throttle:KIND:PLACE:…``; addresses may hold colons, hashes never do."""
        if not counter.key.startswith(_PREFIX) or counter.key.endswith(_WRONG):
            return None
        kind, _, rest = counter.key.removeprefix(_PREFIX).partition(":")
        place, _, rest = rest.partition(":")
        limit = self._limits.get(f"{kind}:{place}")
        if limit is None:
            return None
        address, hashed = rest, ""
        if place == "name":
            address, hashed = "", rest
        elif kind in _GUESSED and place != "address":
            address, _, hashed = rest.rpartition(":")
        scope = {(True, True): "pair", (False, True): "name", (True, False): "address"}.get(
            (bool(address), bool(hashed)), "all"
        )
        return Held(counter.key, kind, scope, address, hashed, counter.number, limit, counter.remaining)
