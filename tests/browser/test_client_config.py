"""``mw.config`` and ``mw.user.tokens`` of a page are enough to use the API from there and from elsewhere (M19, M21)."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page

from tests.browser.live import PASSWORD, address_of, log_in, special, with_people
from tests.identity.parts import served
from wikigate.testing.wiki import TestWiki

# A client as small as one can be: `login`, `getToken` and `postWithToken` as mw.Api does them, by fetch alone.
CLIENT = """
const address = (mw.config.get('wgServer') || '') + mw.config.get('wgScriptPath') + '/api.php';
const foreign = new URL(address, location.href).origin !== location.origin;
const kept = foreign ? {} : mw.user.tokens.get();
const call = async (method, fields) => {
  const form = new URLSearchParams({format: 'json', formatversion: 2, ...fields});
  const url = new URL(address, location.href);
  if (foreign) url.searchParams.set('origin', location.origin);
  if (method === 'GET') form.forEach((value, name) => url.searchParams.set(name, value));
  const answer = await fetch(url, {method, credentials: 'include', ...(method === 'POST' && {body: form})});
  return answer.json();
};
const getToken = async (type) => {
  if (!kept[type + 'Token']) {
    kept[type + 'Token'] = (await call('GET', {action: 'query', meta: 'tokens', type})).query.tokens[type + 'token'];
  }
  return kept[type + 'Token'];
};
const postWithToken = async (type, fields) => {
  const said = await call('POST', {...fields, token: await getToken(type)});
  if (said.error?.code !== 'badtoken') return said;
  delete kept[type + 'Token'];
  return call('POST', {...fields, token: await getToken(type)});
};
const login = async (lgname, lgpassword) => {
  const asked = await call('POST', {action: 'login', lgname, lgpassword});
  return call('POST', {action: 'login', lgname, lgpassword, lgtoken: asked.login.token});
};
const who = async () => (await call('GET', {action: 'query', meta: 'userinfo'})).query.userinfo.name;
"""
WHOLE = f"""async ([name, password]) => {{
  {CLIENT}
  const said = {{anonymous: mw.user.isAnon(), token: mw.user.tokens.get('csrfToken')}};
  said.login = (await login(name, password)).login.result;
  said.me = await who();
  said.watch = await getToken('watch');
  said.logout = await postWithToken('csrf', {{action: 'logout'}});
  said.after = await who();
  return said;
}}"""
KEPT = f"""async () => {{
  {CLIENT}
  const said = {{name: mw.user.getName(), anonymous: mw.user.isAnon(), id: mw.user.getId(), groups: await mw.user.getGroups()}};
  said.logout = await call('POST', {{action: 'logout', token: await getToken('csrf')}});
  return said;
}}"""


@pytest.fixture
def elsewhere() -> Iterator[tuple[str, Callable[[str], None]]]:
    """An origin that is not the wiki's: what it is called, and what says for which wiki its page is."""
    with served() as (opened, answer):
        origin = opened.replace("127.0.0.1", "localhost")

        def point_at(wiki: str) -> None:
            config = json.dumps({"config": {"wgServer": wiki, "wgScriptPath": "/w"}})
            page = (
                f'<!DOCTYPE html><title>A tool</title><script type="application/json" id="mw-config">{config}</script>'
                f'<script src="{wiki}/w/resources/wikigate/mw.js"></script>'
            )

            def application(_environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
                start_response("200 OK", [("Content-Type", "text/html; charset=utf-8")])
                return [page.encode()]

            answer(application)

        yield origin, point_at


def test_m19_a_script_on_a_page_logs_in_and_out_with_what_the_page_says(browser_page: Page) -> None:
    browser_page.goto(special("UserLogin"))
    said = browser_page.evaluate(WHOLE, ["Alice", PASSWORD])
    assert said["anonymous"]
    assert said["token"] == "+\\"
    assert (said["login"], said["me"]) == ("Success", "Alice")
    # The page's own tokens were a visitor's: refused, fetched anew, sent again.
    assert said["watch"] == "+\\"
    assert said["logout"] == {}
    assert said["after"] == "127.0.0.1"


def test_m21_the_tokens_of_a_page_are_good_as_they_stand(browser_page: Page) -> None:
    """No token is asked for: what the page brought is sent."""
    asked: list[str] = []
    log_in(browser_page, "Olga", PASSWORD)
    browser_page.on("request", lambda one: asked.append(one.url))
    said = browser_page.evaluate(KEPT)
    assert (said["name"], said["anonymous"]) == ("Olga", False)
    assert said["id"] > 0
    assert "sysop" in said["groups"]
    assert said["logout"] == {}
    assert not [url for url in asked if "meta=tokens" in url]


def test_m21_a_page_of_an_origin_of_the_list_does_so_too(
    live: Callable[..., TestWiki], open_page: Callable[..., Page], elsewhere: tuple[str, Callable[[str], None]]
) -> None:
    origin, point_at = elsewhere
    wiki = with_people(live({"api": {"cross_site_domains": [urlsplit(origin).netloc]}}))
    point_at(address_of(wiki))
    page = open_page(wiki)
    page.goto(origin)
    said = page.evaluate(WHOLE, ["Alice", PASSWORD])
    assert (said["login"], said["me"], said["logout"]) == ("Success", "Alice", {})
    assert len(said["watch"]) > 40
    assert said["after"] == "127.0.0.1"


def test_e8_a_page_of_any_other_origin_reads_nothing(
    wiki: TestWiki, open_page: Callable[..., Page], elsewhere: tuple[str, Callable[[str], None]]
) -> None:
    """Neither an answer of the API, nor a page with its tokens."""
    origin, point_at = elsewhere
    point_at(address_of(wiki))
    page = open_page(wiki)
    log_in(page, "Alice", PASSWORD)
    page.goto(origin)
    read = "(url) => fetch(url, {credentials: 'include'}).then((one) => one.text(), () => 'nothing')"
    for path in ("/w/index.php", f"/w/api.php?action=query&meta=tokens&format=json&origin={origin}"):
        assert page.evaluate(read, address_of(wiki) + path) == "nothing"


def test_m21_values_are_got_and_set_as_with_mediawiki(browser_page: Page) -> None:
    browser_page.goto(special("UserLogin"))
    said = browser_page.evaluate("""() => ({
      one: mw.config.get('wgCanonicalSpecialPageName'),
      none: [mw.config.get('nothing'), mw.config.get('nothing', 7), mw.config.get('toString'), mw.config.get(7)],
      some: mw.config.get(['wgDBname', 'nothing'], 'x'),
      all: mw.config.get().wgScriptPath,
      values: mw.config.values.wgNamespaceNumber,
      there: [mw.config.exists('wgUserName'), mw.config.exists('nothing'), mw.config.exists('toString')],
      set: [mw.config.set('a', 1), mw.config.set({b: 2, c: undefined}), mw.config.set('d'), mw.config.set(5, 6)],
      then: mw.config.get(['a', 'b']),
      named: [mw.user.isNamed(), mw.user.isTemp(), mw.user.getId(), mw.user.getName()],
    })""")
    assert said == {
        "one": "Userlogin",
        "none": [None, 7, None, None],
        "some": {"wgDBname": "my_wiki", "nothing": "x"},
        "all": "/w",
        "values": -1,
        "there": [True, False, False],
        "set": [True, True, False, False],
        "then": {"a": 1, "b": 2},
        "named": [False, False, 0, None],
    }


def test_e6_what_the_api_prints_for_a_callback_is_no_script_of_a_page(browser_page: Page) -> None:
    """Whoever could write markup into a page could still not run anything: a script needs the page's nonce."""
    refused: list[str] = []
    browser_page.on("console", lambda line: refused.append(line.text))
    browser_page.goto(special("UserLogin"))
    outcome = browser_page.evaluate("""() => new Promise((done) => {
      window.ran = () => done('ran');
      const script = document.createElement('script');
      script.src = mw.config.get('wgScriptPath') + '/api.php?action=query&format=json&callback=ran';
      script.onerror = () => done('refused');
      document.head.append(script);
    })""")
    assert outcome == "refused"
    assert "Content Security Policy" in " ".join(refused)
