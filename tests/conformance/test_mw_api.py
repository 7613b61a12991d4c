"""MediaWiki's own client in the browser, ``mw.Api``, as a page of a real MediaWiki brings it, logs in at Wikigate (M19, M21).

The page comes from the real wiki. In the first test its ``api.php`` is Wikigate's, on the same origin; in the others Wikigate is on an
origin of its own, which the page's origin may use or not. In one the client goes on from a page that Wikigate drew.
"""

from __future__ import annotations

import http.client
import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, Route

from . import wikigate_server
from .conftest import Reference
from .wikigate_server import WikigateServer

PASSWORD = "correct horse battery"
READY = "!!(window.mw && mw.loader && mw.loader.using)"
TALK = """
async ({name, password, foreign}) => {
  await mw.loader.using(['mediawiki.api', 'mediawiki.ForeignApi', 'mediawiki.user']);
  const api = foreign ? new mw.ForeignApi(foreign) : new mw.Api();
  const settled = (promise) => new Promise((done) => promise.then((value) => done({value}), (code) => done({code})));
  const who = () => settled(api.get({action: 'query', meta: 'userinfo', formatversion: 2}));
  const said = {};
  said.before = await who();
  said.wrong = await settled(api.login(name, password + 'x'));
  said.login = await settled(api.login(name, password));
  said.me = await who();
  said.rights = await settled(api.getUserInfo());
  api.badToken('watch');
  said.token = await settled(api.getToken('watch'));
  said.asserted = await settled(api.get({action: 'query', assert: 'user', assertuser: name.split('@')[0]}));
  said.anonymous = await settled(api.get(api.assertCurrentUser({action: 'query'})));
  said.logout = await settled(api.postWithToken('csrf', {action: 'logout'}));
  said.after = await who();
  return said;
}
"""
# The client goes on as the one of a page that Wikigate drew for Alice; it reads the tokens when it is loaded, and the rest later.
TOKENS = re.compile(r"(mw\.user\.tokens\.set\()\{.*?\}(\))")
OURS = """
async ({config, foreign}) => {
  mw.config.set(config);
  await mw.loader.using(['mediawiki.api', 'mediawiki.ForeignApi', 'mediawiki.Title']);
  const settled = (promise) => new Promise((done) => promise.then((value) => done({value}), (code) => done({code})));
  const api = foreign ? new mw.ForeignApi(mw.config.get('wgServer') + mw.util.wikiScript('api')) : new mw.Api();
  const said = {name: mw.user.getName(), anonymous: mw.user.isAnon(), script: mw.util.wikiScript()};
  said.asserted = await settled(api.get(api.assertCurrentUser({action: 'query', meta: 'userinfo'})));
  said.page = new mw.Title(mw.config.get('wgPageName')).getPrefixedText();
  said.token = await settled(api.getToken('csrf'));
  said.logout = await settled(api.postWithToken('csrf', {action: 'logout'}));
  return said;
}
"""


@contextmanager
def one_origin(pages: str, api: str) -> Iterator[str]:
    """Serve the pages of one server and the ``api.php`` of another as one origin."""

    class Splitter(BaseHTTPRequestHandler):
        def _pass_on(self) -> None:
            is_api = urlsplit(self.path).path.endswith("/api.php")
            target = urlsplit(api if is_api else pages).netloc
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            # The page is drawn for a visitor, whoever is logged in at Wikigate.
            left_out = {"host", "connection"} | (set() if is_api else {"cookie"})
            headers = {name: value for name, value in self.headers.items() if name.lower() not in left_out}
            connection = http.client.HTTPConnection(target, timeout=60)
            try:
                connection.request(self.command, self.path, body, headers)
                answer = connection.getresponse()
                content = answer.read()
            finally:
                connection.close()
            self.send_response(answer.status)
            for name, value in answer.getheaders():
                if name.lower() not in {"transfer-encoding", "connection", "content-length"} and (
                    is_api or name.lower() != "set-cookie"
                ):
                    self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = _pass_on  # noqa: N815  the server's names

        def log_message(self, *_arguments: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Splitter)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@contextmanager
def wikigate(folder: Path, *, may_ask: str = "") -> Iterator[WikigateServer]:
    """Serve Wikigate with an account; ``may_ask``: the origin whose pages may use it."""
    config = {"api": {"cross_site_domains": [urlsplit(may_ask).netloc]}} if may_ask else {}
    with wikigate_server.serving(folder, config) as server:
        done = server.run("user", "create", "Alice", "--password-stdin", stdin=PASSWORD)
        assert done.returncode == 0, done.stderr
        yield server


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    with chromium.new_context() as context:
        yield context.new_page()


def talk(page: Page, origin: str, foreign: str = "") -> dict[str, Any]:
    """Open a page of the real wiki and let its client speak."""
    page.goto(f"{origin}/w/index.php?title=Special:BlankPage")
    page.wait_for_function(READY)
    said: dict[str, Any] = page.evaluate(TALK, {"name": "Alice", "password": PASSWORD, "foreign": foreign})
    return said


def check(said: dict[str, Any]) -> None:
    assert said["before"]["value"]["query"]["userinfo"]["id"] == 0
    assert "code" in said["wrong"]
    assert said["login"]["value"]["login"]["result"] == "Success"
    assert said["me"]["value"]["query"]["userinfo"]["name"] == "Alice"
    assert "read" in said["rights"]["value"]["rights"]
    assert len(said["token"]["value"]) > len("+\\")
    assert "value" in said["asserted"]
    # The page was drawn for a visitor, and believes that there still is one.
    assert said["anonymous"]["code"] == "assertanonfailed"
    # The page's own csrf token is a visitor's: refused, fetched anew, sent again.
    assert said["logout"]["value"] == {}
    assert said["after"]["value"]["query"]["userinfo"]["id"] == 0


def test_m19_mw_api_logs_in_on_its_pages_origin(reference: Reference, page: Page, tmp_path: Path) -> None:
    with wikigate(tmp_path) as server, one_origin(reference.base, server.base) as origin:
        check(talk(page, origin))


def test_m21_mw_api_logs_in_from_an_origin_of_the_list(reference: Reference, page: Page, tmp_path: Path) -> None:
    with wikigate(tmp_path, may_ask=reference.base) as server:
        check(talk(page, reference.base, f"{server.base}/w/api.php"))


@pytest.mark.parametrize("foreign", [False, True], ids=["mw.Api", "mw.ForeignApi"])
def test_m21_mw_api_takes_config_and_tokens_from_a_page_of_ours(
    reference: Reference, page: Page, tmp_path: Path, *, foreign: bool
) -> None:
    """On the page's own origin no token is asked for: the page's is good. Elsewhere it asks for one, as it always does."""
    with (
        wikigate(tmp_path, may_ask="http://127.0.0.1:*") as server,
        one_origin(reference.base, server.base) as origin,
    ):
        url = f"{server.base}/w/index.php?title=Special:UserLogin"
        token = re.search(r'name="wpLoginToken" value="(\w+)', page.request.get(url).text())
        assert token is not None
        form = {"wpName": "Alice", "wpPassword": PASSWORD, "authAction": "login", "wpLoginToken": token[1] + "+\\"}
        drawn = re.search(r'id="mw-config">(.*?)</script>', page.request.post(url, form=form).text())
        assert drawn is not None
        block = json.loads(drawn[1])

        def fill_in(route: Route) -> None:
            body, count = TOKENS.subn(lambda one: one[1] + json.dumps(block["tokens"]) + one[2], route.fetch().text())
            assert count == 1
            route.fulfill(body=body, content_type="text/html; charset=UTF-8")

        if not foreign:
            page.route("**/index.php?title=Special:BlankPage", fill_in)
        page.goto(f"{origin}/w/index.php?title=Special:BlankPage")
        page.wait_for_function(READY)
        asked: list[str] = []
        page.on("request", lambda one: asked.append(one.url))
        said = page.evaluate(OURS, {"config": block["config"], "foreign": foreign})
        assert (said["name"], said["anonymous"], said["script"]) == ("Alice", False, "/w/index.php")
        assert said["asserted"]["value"]["query"]["userinfo"]["name"] == "Alice"
        assert said["page"] == "Main Page"
        assert said["logout"]["value"] == {}
        assert bool([one for one in asked if "meta=tokens" in one]) is foreign


def test_m21_mw_api_learns_nothing_from_an_origin_that_is_not_listed(
    reference: Reference, page: Page, tmp_path: Path
) -> None:
    """E8: the browser is given no answer, so no token, so no login."""
    with wikigate(tmp_path, may_ask="https://elsewhere.example") as server:
        said = talk(page, reference.base, f"{server.base}/w/api.php")
        assert {name for name, answer in said.items() if "value" in answer} == set()
        assert not [one for one in page.context.cookies(server.base) if one.get("name", "").endswith("UserName")]
