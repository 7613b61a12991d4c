"""The conversations that are measured. Each yields the bytes of a request and is sent the answer.

The first wrong word raises ``WrongAnswer``.
A conversation is given the specification of the run: ``path`` of the API, ``n`` (its running number), and what it needs of accounts.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Generator
from dataclasses import dataclass
from typing import Any, TypeAlias
from urllib.parse import urlencode


@dataclass(slots=True)
class Answer:
    """One HTTP answer; header names are lower-case."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes
    closes: bool

    def cookies(self) -> dict[str, str]:
        """Return the cookies that it sets, the deleted ones left out."""
        pairs = (value.partition(";")[0].partition("=") for name, value in self.headers if name == "set-cookie")
        return {name: value for name, _, value in pairs if value != "deleted"}


class WrongAnswer(Exception):  # noqa: N818  it is the answer that is wrong
    """The server said something else than it should."""


Conversation: TypeAlias = Generator[bytes, Answer, None]


def get(spec: dict[str, Any], query: dict[str, str], jar: dict[str, str]) -> bytes:
    """Spell a GET request."""
    lines = [f"GET {spec['path']}?{urlencode(query)} HTTP/1.1", f"Host: {spec['http_host']}", *common(spec, jar)]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def post(spec: dict[str, Any], form: dict[str, str], jar: dict[str, str]) -> bytes:
    """Spell a POST request."""
    body = urlencode(form)
    lines = [
        f"POST {spec['path']} HTTP/1.1", f"Host: {spec['http_host']}", "Content-Type: application/x-www-form-urlencoded",
        f"Content-Length: {len(body)}", *common(spec, jar),
    ]  # fmt: skip
    return ("\r\n".join(lines) + "\r\n\r\n" + body).encode()


def common(spec: dict[str, Any], jar: dict[str, str]) -> list[str]:
    """Spell the headers that every request carries; each conversation comes from a client address of its own."""
    n = spec["n"]
    lines = [f"X-Forwarded-For: 10.{n >> 16 & 255}.{n >> 8 & 255}.{n & 255}"] if spec.get("forwarded") else []
    if jar:
        lines.append("Cookie: " + "; ".join(f"{name}={value}" for name, value in jar.items()))
    return lines


def decoded(answer: Answer, what: str) -> Any:
    """Read a JSON answer; anything but a plain success is wrong."""
    if answer.status != 200:
        raise WrongAnswer(f"{what}: HTTP {answer.status} {answer.body[:200]!r}")
    tree = json.loads(answer.body)
    if "error" in tree:
        raise WrongAnswer(f"{what}: {tree['error'].get('code')}")
    return tree


def token(spec: dict[str, Any]) -> Conversation:
    """Fetch a login token without a cookie."""
    query = {"action": "query", "meta": "tokens", "type": "login", "format": "json"}
    request = get(spec, query, {})
    while True:
        answer = yield request
        if answer.status != 200 or b'"logintoken":"' not in answer.body or not answer.cookies():
            raise WrongAnswer(f"token: {answer.body[:200]!r}")


def hello(spec: dict[str, Any]) -> Conversation:
    """Fetch a constant."""
    request = get(spec, {}, {})
    while True:
        answer = yield request
        if answer.status != 200:
            raise WrongAnswer("hello")


def authmanagerinfo(spec: dict[str, Any]) -> Conversation:
    """Ask which fields a login needs."""
    request = get(spec, {"action": "query", "meta": "authmanagerinfo", "amirequestsfor": "login", "format": "json"}, {})
    while True:
        answer = yield request
        if b"PasswordAuthenticationRequest" not in answer.body:
            raise WrongAnswer(f"authmanagerinfo: {answer.body[:200]!r}")


def userinfo(spec: dict[str, Any]) -> Conversation:
    """Log in once, then ask who one is, asserting it, for ever."""
    jar: dict[str, str] = {}
    yield from log_in(spec, jar)
    request = get(
        spec,
        {"action": "query", "meta": "userinfo", "uiprop": "groups|rights", "assert": "user", "format": "json"},
        jar,
    )
    name = spec["users"][spec["n"] % len(spec["users"])]["name"].encode()
    while True:
        answer = yield request
        if name not in answer.body:
            raise WrongAnswer(f"userinfo: {answer.body[:200]!r}")


def bearer(spec: dict[str, Any]) -> Conversation:
    """Ask who one is with a bearer token, for ever; the question is that of ``userinfo``."""
    user = spec["users"][spec["n"] % len(spec["users"])]
    query = {"action": "query", "meta": "userinfo", "uiprop": "groups|rights", "assert": "user", "format": "json"}
    plain = get(spec, query, {})
    request = plain[:-2] + f"Authorization: Bearer {user['bearer']}\r\n\r\n".encode()
    name = user["name"].encode()
    while True:
        answer = yield request
        if name not in answer.body:
            raise WrongAnswer(f"bearer: {answer.body[:200]!r}")


def log_in(spec: dict[str, Any], jar: dict[str, str]) -> Generator[bytes, Answer, None]:
    """Log in through clientlogin; the jar is filled."""
    user = spec["users"][spec["n"] % len(spec["users"])]
    answer = yield get(spec, {"action": "query", "meta": "tokens", "type": "login", "format": "json"}, jar)
    jar.update(answer.cookies())
    form = {
        "action": "clientlogin", "username": user["name"], "password": user["password"], "loginreturnurl": "http://example.org/",
        "logintoken": decoded(answer, "token")["query"]["tokens"]["logintoken"], "format": "json",
    }  # fmt: skip
    answer = yield post(spec, form, jar)
    if decoded(answer, "clientlogin")["clientlogin"]["status"] != "PASS":
        raise WrongAnswer(f"clientlogin: {answer.body[:200]!r}")
    jar.update(answer.cookies())


def clientlogin(spec: dict[str, Any]) -> Conversation:
    """Token, then clientlogin with the main password."""
    yield from log_in(spec, {})


def bot_log_in(spec: dict[str, Any], jar: dict[str, str]) -> Generator[bytes, Answer, None]:
    """Log in with a bot password; the jar is filled."""
    user = spec["users"][spec["n"] % len(spec["users"])]
    answer = yield get(spec, {"action": "query", "meta": "tokens", "type": "login", "format": "json"}, jar)
    jar.update(answer.cookies())
    form = {
        "action": "login", "lgname": user["bot_name"], "lgpassword": user["bot_password"],
        "lgtoken": decoded(answer, "token")["query"]["tokens"]["logintoken"], "format": "json",
    }  # fmt: skip
    answer = yield post(spec, form, jar)
    if decoded(answer, "login")["login"]["result"] != "Success":
        raise WrongAnswer(f"login: {answer.body[:200]!r}")
    jar.update(answer.cookies())


def bot(spec: dict[str, Any]) -> Conversation:
    """Token, then login with a bot password."""
    yield from bot_log_in(spec, {})


def bot_cycle(spec: dict[str, Any]) -> Conversation:
    """Token, login with a bot password, csrf token, logout."""
    jar: dict[str, str] = {}
    yield from bot_log_in(spec, jar)
    answer = yield get(spec, {"action": "query", "meta": "tokens", "format": "json"}, jar)
    csrf = decoded(answer, "csrf")["query"]["tokens"]["csrftoken"]
    answer = yield post(spec, {"action": "logout", "token": csrf, "format": "json"}, jar)
    if decoded(answer, "logout") not in ({}, []):
        raise WrongAnswer(f"logout: {answer.body[:200]!r}")


def wrong_login(spec: dict[str, Any]) -> Conversation:
    """Log in with a wrong password: a guess, from an address of its own."""
    jar: dict[str, str] = {}
    answer = yield get(spec, {"action": "query", "meta": "tokens", "type": "login", "format": "json"}, jar)
    jar.update(answer.cookies())
    user = spec["users"][spec["n"] % len(spec["users"])]
    form = {
        "action": "clientlogin", "username": user["name"], "password": f"wrong-{spec['n']}", "loginreturnurl": "http://example.org/",
        "logintoken": decoded(answer, "token")["query"]["tokens"]["logintoken"], "format": "json",
    }  # fmt: skip
    answer = yield post(spec, form, jar)
    if b'"FAIL"' not in answer.body and b"ratelimited" not in answer.body:
        raise WrongAnswer(f"wrong login: {answer.body[:200]!r}")


CONVERSATIONS: dict[str, Callable[[dict[str, Any]], Conversation]] = {
    function.__name__: function
    for function in (token, hello, authmanagerinfo, userinfo, bearer, clientlogin, bot, bot_cycle, wrong_login)
}
