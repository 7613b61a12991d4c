"""What the configuration says of logging in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from wikigate.auth.captcha_settings import CaptchaSettings
from wikigate.auth.ldap_settings import LdapSettings
from wikigate.auth.openid_settings import OpenIdSettings

HOUR = 3600
DEFAULT = "default"


@dataclass(frozen=True, slots=True)
class Condition:
    """One limit of a throttle.

    ``count``: attempts that are judged in one window. ``seconds``: its length, from the first attempt on. ``all_ips``: count a name's
    attempts from everywhere together; where there is no name, as at a new account, the limit is none.
    """

    count: int
    seconds: int
    all_ips: bool = False

    def __post_init__(self) -> None:
        """Refuse a limit that would let nobody in, ever."""
        if self.count < 1 or self.seconds < 1:
            raise ValueError("“count” and “seconds” of a throttle condition must be 1 or more")


@dataclass(frozen=True, slots=True)
class ThrottleSettings:
    """How many guesses are judged; passwords and bot passwords are counted apart, by the same rules.

    ``conditions``: limits for one name from one address (``$wgPasswordAttemptThrottle``); empty: none.
    ``account_creation``: limits for new accounts from one address (``$wgAccountCreationThrottle``); empty: none.
    ``temporary_accounts``: the same for temporary accounts (``$wgTempAccountCreationThrottle``).
    ``per_name``: limit for one name from all addresses together; 0: none. ``name_seconds``: length of its window.
    ``per_address``: limit for all names from one address (IPv6: one /64); 0: none. ``address_seconds``: length of its window.
    ``patience``: seconds that an attempt waits for others, still being judged, to give their place back.
    ``waiting``: attempts of this process that may wait so; keep it below the number of request threads.
    """

    conditions: tuple[Condition, ...] = (Condition(5, 300), Condition(150, 48 * HOUR))
    account_creation: tuple[Condition, ...] = ()
    temporary_accounts: tuple[Condition, ...] = (Condition(6, 24 * HOUR),)
    per_name: int = 100
    name_seconds: int = HOUR
    per_address: int = 50
    address_seconds: int = 300
    patience: float = 20.0
    waiting: int = 48

    def __post_init__(self) -> None:
        """Refuse what cannot be."""
        if self.per_name < 0 or self.per_address < 0 or self.waiting < 0 or self.patience < 0:
            raise ValueError("the numbers of a throttle are 0 or more")
        if self.name_seconds < 1 or self.address_seconds < 1:
            raise ValueError("“name_seconds” and “address_seconds” must be 1 or more")


@dataclass(frozen=True, slots=True)
class ReauthSettings:
    """When a change of credentials asks for a fresh login (spec core §8.3).

    ``seconds``: how old the last login may be, by operation (``ChangeCredentials``, ``RemoveCredentials``, ``LinkAccounts``,
    ``UnlinkAccount``); ``default`` for all others; negative: any age (``$wgReauthenticateTime``).
    ``allow_without``: whether sessions in which nobody can log in again (bot passwords, OAuth) may do it all the same, by operation
    (``$wgAllowSecuritySensitiveOperationIfCannotReauthenticate``).
    """

    seconds: Mapping[str, int] = field(default_factory=lambda: {DEFAULT: HOUR})
    allow_without: Mapping[str, bool] = field(default_factory=lambda: {DEFAULT: True})

    def __post_init__(self) -> None:
        """Insist on the entry that everything else falls back to."""
        if DEFAULT not in self.seconds or DEFAULT not in self.allow_without:
            raise ValueError("“seconds” and “allow_without” need an entry “default”")


@dataclass(frozen=True, slots=True)
class PasswordResetSettings:
    """Temporary passwords by mail, for those who have forgotten theirs (``action=resetpassword``).

    ``by_name``: whether one may be asked for by user name; ``by_email``: by e-mail address (``$wgPasswordResetRoutes``).
    ``resend_after``: seconds until an account is sent another (``$wgPasswordReminderResendTime``).
    ``per_address``: requests from one address (IPv6: one /64) in ``address_seconds`` that are heeded; 0: any number.
    ``address_seconds``: the length of that window.
    """

    by_name: bool = True
    by_email: bool = True
    resend_after: int = 24 * HOUR
    per_address: int = 5
    address_seconds: int = HOUR

    def __post_init__(self) -> None:
        """Refuse what cannot be."""
        if self.resend_after < 0 or self.per_address < 0 or self.address_seconds < 1:
            raise ValueError("“resend_after” and “per_address” are 0 or more, “address_seconds” is 1 or more")


@dataclass(frozen=True, slots=True)
class SecondFactorSettings:
    """Codes of second factors.

    ``window``: steps of 30 seconds that a code may be early or late; MediaWiki has 4 (``$wgOATHAuthWindowRadius``).
    ``per_minute``: wrong codes of one account that are judged in 60 seconds. ``per_day``: the same in a day.
    ``shape``: how a code is asked for: as MediaWiki's OATHAuth does (``oathauth``), or as the Example 22 of its documentation prints it
    (``documentation``, the field ``code``); either takes the other's field too.
    """

    window: int = 1
    per_minute: int = 10
    per_day: int = 50
    shape: Literal["oathauth", "documentation"] = "oathauth"

    def __post_init__(self) -> None:
        """Refuse what lets nobody in, and a window in which a guess is easy."""
        if not 0 <= self.window <= 10:  # noqa: PLR2004  five minutes either way
            raise ValueError("“window” is a number from 0 to 10")
        if self.per_minute < 1 or self.per_day < 1:
            raise ValueError("“per_minute” and “per_day” must be 1 or more")


@dataclass(frozen=True, slots=True)
class AuthSettings:
    """Logging in.

    ``providers``: what takes part, by name, in the order of each kind; built in: ``login-throttle``, ``creation-throttle``,
    ``temporary-password``, ``local-password``, ``block-check``, ``second-factor``, ``confirm-link``, ``reset-password``; off as they
    come: ``captcha``, and ``openid-connect``, ``pluggable-auth``, ``passkey`` and ``ldap``, which come before the passwords; to try
    clients with: ``practice-site`` and ``practice-errand``.
    ``flow_lifetime``: seconds that an interactive login may take from its beginning to its end.
    ``temporary_password_lifetime``: seconds for which a temporary password is good (``$wgNewPasswordExpiry``).
    ``password_lifetime``: seconds after which a password that was chosen must be changed; 0: never (``$wgPasswordExpirationDays``).
    ``password_grace``: seconds for which an expired password may still be kept at login (``$wgPasswordExpireGrace``).
    ``verified_bot_passwords``: how many bot passwords that were right a moment ago each process knows again without a slow hash; 0: none.
    ``audit_days``: for how many days the audit keeps what happened, with addresses; 0: for ever.
    ``login_notices``: whether mails tell of logins from where an account has not logged in before, as MediaWiki's LoginNotify does.
    ``throttle``: how many guesses are judged. ``reauth``: when a login counts as fresh. ``second_factor``: codes of second factors.
    ``captcha``: captchas. ``password_reset``: temporary passwords by mail. ``openid``: logging in with OpenID Connect. ``ldap``: LDAP
    directories.
    """

    providers: tuple[str, ...] = (
        "login-throttle",
        "creation-throttle",
        "temporary-password",
        "local-password",
        "block-check",
        "second-factor",
        "confirm-link",
        "reset-password",
    )
    flow_lifetime: int = 600
    temporary_password_lifetime: int = 7 * 24 * HOUR
    password_lifetime: int = 0
    password_grace: int = 7 * 24 * HOUR
    verified_bot_passwords: int = 4096
    audit_days: int = 365
    login_notices: bool = False
    throttle: ThrottleSettings = field(default_factory=ThrottleSettings)
    reauth: ReauthSettings = field(default_factory=ReauthSettings)
    second_factor: SecondFactorSettings = field(default_factory=SecondFactorSettings)
    captcha: CaptchaSettings = field(default_factory=CaptchaSettings)
    password_reset: PasswordResetSettings = field(default_factory=PasswordResetSettings)
    openid: OpenIdSettings = field(default_factory=OpenIdSettings)
    ldap: LdapSettings = field(default_factory=LdapSettings)

    def __post_init__(self) -> None:
        """Refuse a flow that is over before it begins."""
        if self.flow_lifetime < 1:
            raise ValueError("“flow_lifetime” is a number of seconds, 1 or more")
        if self.audit_days < 0:
            raise ValueError("“audit_days” is a number of days, 0 or more")
        if self.temporary_password_lifetime < 1 or self.password_lifetime < 0 or self.password_grace < 0:
            raise ValueError(
                "the lifetimes of passwords are numbers of seconds, 0 or more; a temporary one's 1 or more"
            )
        if self.verified_bot_passwords < 0:
            raise ValueError("“verified_bot_passwords” is a number, 0 or more")
