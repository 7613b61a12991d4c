"""The exception tree.

::

    WikigateError
    ├── ConfigError          the operator's configuration or command is wrong: one sentence that says what to do
    ├── StoreUnavailable     the database does not answer: never read as “no such session”
    └── ApiError             a request fails with MediaWiki's own codes; the wire form is made in wire/errorformat.py

``ApiError`` carries everything that the wire shows: for each issue the message, the code and the data.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from wikigate.primitives.message import Message

# Older message keys whose code is not derived from the key (spec core §2, framework §7.4).
_ALIASES: Mapping[str, str] = {
    "actionthrottledtext": "ratelimited",
    "autoblockedtext": "autoblocked",
    "autoblockedtext-composite": "autoblocked",
    "autoblockedtext-partial": "autoblocked",
    "autoblockedtext-tempuser": "autoblocked",
    "badaccess-group0": "permissiondenied",
    "badaccess-groups": "permissiondenied",
    "badipaddress": "invalidip",
    "blockedtext": "blocked",
    "blockedtext-composite": "blocked",
    "blockedtext-partial": "blocked",
    "blockedtext-tempuser": "blocked",
    "confirmedittext": "confirmemail",
    "noname": "invaliduser",
    "nosuchusershort": "nosuchuser",
    "nouserspecified": "invaliduser",
    "readonlytext": "readonly",
    "sessionfailure": "badtoken",
    "systemblockedtext": "blocked",
}
_NOT_IN_A_CODE = re.compile(r"[^A-Za-z0-9_-]")


class WikigateError(Exception):
    """Whatever this program raises on purpose."""


class ConfigError(WikigateError):
    """The configuration or a command is wrong; the text says what is wrong, where, and what to do."""


class StoreUnavailable(WikigateError):  # noqa: N818  the name says the state, as the log will
    """The database cannot be reached or written; sessions are not to be taken for lost."""


class StoreReadOnly(StoreUnavailable):
    """The database can be read and not written."""


def code_of(key: str) -> str:
    """Derive the API code from a message key: prefix off, aliases, then everything but ``[A-Za-z0-9_-]`` becomes ``_``."""
    for prefix in ("apierror-", "apiwarn-"):
        if key.startswith(prefix):
            key = key[len(prefix) :]
            break
    return _ALIASES.get(key) or _NOT_IN_A_CODE.sub("_", key)


@dataclass(frozen=True, slots=True)
class Issue:
    """One error or warning: ``message``, its ``code`` (derived from the key unless given), and ``data`` for the answer."""

    message: Message
    code: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Fill in the code."""
        if not self.code:
            object.__setattr__(self, "code", code_of(self.message.key))


class ApiError(WikigateError):
    """A request fails: one issue or several, in the order found.

    ``http_status`` is 200 except where MediaWiki attaches another (405, 413). ``headers`` go out with the answer
    (``Retry-After``, ``X-Database-Lag``). ``module`` is the module path that the answer names; None lets the dispatcher
    name the module that was running. ``warnings`` were found together with the issues.
    """

    def __init__(
        self,
        *issues: Issue,
        http_status: int = 200,
        headers: tuple[tuple[str, str], ...] = (),
        module: str | None = None,
        warnings: tuple[Issue, ...] = (),
    ) -> None:
        super().__init__(", ".join(issue.code for issue in issues))
        self.issues = issues
        self.http_status = http_status
        self.headers = headers
        self.module = module
        self.warnings = warnings


def api_error(key: str, *params: Any, code: str = "", data: Mapping[str, Any] | None = None, **kwargs: Any) -> ApiError:
    """Build an ``ApiError`` with one issue in one breath."""
    return ApiError(Issue(Message(key, params), code, data or {}), **kwargs)
