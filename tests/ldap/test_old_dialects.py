"""The results of old days with a real directory behind them: each for its true reason (mission M35, M36; spec legacy §5.3)."""

from __future__ import annotations

import pytest

from wikigate.testing.wiki import TestWiki

from ..dialects.client import OldClient  # noqa: TID252  the same client speaks there

pytestmark = pytest.mark.ldap
TABLES = {
    "site": {"server": "http://127.0.0.1:8080"},
    "dialects": {"offer": ["1.12", "1.16"]},
}


@pytest.fixture
def wiki(search):
    providers = ["login-throttle", "ldap", "local-password", "block-check"]
    with TestWiki({**TABLES, "auth": {"providers": providers, "ldap": {"domains": [search]}}}) as wiki:
        yield wiki


@pytest.mark.parametrize("dialect", ["1.12", "1.16"])
@pytest.mark.parametrize(
    ("name", "password", "result"),
    [("alice", "wrong", "WrongPluginPass"), ("nobody", "x", "NotExists"), ("alice", "wonder land", "Success")],
)
def test_m36_a_directory_says_why_it_lets_nobody_in(wiki, dialect, name, password, result):
    assert OldClient(wiki.browser(), dialect).log_in(name, password, lgdomain="CORP")["result"] == result


@pytest.mark.parametrize("dialect", ["1.12", "1.16"])
def test_m35_who_has_an_account_here_has_a_wrong_password(wiki, dialect):
    assert wiki.log_in("alice", "wonder land", domain="CORP")["status"] == "PASS"
    assert OldClient(wiki.browser(), dialect).log_in("alice", "wrong", lgdomain="CORP")["result"] == "WrongPass"


@pytest.mark.parametrize("dialect", ["1.12", "1.16"])
def test_m35_a_blocked_address_makes_no_account(wiki, dialect):
    wiki.wiki.services.blocks.block_address("127.0.0.1")
    node = OldClient(wiki.browser(), dialect).log_in("alice", "wonder land", lgdomain="CORP")
    assert node["result"] == "CreateBlocked"
