"""Special:ApiSandbox as the server sends it, and Special:ApiHelp (M17); what the script does is tested in a browser."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from html import unescape
from importlib.resources import files

import pytest

from wikigate.testing.transport import Answer
from wikigate.testing.wiki import TestWiki

LARGEST = 50_000


@pytest.fixture(scope="module")
def wiki() -> Iterator[TestWiki]:
    with TestWiki({"site": {"server": "https://wiki.example.org"}}) as wiki:
        yield wiki


@pytest.fixture
def page(wiki: TestWiki) -> str:
    return wiki.browser().send("GET", "/wiki/Special:ApiSandbox").body.decode()


def fetch(wiki: TestWiki, address: str) -> Answer:
    return wiki.browser().send("GET", address)


def weight(wiki: TestWiki, address: str) -> int:
    """Return how many bytes a browser is sent."""
    return len(wiki.browser().send("GET", address, {"Accept-Encoding": "gzip"}).body)


def test_m17_the_page_runs_scripts_of_this_server_alone_and_talks_to_it_alone(wiki: TestWiki) -> None:
    answer = fetch(wiki, "/wiki/Special:ApiSandbox")
    assert answer.status == 200
    policy = answer.header("Content-Security-Policy") or ""
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    assert rules["default-src"] == "'none'"
    nonces = set(re.findall(r'<script[^>]* nonce="(\w{32})"', answer.body.decode()))
    assert {rules["script-src"]} == {f"'nonce-{nonce}'" for nonce in nonces}
    assert rules["connect-src"] == "'self'"
    assert not re.findall(r"<script(?![^>]* src=| type=.application/json)|<style|\son\w+=|style=", answer.body.decode())


def test_m17_page_style_and_scripts_are_small_and_all_there(wiki: TestWiki, page: str) -> None:
    addresses = re.findall(r'<(?:script|link)[^>]* (?:src|href)="([^"]+)"', page)
    assert len(addresses) == 5
    sizes = {address: weight(wiki, address) for address in addresses}
    entry = next(address for address in addresses if "api_sandbox.js" in address)
    folder = entry.rpartition("/")[0]
    waiting = [entry]
    while waiting:
        answer = fetch(wiki, waiting.pop())
        assert answer.status == 200
        assert answer.header("Content-Type") == "text/javascript; charset=UTF-8"
        for name in re.findall(r"^import .* from '\./([\w.]+)';$", answer.body.decode(), re.MULTILINE):
            address = f"{folder}/{name}"
            if address not in sizes:
                sizes[address] = weight(wiki, address)
                waiting.append(address)
    assert sum(sizes.values()) + len(page) < LARGEST, sizes


def test_m17_every_text_that_the_scripts_say_comes_with_the_page(page: str) -> None:
    """And none besides."""
    found = re.search(r'data-texts="([^"]*)"', page)
    assert found is not None
    texts = json.loads(unescape(found[1]))
    folder = files("wikigate.web") / "static"
    scripts = "".join(file.read_text("utf-8") for file in folder.iterdir() if file.name.startswith("api_"))
    assert set(re.findall(r"'((?:apisandbox|wikigate-sandbox)-[\w-]+)'", scripts)) == set(texts)
    assert not [text for text in texts.values() if "⧼" in text or not text]
    assert texts["apisandbox-load-error"].count("$1") == 1
    assert "⧼" not in page


def test_m17_without_scripts_the_page_says_what_to_do(page: str) -> None:
    said = re.search(r"<noscript>(.*?)</noscript>", page, re.DOTALL)
    assert said is not None
    assert 'href="/wiki/Special:ApiHelp"' in said[1]
    assert re.search(r'<form id="mw-apisandbox"[^>]* hidden', page)


def test_m17_what_is_posted_to_the_page_goes_nowhere(wiki: TestWiki) -> None:
    answer = wiki.browser().send(
        "POST",
        "/wiki/Special:ApiSandbox",
        {"Content-Type": "application/x-www-form-urlencoded"},
        b"action=login&lgpassword=do-not-show",
    )
    assert answer.status == 200
    assert b"do-not-show" not in answer.body


@pytest.mark.parametrize(
    ("title", "query"),
    [
        ("Special:ApiHelp", "action=help&modules=main"),
        ("Special:ApiHelp/login", "action=help&modules=login"),
        ("Special:ApiHelp/query%2Btokens", "action=help&modules=query%2Btokens"),
        ("Special:ApiHelp/sub/query", "action=help&submodules=1&modules=query"),
        ("Special:ApiHelp/rsub/main", "action=help&recursivesubmodules=1&modules=main"),
        ("Special:ApiHelp/query&submodules=1", "action=help&submodules=1&modules=query"),
        ("Special:ApiHelp/nope", "action=help&modules=nope"),
        ("Special:ApiHelp/sub", "action=help&modules=sub"),
        ("Special:ApiHelp/a%26b=c%23d", "action=help&modules=a%26b%3Dc%23d"),
    ],
)
def test_m17_the_help_page_sends_on_to_the_api(wiki: TestWiki, title: str, query: str) -> None:
    answer = fetch(wiki, f"/w/index.php?title={title}")
    assert answer.status == 302
    assert answer.header("Location") == f"https://wiki.example.org/w/api.php?{query}"
    assert answer.cookies() == []


@pytest.mark.parametrize(
    ("query", "headers", "added"),
    [
        ("&uselang=ar", {}, "&uselang=ar"),
        ("", {"Accept-Language": "de,en;q=0.5"}, "&uselang=de"),
        ("&uselang=de", {"Accept-Language": "ar"}, "&uselang=de"),
        ("&uselang=en", {"Accept-Language": "ar"}, ""),
    ],
)
def test_m21_the_help_comes_in_the_language_of_the_pages(
    wiki: TestWiki, query: str, headers: dict[str, str], added: str
) -> None:
    """The API knows neither the browser's language nor the one that a visitor has taken on a page."""
    answer = wiki.browser().send("GET", f"/w/index.php?title=Special:ApiHelp/login{query}", headers)
    assert answer.header("Location") == f"https://wiki.example.org/w/api.php?action=help&modules=login{added}"


def test_m21_the_help_leads_on_in_its_own_language(wiki: TestWiki) -> None:
    german = fetch(wiki, "/w/api.php?action=help&modules=main&uselang=de").body.decode()
    assert 'href="/w/api.php?action=help&amp;modules=login&amp;uselang=de"' in german
    assert "uselang=en" not in fetch(wiki, "/w/api.php?action=help&modules=main").body.decode()
