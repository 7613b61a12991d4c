"""A whole wiki in this process, for tests: in a folder of its own, with a clock that stands still and no network.

::

    with TestWiki({"accounts": {"private": True}}) as wiki:
        wiki.create_user("Alice", "correct horse battery")
        wiki.clock.move(3600)
        wiki.get({"action": "query", "meta": "siteinfo"})["error"]["code"]     # readapidenied

One ``Browser`` keeps cookies; the wiki's own ``get`` and ``post`` use one that is always the same, ``browser()`` makes another.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlencode

from wikigate.accounts.bot_passwords import NewBotPassword
from wikigate.accounts.hashing import InlineHasher
from wikigate.accounts.user import Account
from wikigate.app import Application, Wiki, open_wiki
from wikigate.config import Config, read_config
from wikigate.testing.clock import ManualClock
from wikigate.testing.transport import Answer, WsgiTransport

_QUICK: Mapping[str, Any] = {"passwords": {"profile": "mediawiki"}}


class Browser:
    """A client that keeps its cookies."""

    def __init__(self, transport: WsgiTransport, path: str) -> None:
        self._transport = transport
        self._path = path
        self.cookies: dict[str, str] = {}

    def send(self, method: str, target: str, headers: Mapping[str, str] | None = None, body: bytes = b"") -> Answer:
        """Send any request with the cookies, and take the cookies of the answer."""
        sent = dict(headers or {})
        if self.cookies and "Cookie" not in sent:
            sent["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        answer = self._transport.send(method, target, sent, body)
        for cookie in answer.cookies():
            name, _, value = cookie.partition(";")[0].partition("=")
            if value == "deleted":
                self.cookies.pop(name, None)
            else:
                self.cookies[name] = value
        return answer

    def get(self, query: Mapping[str, str]) -> Any:
        """Ask the API and read its JSON."""
        target = f"{self._path}?{urlencode({'format': 'json', 'formatversion': '2', **query})}"
        return json.loads(self.send("GET", target).body)

    def post(self, form: Mapping[str, str]) -> Any:
        """Post to the API and read its JSON."""
        body = urlencode({"format": "json", "formatversion": "2", **form}).encode()
        return json.loads(
            self.send("POST", self._path, {"Content-Type": "application/x-www-form-urlencoded"}, body).body
        )

    def token(self, token_type: str = "csrf") -> str:  # noqa: S107  a type, not a token
        """Fetch a token."""
        tokens = self.get({"action": "query", "meta": "tokens", "type": token_type})["query"]["tokens"]
        return str(tokens[f"{token_type}token"])

    def log_in(self, name: str, password: str, **fields: str) -> Any:
        """Log in by ``clientlogin`` and return its node."""
        form = {
            "action": "clientlogin",
            "username": name,
            "password": password,
            "loginreturnurl": "http://example.org/",
        }
        return self.post({**form, "logintoken": self.token("login"), **fields})["clientlogin"]

    def who(self) -> str:
        """Say as whom the wiki knows this client."""
        return str(self.get({"action": "query", "meta": "userinfo"})["query"]["userinfo"]["name"])


class TestWiki(Browser):
    """One wiki; leaves nothing behind. ``tables`` are those of a configuration file, ``parts`` replace what ``Wiki`` is made of."""

    __test__ = False  # pytest: a tool, not a test

    def __init__(self, tables: Mapping[str, Any] | None = None, *, database: str = "", **parts: Any) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="wikigate-test-")
        self.data = Path(self._folder.name)
        self.clock: ManualClock = parts.pop("clock", None) or ManualClock()
        self.config: Config = read_config({**_QUICK, **(tables or {})}, self.data, database=database)
        parts = {"clock": self.clock, "hasher": InlineHasher(), **parts}
        self.wiki: Wiki = open_wiki(self.config, next(iter(self.config.wikis)), **parts)
        self.application = Application(self.config, [self.wiki])
        self._base = self.wiki.settings.site.server or "http://127.0.0.1"
        super().__init__(WsgiTransport(self.application, self._base), f"{self.wiki.settings.site.script_path}/api.php")

    def browser(self) -> Browser:
        """Return another client, without cookies."""
        return Browser(self._transport, self._path)

    def create_user(self, name: str, password: str, *, groups: tuple[str, ...] = ()) -> Account:
        """Make an account."""
        return self.wiki.registration.create(name, password, groups=groups)

    def create_bot_password(self, account: Account, app: str, *grants: str) -> NewBotPassword:
        """Make a bot password."""
        return self.wiki.registration.create_bot_password(account, app, grants=grants)

    def close(self) -> None:
        """End it and delete its folder."""
        self.application.close()
        self._folder.cleanup()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
