"""The slow check that a temporary password costs, evened out (security B8, B9).

A refused login must cost the same whether its account has a temporary password pending or not. What cannot be a temporary password by its
looks is never compared with one; what can be, and was not, owes one check more when it is refused. So the cost follows from what was typed.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from wikigate.auth.attempt import Attempt

_NOTE: Final = "temporary-check"
# MediaWiki makes them of digits and small letters, ten at least; the wiki's operators may have made others of letters and digits.
_LOOKS: Final = re.compile("[0-9A-Za-z]{10,64}")


def may_be_temporary(password: str) -> bool:
    """Whether a password looks like a temporary one."""
    return _LOOKS.fullmatch(password) is not None


def owe_check(attempt: Attempt) -> None:
    """Note that what looks like a temporary password was compared with none."""
    attempt.notes[_NOTE] = True


def owes_check(attempt: Attempt) -> bool:
    """Whether a refusal has to cost one slow check more."""
    return attempt.notes.get(_NOTE) is True
