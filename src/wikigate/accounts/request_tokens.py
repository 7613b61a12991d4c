"""The request tokens of OAuth 1.0a: what an app holds between asking and being let in (RFC 5849 §2; spec extensions §3.4).

Promises: a token lives for ten minutes, is its app's alone, and buys one access token, and that only with the verifier that the user's
browser brought. Names of tokens are stored as hashes.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from wikigate.accounts.apps import App
from wikigate.primitives.errors import WikigateError
from wikigate.primitives.ids import RandomBytes, random_hex32
from wikigate.primitives.secrets import constant_time_equal
from wikigate.state.base import StateStore
from wikigate.store.consumers import ConsumerRows

if TYPE_CHECKING:
    from wikigate.store.engine import Database

LIFE: Final = 600
_OPEN: Final = "oauth1:request:"
_USED: Final = "oauth1:used:"
OUT_OF_BAND: Final = "oob"
_ORIGIN: Final = re.compile(r"(https?)://([a-z0-9.-]+|\[[0-9a-f:.]+\])(:[0-9]{1,5})?(?=[/?]|$)")
_ANY_PORT: Final = ":1"


class RequestTokenRefused(WikigateError):  # noqa: N818  the name says what happened
    """A step that cannot be taken; the text is the extension's message key."""


@dataclass(frozen=True, slots=True)
class RequestToken:
    """One request token; ``acceptance`` 0 until its user has agreed."""

    token: str = field(repr=False)
    secret: str = field(repr=False)
    app: str
    callback: str
    verifier: str = field(default="", repr=False)
    acceptance: int = 0


class RequestTokens:
    """The request tokens of one wiki; shared by all threads."""

    def __init__(self, database: Database, state: StateStore, random_bytes: RandomBytes) -> None:
        self._rows = ConsumerRows(database)
        self._state = state
        self._random_bytes = random_bytes

    def begin(self, app: App, callback: str) -> RequestToken:
        """Make one. Raises ``RequestTokenRefused``."""
        if not (callback == OUT_OF_BAND or (app.callback_is_prefix and _is_below(callback, app.callback))):
            wrong = "mwoauth-callback-not-oob-or-prefix" if app.callback_is_prefix else "mwoauth-callback-not-oob"
            raise RequestTokenRefused(wrong)
        made = RequestToken(random_hex32(self._random_bytes), random_hex32(self._random_bytes), app.key, callback)
        self._keep(made)
        return made

    def find(self, token: str, app_key: str) -> RequestToken:
        """Find one of an app. Raises ``RequestTokenRefused``."""
        stored = self._state.get(_OPEN + _mark(token))
        if stored is None:
            used = self._state.get(_USED + _mark(token)) is not None
            raise RequestTokenRefused(f"mwoauthdatastore-request-token-{'already-used' if used else 'not-found'}")
        kept: dict[str, Any] = json.loads(stored)
        if kept["app"] != app_key:
            raise RequestTokenRefused("mwoauthdatastore-request-token-not-found")
        return RequestToken(token, **kept)

    def app_of(self, token: str) -> str:
        """Return the key of the app that holds a token; empty where it is not known."""
        stored = self._state.get(_OPEN + _mark(token))
        return "" if stored is None else str(json.loads(stored)["app"])

    def agree(self, asked: RequestToken, acceptance: int) -> str:
        """Note that the user has agreed; the verifier that his browser carries to the app."""
        verifier = random_hex32(self._random_bytes)
        self._keep(RequestToken(asked.token, asked.secret, asked.app, asked.callback, verifier, acceptance))
        return verifier

    def redeem(self, asked: RequestToken, verifier: str) -> tuple[str, str]:
        """Give the access token with its stored secret; of several requests at once one gets them. Raises ``RequestTokenRefused``."""
        given = verifier.encode("utf-8", "surrogatepass")
        if not asked.acceptance:
            raise RequestTokenRefused("mwoauthdatastore-bad-token")
        if not constant_time_equal(asked.verifier.encode(), given):
            raise RequestTokenRefused("mwoauthdatastore-bad-verifier")
        self._state.put(_USED + _mark(asked.token), b"1", LIFE)
        found = self._rows.access_of(asked.acceptance)
        if self._state.take(_OPEN + _mark(asked.token)) is None or found is None:
            raise RequestTokenRefused("mwoauthdatastore-request-token-already-used")
        return found

    def _keep(self, made: RequestToken) -> None:
        kept = {
            "secret": made.secret, "app": made.app, "callback": made.callback, "verifier": made.verifier, "acceptance": made.acceptance,
        }  # fmt: skip
        self._state.put(_OPEN + _mark(made.token), json.dumps(kept).encode(), LIFE)


def _mark(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def _is_below(callback: str, registered: str) -> bool:
    """Whether an address may stand for the registered prefix: same host and port, the path below it (spec extensions §3.4).

    A prefix of ``http`` is good for ``https`` too, and one with port 1 for every port. Only plain printable ASCII without backslash counts,
    and no dots that climb: what two parsers could read differently goes nowhere.
    """
    # Browsers take ``%2e`` for a dot.
    spelled = callback.lower().replace("%2e", ".")
    if not callback.isascii() or not callback.isprintable() or set(callback) & set(" \\#") or "/.." in spelled:
        return False
    callback = _as_registered(callback, registered)
    base = registered.rstrip("/") if "?" not in registered else registered
    if callback in {registered, base}:
        return True
    joint = "&" if "?" in registered else "/?"
    return callback.startswith(base) and callback[len(base)] in joint and "@" not in callback.partition("?")[0]


def _as_registered(callback: str, registered: str) -> str:
    """Write an address with the scheme and port of the registered one, where it may have others than that."""
    there, here = _ORIGIN.match(callback), _ORIGIN.match(registered)
    if there is None or here is None:
        return callback
    scheme = "http" if (there[1], here[1]) == ("https", "http") else there[1]
    port = _ANY_PORT if here[3] == _ANY_PORT else there[3] or ""
    return f"{scheme}://{there[2]}{port}{callback[there.end() :]}"
