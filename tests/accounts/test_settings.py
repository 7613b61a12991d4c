import pytest

from wikigate.accounts.settings import AccountSettings, GrantSettings, GroupSettings


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"groups": (GroupSettings("sysop"), GroupSettings("sysop"))}, "“groups” describes one of its names twice"),
        ({"grants": (GrantSettings("basic"), GrantSettings("basic"))}, "“grants” describes one of its names twice"),
        ({"autoconfirm_age": -1}, "0 or more"),
        ({"autoconfirm_edits": -1}, "0 or more"),
    ],
)
def test_settings_that_contradict_themselves_are_refused(wrong, says):
    with pytest.raises(ValueError, match=says):
        AccountSettings(**wrong)
