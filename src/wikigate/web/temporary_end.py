"""What pages say of the end of a temporary account: to its user, in its last days, how long it is still good; to operators that it is over.

Without that line he would be surprised (``$wgAutoCreateTempUser``): such an account has no password and no address that a mail could go to.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil
from typing import TYPE_CHECKING, Final

from wikigate.primitives.message import Message

if TYPE_CHECKING:
    from wikigate.accounts.user import Account

_DAY: Final = 86_400


@dataclass(frozen=True, slots=True)
class TemporaryEnd:
    """``days``: for how many such accounts are good, 0 for ever. ``notice_days``: in how many of the last of them it is said."""

    days: int
    notice_days: int

    def is_over(self, account: Account, now: float) -> bool:
        """Whether nobody gets in by an account any more because its time is up."""
        return account.is_over(now, self.days * _DAY)

    def notice(self, account: Account | None, now: float) -> Message | None:
        """Say how many days there are left, the present one among them; None where there is nothing to say."""
        if account is None or not account.is_temp or account.registration is None or not self.days:
            return None
        left = account.registration + self.days * _DAY - now
        if left > self.notice_days * _DAY:
            return None
        return Message("wikigate-temporary-ends", (Message("duration-days", (max(1, ceil(left / _DAY)),)),))
