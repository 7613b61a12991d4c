"""Blocked users stay out where the wiki wants it so (spec core §15)."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from wikigate.accounts.user import Account
from wikigate.auth.outcome import Abstain, Fail
from wikigate.primitives.message import Message
from wikigate.providers.block_check import BlockCheck
from wikigate.testing.contracts.secondary import SecondaryContract

ALICE, ADMIN = Account(1, "Alice"), Account(2, "Admin")


class Blocks:
    def __init__(self, block):
        self.block = block
        self.asked = []

    def find(self, account, address, *, exempt=False):
        self.asked.append((account.name, address, exempt))
        return self.block


class Rights:
    def effective_groups(self, account):
        return (account.name,)

    def rights_of(self, groups):
        return frozenset({"ipblock-exempt"} if groups == ("Admin",) else ())


def check(block=None, *, enabled=True):
    blocks = Blocks(block)
    return BlockCheck(blocks, Rights(), enabled=enabled), blocks


class TestContract(SecondaryContract):
    @pytest.fixture
    def secondary(self):
        return check(SimpleNamespace(sitewide=True))[0]


@pytest.mark.parametrize("verb", ["begin", "resume"])
def test_a_sitewide_block_keeps_its_user_out(attempts, verb):
    provider, blocks = check(SimpleNamespace(sitewide=True))
    assert getattr(provider, verb)(attempts.make(), ALICE) == Fail(Message("login-userblocked"), "blocked", "Alice")
    assert blocks.asked == [("Alice", "192.0.2.1", False)]


@pytest.mark.parametrize("block", [None, SimpleNamespace(sitewide=False)], ids=["none", "partial"])
def test_no_block_and_a_partial_one_do_not(attempts, block):
    assert check(block)[0].begin(attempts.make(), ALICE) == Abstain()


def test_a_wiki_that_does_not_want_it_asks_nothing(attempts):
    provider, blocks = check(SimpleNamespace(sitewide=True), enabled=False)
    assert provider.begin(attempts.make(), ALICE) == Abstain()
    assert blocks.asked == []


def test_who_is_exempt_from_blocks_of_addresses_is_so_here(attempts):
    provider, blocks = check()
    provider.begin(attempts.make(), ADMIN)
    assert blocks.asked == [("Admin", "192.0.2.1", True)]
