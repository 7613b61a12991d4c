"""Requests to other servers: identity providers, captcha verifiers, lists of breached passwords.

Promises that no silence of the other server and no body of an answer lasts longer than the time limit, that no more than ``max_bytes`` of
an answer is read, that no redirect is followed, and that whatever goes wrong is an ``OutboundError`` whose text holds no secret: neither
bodies nor query strings are in it.
Must not be called while a database transaction is open.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from wikigate.primitives.errors import WikigateError


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
