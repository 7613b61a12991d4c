"""The cookie source: MediaWiki's four cookies and what each combination of them means (spec core §4.1, §4.4).

Promises MediaWiki's loading rules, the same cookies in the same order, and a little more care: an id that we did not hand out is never
taken; a row and a credential are read in this order, so that no request that comes after a logout finds one of them without the other
(spec security N9, K5). Must not write: what the rules call for is noted in the session and done by the manager.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from wikigate.primitives.ids import RandomBytes
from wikigate.primitives.message import Message
from wikigate.primitives.secrets import KeyRing, constant_time_equal
from wikigate.sessions.anonymous_id import AnonymousId, AnonymousIds
from wikigate.sessions.cookie_writer import CookieNames, CookieWriter
from wikigate.sessions.remember import RememberTokens, may_have_sessions
from wikigate.sessions.session import Session
from wikigate.sessions.settings import DAY, SessionSettings
from wikigate.sessions.source import REFUSED, Refused
from wikigate.sessions.stored import Stored
from wikigate.sessions.vault import Vault
from wikigate.sessions.visit import Visit
from wikigate.wire.http import Response

if TYPE_CHECKING:
    from wikigate.accounts.directory import Directory
    from wikigate.accounts.user import Account

_ID: Final = re.compile(r"[A-Za-z0-9_-]{32,}", re.ASCII)
_ROW_ID: Final = re.compile(r"[0-9a-v]{32}", re.ASCII)
_USER_ID: Final = re.compile(r"[1-9][0-9]{0,9}", re.ASCII)


class CookieSource:
    """Sessions that ride on cookies; the default source. ``temporary_lifetime``: see ``Account.is_over``."""

    name = r"MediaWiki\Session\CookieSessionProvider"
    description = Message("sessionprovider-mediawiki-session-cookiesessionprovider")
    priority = 30
    can_change_user = True
    can_log_out = True

    def __init__(
        self,
        settings: SessionSettings,
        *,
        names: CookieNames,
        writer: CookieWriter,
        vault: Vault,
        directory: Directory,
        remember: RememberTokens,
        keys: KeyRing,
        random_bytes: RandomBytes,
        temporary_lifetime: int = 0,
    ) -> None:
        self._settings = settings
        self._temporary_lifetime = temporary_lifetime
        self._names = names
        self._writer = writer
        self._vault = vault
        self._directory = directory
        self._remember = remember
        self._ids = AnonymousIds(keys, settings.lifetime)
        self._token_keys = keys.derive("token secrets")
        self._random_bytes = random_bytes
        self._own = frozenset({names.session, names.user_id, names.token, names.force_https})

    @property
    def prefix(self) -> str:
        """What this wiki's cookie names begin with."""
        return self._names.prefix

    def spelled_id(self, session: Session) -> str:
        """Return what the session cookie of this session holds, if it is sent now."""
        if session.owner is not None:
            return session.core
        return self._ids.spell(session.core, session.visit.now, had_login_token=session.record.had_login_token)

    def empty(self, visit: Visit) -> Session:
        """Make the session of somebody of whom nothing is known; costs nothing until it is used."""
        return Session(self, visit, self._token_keys, self._random_bytes)

    def carry_over(self, former: Session, fresh: Session) -> None:
        """Let a login keep what it may of the session before it: today, nothing (spec core §4.5)."""

    # -- reading ----------------------------------------------------------------------------------------------------------

    def claim(self, visit: Visit) -> Session | Refused | None:
        """See ``SessionSource``."""
        cookies = visit.cookies
        if not cookies:
            return None
        spelled = visit.cookie(self._names.session)
        if spelled is not None and not _ID.fullmatch(spelled):
            spelled = None
        user_id = visit.cookie(self._names.user_id)
        if user_id is not None:
            return self._claim_user(visit, spelled, user_id) or REFUSED
        if spelled is not None:
            return self._claim_visitor(visit, spelled) or REFUSED
        return None if self._own.isdisjoint(cookies) else REFUSED

    def _claim_visitor(self, visit: Visit, spelled: str) -> Session | None:
        """Judge a session cookie alone; None where it is somebody's, who must bring ``UserID`` too (spec core §4.4)."""
        mark, stored = self._find(visit, spelled)
        if stored is not None and stored.user_id and stored.is_live(visit.now):
            return None
        session = Session(self, visit, self._token_keys, self._random_bytes, mark.core if mark else "")
        session.persisted = True
        if mark is None:
            # Well-formed, but nobody's: never adopted, replaced (spec core §4.4, security D2).
            session.sending = True
            return session
        session.known = True
        session.had_login_token = mark.had_login_token
        session.extending = mark.stamped + self._settings.lifetime / 2 < visit.now
        if stored is not None:
            session.stored = stored
            session.record = stored.record
            session.had_login_token |= stored.record.had_login_token
        session.record.had_login_token = session.had_login_token
        self._note_https(session)
        return session

    def _claim_user(self, visit: Visit, spelled: str | None, user_id: str) -> Session | None:
        """Judge ``UserID`` with whatever else came; None where anything of it does not hold."""
        token = visit.cookie(self._names.token)
        if not _USER_ID.fullmatch(user_id) or (spelled is None and token is None):
            return None
        mark, found = self._find(visit, spelled) if spelled is not None else (None, None)
        if mark is not None and found is not None and found.user_id:
            # An old dialect let a visitor's id stand over the login (spec legacy §8 rule 2).
            spelled, mark = mark.core, None
        stored = found if found is not None and found.is_live(visit.now) else None
        if mark is not None or (stored is None and token is None):
            return None
        account = self._account(visit, int(user_id), stored)
        if account is None:
            return None
        device = None
        if token is not None:
            came_with = found if found is not None and found.user_id == account.id else None
            device = self._remember.recognise(account, token, came_with, visit.now)
            if device is None:
                return None
        session = Session(self, visit, self._token_keys, self._random_bytes, spelled if stored and spelled else "")
        session.owner = account
        session.device = device
        session.persisted = True
        session.known = stored is not None
        session.remember = device is not None
        if stored is None:
            session.resuming = True
            session.sending = True
        else:
            session.stored = stored
            session.record = stored.record
            session.had_login_token = stored.record.had_login_token
            session.remember |= stored.remember
            session.extending = self._vault.is_due(stored, visit.now)
        self._note_https(session)
        return session

    def _account(self, visit: Visit, user_id: int, stored: Stored | None) -> Account | None:
        """Read the account that ``UserID`` names; None where the name or the session that came with it says otherwise."""
        if stored is not None and (stored.user_id != user_id or stored.record.bot is not None):
            return None
        account = self._directory.by_id(user_id)
        if account is None or not may_have_sessions(account) or account.is_over(visit.now, self._temporary_lifetime):
            return None
        user_name = visit.cookie(self._names.user_name)
        if user_name is not None and user_name != account.name:
            return None
        if stored is None:
            return account
        same_name = stored.user_name == account.name
        same_token = constant_time_equal(stored.fingerprint, self._vault.fingerprint(account))
        return account if same_name and same_token else None

    def _find(self, visit: Visit, spelled: str) -> tuple[AnonymousId | None, Stored | None]:
        """Look a well-formed id up, with one read at most: a visitor's live mark and perhaps his row, or somebody's row, live or not."""
        mark = self._ids.read(spelled)
        if mark is None:
            return None, self._vault.find(spelled) if _ROW_ID.fullmatch(spelled) else None
        stored = self._vault.find(mark.core)
        if stored is not None and stored.buried:
            return None, None
        if stored is not None and stored.is_live(visit.now):
            return mark, stored
        return (mark if self._ids.is_live(mark, visit.now) else None), None

    def _note_https(self, session: Session) -> None:
        session.force_https = session.record.force_https or session.visit.cookie(self._names.force_https) is not None

    # -- writing ----------------------------------------------------------------------------------------------------------

    def persist(self, session: Session, response: Response) -> None:
        """See ``SessionSource``. The order is that of the recorded wire: session, UserID, UserName, Token."""
        names, writer, visit, account = self._names, self._writer, session.visit, session.owner
        if account is None:
            writer.set(visit, response, names.session, self.spelled_id(session))
            writer.delete(visit, response, names.user_id)
            writer.delete(visit, response, names.token)
        else:
            lifetime = self._login_lifetime(remember=session.remember)
            writer.set(visit, response, names.session, session.core)
            writer.set(visit, response, names.user_id, str(account.id), lifetime=lifetime)
            writer.set(visit, response, names.user_name, account.name, lifetime=lifetime)
            if session.remember and session.device is not None:
                writer.set(visit, response, names.token, session.device.token, lifetime=lifetime)
            else:
                writer.delete(visit, response, names.token)
        self._persist_https(session, response)
        self._persist_logged_out(session, response)

    def forget(self, visit: Visit, response: Response) -> None:
        """See ``SessionSource``. ``UserName`` stays, as with MediaWiki."""
        names = self._names
        for name in (names.session, names.user_id, names.token):
            self._writer.delete(visit, response, name)
        if not self._settings.force_https:
            self._writer.delete(visit, response, names.force_https, never_secure=True)

    def _login_lifetime(self, *, remember: bool) -> int:
        cookies = self._settings.cookies
        return cookies.extended_expiration if remember else cookies.expiration

    def _persist_https(self, session: Session, response: Response) -> None:
        if self._settings.force_https:
            return
        name, visit = self._names.force_https, session.visit
        if session.force_https:
            # Measured on the real MediaWiki: even remembered, this one lives for the shorter time.
            lifetime = self._settings.cookies.expiration if session.remember else 0
            self._writer.set(visit, response, name, "true", lifetime=lifetime, never_secure=True)
        else:
            self._writer.delete(visit, response, name, never_secure=True)

    def _persist_logged_out(self, session: Session, response: Response) -> None:
        moment = session.logged_out
        if moment is not None and session.visit.cookie(self._names.logged_out) != str(moment):
            lifetime = moment + DAY - int(session.visit.now)
            if lifetime > 0:
                self._writer.set(session.visit, response, self._names.logged_out, str(moment), lifetime=lifetime)
