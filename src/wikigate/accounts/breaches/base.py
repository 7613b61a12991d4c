"""What the policy asks of a list of breached passwords.

A list knows SHA-1 fingerprints, never passwords. Asking may take as long as a request to another server: never within a database
transaction, and only when a password is chosen, never at a login.
"""

from __future__ import annotations

from hashlib import sha1
from typing import Protocol

from wikigate.primitives.errors import WikigateError


class BreachListUnavailable(WikigateError):  # noqa: N818  the name says what happened
    """Whether the password is on the list cannot be told at present. The text holds nothing of the password."""


class BreachList(Protocol):
    """A list of breached passwords; shared by all threads."""

    def count(self, fingerprint: str) -> int:
        """Return how often a password was seen, 0 for never. Raises ``BreachListUnavailable``; see ``fingerprint_of``."""
        ...


class NoBreaches:
    """The list where none is configured: nothing is on it."""

    def count(self, _fingerprint: str) -> int:
        """Find nothing."""
        return 0


def fingerprint_of(password: str) -> str:
    """Return the SHA-1 of a password as 40 upper-case hexadecimal digits, the form of every public list."""
    return sha1(password.encode("utf-8", "surrogatepass"), usedforsecurity=False).hexdigest().upper()


def split_line(line: bytes) -> tuple[bytes, int]:
    """Take a line ``<hexadecimal>[:<count>]`` apart, digits in upper case; without a count it was seen once. Raises ``ValueError``."""
    digits, colon, count = line.strip().partition(b":")
    return digits.upper(), int(count) if colon else 1
