"""The condition that a blocked user may not come in, on wikis that want it so (``$wgBlockDisablesLogin``, spec core §15).

Asked only after the credentials were right, so that a stranger learns nothing about blocks.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from wikigate.auth.attempt import Attempt, Inquiry
from wikigate.auth.fields import Need
from wikigate.auth.outcome import Abstain, Fail, Pass
from wikigate.primitives.message import Message

if TYPE_CHECKING:
    from wikigate.accounts.blocks import Blocks
    from wikigate.accounts.user import Account

_BLOCKED: Final = Message("login-userblocked")


class BlockCheck:
    """Refuses users with a sitewide block; satisfies ``Secondary``. ``enabled`` False lets everybody pass.

    A block of the address does not keep anybody out, as with MediaWiki; it leaves little to whoever came in (``Performers``).
    """

    id = "block-check"
    takes_links = False

    def __init__(self, blocks: Blocks, *, enabled: bool) -> None:
        self._blocks = blocks
        self._enabled = enabled

    def needs(self, _inquiry: Inquiry, /) -> tuple[Need, ...]:
        """Ask for nothing."""
        return ()

    def begin(self, attempt: Attempt, user: Account, /) -> Fail | Abstain:
        """Look the user's blocks up, once."""
        if not self._enabled or attempt.stage != "login":
            return Abstain()
        block = self._blocks.find(user)
        return Abstain() if block is None or not block.sitewide else Fail(_BLOCKED, "blocked", user.name)

    def resume(self, attempt: Attempt, user: Account, /) -> Fail | Abstain:
        """Look again; this check asks nothing, so it is never resumed."""
        return self.begin(attempt, user)

    def ended(self, _attempt: Attempt, _outcome: Pass | Fail, /) -> None:
        """Forget nothing: nothing was kept."""
