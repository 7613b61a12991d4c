"""Groups, rights and grants (core §6.4, §17; recorded of ``siteinfo`` and ``userinfo``)."""

import pytest

from wikigate.accounts.rights import ChangeableGroups, Rights
from wikigate.accounts.settings import AccountSettings, GrantSettings, GroupSettings
from wikigate.accounts.user import Account, GroupMembership

EVERYONE = (
    "createaccount", "read", "edit", "createpage", "createtalk", "viewmyprivateinfo", "editmyprivateinfo", "editmyoptions",
)  # fmt: skip


def rights_with(clock=None, **settings):
    return Rights(AccountSettings(**settings), clock)


def account(*groups, **values):
    return Account(1, "Zoë", groups=tuple(GroupMembership(group) for group in groups), **values)


def test_groups_come_in_the_order_of_the_wire(rights):
    assert [group.name for group in rights.groups] == [
        "*", "user", "autoconfirmed", "bot", "sysop", "interface-admin", "bureaucrat", "suppress",
    ]  # fmt: skip
    assert rights.groups[0].rights == EVERYONE
    assert rights.groups[6].rights == ("userrights", "noratelimit", "renameuser")
    assert rights.assignable_groups == ("bot", "sysop", "interface-admin", "bureaucrat", "suppress")
    assert rights.implicit_groups == ("*", "user", "autoconfirmed")


def test_explicit_groups_come_first(rights):
    """Core §17."""
    assert rights.effective_groups(account("bureaucrat", "sysop")) == (
        "bureaucrat",
        "sysop",
        "*",
        "user",
        "autoconfirmed",
    )
    assert rights.effective_groups(account()) == ("*", "user", "autoconfirmed")
    assert rights.effective_groups(None) == ("*",)
    assert rights.effective_groups(account(is_temp=True)) == ("*", "temp")


def test_rights_come_in_the_order_of_the_wire_each_once(rights):
    """Recorded of a sysop and bureaucrat: the groups one after the other."""
    ordered = rights.ordered(("bureaucrat", "*", "user"))
    assert ordered[:11] == ("userrights", "noratelimit", "renameuser", *EVERYONE)
    assert ordered[11] == "move"
    assert len(ordered) == len(set(ordered))
    assert rights.rights_of(("bureaucrat", "*", "user")) == frozenset(ordered)


def test_a_group_that_is_not_known_gives_nothing(rights):
    assert rights.rights_of(("no such group",)) == frozenset()
    assert rights.ordered(("*", "no such group")) == EVERYONE


@pytest.mark.parametrize(
    ("age", "edits", "values", "confirmed"),
    [
        (0, 0, {}, True),
        (100, 0, {"registration": -99.0}, False),
        (100, 0, {"registration": -100.0}, True),
        (100, 0, {"registration": None}, True),
        (0, 5, {"edit_count": 4}, False),
        (0, 5, {"edit_count": 5}, True),
        (100, 5, {"edit_count": 5, "registration": -99.0}, False),
    ],
)
def test_accounts_are_confirmed_by_age_and_edits(clock, age, edits, values, confirmed):
    if values.get("registration") is not None:
        values = values | {"registration": clock.time + values["registration"]}
    rights = rights_with(clock, autoconfirm_age=age, autoconfirm_edits=edits)
    assert ("autoconfirmed" in rights.effective_groups(account(**values))) == confirmed


def test_a_private_wiki_is_read_by_users_only():
    rights = rights_with(private=True)
    assert not rights.everyone_can("read")
    assert "read" in rights.rights_of(("*", "user"))
    assert rights.everyone_can("createaccount")


def test_registration_may_be_closed():
    rights = rights_with(registration=False)
    assert not rights.everyone_can("createaccount")
    assert "createaccount" in rights.rights_of(("sysop",))
    assert rights.everyone_can("read")


def test_the_configuration_changes_groups_and_adds_some():
    rights = rights_with(
        groups=(
            GroupSettings("*", without=("edit", "createpage")),
            GroupSettings("sysop", rights=("oathauth-view-log", "block"), add=("helper",), remove=("helper", "bot")),
            GroupSettings("helper", rights=("patrol",), remove_self=("*",)),
        )
    )
    assert not rights.everyone_can("edit")
    by_name = {group.name: group for group in rights.groups}
    assert by_name["sysop"].rights[-1] == "oathauth-view-log"
    assert by_name["sysop"].rights.count("block") == 1
    assert [group.name for group in rights.groups][-1] == "helper"
    assert "helper" in rights.assignable_groups
    assert rights.rights_of(("helper",)) == {"patrol"}
    assert rights.changeable_groups(("sysop", "*"), frozenset()) == ChangeableGroups(
        add=("helper",), remove=("helper", "bot")
    )
    assert rights.changeable_groups(("helper",), frozenset()).remove_self == rights.assignable_groups


def test_userrights_changes_every_group(rights):
    """Recorded of a bureaucrat."""
    every = ("bot", "sysop", "interface-admin", "bureaucrat", "suppress")
    assert rights.changeable_groups(("bureaucrat",), frozenset({"userrights"})) == ChangeableGroups(
        add=every, remove=every
    )
    assert rights.changeable_groups(("sysop",), frozenset()) == ChangeableGroups()


def test_grants_stand_for_rights(rights):
    assert rights.rights_of_grants(["basic"]) == {
        "autocreateaccount", "autoconfirmed", "autopatrol", "editsemiprotected", "ipblock-exempt", "nominornewtalk", "patrolmarks", "read",
        "unwatchedpages",
    }  # fmt: skip
    assert rights.rights_of_grants(["highvolume", "patrol"]) == {
        "bot",
        "apihighlimits",
        "noratelimit",
        "markbotedits",
        "patrol",
    }
    assert rights.rights_of_grants(["editprotected"]) == {
        "edit", "minoredit", "applychangetags", "changetags", "editcontentmodel", "editprotected",
    }  # fmt: skip
    assert rights.rights_of_grants([]) == rights.rights_of_grants(["no such grant"]) == frozenset()
    assert rights.hidden_grants == ("basic",)
    assert rights.unknown_grants(["basic", "no such grant"]) == ("no such grant",)


def test_no_grant_gives_editmyprivateinfo(rights):
    """Core §6.3: a bot password session can never change credentials."""
    assert "editmyprivateinfo" not in rights.rights_of_grants(grant.name for grant in rights.grants)


def test_the_configuration_changes_grants_and_adds_some():
    rights = rights_with(
        grants=(
            GrantSettings("basic", rights=("skipcaptcha", "read")),
            GrantSettings("oath", rights=("oathauth-api-all",), hidden=True),
        )
    )
    assert {"skipcaptcha", "read", "autoconfirmed"} <= rights.rights_of_grants(["basic"])
    assert rights.rights_of_grants(["oath"]) == {"oathauth-api-all"}
    assert rights.hidden_grants == ("basic", "oath")
