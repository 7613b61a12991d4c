"""The built-in providers are the ones the configuration names by default, in that order, and those that it may add."""

from __future__ import annotations

from unittest.mock import MagicMock

from wikigate.auth.plugin import assemble
from wikigate.auth.settings import AuthSettings
from wikigate.providers.builtin import BUILT_IN

OFF_AS_IT_COMES = {"captcha", "passkey", "ldap", "openid-connect", "pluggable-auth", "practice-site", "practice-errand"}


def test_the_defaults_are_built_in_and_call_themselves_so():
    providers = assemble(AuthSettings().providers, BUILT_IN, MagicMock())
    assert [p.id for p in providers.checks] == ["login-throttle", "creation-throttle"]
    assert [p.id for p in providers.primaries] == ["temporary-password", "local-password"]
    assert [p.id for p in providers.secondaries] == ["block-check", "second-factor", "confirm-link", "reset-password"]
    assert {plugin.name for plugin in BUILT_IN} - set(providers.by_id) == OFF_AS_IT_COMES
