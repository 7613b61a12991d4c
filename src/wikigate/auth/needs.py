r"""The needs that MediaWiki's own classes describe and that its clients know by name (spec core §8.2).

Ids, field names, their order, types and message keys are MediaWiki's and stand on the wire; a change here is a change of protocol.
"""

from __future__ import annotations

from functools import cache
from typing import Final, Literal

from wikigate.auth.fields import NOTHING, Field, Need, raw_message
from wikigate.primitives.message import Message, Num

PASSWORD: Final = r"MediaWiki\Auth\PasswordAuthenticationRequest"  # noqa: S105  a class name
TEMPORARY_PASSWORD: Final = r"MediaWiki\Auth\TemporaryPasswordAuthenticationRequest"  # noqa: S105  a class name
SKIP_RESET: Final = r"MediaWiki\Auth\ButtonAuthenticationRequest:skipReset"
REMEMBER_ME: Final = r"MediaWiki\Auth\RememberMeAuthenticationRequest"
USERNAME: Final = r"MediaWiki\Auth\UsernameAuthenticationRequest"
USER_DATA: Final = r"MediaWiki\Auth\UserDataAuthenticationRequest"
CREATION_REASON: Final = r"MediaWiki\Auth\CreationReasonAuthenticationRequest"

_NAME: Final = Field("username", "string", Message("userlogin-yourname"), Message("authmanager-username-help"))
_PASSWORD_HELP: Final = Message("authmanager-password-help")
_RETYPE_HELP: Final = Message("authmanager-retype-help")
_OLD: Final = Field("password", "password", Message("userlogin-yourpassword"), _PASSWORD_HELP, sensitive=True)
_AGAIN: Final = Field("retype", "password", Message("yourpasswordagain"), _RETYPE_HELP, sensitive=True)
_NEW: Final = Field("password", "password", Message("newpassword"), _PASSWORD_HELP, sensitive=True)
_NEW_AGAIN: Final = Field("retype", "password", Message("retypenew"), _RETYPE_HELP, sensitive=True)
_PASSWORD_PROVIDER: Final = Message("authmanager-provider-password")
_PASSWORD_FIELDS: Final = {"login": (_NAME, _OLD), "create": (_NAME, _OLD, _AGAIN), "change": (_NEW, _NEW_AGAIN)}


def password_need(purpose: Literal["login", "create", "change"], account: str | None = None) -> Need:
    """Ask for name and password, for a new account's, or for a new password of ``account``."""
    shown = NOTHING if account is None else raw_message(account)
    return Need(PASSWORD, _PASSWORD_FIELDS[purpose], provider=_PASSWORD_PROVIDER, account=shown)


@cache
def remember_me_need(days: int) -> Need:
    """Offer to stay logged in for some days; 0 where there is nothing to choose, which leaves the need without its field."""
    label = Message("userlogin-remembermypassword", (Num(days),))
    box = Field(
        "rememberMe", "checkbox", label, Message("authmanager-userlogin-remembermypassword-help"), optional=True
    )
    return Need(REMEMBER_ME, (box,) if days else (), "optional")


USERNAME_NEED: Final = Need(USERNAME, (_NAME,))
"""Ask for the name of a new account."""

_EMAIL: Final = Field(
    "email", "string", Message("authmanager-email-label"), Message("authmanager-email-help"), optional=True
)
_REAL_NAME: Final = Field(
    "realname", "string", Message("authmanager-realname-label"), Message("authmanager-realname-help"), optional=True
)


def user_data_need(*, has_mail: bool = True) -> Need:
    """Ask for a new account's real name and, on a wiki that sends mails, its e-mail address."""
    return Need(USER_DATA, (_EMAIL, _REAL_NAME) if has_mail else (_REAL_NAME,))


CREATION_REASON_NEED: Final = Need(
    CREATION_REASON,
    (Field("reason", "string", Message("createacct-reason"), Message("createacct-reason-help")),),
    "optional",
)
"""Ask a user who creates somebody else's account why."""

SKIP_RESET_NEED: Final = Need(
    SKIP_RESET,
    (
        Field(
            "skipReset",
            "button",
            Message("authprovider-resetpass-skip-label"),
            Message("authprovider-resetpass-skip-help"),
        ),
    ),
    "optional",
)
"""Let a user put off choosing another password."""


def temporary_password_need(account: str | None) -> Need:
    """Name the temporary password of ``account``."""
    box = Field(
        "mailpassword",
        "checkbox",
        Message("createaccountmail"),
        Message("createaccountmail-help"),
        optional=False,
    )
    shown = NOTHING if account is None else raw_message(account)
    return Need(TEMPORARY_PASSWORD, (box,), provider=Message("authmanager-provider-temporarypassword"), account=shown)
