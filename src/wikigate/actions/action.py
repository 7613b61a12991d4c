"""The contract of an API module: a declaration, and what it does.

An action is one object per wiki, made at start and shared by all threads: it keeps no state of a request. Its declaration is
data that coercion, ``paraminfo``, ``help``, the sandbox and the tests read; nothing about it is described twice.
``run`` is called once for each call, after every check of ``dispatcher.py`` has passed, and speaks only through ``call``:
it adds to the result, warns, or raises ``ApiError``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol

from wikigate.primitives.message import Message
from wikigate.wire.params import Param

if TYPE_CHECKING:
    from wikigate.actions.call import Call
    from wikigate.actions.services import Services

Group = Literal["action", "format", "prop", "list", "meta"]


@dataclass(frozen=True, slots=True)
class Example:
    """One example of the documentation: a query string without ``?`` and the sentence that explains it, a message or its bare key."""

    query: str
    message: str | Message


@dataclass(frozen=True, slots=True)
class Module:
    """The declaration of an API module (spec framework §4.3).

    ``read``: needs the right ``read`` on a private wiki. ``write``: refused while read-only. ``token``: the token type that the
    framework checks itself (``csrf``, ``login``, …); the parameter is appended to ``params`` by ``with_token``.
    ``cache``: ``public`` results may be cached by others when the caller asks for it. ``dynamic``: further parameters come from
    the authentication providers, those that ``amirequestsfor`` with this value lists. ``lag_checked`` is False for ``help`` alone.
    ``classname`` is what ``paraminfo`` shows. ``notes`` are further paragraphs of the description. ``reads`` decides for one call whether
    ``read`` holds (``query``: it depends on the submodules).
    """

    name: str
    group: Group = "action"
    prefix: str = ""
    params: tuple[Param, ...] = ()
    must_be_posted: bool = False
    write: bool = False
    read: bool = True
    token: str = ""
    internal: bool = False
    deprecated: bool = False
    dynamic: str = ""
    lag_checked: bool = True
    cache: Literal["private", "public"] = "private"
    classname: str = ""
    examples: tuple[Example, ...] = ()
    help_urls: tuple[str, ...] = ()
    notes: tuple[Message, ...] = ()
    reads: Callable[[Call], bool] | None = None

    @property
    def path(self) -> str:
        """The module path that errors and documentation use: ``login``, ``query+tokens``."""
        return f"query+{self.name}" if self.group in {"prop", "list", "meta"} else self.name

    @property
    def all_params(self) -> tuple[Param, ...]:
        """The declared parameters and, last, the token that the framework checks."""
        if not self.token:
            return self.params
        token = Param("token", "string", required=True, sensitive=True, token_type=self.token)
        return (*self.params, token)


class Action(Protocol):
    """One API module."""

    @property
    def module(self) -> Module:
        """The declaration; the same object at every call."""
        ...

    def run(self, call: Call, services: Services) -> None:
        """Do the module's work for one call.

        Raises ``ApiError`` for what the caller did wrong; anything else is a fault of ours and becomes
        ``internal_api_error_…`` without details.
        """
        ...
