"""The OAuth source: each request says by its ``Authorization`` header who sends it, and proves it (spec extensions §3.3, §3.5).

Where no consumer was ever registered such a header says nothing, as on a wiki without the extension.

Promises: the header wins over every cookie and no cookie is set; a header that does not hold is an error, never a visitor (the request
is refused before its action runs); a nonce is good once; rights are those of the grants; second factors are not asked, and credentials
cannot be changed, for what such a session lacks are those rights.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from wikigate.accounts.consumers import read_restrictions
from wikigate.primitives.errors import ApiError, api_error
from wikigate.primitives.ids import RandomBytes, digits_of
from wikigate.primitives.message import Message, PlainText
from wikigate.primitives.secrets import KeyRing
from wikigate.sessions.oauth_signature import SignatureRefused, Signatures
from wikigate.sessions.session import Session
from wikigate.sessions.source import Refused
from wikigate.sessions.visit import Visit
from wikigate.state.base import StateStore
from wikigate.wire.http import Response
from wikigate.wire.oauth1 import SCHEME

if TYPE_CHECKING:
    from wikigate.accounts.blocks import Blocks
    from wikigate.accounts.consumers import Acceptance, Consumer, Consumers, Registered
    from wikigate.accounts.directory import Directory
    from wikigate.accounts.rights import Rights
    from wikigate.accounts.user import Account

BEARER: Final = "Bearer"


def carries_oauth(header: str) -> bool:
    """Whether an ``Authorization`` header is OAuth's; the schemes are case-sensitive to MediaWiki."""
    return header.startswith((SCHEME, BEARER))


def bearer(header: str) -> str:
    """Return the token of a header that begins with ``Bearer``."""
    return header[len(BEARER) :].strip()


class OAuthSource:
    """Requests of consumers.

    ``catch_up`` reads what a session keeps (``Vault.catch_up``). ``origin``: scheme and host under which clients know the wiki, empty:
    those that the request names.
    """

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
        catch_up: Callable[[Session], object],
    ) -> None:
        self._catch_up = catch_up
        self._consumers = consumers
        self._directory = directory
        self._rights = rights
        self._blocks = blocks
        self.signatures: Final = Signatures(consumers, state, origin)
        self._core_keys = keys.derive("oauth sessions")
        self._token_keys = keys.derive("token secrets")
        self._random_bytes = random_bytes
        self._wiki_id = wiki_id
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
            oauth = self.signatures.read(header, visit.request)
            found = self._consumers.signed(oauth["oauth_consumer_key"], oauth.get("oauth_token", ""))
            if found is None or found.consumer.oauth_version != 1:
                raise _invalid("Invalid consumer")
            given = _given(found)
            if given.expires is not None and given.expires <= visit.now:
                raise _invalid(_NO_GRANT)
            secrets = self._consumers.secrets(given.secret)
            self.signatures.judge(visit.request, visit.now, oauth, found.consumer, mark=str(given.id), secrets=secrets)
        except SignatureRefused as refused:
            raise _invalid(str(refused)) from None
        return found, given.grants

    def _borne(self, visit: Visit, header: str) -> tuple[Registered, tuple[str, ...]]:
        """Judge a bearer token (RFC 6750); every fault is told alike (security F6)."""
        found = self._consumers.borne(bearer(header))
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
        account = self.holder(consumer, given)
        session = Session(self, visit, self._token_keys, self._random_bytes, self._core(consumer, given))
        session.owner = account
        session.known = True
        session.persisted = True
        session.allowed_rights = self._rights.rights_of_grants(grants)
        session.grants = grants
        session.restrictions = read_restrictions(consumer.restrictions)
        session.late = self._catch_up
        self._consumers.note_use(given)
        return session

    def holder(self, consumer: Consumer, given: Acceptance) -> Account:
        """Return whose an acceptance is, where he and the consumer are in a state to use it here.

        Raises ``ApiError``: a kin of ``mwoauth-invalid-authorization`` (security F4, R63).
        """
        self._check_wiki(given.wiki)
        account = self._directory.by_id(given.user_id)
        if account is None:
            raise api_error("mwoauth-invalid-authorization-invalid-user", module="")
        if account.is_locked or (self._block_disables_login and self._is_blocked(account)):
            raise api_error("mwoauth-invalid-authorization-blocked-user", module="")
        if not consumer.usable_by(account.id):
            raise api_error("mwoauth-invalid-authorization-not-approved", PlainText(consumer.name), module="")
        self._check_wiki(consumer.wiki)
        return account

    def _check_wiki(self, wiki: str) -> None:
        """See that what says for which wiki it is, is for this one."""
        if wiki not in {"*", self._wiki_id}:
            raise api_error("mwoauth-invalid-authorization-wrong-wiki", PlainText(wiki), module="")

    def _machine(self, visit: Visit, consumer: Consumer, grants: tuple[str, ...]) -> Session:
        """Make the session of an app that acts for nobody: a visitor's, with the rights that a grant has too."""
        if not consumer.allows(visit.request.address):
            raise _invalid("The request came from an invalid IP address.")
        if not consumer.usable_by(0):
            raise api_error("mwoauth-invalid-authorization-not-approved", PlainText(consumer.name), module="")
        self._check_wiki(consumer.wiki)
        core = digits_of(self._core_keys.mac(f"app {self._wiki_id} {consumer.key}".encode()))
        session = Session(self, visit, self._token_keys, self._random_bytes, core)
        session.known = True
        session.persisted = True
        session.allowed_rights = self._rights.rights_of_grants(grants)
        session.grants = grants
        session.restrictions = read_restrictions(consumer.restrictions)
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
    return api_error("mwoauth-invalid-authorization", PlainText(reason), module="")
