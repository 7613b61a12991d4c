r"""``mw.config`` and ``mw.user.tokens`` of a page: MediaWiki's names, the visitor's own values, nothing of anybody else's (M19, M21)."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Iterator
from importlib.resources import files
from typing import Any
from urllib.parse import quote

import pytest

from wikigate.testing.transport import Answer
from wikigate.testing.wiki import Browser, TestWiki

PASSWORD = "correct horse battery"
BLOCK = re.compile(r'<script type="application/json" id="mw-config">(.*?)</script>', re.DOTALL)


@pytest.fixture
def wiki() -> Iterator[TestWiki]:
    with TestWiki({"site": {"site_name": "Ärger & <b>Söhne</b></script>", "wiki_id": "our_wiki"}}) as wiki:
        yield wiki


def said(answer: Answer) -> dict[str, Any]:
    """Return what a page tells scripts."""
    found = BLOCK.findall(answer.body.decode())
    assert len(found) == 1
    block: dict[str, Any] = json.loads(found[0])
    return block


def ask(browser: Browser, title: str, query: str = "") -> Answer:
    return browser.send("GET", f"/w/index.php?title={title}{query}")


def test_m21_a_visitor_is_told_of_the_wiki_and_that_he_is_nobody(wiki: TestWiki) -> None:
    block = said(ask(wiki, "Special:UserLogin", "&uselang=de"))
    assert block == {
        "config": {
            "wgArticlePath": "/wiki/$1",
            "wgScriptPath": "/w",
            "wgScript": "/w/index.php",
            "wgContentLanguage": "en",
            "wgVersion": "1.43.9",
            "wgSiteName": "Ärger & <b>Söhne</b></script>",
            "wgDBname": "our_wiki",
            "wgWikiID": "our_wiki",
            "wgAction": "view",
            "wgArticleId": 0,
            "wgIsArticle": False,
            "wgServer": "http://127.0.0.1",
            "wgServerName": "127.0.0.1",
            "wgUserLanguage": "de",
            "wgCanonicalNamespace": "Special",
            "wgNamespaceNumber": -1,
            "wgCanonicalSpecialPageName": "Userlogin",
            "wgPageName": "Special:UserLogin",
            "wgTitle": "UserLogin",
            "wgUserName": None,
            "wgUserGroups": ["*"],
        },
        "tokens": {"patrolToken": "+\\", "watchToken": "+\\", "csrfToken": "+\\"},
    }


def test_m21_an_account_is_told_who_it_is_and_its_tokens_are_good(wiki: TestWiki) -> None:
    alice = wiki.create_user("Alice", PASSWORD, groups=("sysop",))
    wiki.log_in("Alice", PASSWORD)
    block = said(ask(wiki, "Special:Preferences"))
    config = block["config"]
    assert (config["wgUserName"], config["wgUserId"], config["wgUserIsTemp"]) == ("Alice", alice.id, False)
    assert {"sysop", "*", "user"} <= set(config["wgUserGroups"])
    assert config["wgUserRegistration"] % 1000 == 0
    for kind in ("csrf", "patrol", "watch"):
        check = {"action": "checktoken", "type": kind, "token": block["tokens"][f"{kind}Token"]}
        assert wiki.get(check)["checktoken"]["result"] == "valid"
    assert wiki.post({"action": "logout", "token": block["tokens"]["csrfToken"]}) == {}


def test_m21_another_visitors_token_opens_nothing(wiki: TestWiki) -> None:
    """B10: a token is bound to its session."""
    for name in ("Alice", "Bob"):
        wiki.create_user(name, PASSWORD)
    bob = wiki.browser()
    wiki.log_in("Alice", PASSWORD)
    bob.log_in("Bob", PASSWORD)
    token = said(ask(wiki, "Main_Page"))["tokens"]["csrfToken"]
    assert bob.post({"action": "logout", "token": token})["error"]["code"] == "badtoken"


def test_a_visitors_page_makes_no_session(wiki: TestWiki) -> None:
    """D14: a page without a form sends no cookie and keeps nothing."""
    answer = ask(wiki, "Special:Nowhere")
    assert said(answer)["tokens"]["csrfToken"] == "+\\"
    assert answer.cookies() == []


@pytest.mark.parametrize(
    ("title", "number", "special", "name"),
    [
        ("", 0, False, "Main_Page"),
        ("Main_Page", 0, False, "Main_Page"),
        ("Special:UserLogin/return", -1, "Userlogin", "Special:UserLogin/return"),
        ("Special:ConfirmEmail/x", -1, "Confirmemail", "Special:ConfirmEmail/x"),
        ("Special:BlockList", -1, "BlockList", "Special:BlockList"),
        ("Special:No where", -1, False, "Special:No_where"),
        ("Nowhere", 0, False, "Nowhere"),
    ],
)
def test_the_page_is_named(wiki: TestWiki, title: str, number: int, special: str | bool, name: str) -> None:
    wiki.create_user("Olga", PASSWORD, groups=("sysop", "bureaucrat"))
    wiki.log_in("Olga", PASSWORD)
    config = said(ask(wiki, title.replace(" ", "%20")))["config"]
    assert config["wgNamespaceNumber"] == number
    assert config["wgCanonicalSpecialPageName"] == special
    assert config["wgPageName"] == name


@pytest.mark.parametrize("title", ["</script><script>x()</script>", "<!--<script>", "&quot;", "Special:</ScRiPt>"])
def test_e6_no_title_ends_the_block(wiki: TestWiki, title: str) -> None:
    answer = ask(wiki, quote(title))
    assert said(answer)["config"]["wgPageName"] == title.replace(" ", "_")
    assert not re.search(r"[<>&]", BLOCK.findall(answer.body.decode())[0])


def test_e6_each_answer_has_a_nonce_of_its_own(wiki: TestWiki) -> None:
    found = set()
    for _ in range(3):
        answer = ask(wiki, "Main_Page")
        nonce = re.search(r"script-src 'nonce-(\w{32})'", answer.header("Content-Security-Policy") or "")
        assert nonce is not None
        assert f'nonce="{nonce[1]}"' in answer.body.decode()
        found.add(nonce[1])
    assert len(found) == 3


def test_an_old_wikis_pages_say_its_version() -> None:
    with TestWiki({"dialect": "1.19"}) as wiki:
        assert said(ask(wiki, "Main_Page"))["config"]["wgVersion"].startswith("1.19")


@pytest.mark.parametrize(
    ("server", "name"),
    [("http://[::1]:8080", "[::1]"), ("https://wiki.example.org:8443", "wiki.example.org"), ("http://a", "a")],
)
def test_the_name_of_a_server_is_its_host_without_its_port(server: str, name: str) -> None:
    with TestWiki({"site": {"server": server}}) as wiki:
        assert said(ask(wiki, "Special:UserLogin"))["config"]["wgServerName"] == name


def test_the_script_is_small() -> None:
    script = (files("wikigate.web") / "static" / "mw.js").read_bytes()
    assert len(gzip.compress(script)) < 2000
