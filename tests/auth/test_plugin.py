"""Providers come by name, in the order of the configuration, and only if they are wanted."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from wikigate.auth.plugin import ProviderPlugin, assemble
from wikigate.primitives.errors import ConfigError

from .world import Scripted

PARTS = SimpleNamespace(can_mail=True)


def plugin(name, kind="primary", made_name=None, made=None):
    def make(parts):
        if made is not None:
            made.append((name, parts))
        return Scripted(made_name or name)

    return ProviderPlugin(name, kind, make)


def test_the_configuration_s_order_holds_within_each_kind():
    available = [plugin("a"), plugin("b"), plugin("c", "check"), plugin("s", "secondary")]
    providers = assemble(("s", "b", "c", "a"), available, PARTS)
    assert [p.id for p in providers.primaries] == ["b", "a"]
    assert [p.id for p in (*providers.checks, *providers.secondaries)] == ["c", "s"]


def test_what_is_not_wanted_is_not_made():
    made, parts = [], SimpleNamespace(can_mail=True)
    assemble(("a",), [plugin("a", made=made), plugin("b", made=made)], parts)
    assert made == [("a", parts)]


@pytest.mark.parametrize(
    ("wanted", "what"),
    [
        (("x",), "There is no authentication provider “x”; there are: a, b."),
        (("a", "a"), "Two authentication providers"),
    ],
)
def test_a_wrong_configuration_is_one_sentence(wanted, what):
    with pytest.raises(ConfigError, match=what):
        assemble(wanted, [plugin("b"), plugin("a")], PARTS)


def test_a_provider_answers_to_its_own_name():
    with pytest.raises(ConfigError, match="calls itself “other”"):
        assemble(("a",), [plugin("a", made_name="other")], PARTS)
