"""Which passwords may be chosen (core §12.2; security A1 to A3, A6): codes and parameters as recorded of ``validatepassword``."""

import pytest

from wikigate.accounts.policy import Policy, Verdict
from wikigate.accounts.settings import AccountSettings, GroupPolicySettings, PolicySettings
from wikigate.primitives.message import Message

SHORT, NAME, FORBIDDEN, COMMON = (
    Message("passwordtooshort", (8,)), Message("password-substring-username-match"), Message("password-login-forbidden"),
    Message("passwordincommonlist"),
)  # fmt: skip


@pytest.fixture
def policy():
    return Policy(AccountSettings())


@pytest.mark.parametrize(
    ("name", "password", "messages"),
    [
        ("Zoë", "Str0ngPassw0rd!", ()),
        ("Zoë", "abc", (SHORT, COMMON)),
        ("Abcdef", "abc", (SHORT, NAME, COMMON)),
        ("Zoë", "1234567", (SHORT, COMMON)),
        ("Zoë", "qzkfwxy", (SHORT,)),
        ("Zoë", "qzkfwxyv", ()),
        ("Zoë", "äöüß", ()),
        ("Qzkfwxyv Huber", "qzkfWXYV", (NAME,)),
        ("Qzkfwxyv", "Qzkfwxyv Huber", ()),
        ("Useruser", "Passpass", (FORBIDDEN, COMMON)),
        ("Zoë", "Passpass", (COMMON,)),
        ("Useruser", "ExamplePassword", (FORBIDDEN,)),
        ("Zoë", "ExamplePassword", (FORBIDDEN,)),
        ("Zoë", "  spaces count  ", ()),
        ("Zoë", "lowercaselettersonly", ()),
        ("Zoë", "", (SHORT,)),
    ],
)
def test_finds_what_mediawiki_finds_in_its_order(policy, name, password, messages):
    assert policy.check(name, (), password) == Verdict(messages)


def test_members_of_powerful_groups_need_more(policy):
    """Recorded: ``Abcdefg9!`` of a sysop."""
    assert policy.check("Zoë", ("sysop",), "Abcdefg9!") == Verdict((Message("passwordtooshort", (10,)),))
    assert policy.check("Zoë", ("*", "user"), "Abcdefg9!").good
    assert policy.check("Zoë", ("bot", "*"), "Abcdefg9!x").good
    assert policy.longest_minimum == 10


def test_too_long_is_fatal_and_all_that_is_said(policy):
    """Recorded: a password of more than 4096 bytes."""
    assert policy.check("Zoë", (), "p" * 4097) == Verdict((Message("passwordtoolong", (4096,)),), fatal=True)
    assert policy.check("Zoë", (), "é" * 2049).fatal
    assert policy.check("Zoë", (), "qzkfwxyv" * 512).good


def test_some_may_not_even_log_in(policy):
    assert policy.check("Zoë", ("sysop",), "").fatal
    assert not policy.check("Zoë", ("sysop",), "x").fatal
    assert not policy.check("Zoë", (), "").fatal
    strict = Policy(AccountSettings(policy=PolicySettings(groups=(GroupPolicySettings("steward", 12, 6),))))
    assert strict.check("Zoë", ("steward",), "qzkfw").fatal
    assert not strict.check("Zoë", ("steward",), "qzkfwx").fatal


def test_the_strictest_group_counts():
    policy = Policy(
        AccountSettings(policy=PolicySettings(groups=(GroupPolicySettings("a", 12), GroupPolicySettings("b", 20))))
    )
    assert policy.check("Zoë", ("a", "b"), "qzkfwxyvqzkfwxz") == Verdict((Message("passwordtooshort", (20,)),))


def test_checks_may_be_switched_off():
    policy = Policy(
        AccountSettings(
            policy=PolicySettings(minimal_length=1, refuse_part_of_name=False, refuse_common=False, groups=())
        )
    )
    assert policy.check("Password user", (), "password").good


def test_broken_text_is_judged_too(policy):
    assert policy.check("Zoë", (), "\ud800\ud801\ud802").good
    assert policy.check("Zoë", (), "\ud800").messages == (SHORT,)


@pytest.mark.parametrize(
    "wrong", [{"minimal_length": 0}, {"maximal_length": 5000}, {"maximal_length": 9}, {"minimal_length": 5000}]
)
def test_a_policy_that_nobody_could_fulfil_is_refused(wrong):
    with pytest.raises(ValueError, match="minimal_length"):
        PolicySettings(**wrong)
