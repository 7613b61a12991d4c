"""The providers of the plug-in package keep the contract, with the suites that Wikigate gives to everybody."""

from __future__ import annotations

import importlib

import pytest

from wikigate.state.memory import MemoryStateStore
from wikigate.testing.clock import ManualClock
from wikigate.testing.contracts.precheck import PreCheckContract
from wikigate.testing.contracts.primary import PrimaryContract
from wikigate.testing.contracts.secondary import SecondaryContract


@pytest.fixture
def package():
    return importlib.import_module("wikigate_dummy")


@pytest.fixture
def state():
    return MemoryStateStore(ManualClock())


class TestHours(PreCheckContract):
    @pytest.fixture
    def precheck(self, package):
        return package.Hours()


class TestDummy(PrimaryContract):
    @pytest.fixture
    def primary(self, package, state):
        return package.Dummy(state)


class TestRules(SecondaryContract):
    @pytest.fixture
    def secondary(self, package):
        return package.Rules()


class TestLink(SecondaryContract):
    @pytest.fixture
    def secondary(self, package, state):
        return package.Link(package.Dummy(state))
