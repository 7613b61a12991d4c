"""The ``BlockID`` cookie (spec core §4.1, §15): a block follows its browser for a day."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from wikigate.testing.wiki import TestWiki

BLOCKINFO = {"action": "query", "meta": "userinfo", "uiprop": "blockinfo"}


@pytest.fixture
def wiki() -> Iterator[TestWiki]:
    with TestWiki() as wiki:
        yield wiki


def block_visitors(wiki: TestWiki) -> None:
    operator = wiki.create_user("Operator", "correct horse battery", groups=("sysop",))
    wiki.wiki.services.blocks.block_address("127.0.0.1", by=operator, reason="vandalism", anon_only=True)


def test_a_blocked_visitor_is_given_the_block_for_a_day(wiki: TestWiki) -> None:
    block_visitors(wiki)
    answer = wiki.send("GET", "/w/api.php?action=query&meta=userinfo&uiprop=blockinfo&format=json")
    (cookie,) = [line for line in answer.cookies() if "BlockID" in line]
    assert "Max-Age=86400" in cookie
    assert "HttpOnly" not in cookie


def test_a_block_that_is_over_in_less_than_a_second_follows_no_longer_than_that(wiki: TestWiki) -> None:
    """A lifetime of nothing would be that of the browser's session."""
    operator = wiki.create_user("Operator", "correct horse battery", groups=("sysop",))
    end = int(wiki.clock.now()) + 60
    wiki.wiki.services.blocks.block_address("127.0.0.1", by=operator, reason="vandalism", anon_only=True, expiry=end)
    wiki.clock.move(end - wiki.clock.now() - 0.5)
    answer = wiki.send("GET", "/w/api.php?action=query&meta=userinfo&uiprop=blockinfo&format=json")
    (cookie,) = [line for line in answer.cookies() if "BlockID" in line]
    assert "Max-Age=1;" in f"{cookie};"


def test_a_question_that_looks_up_no_block_sends_no_cookie(wiki: TestWiki) -> None:
    block_visitors(wiki)
    assert wiki.send("GET", "/w/api.php?action=query&meta=userinfo&format=json").cookies() == []


def test_the_block_goes_with_the_browser_to_another_address(wiki: TestWiki) -> None:
    block_visitors(wiki)
    wiki.get(BLOCKINFO)
    held = wiki.wiki.services.blocks.find(None, "127.0.0.1")
    assert held is not None
    elsewhere = wiki.wiki.services.performers.of(_Visitor(), "192.0.2.7", held.id)
    assert elsewhere.block is not None
    assert elsewhere.block.id == held.id


def test_a_cookie_that_we_did_not_make_blocks_nobody_and_is_taken_back(wiki: TestWiki) -> None:
    operator = wiki.create_user("Operator", "correct horse battery", groups=("sysop",))
    wiki.wiki.services.blocks.block_address("192.0.2.9", by=operator, reason="vandalism", anon_only=True)
    wiki.cookies["my_wikiBlockID"] = "1%21" + "0" * 128
    answer = wiki.get(BLOCKINFO)
    assert "blockid" not in answer["query"]["userinfo"]
    assert "my_wikiBlockID" not in wiki.cookies


@pytest.mark.parametrize("value", ["1%21" + "0" * 128, "1", "x%21y", "99%21abc", "-1%21a"])
def test_a_cookie_that_we_did_not_make_is_taken_back_where_no_block_is_looked_up(wiki: TestWiki, value: str) -> None:
    wiki.cookies["my_wikiBlockID"] = value
    wiki.get({"action": "query", "meta": "tokens", "type": "login"})
    assert "my_wikiBlockID" not in wiki.cookies


def test_a_cookie_that_we_did_not_make_gives_way_to_the_one_of_a_block(wiki: TestWiki) -> None:
    block_visitors(wiki)
    wiki.cookies["my_wikiBlockID"] = forged = "1%21" + "0" * 128
    wiki.get(BLOCKINFO)
    assert wiki.cookies["my_wikiBlockID"].startswith("1%21")
    assert wiki.cookies["my_wikiBlockID"] != forged


def test_a_cookie_of_ours_is_kept_where_no_block_is_looked_up(wiki: TestWiki) -> None:
    block_visitors(wiki)
    wiki.get(BLOCKINFO)
    answer = wiki.send("GET", "/w/api.php?action=query&meta=tokens&type=login&format=json")
    assert not [line for line in answer.cookies() if "BlockID" in line]


def test_a_cookie_of_a_block_that_has_ended_is_taken_back_by_the_next_look(wiki: TestWiki) -> None:
    block_visitors(wiki)
    wiki.get(BLOCKINFO)
    wiki.wiki.services.blocks.lift(1)
    assert "blockid" not in wiki.get(BLOCKINFO)["query"]["userinfo"]
    assert "my_wikiBlockID" not in wiki.cookies


def test_an_answer_that_anybody_may_keep_takes_nothing_back(wiki: TestWiki) -> None:
    wiki.cookies["my_wikiBlockID"] = "1%21" + "0" * 128
    wiki.get({"action": "query", "meta": "siteinfo"})
    assert "my_wikiBlockID" in wiki.cookies


def test_the_block_that_an_account_left_in_a_browser_and_who_uses_it_next(wiki: TestWiki) -> None:
    """Whoever is exempt from blocks of addresses is exempt from it; beside one of the address it is the second."""
    password = "correct horse battery"
    zoe = wiki.create_user("Zoe", password)
    blocks = wiki.wiki.services.blocks
    left = blocks.block_account(zoe)
    wiki.log_in("Zoe", password)
    wiki.get(BLOCKINFO)
    cookie = wiki.cookies["my_wikiBlockID"]
    wiki.create_user("Ann", password)
    wiki.create_user("Boss", password, groups=("sysop",))

    def met(name: str) -> object:
        browser = wiki.browser()
        browser.cookies["my_wikiBlockID"] = cookie
        if name:
            browser.log_in(name, password)
        info = browser.get(BLOCKINFO)["query"]["userinfo"]
        assert browser.cookies["my_wikiBlockID"] == cookie
        return [one["blockid"] for one in info["blockcomponents"]] if "blockcomponents" in info else info.get("blockid")

    assert [met(name) for name in ("", "Ann", "Boss")] == [left, left, None]
    address = blocks.block_address("127.0.0.1")
    assert [met(name) for name in ("", "Ann", "Boss")] == [[address, left], [address, left], None]


class _Visitor:
    """A session of nobody."""

    account = None
    allowed_rights = None
    provider = ""
