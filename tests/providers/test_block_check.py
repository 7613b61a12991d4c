"""Blocked users stay out where the wiki wants it so (spec core §15)."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from wikigate.accounts.user import Account
from wikigate.auth.outcome import Abstain, Fail
from wikigate.primitives.message import Message
from wikigate.providers.block_check import BlockCheck
from wikigate.testing.contracts.secondary import SecondaryContract

ALICE = Account(1, "Alice")


class Blocks:
    def __init__(self, block):
        self.block = block
        self.asked = []

    def find(self, account, address=""):
        self.asked.append((account.name, address))
        return self.block


def check(block=None, *, enabled=True):
    blocks = Blocks(block)
    return BlockCheck(blocks, enabled=enabled), blocks


class TestContract(SecondaryContract):
    @pytest.fixture
    def secondary(self):
        return check(SimpleNamespace(sitewide=True))[0]


@pytest.mark.parametrize("verb", ["begin", "resume"])
def test_a_sitewide_block_keeps_its_user_out(attempts, verb):
    provider, blocks = check(SimpleNamespace(sitewide=True))
    assert getattr(provider, verb)(attempts.make(), ALICE) == Fail(Message("login-userblocked"), "blocked", "Alice")
    assert blocks.asked == [("Alice", "")], "a block of the address keeps nobody out"


@pytest.mark.parametrize("block", [None, SimpleNamespace(sitewide=False)], ids=["none", "partial"])
def test_no_block_and_a_partial_one_do_not(attempts, block):
    assert check(block)[0].begin(attempts.make(), ALICE) == Abstain()


def test_a_wiki_that_does_not_want_it_asks_nothing(attempts):
    provider, blocks = check(SimpleNamespace(sitewide=True), enabled=False)
    assert provider.begin(attempts.make(), ALICE) == Abstain()
    assert blocks.asked == []
