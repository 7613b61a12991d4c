"""OAuth 2 apps: codes, access tokens and refresh tokens (RFC 6749, RFC 7636, RFC 9700; spec extensions §3.5, security F10).

Promises: a redirect address is the registered one, character for character; a code lives for a minute, belongs to one app, one address
and one verifier, and is good once: used again, it ends every token that came of it; a refresh token is good once and so are its
successors; what is stored of each is a hash. Every refusal names an error of RFC 6749.
"""

from __future__ import annotations

import base64
import hashlib
import itertools
import json
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from wikigate.accounts.consumers import Consumers, is_usable, read_grants, read_names, spell_grants
from wikigate.primitives.errors import WikigateError
from wikigate.primitives.ids import RandomBytes, random_hex32
from wikigate.primitives.secrets import constant_time_equal
from wikigate.primitives.timestamps import ts14
from wikigate.state.base import StateStore
from wikigate.store.consumers import ConsumerRows
from wikigate.store.refresh_tokens import RefreshTokenRows

if TYPE_CHECKING:
    from wikigate.accounts.user import Account
    from wikigate.primitives.clock import Clock
    from wikigate.store.engine import Database

CODE_LIFE: Final = 60
ACCESS_LIFE: Final = 3600
REFRESH_LIFE: Final = 30 * 86_400
_CODE: Final = "oauth2:code:"
_SPENT: Final = "oauth2:spent:"
_TWICE: Final = "oauth2:twice:"
_TOKEN_BYTES: Final = 40
_SWEEP_EVERY: Final = 16
_SWEEP_SLICE: Final = 100
_DENIED: Final = "The resource owner or authorization server denied the request."
_MALFORMED: Final = (
    "The request is missing a required parameter, includes an invalid parameter value, includes a parameter more than once, or is "
    "otherwise malformed."
)
_INVALID_GRANT: Final = (
    "The provided authorization grant (e.g., authorization code, resource owner credentials) or refresh token is invalid, expired, "
    "revoked, does not match the redirection URI used in the authorization request, or was issued to another client."
)


class AppRefused(WikigateError):  # noqa: N818  the name says what happened
    """A request to the token endpoint that is refused: an error of RFC 6749 §5.2 with its words."""

    def __init__(self, error: str, description: str, hint: str = "", status: int = 400) -> None:
        super().__init__(error)
        self.error = error
        self.description = description
        self.hint = hint
        self.status = status


@dataclass(frozen=True, slots=True)
class App:
    """A consumer as an app with users. ``grants``: what it asks for; ``flows``: the OAuth 2 grant types that it may use."""

    id: int
    key: str
    name: str
    owner_id: int
    owner_only: bool
    wiki: str
    secret: str = field(repr=False)
    restrictions: str
    stage: int
    oauth_version: int
    callback: str
    callback_is_prefix: bool
    description: str
    grants: tuple[str, ...]
    flows: tuple[str, ...]
    confidential: bool

    def usable_by(self, user_id: int) -> bool:
        """Whether somebody may use it; see ``Consumer.usable_by``."""
        return is_usable(self.stage, user_id, owner_id=self.owner_id, owner_only=self.owner_only)


@dataclass(frozen=True, slots=True)
class Tokens:
    """What the token endpoint gives."""

    access: str = field(repr=False)
    refresh: str = field(default="", repr=False)
    seconds: int = ACCESS_LIFE


@dataclass(frozen=True, slots=True)
class GivenGrant:
    """What a user has given to an app; ``asked``: all that the app asks for."""

    acceptance: int
    app: str
    grants: tuple[str, ...]
    asked: tuple[str, ...]
    accepted: str
    owner_only: bool
    last_used: int | None


class Apps:
    """The apps of one wiki; shared by all threads."""

    def __init__(
        self,
        database: Database,
        consumers: Consumers,
        state: StateStore,
        *,
        clock: Clock,
        random_bytes: RandomBytes,
        wiki_id: str,
    ) -> None:
        self._wiki_id = wiki_id
        self._database = database
        self._rows = ConsumerRows(database)
        self._refresh = RefreshTokenRows(database)
        self._consumers = consumers
        self._state = state
        self._clock = clock
        self._random_bytes = random_bytes
        self._given = itertools.count(1)

    # -- apps and what was given to them ----------------------------------------------------------------------------------

    def find(self, key: str) -> App | None:
        """Find an app by its client id."""
        row = self._rows.details(key)
        if row is None:
            return None
        (
            ident, found, name, owner, owner_only, wiki, secret, restrictions, stage, since, version, callback, prefix, description, grants,
            flows, confidential,
        ) = row  # fmt: skip
        return App(
            ident, found, name, owner, bool(owner_only), wiki, secret or "", restrictions,
            self._consumers.stage_now(stage, since), version, callback,
            prefix in {"1", 1}, description, read_grants(grants), read_names(flows), bool(confidential),
        )  # fmt: skip

    def given_to(self, app: App, user_id: int) -> tuple[int, tuple[str, ...]] | None:
        """Return a user's acceptance of an app that counts on this wiki, with its grants; None where there is none.

        One for this wiki goes before one for every wiki; a farm's other wikis have theirs in the same table.
        """
        found = {
            wiki: (acceptance, read_grants(grants))
            for acceptance, _, _, grants, _, consumer, _, _, _, wiki, _ in self._rows.given_by(user_id)
            if consumer == app.id
        }
        return found.get(self._wiki_id) or found.get("*")

    def given_by(self, user_id: int, *, hidden: bool = True) -> tuple[GivenGrant, ...]:
        """Return everything that a user has given; ``hidden``: to suppressed apps too."""
        return tuple(
            GivenGrant(
                acceptance, name, read_grants(grants), read_grants(asked), accepted, bool(owner_only), last_used
            )
            for (
                acceptance, name, _, grants, accepted, _, owner_only, last_used, deleted, _, asked,
            ) in self._rows.given_by(user_id)
            if hidden or not deleted
        )  # fmt: skip

    def given(self, user_id: int, acceptance: int) -> GivenGrant | None:
        """Return one thing that a user has given; None where it is not his."""
        return next((one for one in self.given_by(user_id) if one.acceptance == acceptance), None)

    def accept(self, app: App, account: Account, grants: tuple[str, ...]) -> int:
        """Keep what a user gives to an app, in place of what he gave before; the acceptance's id."""
        spelled = spell_grants(grants)
        with self._database.transaction():
            known = self.given_to(app, account.id)
            if known is not None:
                self._rows.regrant(known[0], spelled)
                return known[0]
            return self._rows.accept(
                {
                    "wiki": app.wiki, "user_id": account.id, "consumer_id": app.id,
                    "access_token": random_hex32(self._random_bytes), "access_secret": random_hex32(self._random_bytes),
                    "grants": spelled, "accepted": ts14(self._clock.now()), "oauth_version": app.oauth_version,
                }
            )  # fmt: skip

    def narrow(self, user_id: int, acceptance: int, grants: Collection[str]) -> bool:
        """Leave an app those grants alone of what it asks for; False where it is not the user's, or an owner-only consumer's.

        Its OAuth 2 tokens end, for they name what was given; it has to ask anew.
        """
        given = self.given(user_id, acceptance)
        if given is None or given.owner_only:
            return False
        with self._database.transaction():
            self._rows.regrant(acceptance, spell_grants(grant for grant in given.asked if grant in grants))
            self._rows.void_all(acceptance)
            self._refresh.forget(acceptance)
        return True

    def take_back(self, user_id: int, acceptance: int) -> bool:
        """Take a grant back, tokens included; False where it is not the user's."""
        if self.given(user_id, acceptance) is None:
            return False
        with self._database.transaction():
            self._rows.withdraw(acceptance)
            self._refresh.forget(acceptance)
        return True

    # -- the authorization endpoint ---------------------------------------------------------------------------------------

    def issue_code(
        self, app: App, acceptance: int, user_id: int, *, scopes: tuple[str, ...], callback: str, challenge: str
    ) -> str:
        """Make a code (RFC 6749 §4.1.2); ``callback`` as the request named it, empty where it did not."""
        code = base64.urlsafe_b64encode(self._random_bytes(_TOKEN_BYTES)).decode().rstrip("=")
        kept = {
            "app": app.key,
            "acceptance": acceptance,
            "user": user_id,
            "scopes": scopes,
            "callback": callback,
            "challenge": challenge,
        }
        self._state.put(_CODE + _digest(code).hex(), json.dumps(kept).encode(), CODE_LIFE)
        return code

    # -- the token endpoint -----------------------------------------------------------------------------------------------

    def authenticated(self, key: str, secret: str, flow: str) -> App:
        """Return the app that proves itself (RFC 6749 §2.3.1) and may use a flow. Raises ``AppRefused``."""
        app = self.find(key)
        refused = AppRefused("invalid_client", "Client authentication failed", status=401)
        if app is None or app.oauth_version < 2:  # noqa: PLR2004  OAuth 2
            raise refused
        if app.confidential or secret:
            given = secret.encode("utf-8", "surrogatepass")
            good = [constant_time_equal(one.encode(), given) for one in self._consumers.secrets(app.secret)]
            if True not in good:
                raise refused
        if flow not in app.flows or (not app.confidential and flow == "client_credentials"):
            raise refused
        return app

    def exchange(self, app: App, code: str, *, callback: str, verifier: str) -> Tokens:
        """Give tokens for a code (RFC 6749 §4.1.3, RFC 7636 §4.6). Raises ``AppRefused``."""
        digest = _digest(code)
        stored = self._state.get(_CODE + digest.hex())
        kept: dict[str, Any] | None = None if stored is None else json.loads(stored)
        if kept is None or kept["app"] != app.key:
            hint = (
                "Authorization code has been revoked"
                if self._was_spent(digest)
                else "Cannot decrypt the authorization code"
            )
            raise AppRefused("invalid_request", _MALFORMED, hint)
        if kept["callback"] and callback != kept["callback"]:
            raise AppRefused("invalid_client", "Client authentication failed", status=401)
        if kept["challenge"]:
            if not verifier:
                raise AppRefused("invalid_request", _MALFORMED, "Check the `code_verifier` parameter")
            made = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode("ascii", "replace")).digest()).rstrip(b"=")
            if not constant_time_equal(made, kept["challenge"].encode()):
                raise AppRefused("invalid_grant", _INVALID_GRANT, "Failed to verify `code_verifier`.")
        # Of several requests at once one takes the code; the others say that it is used twice, and the one looks whether they did.
        revoked = AppRefused("invalid_request", _MALFORMED, "Authorization code has been revoked")
        self._state.put(_SPENT + digest.hex(), b"1", REFRESH_LIFE)
        if self._state.take(_CODE + digest.hex()) is None:
            self._was_spent(digest)
            raise revoked
        tokens = self._give(app, kept["acceptance"], kept["user"], tuple(kept["scopes"]), digest)
        if self._state.get(_TWICE + digest.hex()) is not None:
            self._end(digest)
            raise revoked
        return tokens

    def refresh(self, app: App, token: str) -> Tokens:
        """Give new tokens for a refresh token, which is spent (RFC 9700 §4.14.2). Raises ``AppRefused``."""
        revoked = AppRefused("invalid_request", "The refresh token is invalid.", "Token has been revoked", status=401)
        key = _digest(token)
        row = self._refresh.get(key)
        if row is None:
            raise AppRefused(
                "invalid_request", "The refresh token is invalid.", "Cannot decrypt the refresh token", status=401
            )
        acceptance, family, access, scopes, expires, spent = row
        user = self._rows.user_of(acceptance, app.id)
        if user is None:
            raise revoked
        if expires <= self._clock.now():
            raise AppRefused("invalid_request", "The refresh token is invalid.", "Token has expired", status=401)
        if spent or not self._refresh.spend(key):
            self._end(family)
            raise revoked
        self._rows.void(access)
        return self._give(app, acceptance, user, tuple(scopes.split()), family)

    def credentials(self, app: App, scopes: tuple[str, ...]) -> Tokens:
        """Give a token for the app itself: its owner's where it is owner-only, nobody's otherwise. Raises ``AppRefused``."""
        if not app.usable_by(app.owner_id if app.owner_only else 0):
            raise AppRefused("access_denied", _DENIED, f"Client {app.key} is not usable by user with ID 0", status=401)
        wanted = tuple(grant for grant in app.grants if not scopes or grant in scopes)
        if not app.owner_only:
            access, _ = self._access(app, 0, "", wanted)
            return Tokens(access)
        given = self.given_to(app, app.owner_id)
        if given is None:
            raise AppRefused("access_denied", _DENIED, status=401)
        access, _ = self._access(app, given[0], str(app.owner_id), wanted)
        return Tokens(access)

    def _give(self, app: App, acceptance: int, user: int, scopes: tuple[str, ...], family: bytes) -> Tokens:
        if not app.usable_by(user):
            raise AppRefused(
                "access_denied", _DENIED, f"Client {app.key} is not usable by user with ID {user}", status=401
            )
        access, identifier = self._access(app, acceptance, str(user), scopes)
        refresh = ""
        if "refresh_token" in app.flows:
            refresh = base64.urlsafe_b64encode(self._random_bytes(_TOKEN_BYTES)).decode().rstrip("=")
        now = int(self._clock.now())
        key = _digest(refresh or identifier)
        self._refresh.add(
            key,
            acceptance=acceptance,
            family=family,
            access=identifier,
            scopes=" ".join(scopes),
            expires=now + REFRESH_LIFE,
        )
        if next(self._given) % _SWEEP_EVERY == 0:
            self._refresh.sweep(now, _SWEEP_SLICE)
        return Tokens(access, refresh)

    def _access(self, app: App, acceptance: int, subject: str, scopes: tuple[str, ...]) -> tuple[str, str]:
        now = self._clock.now()
        identifier = self._random_bytes(_TOKEN_BYTES).hex()
        token = self._consumers.tokens.issue(
            audience=app.key, subject=subject, identifier=identifier, now=now, expires=now + ACCESS_LIFE, scopes=scopes
        )
        self._rows.add_token(identifier, ts14(now + ACCESS_LIFE), acceptance)
        return token, identifier

    def _was_spent(self, digest: bytes) -> bool:
        """Whether a code was used before; then somebody else has it too, and what came of it ends (RFC 6749 §4.1.2)."""
        if self._state.get(_SPENT + digest.hex()) is None:
            return False
        self._state.put(_TWICE + digest.hex(), b"1", CODE_LIFE)
        self._end(digest)
        return True

    def _end(self, family: bytes) -> None:
        for identifier in self._refresh.family(family):
            self._rows.void(identifier)
        self._refresh.end_family(family)


def _digest(secret: str) -> bytes:
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).digest()
