r"""The edit token of old eras: 32 digits and ``+\\`` up to 1.24, today's form from then on (spec legacy §7)."""

from __future__ import annotations

import hmac
from typing import TYPE_CHECKING, Final

from wikigate.actions.csrf import issue_token
from wikigate.wire.tokens import ANON_TOKEN

if TYPE_CHECKING:
    from wikigate.actions.call import Call

_DIGITS: Final = 32


def edit_token(call: Call) -> str:
    """Make the caller's edit token; a visitor's is the same for all."""
    if call.dialect.long_edit_tokens:
        return issue_token(call, "csrf")
    session = call.session
    if session.account is None:
        return ANON_TOKEN
    return hmac.digest(session.secret("default"), b"edit", "sha256").hex()[:_DIGITS] + ANON_TOKEN
