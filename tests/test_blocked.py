"""What a block keeps somebody from, through the API: logging in, making accounts, reading a private wiki (mission M16, core §15, §16)."""

from __future__ import annotations

from typing import Any

import pytest

from wikigate.primitives.errors import ConfigError
from wikigate.testing.wiki import Browser, TestWiki

PASSWORD = "correct horse battery"
HERE = "127.0.0.1"


def create(browser: Browser, name: str) -> dict[str, Any]:
    form = {"action": "createaccount", "createreturnurl": "http://example.org/", "username": name, "password": PASSWORD}
    token = browser.token("createaccount")
    return dict(browser.post({**form, "retype": PASSWORD, "createtoken": token})["createaccount"])


def block_ids(browser: Browser) -> list[int]:
    info = browser.get({"action": "query", "meta": "userinfo", "uiprop": "blockinfo"})["query"]["userinfo"]
    return [info["blockid"]] if "blockid" in info else []


def test_a_login_never_spreads_a_block() -> None:
    """Recorded as ``autoblock_trigger``: login, userinfo and account creation leave the address free."""
    with TestWiki() as wiki:
        zoe = wiki.create_user("Zoe", PASSWORD)
        wiki.wiki.services.blocks.block_account(zoe, autoblock=True)
        assert wiki.log_in("Zoe", PASSWORD)["status"] == "PASS"
        assert create(wiki, "Zoe2")["messagecode"] == "blocked"
        assert [one.kind for one in wiki.wiki.services.blocks.every()] == ["user"]


def test_an_automatic_block_ends_with_its_parent_and_after_a_day() -> None:
    with TestWiki() as wiki:
        blocks, now = wiki.wiki.services.blocks, wiki.clock.now()
        zoe = wiki.create_user("Zoe", PASSWORD)
        short = blocks.block_account(zoe, expiry=now + 3600)
        auto = blocks.spread(short, HERE)
        assert auto is not None
        [made] = [one for one in blocks.every() if one.id == auto]
        assert (made.expiry, made.kind, made.parent_id) == (now + 3600, "auto", short)
        blocks.lift(short)
        long = blocks.block_account(zoe)
        auto = blocks.spread(long, HERE)
        assert create(wiki.browser(), "Bob")["messagecode"] == "autoblocked"
        wiki.clock.move(3600)
        assert blocks.spread(long, HERE) is None, "one block for one address, which begins anew"
        [made] = [one for one in blocks.every() if one.id == auto]
        assert made.expiry == now + 3600 + 86_400
        wiki.clock.move(86_400)
        assert create(wiki.browser(), "Bob")["status"] == "PASS"


def test_the_wiki_says_how_long_an_automatic_block_lasts() -> None:
    """``$wgAutoblockExpiry``."""
    with TestWiki({"accounts": {"autoblock_seconds": 60}}) as wiki:
        blocks, now = wiki.wiki.services.blocks, wiki.clock.now()
        blocks.spread(blocks.block_account(wiki.create_user("Zoe", PASSWORD)), HERE)
        assert [one.expiry for one in blocks.every()] == [None, now + 60]


def test_an_automatic_block_lasts_for_some_time() -> None:
    with pytest.raises(ConfigError, match="autoblock_seconds"):
        TestWiki({"accounts": {"autoblock_seconds": 0}})


def test_a_block_that_does_not_spread_and_what_is_no_address_make_none() -> None:
    with TestWiki() as wiki:
        blocks = wiki.wiki.services.blocks
        zoe = wiki.create_user("Zoe", PASSWORD)
        assert blocks.spread(blocks.block_account(zoe, autoblock=False), HERE) is None
        spreading = blocks.block_account(zoe)
        assert [blocks.spread(spreading, text) for text in ("", "192.0.2.0/24", "here")] == [None] * 3
        assert blocks.spread(blocks.block_address("192.0.2.9"), HERE) is None
        assert blocks.spread(99, HERE) is None


@pytest.mark.parametrize(("anon_only", "logged_in_is_hit"), [(True, False), (False, True)])
def test_a_block_of_an_address_and_who_is_logged_in(anon_only: bool, logged_in_is_hit: bool) -> None:
    with TestWiki() as wiki:
        wiki.create_user("Zoe", PASSWORD)
        ident = wiki.wiki.services.blocks.block_address("127.0.0.0/24", anon_only=anon_only)
        visitor = wiki.browser()
        assert block_ids(visitor) == [ident]
        assert create(visitor, "Bob")["messagecode"] == "blocked"
        assert wiki.log_in("Zoe", PASSWORD)["status"] == "PASS"
        assert bool(block_ids(wiki)) is logged_in_is_hit
        assert create(wiki, "Bob")["messagecode"] == "blocked", "nobody makes accounts from there"


def test_a_block_that_disables_logins_ends_what_a_session_could_do() -> None:
    """D15, R10."""
    with TestWiki({"accounts": {"block_disables_login": True, "private": True}}) as wiki:
        zoe = wiki.create_user("Zoe", PASSWORD)
        wiki.log_in("Zoe", PASSWORD)
        assert wiki.who() == "Zoe"
        wiki.wiki.services.blocks.block_account(zoe)
        refused = wiki.get({"action": "query", "meta": "userinfo"})
        assert refused["error"]["code"] == "readapidenied"
        assert wiki.browser().log_in("Zoe", PASSWORD)["messagecode"] == "login-userblocked"


@pytest.mark.parametrize("sitewide", [True, False])
def test_any_block_leaves_a_session_what_everybody_may_where_blocks_disable_logins(sitewide: bool) -> None:
    with TestWiki({"accounts": {"block_disables_login": True}}) as wiki:
        zoe = wiki.create_user("Zoe", PASSWORD)
        wiki.log_in("Zoe", PASSWORD)
        wiki.wiki.services.blocks.block_account(zoe, sitewide=sitewide)
        rights = wiki.get({"action": "query", "meta": "userinfo", "uiprop": "rights"})["query"]["userinfo"]["rights"]
        assert "edit" in rights
        assert "move" not in rights
        assert (wiki.browser().log_in("Zoe", PASSWORD)["status"] == "PASS") is not sitewide


def test_a_blocked_address_keeps_nobody_out_where_blocks_disable_logins() -> None:
    """Its block is met by who is in: he keeps what everybody may."""
    with TestWiki({"accounts": {"block_disables_login": True}}) as wiki:
        wiki.create_user("Zoe", PASSWORD)
        wiki.wiki.services.blocks.block_address(HERE)
        assert wiki.log_in("Zoe", PASSWORD)["status"] == "PASS"
        assert "move" not in str(wiki.get({"action": "query", "meta": "userinfo", "uiprop": "rights"}))


@pytest.fixture(scope="module")
def private() -> Any:
    with TestWiki({"accounts": {"private": True}}) as wiki:
        wiki.create_user("Zoe", PASSWORD)
        yield wiki


OPEN = {
    "clientlogin", "createaccount", "help", "linkaccount", "login", "logout", "paraminfo", "query+authmanagerinfo", "query+tokens",
}  # fmt: skip


def test_every_module_of_a_private_wiki_is_open_by_intent_or_closed(private: TestWiki) -> None:
    """Core §2's column “read mode”: a new module is closed until it is listed here; ``query`` is what its submodules are."""
    registry = private.wiki.services.registry
    modules = [action.module for action in (*registry.actions.values(), *registry.query.values())]
    assert {module.path for module in modules if not module.read} == OPEN
    assert {module.path for module in modules if module.reads is not None} == {"query"}


@pytest.mark.parametrize(
    "form",
    [
        {"action": "validatepassword", "password": "x", "user": "Zoe"},
        {"action": "checktoken", "type": "csrf", "token": "x"},
        {"action": "changeauthenticationdata", "changeauthrequest": "x"},
        {"action": "removeauthenticationdata", "request": "x"},
    ],
)
def test_modules_that_read_are_closed_to_visitors(private: TestWiki, form: dict[str, str]) -> None:
    browser = private.browser()
    token = browser.token("csrf")
    tokens = {"token": token, "changeauthtoken": token}
    assert browser.post({**tokens, **form})["error"]["code"] == "readapidenied"


@pytest.mark.parametrize("query", ["meta=userinfo", "meta=siteinfo", "list=users&ususers=Zoe", "titles=X"])
def test_queries_of_a_private_wiki_are_closed_to_visitors(private: TestWiki, query: str) -> None:
    """B11."""
    answer = private.browser().get({"action": "query", **dict(part.split("=") for part in query.split("&"))})
    assert answer["error"]["code"] == "readapidenied"
    assert "Zoe" not in str(answer)


def test_what_a_login_needs_is_open_on_a_private_wiki(private: TestWiki) -> None:
    browser = private.browser()
    answer = browser.get(
        {"action": "query", "meta": "tokens|authmanagerinfo", "type": "login", "amirequestsfor": "login"}
    )
    assert {"tokens", "authmanagerinfo"} <= answer["query"].keys()
    assert browser.log_in("Zoe", PASSWORD)["status"] == "PASS"
    assert browser.who() == "Zoe"
