"""What the configuration says of accounts: groups and rights, grants, names, passwords that may be chosen, blocks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace


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

    ``group``: its name. ``minimal_length``: bytes. ``minimal_length_to_login``: bytes below which MediaWiki lets no
    password log in; here it counts when one is chosen, a login does not weigh passwords yet.
    """

    group: str
    minimal_length: int = 10
    minimal_length_to_login: int = 1


_PRIVILEGED = tuple(GroupPolicySettings(group) for group in ("bureaucrat", "sysop", "interface-admin", "bot"))


@dataclass(frozen=True, slots=True)
class PolicySettings:
    """Which passwords may be chosen (``$wgPasswordPolicy``).

    ``minimal_length``: bytes; shorter ones that are there already still log in. ``maximal_length``: bytes; longer ones
    may not be chosen. ``refuse_part_of_name``: refuse a password that stands in the user name. ``refuse_common``: refuse the passwords
    that everybody tries first. ``reset_on_login``: ask at login to change a password that would be refused today; no effect yet.
    ``groups``: stricter rules for some.
    """

    minimal_length: int = 8
    maximal_length: int = 4096
    refuse_part_of_name: bool = True
    refuse_common: bool = True
    reset_on_login: bool = True
    groups: tuple[GroupPolicySettings, ...] = _PRIVILEGED

    def __post_init__(self) -> None:
        """Refuse what nobody could fulfil."""
        longest = max([self.minimal_length, *(group.minimal_length for group in self.groups)])
        if not 1 <= self.minimal_length <= longest <= self.maximal_length <= 4096:  # noqa: PLR2004  MediaWiki's limit
            raise ValueError(
                "“minimal_length” must be 1 or more, “maximal_length” no less than any of them and 4096 at most"
            )


@dataclass(frozen=True, slots=True)
class AccountSettings:
    """Accounts.

    ``private``: only who is logged in may read. ``registration``: everybody may make an account. ``groups``: changes to MediaWiki's
    groups, and further ones. ``grants``: the same for what a bot password may be given. ``autoconfirm_age``: seconds since its making after
    which an account counts as confirmed. ``autoconfirm_edits``: number of edits after which it does. ``bot_passwords``: whether there are
    any.
    ``block_disables_login``: whether a block of the whole site keeps its user from logging in (``$wgBlockDisablesLogin``).
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
    block_disables_login: bool = False
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


@dataclass(frozen=True, slots=True)
class OAuthSettings:
    """Programs that act for somebody without his password.

    ``enabled``: whether requests may come with OAuth 1.0a signatures or bearer tokens. ``key_file``: RSA private keys in PEM form, the
    first signs (``$wgOAuth2PrivateKey``); empty: ``oauth2.pem`` in the data folder, made when first needed. ``lifetime``: seconds for
    which an owner-only consumer is good where its maker says nothing; 0: for ever.
    """

    enabled: bool = True
    key_file: str = ""
    lifetime: int = 365 * 86_400


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
