"""What the configuration says of accounts: groups and rights, grants, names, passwords that may be chosen, blocks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal


@dataclass(frozen=True, slots=True)
class GroupSettings:
    """A group: a new one, or a change to one of MediaWiki's.

    ``name``: its name; ``*`` is everybody, ``user`` whoever is logged in. ``rights``: rights it has (more than MediaWiki gives).
    ``without``: rights it has not (though MediaWiki gives them). ``add``, ``remove``: groups that its members may put others into or take
    them out of; ``add_self``, ``remove_self``: the same for themselves; ``*`` stands for every group.
    """

    name: str
    rights: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    add: tuple[str, ...] = ()
    remove: tuple[str, ...] = ()
    add_self: tuple[str, ...] = ()
    remove_self: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse a group that nobody could be put into."""
        if not self.name.strip():
            raise ValueError("“name” is the name of a group, not empty")


@dataclass(frozen=True, slots=True)
class GrantSettings:
    """A grant: a new one, or rights added to one of MediaWiki's.

    ``name``: its name. ``rights``: what it stands for. ``hidden``: given with every bot password and never asked for.
    """

    name: str
    rights: tuple[str, ...] = ()
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class GroupPolicySettings:
    """What the passwords of a group's members must be beyond what everybody's must.

    ``group``: its name. ``minimal_length``: bytes (with the profile ``strict``: characters). ``minimal_length_to_login``: the same, below
    which no password even logs in.
    """

    group: str
    minimal_length: int = 10
    minimal_length_to_login: int = 1


_PRIVILEGED = tuple(GroupPolicySettings(group) for group in ("bureaucrat", "sysop", "interface-admin", "bot"))


@dataclass(frozen=True, slots=True)
class BreachSettings:
    """The list of passwords known from breaches that a new password must not be on; none where neither ``url`` nor ``file`` is given.

    ``url``: a service that speaks the range protocol, without the digits (``https://api.pwnedpasswords.com/range``). ``file``: SHA-1
    fingerprints in order, one a line, with or without ``:count``, in place of a service. ``least``: how often a password must have been
    seen to be refused. ``when_unavailable``: whether a password that cannot be looked up is taken (``accept``), which the audit notes, or
    not (``refuse``). ``timeout``: seconds that a question to the service may take.
    """

    url: str = ""
    file: str = ""
    least: int = 1
    when_unavailable: Literal["accept", "refuse"] = "accept"
    timeout: float = 3.0

    def __post_init__(self) -> None:
        """Refuse what contradicts itself."""
        if self.url and self.file:
            raise ValueError("give “url” or “file”, not both")
        if self.url and not self.url.startswith(("https://", "http://")):
            raise ValueError("“url” must begin with https:// or http://")
        if self.least < 1 or self.timeout <= 0:
            raise ValueError("“least” must be 1 or more and “timeout” more than 0")


@dataclass(frozen=True, slots=True)
class PolicySettings:
    """Which passwords may be chosen (``$wgPasswordPolicy``).

    ``profile``: ``compat``, MediaWiki's rules; or ``strict``, those of NIST SP 800-63B-4: lengths are characters, an account without a
    second factor needs ``minimal_length_alone``, and ``refuse_context`` holds. ``minimal_length``: bytes (``strict``: characters); shorter
    ones that are there already still log in. ``minimal_length_alone``: characters where the password is all that is asked for; counts
    with ``strict`` only. ``maximal_length``: bytes; longer ones may not be chosen. ``refuse_part_of_name``: refuse a password that stands
    in the user name. ``refuse_context``: refuse a password made of the wiki's name or address, the user's name or his e-mail address.
    ``context_words``: further words for that. ``refuse_common``: refuse the 100,000 most used passwords (``strict``: and what is like
    them). ``breaches``: the list of breached passwords. ``reset_on_login``: ask at login to change a password that would be refused
    today; breaches are not looked up then.
    ``groups``: stricter rules for some.
    """

    profile: Literal["compat", "strict"] = "compat"
    minimal_length: int = 8
    minimal_length_alone: int = 15
    maximal_length: int = 4096
    refuse_part_of_name: bool = True
    refuse_context: bool = False
    context_words: tuple[str, ...] = ()
    refuse_common: bool = True
    breaches: BreachSettings = field(default_factory=BreachSettings)
    reset_on_login: bool = True
    groups: tuple[GroupPolicySettings, ...] = _PRIVILEGED

    @property
    def is_strict(self) -> bool:
        """Whether the profile is ``strict``."""
        return self.profile == "strict"

    def __post_init__(self) -> None:
        """Refuse what nobody could fulfil."""
        alone = self.minimal_length_alone if self.is_strict else 0
        longest = max([self.minimal_length, alone, *(group.minimal_length for group in self.groups)])
        if not 1 <= self.minimal_length <= longest <= self.maximal_length <= 4096:  # noqa: PLR2004  MediaWiki's limit
            raise ValueError(
                "“minimal_length” must be 1 or more, “maximal_length” no less than any of them and 4096 at most"
            )
        if self.is_strict and self.maximal_length < 256:  # noqa: PLR2004  64 characters of up to four bytes
            raise ValueError("with the profile “strict”, “maximal_length” must be 256 or more")


@dataclass(frozen=True, slots=True)
class AccountSettings:
    """Accounts.

    ``private``: only who is logged in may read. ``registration``: everybody may make an account. ``groups``: changes to MediaWiki's
    groups, and further ones. ``grants``: the same for what a bot password may be given. ``autoconfirm_age``: seconds since its making after
    which an account counts as confirmed. ``autoconfirm_edits``: number of edits after which it does. ``bot_passwords``: whether there are
    any.
    ``temporary_accounts``: whether a visitor who writes gets a temporary account, by modules that write (``$wgAutoCreateTempUser``).
    ``temporary_account_days``: for how many days from its making such an account is good, 0: for ever (``expireAfterDays`` of the same).
    ``temporary_account_notice_days``: for how many days before its end pages say so to its user, 0: never (``notifyBeforeExpirationDays``).
    ``block_disables_login``: whether a block of the whole site keeps its user from logging in (``$wgBlockDisablesLogin``).
    ``autoblock_seconds``: how long the address of a blocked user stays blocked at most (``$wgAutoblockExpiry``).
    ``reserved_names``: user names that nobody may use, besides MediaWiki's. ``invalid_name_characters``: what no new user name may hold.
    ``user_namespaces``: the words that stand for “User:” before a name in the wiki's language. ``namespaces``: further words before a colon
    that make a name the title of something else. ``policy``: which passwords may be chosen.
    """

    private: bool = False
    registration: bool = True
    groups: tuple[GroupSettings, ...] = ()
    grants: tuple[GrantSettings, ...] = ()
    autoconfirm_age: int = 0
    autoconfirm_edits: int = 0
    bot_passwords: bool = True
    temporary_accounts: bool = False
    temporary_account_days: int = 90
    temporary_account_notice_days: int = 10
    block_disables_login: bool = False
    autoblock_seconds: int = 86_400
    reserved_names: tuple[str, ...] = ()
    invalid_name_characters: str = "@:>="
    user_namespaces: tuple[str, ...] = ()
    namespaces: tuple[str, ...] = ()
    policy: PolicySettings = field(default_factory=PolicySettings)

    def __post_init__(self) -> None:
        """Refuse what contradicts itself."""
        for key, names in {
            "groups": [group.name for group in self.groups],
            "grants": [grant.name for grant in self.grants],
        }.items():
            if len(set(names)) != len(names):
                raise ValueError(f"“{key}” describes one of its names twice")
        if self.autoconfirm_age < 0 or self.autoconfirm_edits < 0:
            raise ValueError("“autoconfirm_age” and “autoconfirm_edits” must be 0 or more")
        if self.autoblock_seconds < 1:
            raise ValueError("“autoblock_seconds” is a number of seconds, 1 or more")
        if self.temporary_account_days < 0 or self.temporary_account_notice_days < 0:
            raise ValueError(
                "“temporary_account_days” and “temporary_account_notice_days” are numbers of days, 0 or more"
            )


@dataclass(frozen=True, slots=True)
class AutoApproveSettings:
    """Apps that need no operator's decision.

    ``grants``: an app that asks for none but these, hidden ones like ``basic`` among them, is approved when it is proposed.
    """

    grants: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OAuthSettings:
    """Programs that act for somebody without his password.

    ``enabled``: whether requests may come with OAuth 1.0a signatures or bearer tokens. ``key_file``: RSA private keys in PEM form, the
    first signs (``$wgOAuth2PrivateKey``); empty: ``oauth2.pem`` in the data folder, made when first needed. ``lifetime``: seconds for
    which an owner-only consumer is good where its maker says nothing; 0: for ever. ``proposal_lifetime``: seconds after which a proposal
    that nobody has decided expires (``$wgMWOAuthRequestExpirationAge``); 0: never. ``auto_approve``: rules by which an app is approved when
    it is proposed (``$wgOAuthAutoApprove``); one that fits is enough.
    """

    enabled: bool = True
    key_file: str = ""
    lifetime: int = 365 * 86_400
    proposal_lifetime: int = 30 * 86_400
    auto_approve: tuple[AutoApproveSettings, ...] = ()


def with_rights(
    settings: AccountSettings, groups: Mapping[str, tuple[str, ...]], grants: Mapping[str, tuple[str, ...]]
) -> AccountSettings:
    """Add rights that a feature brings to groups and grants, by name; what was configured goes first."""
    changed = {one.name: one for one in settings.groups}
    for name, rights in groups.items():
        one = changed.get(name, GroupSettings(name))
        changed[name] = replace(one, rights=(*one.rights, *rights))
    allowed = {one.name: one for one in settings.grants}
    for name, rights in grants.items():
        grant = allowed.get(name, GrantSettings(name))
        allowed[name] = replace(grant, rights=(*grant.rights, *rights))
    return replace(settings, groups=tuple(changed.values()), grants=tuple(allowed.values()))
