"""What these tests are made of: the certified provider, a wiki that is served, a client's own address, and a real browser."""

from __future__ import annotations

import json
import os
import queue
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from wikigate.auth.settings import AuthSettings
from wikigate.testing.wiki import TestWiki

ROOT = Path(__file__).parents[2]
NODE = ROOT / ".cache/identity/node"
PASSWORD = "correct horse battery"
SECRET = "the secret of the tests"
PATIENCE = 60


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class _Quiet(WSGIRequestHandler):
    def log_message(self, *_arguments: object) -> None:
        pass


@contextmanager
def served() -> Iterator[tuple[str, Callable[[Any], None]]]:
    """Open a port: its origin, and what lets an application answer there."""
    server = make_server("127.0.0.1", 0, lambda *_: [], server_class=_Server, handler_class=_Quiet)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", server.set_app
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@contextmanager
def client_page() -> Iterator[str]:
    """A client's own address, to which the browser comes back in the end."""

    class Page(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"You may close this window.")

        def log_message(self, *_arguments: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Page)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/authenticating.php"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@contextmanager
def provider(wiki: str) -> Iterator[str]:
    """Start the certified provider for a wiki; its issuer."""
    pages = ("OpenIDConnectReturn", "PluggableAuthLogin")
    said = json.dumps({"wiki": wiki, "redirects": [f"{wiki}/wiki/Special:{page}" for page in pages]})
    with subprocess.Popen(
        ["node", str(Path(__file__).with_name("provider.mjs")), said],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env={**os.environ, "IDENTITY_PARTS": str(NODE)},
    ) as process:
        assert process.stdout is not None
        lines: queue.Queue[str] = queue.Queue()
        reader = threading.Thread(target=lambda: lines.put(process.stdout.readline()), daemon=True)  # type: ignore[union-attr]
        reader.start()
        try:
            word, _, issuer = lines.get(timeout=PATIENCE).strip().partition(" ")
            assert word == "ISSUER", "the provider did not start"
            yield issuer
        finally:
            process.terminate()


@contextmanager
def wiki_with_provider(
    shape: str = "openid-connect", *, second_factor: dict[str, str] | None = None, **settings: Any
) -> Iterator[TestWiki]:
    """Serve a wiki that asks for a captcha at every login and knows the provider."""
    with served() as (origin, answer), provider(origin) as issuer:
        entry = {
            "name": "openid.example.net",
            "label": "example.net",
            "issuer": issuer,
            "client_id": "ABC",
            "client_secret": SECRET,
            **settings,
        }
        auth = {
            "providers": ["captcha", shape, *AuthSettings().providers],
            "openid": {"providers": [entry]},
            "second_factor": second_factor or {},
            "captcha": {"triggers": {"loginattempt": True, "createaccount": False}},
        }
        with TestWiki({"auth": auth, "site": {"server": origin}}) as wiki:
            answer(wiki.application)
            yield wiki
