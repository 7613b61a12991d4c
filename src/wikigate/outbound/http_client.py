"""Requests to other servers: identity providers, captcha verifiers, lists of breached passwords.

Promises that every request ends within its time limit, that no more than ``max_bytes`` of an answer is read, that no redirect is
followed, and that whatever goes wrong is an ``OutboundError`` whose text holds no secret: neither bodies nor query strings are in it.
Must not be called while a database transaction is open.
"""

from __future__ import annotations

import json
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from time import monotonic
from typing import Any, Final, Protocol
from urllib.parse import urlsplit

import httpx

from wikigate.primitives.errors import WikigateError

_AGENT: Final = "Wikigate"


class OutboundError(WikigateError):
    """Another server could not be reached, took too long, or answered what nobody can use."""


@dataclass(frozen=True, slots=True)
class HttpAnswer:
    """What the other server said. ``headers`` have lower-case names."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = field(default=b"", repr=False)

    @property
    def ok(self) -> bool:
        """Whether the status is one of success."""
        return 200 <= self.status < 300  # noqa: PLR2004  RFC 9110 §15.3

    def json(self) -> Any:
        """Return the body read as JSON (RFC 8259). Raises ``OutboundError``."""
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError) as error:
            raise OutboundError("the answer is no JSON") from error


class HttpClient(Protocol):
    """How providers see the network; a test gives another one."""

    def get(self, url: str, *, headers: Mapping[str, str] | None = None) -> HttpAnswer:
        """Fetch a URL. Raises ``OutboundError``; an HTTP status of failure is an answer."""
        ...

    def post_form(self, url: str, fields: Mapping[str, str], *, headers: Mapping[str, str] | None = None) -> HttpAnswer:
        """Post fields as ``application/x-www-form-urlencoded``. Raises ``OutboundError``; see ``get``."""
        ...


class HttpxClient:
    """The network through ``httpx``: shared by all threads, connections kept.

    ``timeout``: seconds for the whole of a request. ``max_bytes``: of an answer's body. ``ca_file``: certificates believed in place
    of the system's. ``transport``: for tests.
    """

    def __init__(
        self,
        *,
        timeout: float = 5.0,
        max_bytes: int = 1024 * 1024,
        ca_file: str = "",
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        self._timeout = timeout
        self._max_bytes = max_bytes
        self._client = httpx.Client(
            timeout=timeout,
            follow_redirects=False,
            headers={"User-Agent": _AGENT, "Accept": "application/json, */*;q=0.1"},
            verify=ssl.create_default_context(cafile=ca_file or None),
            transport=transport,
            # Proxies and passwords of the surroundings are not this server's configuration.
            trust_env=False,
        )

    def get(self, url: str, *, headers: Mapping[str, str] | None = None) -> HttpAnswer:
        """Fetch a URL; see ``HttpClient``."""
        return self._send("GET", url, headers, None)

    def post_form(self, url: str, fields: Mapping[str, str], *, headers: Mapping[str, str] | None = None) -> HttpAnswer:
        """Post a form; see ``HttpClient``."""
        return self._send("POST", url, headers, fields)

    def close(self) -> None:
        """Close the connections that are kept."""
        self._client.close()

    def _send(
        self, method: str, url: str, headers: Mapping[str, str] | None, fields: Mapping[str, str] | None
    ) -> HttpAnswer:
        until = monotonic() + self._timeout
        where = _host(url)
        body = bytearray()
        try:
            with self._client.stream(method, url, headers=headers, data=fields) as response:
                for chunk in response.iter_bytes():
                    body += chunk
                    if len(body) > self._max_bytes:
                        raise OutboundError(f"{where} answered more than {self._max_bytes} bytes")
                    if monotonic() > until:
                        raise OutboundError(f"{where} took longer than {self._timeout:g} seconds")
                return HttpAnswer(
                    response.status_code, {k.lower(): v for k, v in response.headers.items()}, bytes(body)
                )
        except (httpx.HTTPError, httpx.InvalidURL, UnicodeError, ValueError) as error:
            raise OutboundError(f"{where} could not be asked ({type(error).__name__})") from error


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or "no host"
    except ValueError:
        return "no host"
