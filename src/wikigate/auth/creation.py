"""Making an account: the same conversation as a login, with another end (spec core §9, mission M16).

What must hold before anybody is asked is judged here, in MediaWiki's order: a name, the permission, whether the name is taken, whether it
may be had, the e-mail address. Promises: an account is written whole or not at all, and of several that want one name at once exactly one
gets it (security K1, N6); nobody is logged in by it; right and blocks are judged anew at every step.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Final, Literal

from wikigate.auth.attempt import Attempt, Caller, Draft
from wikigate.auth.fields import Filled, Need
from wikigate.auth.flow import Flow, FlowAnswer
from wikigate.auth.needs import CREATION_REASON, USER_DATA
from wikigate.auth.outcome import Fail
from wikigate.primitives.emails import is_email
from wikigate.primitives.message import Message

if TYPE_CHECKING:
    from wikigate.accounts.directory import Directory
    from wikigate.accounts.user import Account
    from wikigate.auth.audit import Audit
    from wikigate.auth.flow_state import Preserved
    from wikigate.sessions.manager import SessionManager

_NO_NAME: Final = Message("noname")
_TAKEN: Final = Message("userexists")
_BAD_EMAIL: Final = Message("invalidemailaddress")
_LONGEST_REAL_NAME: Final = 255

Permission = Callable[[], "Message | None"]
"""Says why the caller may not make accounts; None where he may."""


class AccountMaker:
    """Writes the account that a primary has taken part in; satisfies ``AutoCreation``."""

    def __init__(self, directory: Directory, audit: Audit) -> None:
        self._directory = directory
        self._audit = audit

    def create(self, attempt: Attempt, name: str, /) -> Account | Fail:
        """Write the account, in the name of whoever is logged in."""
        if name not in (attempt.names or ()) or not self._directory.rules.is_creatable(name):
            return Fail(_NO_NAME, "other-name")
        by = attempt.caller.session.account
        data, reason = attempt.filled.get(USER_DATA), attempt.filled.get(CREATION_REASON)
        draft = attempt.draft or Draft()
        logged: Literal["create", "create2", "byemail"] = "create" if by is None else "create2"
        account = self._directory.create(
            name,
            password=draft.password,
            password_expires=draft.password_expires,
            temporary=draft.temporary,
            email=data.text("email") if data else "",
            real_name=data.text("realname") if data else "",
            by=by,
            reason=reason.text("reason") if reason else "",
            logged="byemail" if draft.temporary else logged,
            identity=draft.identity,
            telling=partial(self._audit.created, attempt.caller, name),
        )
        return Fail(_TAKEN, "name-taken") if account is None else account


class Creation:
    """The making of accounts of one wiki; shared by all threads. ``flow`` is one with the purpose ``CREATE``."""

    def __init__(self, flow: Flow, directory: Directory, sessions: SessionManager) -> None:
        self._flow = flow
        self._directory = directory
        self._sessions = sessions

    def pending(self, caller: Caller) -> tuple[Need, ...]:
        """Return what the creation in progress has asked for; empty where none is in progress."""
        return self._flow.pending(caller)

    def returning(self, caller: Caller) -> tuple[Need, ...]:
        """Return what a browser that was sent elsewhere brings back; see ``Flow``."""
        return self._flow.returning(caller)

    def awaits(self, caller: Caller, brought: Mapping[str, str]) -> bool:
        """Whether that is the answer that is waited for; see ``Flow``."""
        return self._flow.awaits(caller, brought)

    def begin(
        self,
        caller: Caller,
        filled: Sequence[Filled],
        permission: Permission,
        *,
        return_url: str = "",
        preserve: bool = False,
    ) -> FlowAnswer:
        """Begin to make an account. Raises ``ApiError`` and ``StoreUnavailable``.

        Whoever has a temporary account leaves it first: the new one is not to be known for the same person's (spec core §18).
        """
        user = caller.session.account
        if user is not None and user.is_temp:
            self._sessions.step_out(caller.session)
        kept = self._flow.preserved(caller.session) if preserve else None
        refused = self._obstacle(filled, permission, kept)
        if refused is not None:
            return self._flow.refuse(caller, refused)
        return self._flow.begin(caller, filled, return_url=return_url, preserve=preserve)

    def resume(self, caller: Caller, filled: Sequence[Filled], permission: Permission) -> FlowAnswer:
        """Go on with the account in the making. Raises as ``begin`` does."""
        refused = permission() if self._flow.pending(caller) else None
        if refused is not None:
            return self._flow.refuse(caller, Fail(refused, "not-permitted", is_guess=False))
        return self._flow.resume(caller, filled)

    def _obstacle(self, filled: Sequence[Filled], permission: Permission, kept: Preserved | None) -> Fail | None:
        """Return what is in the way before anybody is asked; the first in MediaWiki's order."""
        typed = {text for one in filled if (text := one.text("username"))}
        if not typed and kept is not None and kept.create is not None and kept.create.user:
            typed = {kept.create.user}
        if len(typed) != 1:
            return _refusal(_NO_NAME, "no-name")
        denied = permission()
        if denied is not None:
            return _refusal(denied, "not-permitted")
        rules = self._directory.rules
        name = rules.canonicalise(typed.pop())
        if name is not None and self._directory.by_name(name) is not None:
            return _refusal(_TAKEN, "name-taken")
        if name is None or not rules.is_creatable(name):
            return _refusal(_NO_NAME, "impossible-name")
        data = next((one for one in filled if one.need.id == USER_DATA), None)
        return None if data is None else _data_obstacle(data)


def _data_obstacle(data: Filled) -> Fail | None:
    email, real_name = data.text("email"), data.text("realname")
    if email and not is_email(email):
        return _refusal(_BAD_EMAIL, "bad-email")
    if len(real_name.encode("utf-8", "surrogatepass")) > _LONGEST_REAL_NAME:
        return _refusal(Message("htmlform-invalid-input"), "real-name-too-long")
    return None


def _refusal(message: Message, reason: str) -> Fail:
    return Fail(message, reason, is_guess=False)
