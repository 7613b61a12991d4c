"""Plays the recorded cases of old releases against a wiki that speaks their dialect (spec legacy §9).

A case is a conversation with an empty cookie jar of its own: every request writes its cookies out. What a server makes anew stands there
as ``{{name}}``: the same name is the same value throughout the case. Compared are the status, the watched headers, the cookies with age
and attributes in their order, and the body letter by letter.
"""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from functools import lru_cache
from itertools import count
from pathlib import Path
from typing import Any, Self
from urllib.parse import unquote, urlencode

from tests.wire.fixture import Fixture, fill
from wikigate.testing.transport import Answer
from wikigate.testing.wiki import TestWiki

from .outside import AUTO_CREATION, OUTSIDE

RECORDINGS = Path(__file__).parent / "recordings"
WATCHED = (
    "mediawiki-api-error",
    "content-type",
    "cache-control",
    "expires",
    "x-content-type-options",
    "x-frame-options",
    "vary",
)
_MARK = re.compile(r"\{\{(\w+)\}\}|⟦(text|number|any)⟧")
_FORMS = {
    "client_ip": r"[\d.]+", "host": r"[\w.:]+", "now": r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", "loggedout": r"\d{10}(?:\d{4})?",
    "logintoken": r"[0-9a-f]{32}(?:[0-9a-f]{8})?", "csrftoken": r"[0-9a-f]{40}", "edittoken": r"[0-9a-f]{32}(?:[0-9a-f]{8})?",
    "userid": r"\d+", "blockid": r"\d+", "usertoken": r"[0-9a-f]{32}",
}  # fmt: skip
_SLACK = 60
_ACCOUNTS = (
    ("Admin", 1, "AdminPass-1"),
    ("Bob", 2, "BobPass-99"),
    ("Mallory", 3, "MalloryPass-1"),
    ("Alice", 4, "AlicePass-7"),
)
_LATER_ACCOUNTS = (
    _ACCOUNTS[0],
    ("LegBob", 7, "BobPass-99"),
    ("LegMallory", 9, "MalloryPass-1"),
    ("LegAlice", 8, "AlicePass-7"),
)
_SPAM = {
    "reason": "spam", "by": "Admin", "seconds": None, "create_account": True, "autoblock": False, "allow_usertalk": False,
}  # fmt: skip
_BLOCKED_ADDRESS = "10.99.99.1"


@dataclass(frozen=True, slots=True)
class Case:
    """One recorded conversation: ``where`` is the dialect or release that it was recorded from."""

    where: str
    id: str
    strict: bool
    settings: tuple[str, ...]
    steps: tuple[Mapping[str, Any], ...]

    @property
    def name(self) -> str:
        """What the case is called everywhere."""
        return f"{self.where}/{self.id}"

    @property
    def dialect(self) -> str:
        """The dialect that the case is about: a release by its number."""
        return self.where.removeprefix("release-")


@lru_cache
def cases() -> tuple[Case, ...]:
    """Read every case."""
    found = []
    for path in sorted(RECORDINGS.glob("*.json")):
        for item in json.loads(path.read_text("utf-8")):
            strict = item["group"] == "strict-only"
            found.append(Case(path.stem, item["id"], strict, tuple(item.get("settings", ())), tuple(item["steps"])))
    return tuple(found)


class OldWorld:
    """A wiki as the recordings assume it, speaking one dialect."""

    def __init__(self, dialect: str, *, strict: bool, settings: tuple[str, ...]) -> None:
        # The current release was recorded on a wiki of another name.
        wiki_id = "my_wiki" if dialect in {"current", "1.43.9"} else "enwiki"
        secure = "SECURE" in settings
        server = "https://127.0.0.1:8080" if secure else "http://127.0.0.1:8080"
        tables: dict[str, Any] = {
            "dialect": dialect,
            "site": {"server": server, "wiki_id": wiki_id, "site_name": "TestWiki"},
            "server": {"trusted_proxies": ["127.0.0.1"]},
            "dialects": {"strict": strict},
            "accounts": {"private": "PRIVATE" in settings, "block_disables_login": "BLOCKLOGIN" in settings},
            "auth": {"throttle": {"per_address": 0}},
        }
        parts: dict[str, Any] = {}
        if "PLUGIN" in settings:
            tables["auth"]["providers"] = ["login-throttle", "outside", "local-password", "block-check"]
            parts = {"providers": OUTSIDE, "auto_creation": AUTO_CREATION}
        self.wiki = TestWiki(tables, **parts)
        known = _LATER_ACCOUNTS if wiki_id == "my_wiki" else _ACCOUNTS
        accounts = tuple({"name": name, "id": ident, "password": password} for name, ident, password in known)
        blocks = ({"id": 1, "user": known[2][0], **_SPAM}, {"id": 2, "address": _BLOCKED_ADDRESS, **_SPAM})
        wanted = Fixture("old", {}, accounts, (), blocks, "", None, None)
        url = self.wiki.config.wikis[wiki_id].database.url
        with closing(sqlite3.connect(url.removeprefix("sqlite:///"), timeout=10)) as connection:
            fill(connection, wanted, 1767225600.0)  # 2026-01-01
            connection.commit()
        self._addresses = count(1)

    def address(self, case: Case) -> str:
        """Return an address that no case had before; the blocked one where the case is about that."""
        number = next(self._addresses)
        return _BLOCKED_ADDRESS if "createblocked" in case.id else f"10.1.{number // 250}.{number % 250 + 1}"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.wiki.close()


class Play:
    """One case on its way; ``bound`` are the values seen so far."""

    def __init__(self, world: OldWorld, case: Case) -> None:
        self._world = world
        self._case = case
        self.bound = {"client_ip": world.address(case), "host": "127.0.0.1:8080"}

    def differences(self) -> Iterator[tuple[int, str, str, str]]:
        """Play every step; yield step, place, expected and actual for each difference."""
        for number, step in enumerate(self._case.steps, 1):
            if "cookies" not in step["request"]:
                # Another client, whose session has nothing to do with the one before.
                self.bound = {name: self.bound[name] for name in ("client_ip", "host")}
            answer = self._send(step["request"])
            for place, wanted, got in self._compare(step["expect"], answer):
                yield number, place, wanted, got

    def _fill(self, text: str) -> str:
        return re.sub(r"\{\{(\w+)\}\}", lambda mark: self.bound.get(mark[1], mark[0]), text)

    def _send(self, request: Mapping[str, Any]) -> Answer:
        headers = {"X-Forwarded-For": self.bound["client_ip"]}
        query = urlencode({name: self._fill(value) for name, value in request["query"].items()})
        if cookies := request.get("cookies"):
            headers["Cookie"] = "; ".join(f"{name}={self._fill(value)}" for name, value in cookies.items())
        body = b""
        if "form" in request:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
            body = urlencode({name: self._fill(value) for name, value in request["form"].items()}).encode()
        return self._world.wiki.browser().send(request["method"], f"/w/api.php?{query}", headers, body)

    def _compare(self, expect: Mapping[str, Any], answer: Answer) -> Iterator[tuple[str, str, str]]:
        if answer.status != expect.get("status", 200):
            yield "status", str(expect.get("status", 200)), str(answer.status)
        for name in WATCHED:
            wanted, got = expect["headers"].get(name, "(absent)"), answer.header(name) or "(absent)"
            if wanted.lower() != got.lower():
                yield f"header {name}", wanted, got
        yield from self._cookies(expect.get("cookies", []), answer)
        body = answer.body.decode()
        if expect["body"] != "⟦page⟧" and not self._matches(expect["body"], body):
            yield "body", self._fill(expect["body"]), body

    def _cookies(self, expected: list[str], answer: Answer) -> Iterator[tuple[str, str, str]]:
        got = [self._shown(cookie) for cookie in answer.cookies()]
        for number in range(max(len(expected), len(got))):
            wanted = expected[number] if number < len(expected) else "(absent)"
            actual = got[number] if number < len(got) else "(absent)"
            if not self._matches(wanted, actual):
                name = (wanted if wanted != "(absent)" else actual).partition("=")[0]
                yield f"cookie {name}", self._fill(wanted), actual

    def _shown(self, cookie: str) -> str:
        """Write a cookie as recordings do; an age within the slack of a day's multiple is that multiple."""
        pair, *attributes = cookie.split("; ")
        name, _, value = pair.partition("=")
        known = {key.lower(): text for key, _, text in (attribute.partition("=") for attribute in attributes)}
        age = "session"
        if "expires" in known:
            left = parsedate_to_datetime(known["expires"]).timestamp() - self._world.wiki.clock.now()
            age = "gone" if left < 0 else str(round(left / _SLACK) * _SLACK)
        flags = "".join(f"; {flag}" for flag in ("httponly", "secure") if flag in known)
        return f"{name}={unquote(value)}; {age}{flags}"

    def _matches(self, template: str, text: str) -> bool:
        """Compare, and bind what the template names for the first time."""
        pattern, end, fresh = "", 0, []
        for mark in _MARK.finditer(template):
            pattern += re.escape(template[end : mark.start()])
            end, name = mark.end(), mark[1]
            if name is None:
                inside = r"[^<]+?" if template[end : end + 1] == "<" else r'(?:[^"<\\]|\\.)+?'
                pattern += {"text": inside, "number": r"\d+", "any": "(?s:.*)"}[mark[2]]
            elif name in self.bound:
                pattern += re.escape(self.bound[name])
            elif name in fresh:
                pattern += f"(?P={name})"
            else:
                fresh.append(name)
                pattern += f"(?P<{name}>{_FORMS.get(name, '[0-9a-zA-Z]+')})"
        match = re.fullmatch(pattern + re.escape(template[end:]), text)
        if match is None:
            return False
        self.bound.update({name: match[name] for name in fresh})
        return True
