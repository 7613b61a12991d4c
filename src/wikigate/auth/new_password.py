"""A password that somebody has chosen: may it be, and what is stored of it (spec core §9, §12.2).

Promises: it is judged before it is hashed, and hashed in the pool alone. Must not keep or store anything.
"""

from __future__ import annotations

import hmac
from typing import TYPE_CHECKING, Final

from wikigate.accounts.hashing import Hasher, HashQueueFull
from wikigate.primitives.errors import ApiError, api_error
from wikigate.primitives.message import Message

if TYPE_CHECKING:
    from wikigate.accounts.passwords.scheme import PasswordScheme
    from wikigate.accounts.policy import Owner, Policy
    from wikigate.auth.fields import Filled

_DIFFERENT: Final = Message("badretype")


class NewPasswords:
    """Judges and hashes the new passwords of one wiki; shared by all threads. ``lifetime``: seconds that one is good for; 0: for ever."""

    def __init__(self, policy: Policy, scheme: PasswordScheme, hasher: Hasher, *, lifetime: int = 0) -> None:
        self.policy: Final = policy
        self._scheme = scheme
        self._hasher = hasher
        self._lifetime = lifetime

    def refusal(self, owner: Owner, filled: Filled) -> tuple[Message, ...]:
        """Say why the password in ``password`` and ``retype`` may not be the owner's; empty where it may."""
        password = filled.text("password")
        if not hmac.compare_digest(_bytes(password), _bytes(filled.text("retype"))):
            return (_DIFFERENT,)
        return self.policy.check_new(owner, password).messages

    def column(self, filled: Filled, source: str) -> str:
        """Return the stored form. Raises ``ApiError`` ``ratelimited`` where too many hashes wait already."""
        try:
            return self._hasher.run(self._scheme.make, filled.text("password"), source=source)
        except HashQueueFull as full:
            raise overloaded() from full

    def expiry(self, now: float) -> float | None:
        """Return when a password stored now expires; None for never."""
        return now + self._lifetime if self._lifetime else None


def overloaded() -> ApiError:
    """Return the error of a request whose hash cannot be computed soon."""
    return api_error("actionthrottledtext", code="ratelimited", headers=(("Retry-After", "1"),))


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")
