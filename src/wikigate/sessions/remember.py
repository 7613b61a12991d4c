"""The remember credential: what the ``Token`` cookie holds and how it is judged (spec core §4.1, security S2, D5).

Two kinds behind one contract. ``OwnTokens`` is for a database of our own: random, one for each device, kept as a hash, dead at logout.
``WikiTokens`` is for a database shared with MediaWiki: MediaWiki's own value, one for each user, so that the wiki takes our cookies and we
take the wiki's; a row for each device is kept beside it, and when the last device logs out ``user_token`` is changed. A login that the wiki
remembered, or that comes back without its session cookie, cannot be told from another device of that user and counts as one more.

Promises: a credential is worth nothing once ``user_token`` changes; comparing takes the same time whatever differs.
"""

from __future__ import annotations

import functools
import hashlib
from typing import TYPE_CHECKING, Protocol

from wikigate.primitives.ids import RandomBytes, random_hex32
from wikigate.primitives.secrets import constant_time_equal
from wikigate.primitives.whirlpool import hmac_whirlpool
from wikigate.sessions.stored import Device, Stored

if TYPE_CHECKING:
    from wikigate.accounts.user import Account
    from wikigate.sessions.vault import Vault


class RememberTokens(Protocol):
    """The rule by which remember credentials are made and judged."""

    @property
    def shared(self) -> bool:
        """Whether the credential is the user's rather than the device's, so that only a new ``user_token`` ends it."""
        ...

    def recognise(self, account: Account, token: str, stored: Stored | None, now: float, /) -> Device | None:
        """Judge a ``Token`` cookie; ``stored`` is this user's session that it came with, live or over. None: it does not hold."""
        ...

    def issue(self, account: Account) -> Device:
        """Make a credential for a device that is remembered from now on."""
        ...

    def reissue(self, account: Account, stored: Stored, /) -> Device:
        """Make the credential anew for a remembered session whose client came without its ``Token`` cookie."""
        ...


def may_have_sessions(account: Account) -> bool:
    """Whether the account has a token for sessions to hang on; a locked account and the wiki's own have none (spec core §4.1)."""
    return bool(account.token) and not account.is_locked


class OwnTokens:
    """Random credentials, one for each device."""

    shared = False

    def __init__(self, vault: Vault, random_bytes: RandomBytes) -> None:
        self._vault = vault
        self._random_bytes = random_bytes

    def recognise(self, account: Account, token: str, stored: Stored | None, now: float) -> Device | None:
        """See ``RememberTokens``; a token that came with its own session needs no read."""
        key = self._key(account, token)
        came_with = stored.device if stored is not None and stored.is_live(now) else None
        if came_with is not None and constant_time_equal(came_with, key):
            return Device(token, key, kept=True)
        return Device(token, key, kept=True) if self._vault.knows_device(key, account.id, now) else None

    def issue(self, account: Account) -> Device:
        """See ``RememberTokens``."""
        token = random_hex32(self._random_bytes)
        return Device(token, self._key(account, token), kept=False)

    def reissue(self, account: Account, _stored: Stored) -> Device:
        """See ``RememberTokens``: what is kept only as a hash cannot be sent again, so the device gets another."""
        return self.issue(account)

    def _key(self, account: Account, token: str) -> bytes:
        return hashlib.sha256(self._vault.fingerprint(account) + token.encode("utf-8", "replace")).digest()


class WikiTokens:
    """MediaWiki's value: ``user_token`` itself, or the tail of its HMAC-Whirlpool over ``$wgAuthenticationTokenVersion``."""

    shared = True

    def __init__(self, token_version: str, random_bytes: RandomBytes) -> None:
        self._version = token_version
        self._random_bytes = random_bytes

    def recognise(self, account: Account, token: str, stored: Stored | None, _now: float) -> Device | None:
        """See ``RememberTokens``."""
        if not constant_time_equal(self.value(account).encode(), token.encode("utf-8", "replace")):
            return None
        if stored is not None and stored.device is not None:
            return Device(token, stored.device, kept=True)
        return self.issue(account)

    def issue(self, account: Account) -> Device:
        """See ``RememberTokens``."""
        return Device(self.value(account), self._random_bytes(32), kept=False)

    def reissue(self, account: Account, stored: Stored) -> Device:
        """See ``RememberTokens``."""
        if stored.device is None:
            return self.issue(account)
        return Device(self.value(account), stored.device, kept=True)

    def value(self, account: Account) -> str:
        """Compute the ``Token`` cookie of an account: 32 hexadecimal digits."""
        return _derived(account.token, self._version) if self._version else account.token


@functools.lru_cache(maxsize=4096)
def _derived(user_token: str, version: str) -> str:
    """Derive the cookie from ``user_token``; remembered, because Whirlpool costs a millisecond here and each request asks."""
    return hmac_whirlpool(user_token.encode(), version.encode()).hex()[-32:]
