"""MediaWiki's own client in the browser, ``mw.Api``, as a page of a real MediaWiki brings it, logs in at Wikigate (M19, M21).

The page comes from the real wiki. In the first test its ``api.php`` is Wikigate's, on the same origin; in the others Wikigate is on an
origin of its own, which the page's origin may use or not.
"""

from __future__ import annotations

import http.client
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page

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


def test_m21_mw_api_learns_nothing_from_an_origin_that_is_not_listed(
    reference: Reference, page: Page, tmp_path: Path
) -> None:
    """E8: the browser is given no answer, so no token, so no login."""
    with wikigate(tmp_path, may_ask="https://elsewhere.example") as server:
        said = talk(page, reference.base, f"{server.base}/w/api.php")
        assert {name for name, answer in said.items() if "value" in answer} == set()
        assert not [one for one in page.context.cookies(server.base) if one.get("name", "").endswith("UserName")]
