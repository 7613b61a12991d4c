"""The tokens that the framework hands out and checks: which secret and which salt belong to which type (spec core §3)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from wikigate.primitives.secrets import constant_time_equal
from wikigate.wire.tokens import ANON_TOKEN, make_token, matches

if TYPE_CHECKING:
    from wikigate.actions.call import Call

# Token type -> (kind of secret, salt). The order is that of the documentation.
TOKEN_TYPES: Final = {
    "createaccount": ("createaccount", ""),
    "csrf": ("default", ""),
    "login": ("login", ""),
    "patrol": ("default", "patrol"),
    "rollback": ("default", "rollback"),
    "userrights": ("default", "userrights"),
    "watch": ("default", "watch"),
}
# Logging out takes a token of its own salt too, the one that pages print (spec core §1).
_SECOND_SALTS: Final = {"logout": "logoutToken"}


def issue_token(call: Call, token_type: str) -> str:
    """Make a token of a type for the caller; a login or createaccount token makes the session one that is sent as a cookie."""
    kind, salt = TOKEN_TYPES[token_type]
    if kind == "default":
        if not call.user.is_registered:
            return ANON_TOKEN
    else:
        call.services.sessions.persist(call.session)
    return make_token(call.session.secret(kind), salt, call.now)


def check_token(call: Call, token_type: str, token: str) -> bool:
    """Whether a token is the caller's; constant time. Checking a session-bound token persists the session even when it fails."""
    kind, salt = TOKEN_TYPES[token_type]
    if kind == "default":
        if not call.user.is_registered:
            return constant_time_equal(token.encode(), ANON_TOKEN.encode())
    else:
        call.services.sessions.persist(call.session)
    secret = call.session.secret(kind)
    if matches(token, secret, salt):
        return True
    second = _SECOND_SALTS.get(call.module.name) if call.module else None
    return second is not None and matches(token, secret, second)
