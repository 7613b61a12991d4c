"""Which passwords may be chosen (core §12.2; security A1 to A3, A6): codes and parameters as recorded of ``validatepassword``."""

import pytest

from wikigate.accounts.breaches.base import BreachListUnavailable, fingerprint_of
from wikigate.accounts.policy import Owner, Policy, Verdict
from wikigate.accounts.settings import AccountSettings, BreachSettings, GroupPolicySettings, PolicySettings
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
        ("Useruser", "Passpass", (FORBIDDEN,)),
        ("Zoë", "Passpass", ()),
        ("Useruser", "ExamplePassword", (FORBIDDEN,)),
        ("Zoë", "ExamplePassword", (FORBIDDEN,)),
        ("Zoë", "  spaces count  ", ()),
        ("Zoë", "lowercaselettersonly", ()),
        ("Zoë", "", (SHORT,)),
    ],
)
def test_finds_what_mediawiki_finds_in_its_order(policy, name, password, messages):
    assert policy.check(Owner(name, ()), password) == Verdict(messages)


def test_members_of_powerful_groups_need_more(policy):
    """Recorded: ``Abcdefg9!`` of a sysop."""
    assert policy.check(Owner("Zoë", ("sysop",)), "Abcdefg9!") == Verdict((Message("passwordtooshort", (10,)),))
    assert policy.check(Owner("Zoë", ("*", "user")), "Abcdefg9!").good
    assert policy.check(Owner("Zoë", ("bot", "*")), "Abcdefg9!x").good
    assert policy.longest_minimum == 10


def test_too_long_is_fatal_and_all_that_is_said(policy):
    """Recorded: a password of more than 4096 bytes."""
    assert policy.check(Owner("Zoë", ()), "p" * 4097) == Verdict((Message("passwordtoolong", (4096,)),), fatal=True)
    assert policy.check(Owner("Zoë", ()), "é" * 2049).fatal
    assert policy.check(Owner("Zoë", ()), "qzkfwxyv" * 512).good


def test_some_may_not_even_log_in(policy):
    assert policy.check(Owner("Zoë", ("sysop",)), "").fatal
    assert not policy.check(Owner("Zoë", ("sysop",)), "x").fatal
    assert not policy.check(Owner("Zoë", ()), "").fatal
    strict = Policy(AccountSettings(policy=PolicySettings(groups=(GroupPolicySettings("steward", 12, 6),))))
    assert strict.check(Owner("Zoë", ("steward",)), "qzkfw").fatal
    assert not strict.check(Owner("Zoë", ("steward",)), "qzkfwx").fatal


def test_the_strictest_group_counts():
    policy = Policy(
        AccountSettings(policy=PolicySettings(groups=(GroupPolicySettings("a", 12), GroupPolicySettings("b", 20))))
    )
    assert policy.check(Owner("Zoë", ("a", "b")), "qzkfwxyvqzkfwxz") == Verdict((Message("passwordtooshort", (20,)),))


def test_checks_may_be_switched_off():
    policy = Policy(
        AccountSettings(
            policy=PolicySettings(minimal_length=1, refuse_part_of_name=False, refuse_common=False, groups=())
        )
    )
    assert policy.check(Owner("Password user", ()), "password").good


def test_broken_text_is_judged_too(policy):
    assert policy.check(Owner("Zoë", ()), "\ud800\ud801\ud802").good
    assert policy.check(Owner("Zoë", ()), "\ud800").messages == (SHORT,)


@pytest.mark.parametrize(
    "wrong", [{"minimal_length": 0}, {"maximal_length": 5000}, {"maximal_length": 9}, {"minimal_length": 5000}]
)
def test_a_policy_that_nobody_could_fulfil_is_refused(wrong):
    with pytest.raises(ValueError, match="minimal_length"):
        PolicySettings(**wrong)


def strict(**more):
    return PolicySettings(profile="strict", **more)


class FakeList:
    """A list with some passwords on it; None: it does not answer."""

    def __init__(self, seen):
        self.seen = seen
        self.asked = 0

    def count(self, fingerprint):
        self.asked += 1
        if self.seen is None:
            raise BreachListUnavailable("down")
        return {fingerprint_of(password): count for password, count in self.seen.items()}.get(fingerprint, 0)


@pytest.mark.parametrize(
    ("ident", "password", "good"),
    [
        (0, "qzkfwxyvhjdlpm", False),
        (0, "qzkfwxyvhjdlpmt", True),
        (0, "äöüßéàçñøåþðłőű", True),
        (1, "qzkfwxyvhjdlpm", False),
        (2, "qzkfwxyv", True),
        (2, "qzkfwxy", False),
    ],
)
def test_the_strict_profile_wants_15_characters_or_8_beside_a_second_factor(ident, password, good):
    """A1, A6: no rule of composition; characters are counted, not bytes."""
    policy = Policy(AccountSettings(policy=strict()), has_factor=lambda user_id: user_id == 2)
    messages = policy.check(Owner("Zoë", (), ident), password).messages
    assert messages == (() if good else (Message("passwordtooshort", (8 if ident == 2 else 15,)),))
    assert policy.longest_minimum == 15


def test_factors_are_looked_up_only_where_the_length_hangs_on_them():
    asked = []
    policy = Policy(AccountSettings(policy=strict()), has_factor=asked.append)
    policy.check(Owner("Zoë", (), 7), "short")
    policy.check(Owner("Zoë", (), 7), "a phrase that is long")
    assert asked == []
    policy.check(Owner("Zoë", (), 7), "qzkfwxyvhj")
    assert asked == [7]


@pytest.mark.parametrize(
    "password", ["TestWiki2026!", "wiki.test.2026", "grace-hopper-1", "hopper99grace", "amazing1906-00"]
)
def test_words_of_the_context_make_no_password(password):
    """A5."""
    owner = Owner("Grace Hopper", (), 0, "amazing1906@example.org")
    settings = PolicySettings(refuse_context=True)
    policy = Policy(AccountSettings(policy=settings), words=("Test Wiki", "wiki", "test"))
    assert policy.check(owner, password).messages == (Message("wikigate-password-context"),)
    assert Policy(AccountSettings(), words=("Test Wiki",)).check(owner, password).good


def test_a_list_of_breached_passwords_is_asked_last_and_when_one_is_chosen():
    """A4."""
    breaches = FakeList({"qzkfwxyvhj": 3})
    policy = Policy(AccountSettings(), breaches=breaches)
    assert policy.check(Owner("Zoë"), "qzkfwxyvhj").good
    assert policy.check_new(Owner("Zoë"), "qzkf").messages == (SHORT,)
    assert breaches.asked == 0
    assert policy.check_new(Owner("Zoë"), "qzkfwxyvhj") == Verdict((Message("wikigate-password-breached"),))
    assert policy.check_new(Owner("Zoë"), "qzkfwxyvhx").good
    rare = Policy(AccountSettings(policy=PolicySettings(breaches=BreachSettings(least=4))), breaches=breaches)
    assert rare.check_new(Owner("Zoë"), "qzkfwxyvhj").good


def test_without_an_answer_the_settings_decide():
    """A4: taken, and told; or refused."""
    told = []
    policy = Policy(AccountSettings(), breaches=FakeList(None), unchecked=told.append)
    assert policy.check_new(Owner("Zoë", (), 5), "qzkfwxyvhj").good
    assert told == [5]
    settings = PolicySettings(breaches=BreachSettings(when_unavailable="refuse"))
    policy = Policy(AccountSettings(policy=settings), breaches=FakeList(None), unchecked=told.append)
    assert policy.check_new(Owner("Zoë", (), 5), "qzkfwxyvhj") == Verdict((Message("wikigate-password-unchecked"),))
    assert told == [5]


@pytest.mark.parametrize(
    "wrong", [{"url": "ftp://x"}, {"url": "https://x", "file": "y"}, {"least": 0}, {"url": "https://x", "timeout": 0}]
)
def test_breach_settings_that_contradict_themselves_are_refused(wrong):
    with pytest.raises(ValueError, match=r"must|not both"):
        BreachSettings(**wrong)


def test_the_strict_profile_leaves_room_for_64_characters():
    with pytest.raises(ValueError, match="256"):
        strict(maximal_length=255)


def test_an_owner_shows_no_address():
    assert "example" not in repr(Owner("Zoë", (), 1, "zoe@example.org"))
