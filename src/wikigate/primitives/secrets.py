"""Server secrets as rotating lists, message authentication, and comparison in constant time.

Every key is a list: the first signs, all verify (spec security H4). No value here shows in a ``repr``.
"""

from __future__ import annotations

import hmac
from collections.abc import Sequence

constant_time_equal = hmac.compare_digest


class KeyRing:
    """The server's secrets, newest first. ``derive`` gives an independent ring for one purpose.

    Raises ``ValueError`` for an empty list or a secret of fewer than 16 bytes.
    """

    __slots__ = ("_keys",)

    def __init__(self, keys: Sequence[bytes]) -> None:
        if not keys or any(len(key) < 16 for key in keys):  # noqa: PLR2004  128 bits
            raise ValueError("a key ring needs at least one secret of 16 bytes or more")
        self._keys = tuple(keys)

    def __repr__(self) -> str:
        return f"<KeyRing of {len(self._keys)}>"

    def derive(self, purpose: str) -> KeyRing:
        """Make the ring whose keys are HMAC-SHA256(key, purpose)."""
        return KeyRing([hmac.digest(key, purpose.encode(), "sha256") for key in self._keys])

    @property
    def newest(self) -> bytes:
        """The key that signs."""
        return self._keys[0]

    @property
    def all(self) -> tuple[bytes, ...]:
        """Every key that still verifies, newest first."""
        return self._keys

    def mac(self, data: bytes) -> bytes:
        """Sign with the newest key: HMAC-SHA256, 32 bytes."""
        return hmac.digest(self._keys[0], data, "sha256")

    def verifies(self, data: bytes, mac: bytes) -> bool:
        """Whether ``mac`` (possibly truncated, at least 16 bytes) was made by any key over ``data``."""
        size = len(mac)
        if size < 16:  # noqa: PLR2004  128 bits
            return False
        good = False
        for key in self._keys:
            good |= hmac.compare_digest(hmac.digest(key, data, "sha256")[:size], mac)
        return good
