"""The note that a password must or should be changed at login: left by whoever judged it, read by whoever asks for another (core §12).

Holds no secret: it is stored with the attempt. Promises that what ``leave`` wrote ``find`` reads, and that anything else is no note.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from wikigate.auth.stored_needs import restore_message, store_message

if TYPE_CHECKING:
    from wikigate.auth.attempt import Attempt
    from wikigate.primitives.message import Message

_NOTE: Final = "password-reset"


@dataclass(frozen=True, slots=True)
class PasswordReset:
    """Why another password is asked for; ``hard``: nobody comes in without one."""

    message: Message
    hard: bool

    def leave(self, attempt: Attempt) -> None:
        """Note it in the attempt."""
        attempt.notes[_NOTE] = {"message": store_message(self.message), "hard": self.hard}

    @classmethod
    def find(cls, attempt: Attempt) -> PasswordReset | None:
        """Read the note; None where nobody left one."""
        stored = attempt.notes.get(_NOTE)
        return None if stored is None else cls(restore_message(stored["message"]), stored["hard"] is not False)
