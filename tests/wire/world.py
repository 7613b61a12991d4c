"""A Wikigate in this process as a recording assumes it: rows, configuration, test modules, and a clock that the recording moves."""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Mapping
from contextlib import closing
from functools import lru_cache
from importlib import resources
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from wikigate.actions.action import Action
from wikigate.i18n.catalog import Catalog
from wikigate.plugins import all_actions, all_providers
from wikigate.testing.clock import ManualClock
from wikigate.testing.transport import Answer, WsgiTransport
from wikigate.testing.wiki import TestWiki

from .fixture import Fixture, change, fill
from .modules import Edit, modules
from .providers import PROVIDERS

_OWN_MESSAGES = Path(__file__).with_name("messages.json")


@lru_cache
def messages() -> dict[str, dict[str, str]]:
    """Return Wikigate's messages by language, and those of the test modules."""
    folder = resources.files("wikigate.i18n").joinpath("messages")
    found = {path.name.removesuffix(".json"): json.loads(path.read_text("utf-8")) for path in folder.iterdir()}
    found["en"] |= json.loads(_OWN_MESSAGES.read_text("utf-8"))
    return found


def _modules(wanted: Fixture) -> tuple[Action, ...]:
    if wanted.modules == "pages":
        return (Edit(),)
    return modules(required=wanted.modules == "required") if wanted.modules else ()


def _without_extension(config: Mapping[str, Any]) -> dict[str, Any]:
    """Take away the right that OATHAuth gives: the wikis that were asked who they know had codes without it."""
    accounts = config.get("accounts", {})
    user = {"name": "user", "without": ["oathauth-enable"]}
    return {**config, "accounts": {**accounts, "groups": [*accounts.get("groups", []), user]}}


class World:
    """The wiki, as a ``Transport`` and as the doer of a recording's changes."""

    def __init__(self, wanted: Fixture) -> None:
        self._wanted = wanted
        site = wanted.config["site"]
        self.base: str = site["server"]
        bot_passwords = wanted.config.get("accounts", {}).get("bot_passwords", True)
        pictures = wanted.config.get("auth", {}).get("captcha", {}).get("kind") == "image"
        reset = wanted.config.get("auth", {}).get("password_reset", {})
        ways = {f"reset_{way}": reset.get(way, True) for way in ("by_name", "by_email")}
        self._wiki = TestWiki(
            _without_extension(wanted.config),
            clock=ManualClock(wanted.moment or time.time()),
            catalog=Catalog(messages(), article_path=site["article_path"], site_name=site["site_name"]),
            actions=(*all_actions(bot_passwords=bot_passwords, pictures=pictures, **ways), *_modules(wanted)),
            providers=(*all_providers(), *PROVIDERS),
        )
        self._transport = WsgiTransport(self._wiki.application, self.base)
        with closing(self._opened()) as connection:
            fill(connection, wanted, self.now())

    def _opened(self) -> sqlite3.Connection:
        url = self._wiki.config.wikis[self._wanted.config["site"]["wiki_id"]].database.url
        return sqlite3.connect(url.removeprefix("sqlite:///"), timeout=10)

    def now(self) -> float:
        """Return the wiki's present."""
        return self._wiki.clock.now()

    def send(self, method: str, target: str, headers: Mapping[str, str], body: bytes) -> Answer:
        """Put one request, with no cookies but the recording's."""
        return self._transport.send(method, target, headers, body)

    def perform(self, verb: str, arguments: Any) -> None:
        """Make one of the changes that a recording asks for between two steps."""
        if verb == "advance":
            self._wiki.clock.move(arguments)
            return
        with closing(self._opened()) as connection:
            change(connection, self._wanted, verb, arguments, self.now())

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._wiki.close()
