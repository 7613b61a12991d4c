"""Where a conversation may lead back to (security E7, S14)."""

from __future__ import annotations

import pytest

from wikigate.actions.return_url import is_return_url
from wikigate.testing.wiki import TestWiki

HOSTS = ("app.example.org", "*.owls.example")


@pytest.mark.parametrize(
    "url",
    [
        "http://app.example.org/", "https://APP.example.org:8443/x?y#z", "https://a.b.owls.example/",
    ],
)  # fmt: skip
def test_a_host_of_the_list_is_good(url: str) -> None:
    assert is_return_url(url, HOSTS)


@pytest.mark.parametrize(
    "url",
    [
        "https://evil.example/", "https://owls.example/", "https://app.example.org.evil.example/", "https://evil.example/app.example.org",
        "https://app.example.org@evil.example/", "https://evil.example@app.example.org/", "https://app.example.org./",
        "https://evil.example\\@app.example.org/", "https://evil.example#.owls.example", "https://evil.example?.owls.example",
        "//app.example.org/", "/x", "javascript:alert(1)//app.example.org", "ftp://app.example.org/", "https://app.example.org\t/",
        "https://app.example.org\r\n/", "https:app.example.org", "https:///app.example.org", "https://app.example.org:0/", "https://[", "",
        "https://ａpp.example.org/", "https://xn--pp-eka.example.org/",
    ],
)  # fmt: skip
def test_nothing_else_is(url: str) -> None:
    assert not is_return_url(url, HOSTS)


@pytest.mark.parametrize("url", ["https://anything.example/", "http://127.0.0.1:8080/"])
def test_without_a_list_any_host_is(url: str) -> None:
    assert is_return_url(url)


@pytest.mark.parametrize(
    ("url", "allowed"),
    [("https://app.example.org/", True), ("https://wiki.example.org/w", True), ("https://evil.example/", False)],
)
def test_the_api_holds_to_the_list_and_the_wiki_s_own_host_is_on_it(url: str, allowed: bool) -> None:
    tables = {"api": {"return_hosts": ["app.example.org"]}, "site": {"server": "https://wiki.example.org"}}
    with TestWiki(tables) as wiki:
        form = {"action": "clientlogin", "loginreturnurl": url, "username": "Zoe", "password": "x"}
        answer = wiki.post({**form, "logintoken": wiki.token("login")})
        assert ("clientlogin" in answer) is allowed
        if not allowed:
            assert answer["error"]["code"] == "badurl_loginreturnurl"
