"""The OAuth source: each request says by its ``Authorization`` header who sends it, and proves it (spec extensions §3.3, §3.5).

Where no consumer was ever registered such a header says nothing, as on a wiki without the extension.

Promises: the header wins over every cookie and no cookie is set; a header that does not hold is an error, never a visitor (the request
is refused before its action runs); a nonce is good once; rights are those of the grants; second factors are not asked, and credentials
cannot be changed, for what such a session lacks are those rights.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from wikigate.primitives.errors import ApiError, api_error
from wikigate.primitives.ids import RandomBytes, digits_of
from wikigate.primitives.message import Message, PlainText
from wikigate.primitives.secrets import KeyRing
from wikigate.sessions.oauth_signature import METHODS, hmac_verifies, rsa_verifies
from wikigate.sessions.session import Session
from wikigate.sessions.source import Refused
from wikigate.sessions.visit import Visit
from wikigate.state.base import StateStore
from wikigate.wire.http import Response
from wikigate.wire.oauth1 import SCHEME, base_string, read_header, signing_key

if TYPE_CHECKING:
    from wikigate.accounts.blocks import Blocks
    from wikigate.accounts.consumers import Acceptance, Consumer, Consumers, Registered
    from wikigate.accounts.directory import Directory
    from wikigate.accounts.rights import Rights
    from wikigate.accounts.user import Account

BEARER: Final = "Bearer"
_PATIENCE: Final = 300
_LONGEST_NONCE: Final = 255


def carries_oauth(header: str) -> bool:
    """Whether an ``Authorization`` header is OAuth's; the schemes are case-sensitive to MediaWiki."""
    return header.startswith((SCHEME, BEARER))


class OAuthSource:
    """Requests of consumers. ``origin``: scheme and host under which clients know the wiki, empty: those that the request names."""

    name = r"MediaWiki\Extension\OAuth\SessionProvider"
    description = Message("sessionprovider-generic", (name,))
    priority = 100
    can_change_user = False
    can_log_out = False

    def __init__(
        self,
        *,
        consumers: Consumers,
        directory: Directory,
        rights: Rights,
        blocks: Blocks,
        state: StateStore,
        keys: KeyRing,
        random_bytes: RandomBytes,
        wiki_id: str,
        origin: str,
        block_disables_login: bool,
    ) -> None:
        self._consumers = consumers
        self._directory = directory
        self._rights = rights
        self._blocks = blocks
        self._state = state
        self._core_keys = keys.derive("oauth sessions")
        self._token_keys = keys.derive("token secrets")
        self._random_bytes = random_bytes
        self._wiki_id = wiki_id
        self._origins = ("", origin) if origin else ("",)
        self._block_disables_login = block_disables_login

    def claim(self, visit: Visit) -> Session | Refused | None:
        """See ``SessionSource``. Raises ``ApiError`` ``mwoauth-invalid-authorization`` and its kin."""
        header = visit.request.headers.get("authorization")
        if header is None or not carries_oauth(header) or not self._consumers.any():
            return None
        if header.startswith(SCHEME):
            found, grants = self._signed(visit, header)
        else:
            found, grants = self._borne(visit, header)
            if found.acceptance is None:
                return self._machine(visit, found.consumer, grants)
        return self._session(visit, found.consumer, _given(found), grants)

    def persist(self, session: Session, response: Response) -> None:
        """Nothing is sent: each request proves itself."""

    def forget(self, visit: Visit, response: Response) -> None:
        """Nothing is held by the client."""

    # -- the two ways to prove it -----------------------------------------------------------------------------------------

    def _signed(self, visit: Visit, header: str) -> tuple[Registered, tuple[str, ...]]:
        """Judge a signed request, in MediaWiki's order of checks."""
        try:
            oauth = read_header(header)
        except ValueError as twice:
            raise _invalid(f"The parameter {twice} is given twice") from None
        if (version := oauth.get("oauth_version", "1.0")) != "1.0":
            raise _invalid(f"OAuth version '{version}' not supported")
        if not oauth.get("oauth_consumer_key"):
            raise _invalid("Invalid consumer key")
        found = self._consumers.signed(oauth["oauth_consumer_key"], oauth.get("oauth_token", ""))
        if found is None or found.consumer.oauth_version != 1:
            raise _invalid("Invalid consumer")
        given = _given(found)
        if given.expires is not None and given.expires <= visit.now:
            raise _invalid(_NO_GRANT)
        self._check_moment(visit, oauth, found.consumer, given)
        self._check_signature(visit, oauth, found.consumer, given)
        return found, given.grants

    def _check_moment(self, visit: Visit, oauth: dict[str, str], consumer: Consumer, given: Acceptance) -> None:
        """See that the request is of now, and burn its nonce (security F9)."""
        if not (stated := oauth.get("oauth_timestamp")):
            raise _invalid("Missing timestamp parameter. The parameter is required")
        now = int(visit.now)
        moment = int(stated) if stated.isascii() and stated.isdigit() and len(stated) < 16 else 0  # noqa: PLR2004
        if abs(now - moment) > _PATIENCE:
            raise _invalid(f"Expired timestamp, yours {stated}, ours {now}")
        if not (nonce := oauth.get("oauth_nonce")):
            raise _invalid("Missing nonce parameter. The parameter is required")
        if len(nonce) > _LONGEST_NONCE:
            raise _invalid("The nonce is too long")
        key = f"oauth:nonce:{consumer.id}:{given.id}:{nonce}"
        if not self._state.add(key, b"", moment + _PATIENCE - now + 1):
            raise _invalid(f"Nonce already used: {nonce}")

    def _check_signature(self, visit: Visit, oauth: dict[str, str], consumer: Consumer, given: Acceptance) -> None:
        method = oauth.get("oauth_signature_method")
        if not method:
            raise _invalid("No signature method parameter. This parameter is required")
        if method not in METHODS:
            supported = ", ".join(METHODS)
            raise _invalid(f"Signature method '{method}' not supported try one of the following: {supported}")
        texts = [base_string(visit.request, oauth, origin=origin) for origin in self._origins]
        signature = oauth.get("oauth_signature", "")
        if method == METHODS[0]:
            pairs = zip(self._consumers.secrets(consumer.secret), self._consumers.secrets(given.secret), strict=True)
            good = hmac_verifies(signature, texts, (signing_key(mine, theirs) for mine, theirs in pairs))
        else:
            good = rsa_verifies(signature, texts, consumer.rsa_key)
        if not good:
            raise _invalid("Invalid signature")

    def _borne(self, visit: Visit, header: str) -> tuple[Registered, tuple[str, ...]]:
        """Judge a bearer token (RFC 6750); every fault is told alike (security F6)."""
        found = self._consumers.borne(header[len(BEARER) :].strip())
        if found is None or found[0].consumer.oauth_version < 2:  # noqa: PLR2004  OAuth 2
            raise _invalid("Invalid access token")
        given = found[0].acceptance
        if given is not None and given.expires is not None and given.expires <= visit.now:
            raise _invalid("Invalid access token")
        return found

    # -- whose request it is ----------------------------------------------------------------------------------------------

    def _session(self, visit: Visit, consumer: Consumer, given: Acceptance, grants: tuple[str, ...]) -> Session:
        if not consumer.allows(visit.request.address):
            raise _invalid("The request came from an invalid IP address.")
        if given.wiki not in {"*", self._wiki_id}:
            raise api_error("mwoauth-invalid-authorization-wrong-wiki", PlainText(given.wiki), module="main")
        account = self._directory.by_id(given.user_id)
        if account is None:
            raise api_error("mwoauth-invalid-authorization-invalid-user", module="main")
        if account.is_locked or (self._block_disables_login and self._is_blocked(account)):
            raise api_error("mwoauth-invalid-authorization-blocked-user", module="main")
        if not consumer.usable_by(account.id):
            raise api_error("mwoauth-invalid-authorization-not-approved", PlainText(consumer.name), module="main")
        session = Session(self, visit, self._token_keys, self._random_bytes, self._core(consumer, given))
        session.owner = account
        session.known = True
        session.persisted = True
        session.allowed_rights = self._rights.rights_of_grants(grants)
        session.grants = grants
        self._consumers.note_use(given)
        return session

    def _machine(self, visit: Visit, consumer: Consumer, grants: tuple[str, ...]) -> Session:
        """Make the session of an app that acts for nobody: a visitor's, with the rights that a grant has too."""
        if not consumer.allows(visit.request.address):
            raise _invalid("The request came from an invalid IP address.")
        if not consumer.usable_by(0):
            raise api_error("mwoauth-invalid-authorization-not-approved", PlainText(consumer.name), module="main")
        core = digits_of(self._core_keys.mac(f"app {self._wiki_id} {consumer.key}".encode()))
        session = Session(self, visit, self._token_keys, self._random_bytes, core)
        session.known = True
        session.persisted = True
        session.allowed_rights = self._rights.rights_of_grants(grants)
        return session

    def _core(self, consumer: Consumer, given: Acceptance) -> str:
        """Return the same identity for the same acceptance, so that a token fetched in one request is good in the next."""
        mark = f"{given.id} {self._wiki_id} {given.user_id} {consumer.key} {given.accepted}"
        return digits_of(self._core_keys.mac(mark.encode()))

    def _is_blocked(self, account: Account) -> bool:
        block = self._blocks.find(account, "")
        return block is not None and block.sitewide


_NO_GRANT: Final = "No approved grant was found for that authorization token."


def _given(found: Registered) -> Acceptance:
    if found.acceptance is None:
        raise _invalid(_NO_GRANT)
    return found.acceptance


def _invalid(reason: str) -> ApiError:
    return api_error("mwoauth-invalid-authorization", PlainText(reason), module="main")
