"""The tokens that the framework hands out and checks: which secret and which salt belong to which type (spec core §3)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal, Protocol

from wikigate.primitives.secrets import constant_time_equal
from wikigate.sessions.session import SecretKind
from wikigate.wire.tokens import ANON_TOKEN, make_token, matches

if TYPE_CHECKING:
    from wikigate.actions.call import Call
    from wikigate.actions.services import Services
    from wikigate.sessions.session import Session

# Token type -> (kind of secret, salt). The order is that of the documentation.
TOKEN_TYPES: Final[dict[str, tuple[SecretKind, str]]] = {
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


class Asking(Protocol):
    """Who is handed a token: a call, or the visit of a page."""

    @property
    def session(self) -> Session:
        """His session."""
        ...

    @property
    def services(self) -> Services:
        """The wiki's parts."""
        ...

    @property
    def now(self) -> float:
        """The moment, in seconds."""
        ...


def issue_token(call: Asking, token_type: str) -> str:
    """Make a token of a type for the caller; a login or createaccount token makes the session one that is sent as a cookie."""
    kind, salt = TOKEN_TYPES[token_type]
    session = call.session
    if kind == "default":
        if session.account is None:
            return ANON_TOKEN
    else:
        call.services.sessions.persist(session)
    return make_token(session.secret(kind), salt, call.now)


def check_token(call: Call, token_type: str, token: str, *, max_age: int | None = None) -> bool:
    """Whether a token is the caller's and at most ``max_age`` seconds old; constant time.

    Checking a session-bound token persists the session even when it fails. Tokens signed with an older server key are still good.
    """
    kind, salt = TOKEN_TYPES[token_type]
    session = call.session
    if kind == "default":
        if session.account is None:
            return constant_time_equal(token.encode(), ANON_TOKEN.encode())
    else:
        call.services.sessions.persist(session)
    secrets, now = session.secrets(kind), int(call.now)
    if any(matches(token, secret, salt, max_age=max_age, now=now) for secret in secrets):
        return True
    second = _SECOND_SALTS.get(call.module.name) if call.module else None
    return second is not None and any(matches(token, secret, second) for secret in secrets)


def judge_login_token(call: Call, token: str) -> Literal["right", "wrong", "lost"]:
    """Judge the token of ``action=login``: ``lost`` where no login token was handed out in this session (spec core §5 steps 6, 7)."""
    had_secret = call.session.had_secret("login")
    if check_token(call, "login", token):
        return "right"
    return "wrong" if had_secret else "lost"
