"""Every built-in provider keeps its contract, in a whole wiki, as it is made there: a new one is held to it by being listed."""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Iterator

import pytest

from wikigate.auth.plugin import ProviderPlugin
from wikigate.auth.provider import Keeper
from wikigate.providers.builtin import BUILT_IN
from wikigate.testing.contracts.keeper import KeeperContract
from wikigate.testing.contracts.precheck import PreCheckContract
from wikigate.testing.contracts.primary import PrimaryContract
from wikigate.testing.contracts.secondary import SecondaryContract
from wikigate.testing.wiki import TestWiki

SUITES = {
    "check": (PreCheckContract, "precheck"),
    "primary": (PrimaryContract, "primary"),
    "secondary": (SecondaryContract, "secondary"),
}
NEEDED_BY = {"primary": [], "check": ["local-password"], "secondary": ["local-password"]}
"""What a wiki must have besides, to be one."""
_OPENID = {
    "site": {"server": "https://wiki.example.org"},
    "auth": {"openid": {"providers": [{"name": "example", "issuer": "https://127.0.0.1:1", "client_id": "ABC"}]}},
}
CONFIGURATION: dict[str, dict[str, dict[str, object]]] = {
    "openid-connect": _OPENID,
    "pluggable-auth": _OPENID,
    "passkey": {"site": {"server": "https://wiki.example.org"}},
}
"""The tables that a provider cannot be made without, by its name."""


def each_test(plugins: Iterable[ProviderPlugin]) -> Iterator[object]:
    for plugin in plugins:
        suite, fixture = SUITES[plugin.kind]
        for name, _ in inspect.getmembers(suite, inspect.isfunction):
            if name.startswith("test_"):
                yield pytest.param(plugin, suite, fixture, name, id=f"{plugin.name}-{name.removeprefix('test_')}")


@pytest.fixture
def provider(plugin: ProviderPlugin):
    wanted = list(dict.fromkeys([plugin.name, *NEEDED_BY[plugin.kind]]))
    tables = CONFIGURATION.get(plugin.name, {})
    with TestWiki({**tables, "auth": {**tables.get("auth", {}), "providers": wanted}}) as wiki:
        wiki.create_user("Alice", "correct horse battery")
        yield wiki.wiki.services.flow.providers.by_id[plugin.name]


@pytest.mark.parametrize(("plugin", "suite", "fixture", "name"), list(each_test(BUILT_IN)))
def test_it_keeps_its_contract(provider, suite, fixture, name):
    getattr(suite(), name)(**{fixture: provider})


KEEPERS = {"openid-connect", "pluggable-auth", "temporary-password", "local-password"}
"""The built-in providers that keep credentials of their own."""


@pytest.mark.parametrize("plugin", [one for one in BUILT_IN if one.name in KEEPERS], ids=lambda plugin: plugin.name)
@pytest.mark.parametrize("name", [name for name in vars(KeeperContract) if name.startswith("test_")])
def test_a_keeper_keeps_its_contract(provider, name):
    getattr(KeeperContract(), name)(keeper=provider)


@pytest.mark.parametrize("plugin", [one for one in BUILT_IN if one.kind != "check"], ids=lambda plugin: plugin.name)
def test_every_keeper_is_held_to_it(provider, plugin):
    assert isinstance(provider, Keeper) == (plugin.name in KEEPERS)


def test_every_kind_of_provider_has_a_suite():
    assert {plugin.kind for plugin in BUILT_IN} <= set(SUITES)
