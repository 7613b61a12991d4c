"""Letters that tell an account's owner that his second factors have changed, or are being guessed (security C11, C13).

Called within the transaction that makes the change, so that a letter is written if and only if it is made; ``Factors`` calls it for what
it writes, whoever asks for that: a page, the API, or the operator. A letter holds no secret, and says no more than what was done.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

from wikigate.primitives.message import Message, Num

if TYPE_CHECKING:
    from wikigate.accounts.directory import Directory
    from wikigate.accounts.post import Post
    from wikigate.primitives.message import Param

_FEW: Final = 2
"""So many recovery codes are few (spec extensions §1.1, point 5)."""


class FactorNotices:
    """Writes these letters; shared by all threads. ``post`` None: there are no letters."""

    def __init__(self, directory: Directory, post: Post | None) -> None:
        self._directory = directory
        self._post = post

    def added(self, user_id: int, kind: str) -> None:
        """Tell that an account has got a factor of a kind (``totp``, ``webauthn``)."""
        self._tell("factor-added", user_id, _described(kind))

    def removed(self, user_id: int, kind: str) -> None:
        """Tell that a factor of a kind was taken away."""
        self._tell("factor-removed", user_id, _described(kind))

    def codes_renewed(self, user_id: int) -> None:
        """Tell that there are new recovery codes, and that the old ones are void."""
        self._tell("recovery-codes-renewed", user_id)

    def code_used(self, user_id: int, left: int) -> None:
        """Tell that somebody came in with a recovery code where few are left."""
        if left <= _FEW:
            self._tell("recovery-code-used", user_id, Num(left))

    def guessed(self, user_id: int) -> None:
        """Tell that the day's wrong codes are used up: somebody knows the password and guesses the code (security C11)."""
        self._tell("factor-guessed", user_id)

    def copied(self, user_id: int) -> None:
        """Tell that a security key's counter went backwards: there may be a copy of it (security C17)."""
        self._tell("factor-copied", user_id)

    def _tell(self, kind: _Kind, user_id: int, *more: Param) -> None:
        if self._post is None or not self._post.enabled:
            return
        owner = self._directory.by_id(user_id)
        if owner is not None:
            self._post.notice(kind, owner.id, owner.email, owner.name, *more)


_Kind = Literal[
    "factor-added", "factor-removed", "recovery-codes-renewed", "recovery-code-used", "factor-guessed", "factor-copied"
]
_NAMED: Final = frozenset({"totp", "webauthn", "recoverycodes"})


def _described(kind: str) -> Param:
    """Name a kind of factor as the login does."""
    return Message(f"oathauth-auth-switch-module-{kind}") if kind in _NAMED else kind
