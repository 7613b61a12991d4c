"""Who does something, with what rights (core §6.4, §15, §17; security F2)."""

from dataclasses import dataclass
from types import SimpleNamespace

import pytest

from wikigate.accounts.blocks import Blocks
from wikigate.accounts.performer import Performers
from wikigate.accounts.rights import Rights
from wikigate.accounts.settings import AccountSettings
from wikigate.accounts.user import Account, GroupMembership


@dataclass
class FakeSession:
    account: Account | None = None
    allowed_rights: frozenset | None = None
    provider: str = "CookieSessionProvider"


class Call:
    """A call whose session must not be read unless something can have come with it."""

    def __init__(self, headers, session=None):
        self.request = SimpleNamespace(headers=headers)
        self._session = session
        self.reads = 0

    @property
    def session(self):
        self.reads += 1
        return self._session


SYSOP = Account(7, "Zoë", groups=(GroupMembership("sysop"),))


@pytest.fixture
def performers(rights):
    return Performers(rights)


def test_a_visitor_is_named_by_his_address(performers):
    performer = performers.of(FakeSession(), "2001:db8::1")
    assert (performer.name, performer.id) == ("2001:DB8:0:0:0:0:0:1", 0)
    assert (performer.is_registered, performer.is_named, performer.is_temp) == (False, False, False)
    assert performer.groups == ("*",)
    assert performer.can("read")
    assert not performer.can("upload")


def test_an_account_has_the_rights_of_its_groups(performers, rights):
    performer = performers.of(FakeSession(SYSOP), "192.0.2.1")
    assert (performer.name, performer.id, performer.is_named) == ("Zoë", 7, True)
    assert performer.groups == ("sysop", "*", "user", "autoconfirmed")
    assert performer.ordered_rights == rights.ordered(performer.groups)
    assert performer.rights == frozenset(performer.ordered_rights)
    assert performer.can("block")
    assert performers.for_account(SYSOP).rights == performer.rights


def test_grants_only_take_away(performers, rights):
    """F2: the rights of the account that a grant has too, in the account's order."""
    grants = rights.rights_of_grants(["basic", "highvolume"])
    performer = performers.of(FakeSession(SYSOP, allowed_rights=grants), "192.0.2.1")
    assert performer.rights == grants & rights.rights_of(performer.groups)
    assert performer.ordered_rights == tuple(right for right in rights.ordered(performer.groups) if right in grants)
    assert performer.can("apihighlimits")
    assert not performer.can("bot")
    assert not performer.can("edit")


def test_without_basic_nothing_is_read(performers, rights):
    """Recorded: a bot password without ``basic`` gets ``readapidenied``."""
    grants = rights.rights_of_grants(["editpage"])
    assert not performers.of(FakeSession(SYSOP, allowed_rights=grants), "192.0.2.1").can("read")


def test_temporary_accounts_are_registered_but_not_named(performers):
    performer = performers.of(FakeSession(Account(9, "~2026-1", is_temp=True)), "192.0.2.1")
    assert (performer.is_registered, performer.is_named, performer.is_temp) == (True, False, True)


@pytest.mark.parametrize("headers", [{}, {"user-agent": "x"}])
def test_that_everyone_reads_costs_no_session(performers, headers):
    call = Call(headers)
    assert performers.everyone_reads(call)
    assert call.reads == 0


@pytest.mark.parametrize("headers", [{"cookie": "a=b"}, {"authorization": "Bearer x"}])
def test_a_session_with_grants_may_not_read_what_everyone_reads(performers, headers):
    assert performers.everyone_reads(Call(headers, FakeSession()))
    assert not performers.everyone_reads(Call(headers, FakeSession(SYSOP, allowed_rights=frozenset())))


def test_nobody_reads_a_private_wiki_for_being_somebody():
    call = Call({"cookie": "a=b"})
    assert not Performers(Rights(AccountSettings(private=True))).everyone_reads(call)
    assert call.reads == 0


def test_no_secret_in_a_repr(performers):
    assert repr(performers.of(FakeSession(SYSOP), "192.0.2.1")) == "<Performer 7>"
    assert repr(performers.of(FakeSession(), "192.0.2.1")) == "<Performer visitor>"


# -- blocks -----------------------------------------------------------------------------------------------------------------


@pytest.fixture
def blocks(database, clock):
    return Blocks(database, clock)


def test_the_block_is_looked_up_once_and_only_when_asked_for(rights, monkeypatch, blocks):
    asked = []
    monkeypatch.setattr(blocks, "find", lambda *args, **kwargs: asked.append((args, kwargs)))
    performer = Performers(rights, blocks).of(FakeSession(SYSOP), "192.0.2.1")
    assert performer.can("block")
    assert asked == []
    assert performer.block is None
    assert performer.block is None
    assert asked == [((SYSOP, "192.0.2.1"), {"exempt": True, "creating": False, "carried": None})]


def test_a_block_leaves_rights_alone_unless_it_disables_login(rights, directory, blocks):
    """Core §15: ``$wgBlockDisablesLogin`` shrinks the rights to what everybody has, a partial block does too (measured)."""
    admin = directory.create("Admin", groups=["sysop"])
    account = directory.create("Zoë")
    session = FakeSession(account)
    lenient, strict = Performers(rights, blocks), Performers(rights, blocks, block_disables_login=True)
    assert strict.of(session, "192.0.2.1").can("upload")
    partial = blocks.block_account(account, by=admin, sitewide=False)
    assert not strict.of(session, "192.0.2.1").can("upload")
    blocks.lift(partial)
    blocks.block_account(account, by=admin)
    assert lenient.of(session, "192.0.2.1").can("upload")
    performer = strict.of(session, "192.0.2.1")
    assert not performer.can("upload")
    assert performer.can("read")
    assert performer.groups == ("*", "user", "autoconfirmed")
    assert set(performer.ordered_rights) == performer.rights == set(rights.ordered(("*",)))


def test_without_blocks_nobody_is_blocked(performers):
    assert performers.of(FakeSession(SYSOP), "192.0.2.1").block is None
