"""Bare granian: a constant, and the same work as a login-token request with nothing around it.

``token`` parses the query and the cookies, makes a session id that can be verified, derives the token by HMAC, and sends the headers that
the API sends. It is what no server of this kind can do without; what Wikigate spends beyond it is Wikigate's own.
"""

from __future__ import annotations

import functools
import hmac
import json
import os
import sys
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl

from granian import Granian
from granian.constants import HTTPModes, Interfaces
from granian.log import LogLevels

_KEY = os.urandom(32)
_HEADERS = [
    ("X-Content-Type-Options", "nosniff"), ("X-Frame-Options", "DENY"), ("Content-Type", "application/json; charset=utf-8"),
    ("Content-Disposition", "inline; filename=api-result.json"), ("Cache-Control", "private, must-revalidate, max-age=0"),
]  # fmt: skip
_HELLO = b'{"batchcomplete":"","query":{"tokens":{"logintoken":"0123456789abcdef0123456789abcdef6b00e5b5+\\\\"}}}'


def hello(_environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
    """Answer a constant."""
    start_response("200 OK", [("Content-Type", "application/json"), ("Content-Length", str(len(_HELLO)))])
    return [_HELLO]


def token(environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
    """Answer a login token with a new session."""
    query = dict(parse_qsl(environ["QUERY_STRING"]))
    cookies = dict(pair.partition("=")[::2] for pair in environ.get("HTTP_COOKIE", "").split("; "))
    now = int(time.time())
    session = cookies.get("bare_session") or os.urandom(20).hex()
    mac = hmac.digest(_KEY, f"{session}{now}".encode(), "sha256").hex()
    secret = hmac.digest(_KEY, f"{query['type']}{session}".encode(), "sha256").hex()
    text = hmac.digest(secret.encode(), str(now).encode(), "sha256").hex()[:32] + f"{now:x}+\\"
    body = json.dumps({"batchcomplete": "", "query": {"tokens": {"logintoken": text}}}, separators=(",", ":")).encode()
    headers = [
        *_HEADERS, ("Set-Cookie", f"bare_session={session}{now:x}{mac}; path=/; HttpOnly"), ("X-Request-Id", os.urandom(12).hex()),
        ("Content-Length", str(len(body))),
    ]  # fmt: skip
    start_response("200 OK", headers)
    return [body]


def _load(name: str, *_args: Any, **_kwargs: Any) -> Callable[..., Any]:
    for variable in list(os.environ):
        del os.environ[variable]
    return {"hello": hello, "token": token}[name]


if __name__ == "__main__":
    Granian(
        "bare", port=int(sys.argv[2]), interface=Interfaces.WSGI, http=HTTPModes.http1, blocking_threads=int(sys.argv[3]), websockets=False,
        backpressure=int(sys.argv[3]) * 4, log_level=LogLevels.error,
    ).serve(target_loader=functools.partial(_load, sys.argv[1]))  # fmt: skip
