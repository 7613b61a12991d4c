"""The password that matches nothing: an empty column, an unknown type, a value that cannot be read.

A null object, so that nobody asks “is there a password at all” before checking one. MediaWiki answers the same for all
three: `wrongpassword` for an account, “must be reset” for a bot password (spec core §6.2, §12.1).
"""

from dataclasses import dataclass
from typing import ClassVar, Final


@dataclass(frozen=True, slots=True)
class InvalidHash:
    """No password; satisfies `PasswordHash`. Which broken value stood in the column is forgotten on purpose."""

    usable: ClassVar[bool] = False
    recipe: ClassVar[None] = None
    work: ClassVar[None] = None

    def verify(self, password: bytes) -> bool:  # noqa: ARG002  a contract's signature
        """Answer False."""
        return False

    def column(self) -> str:
        """Answer the empty column, with which MediaWiki says “no password”."""
        return ""


INVALID: Final = InvalidHash()
