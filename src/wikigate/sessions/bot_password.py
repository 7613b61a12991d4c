"""The bot password source: one cookie of its own, beside whatever session the client has (spec core §6.3).

Promises: with each request the bot password must still be there, unchanged since the login, and allow the address; its rights are
worked out anew. It wins over the cookie source, and the session that it wins over is left as it is.
"""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING, Final

from wikigate.primitives.ids import RandomBytes
from wikigate.primitives.message import Message
from wikigate.primitives.secrets import KeyRing, constant_time_equal
from wikigate.sessions.cookie_writer import CookieNames, CookieWriter
from wikigate.sessions.record import BotMark, Record
from wikigate.sessions.remember import may_have_sessions
from wikigate.sessions.session import Session
from wikigate.sessions.source import REFUSED, Refused
from wikigate.sessions.vault import Vault
from wikigate.sessions.visit import Visit
from wikigate.wire.http import Response

if TYPE_CHECKING:
    from wikigate.accounts.bot_passwords import BotPassword, BotPasswords
    from wikigate.accounts.directory import Directory
    from wikigate.accounts.rights import Rights
    from wikigate.accounts.user import Account

_ID: Final = re.compile(r"[A-Za-z0-9_-]{32,}", re.ASCII)
_ROW_ID: Final = re.compile(r"[0-9a-v]{32}", re.ASCII)


class BotPasswordSource:
    """Sessions begun by a bot password; whoever has one cannot change the user in it (spec core §5 step 4)."""

    name = r"MediaWiki\Session\BotPasswordSessionProvider"
    description = Message("sessionprovider-generic", (name,))
    priority = 75
    can_change_user = False
    can_log_out = True

    def __init__(
        self,
        *,
        names: CookieNames,
        writer: CookieWriter,
        vault: Vault,
        directory: Directory,
        bot_passwords: BotPasswords,
        rights: Rights,
        keys: KeyRing,
        random_bytes: RandomBytes,
    ) -> None:
        self._name = names.bot
        self._writer = writer
        self._vault = vault
        self._directory = directory
        self._bot_passwords = bot_passwords
        self._rights = rights
        self._token_keys = keys.derive("token secrets")
        self._random_bytes = random_bytes

    def claim(self, visit: Visit) -> Session | Refused | None:
        """See ``SessionSource``; a cookie that has not the form of an id says nothing."""
        spelled = visit.cookie(self._name)
        if spelled is None or not _ID.fullmatch(spelled):
            return None
        return self._claim(visit, spelled) or REFUSED

    def _claim(self, visit: Visit, spelled: str) -> Session | None:
        stored = self._vault.find(spelled) if _ROW_ID.fullmatch(spelled) else None
        if stored is None or not stored.is_live(visit.now) or stored.record.bot is None:
            return None
        account = self._directory.by_id(stored.user_id)
        if account is None or not may_have_sessions(account) or account.name != stored.user_name:
            return None
        if not constant_time_equal(stored.fingerprint, self._vault.fingerprint(account)):
            return None
        mark = stored.record.bot
        bot = self._bot_passwords.lookup(account.id, mark.app)
        if bot is None or not constant_time_equal(mark.token_hash, _hash(bot)) or not bot.allows(visit.request.address):
            return None
        session = self._session(visit, account, bot, spelled)
        session.stored = stored
        session.record = stored.record
        session.known = True
        session.persisted = True
        session.extending = self._vault.is_due(stored, visit.now)
        return session

    def begin(self, visit: Visit, account: Account, bot: BotPassword) -> Session:
        """Make the session of a bot password that has just been verified; the manager stores it."""
        session = self._session(visit, account, bot)
        session.record = Record(bot=BotMark(bot.app, _hash(bot)))
        session.persisted = True
        session.sending = True
        return session

    def _session(self, visit: Visit, account: Account, bot: BotPassword, core: str = "") -> Session:
        session = Session(self, visit, self._token_keys, self._random_bytes, core)
        session.owner = account
        session.allowed_rights = self._rights.rights_of_grants(bot.grants)
        session.restrictions = bot.restrictions
        return session

    def persist(self, session: Session, response: Response) -> None:
        """See ``SessionSource``."""
        self._writer.set(session.visit, response, self._name, session.core, same_site=False)

    def forget(self, visit: Visit, response: Response) -> None:
        """See ``SessionSource``."""
        self._writer.delete(visit, response, self._name, same_site=False)


def _hash(bot: BotPassword) -> str:
    """Hash ``bp_token``, which changes whenever the bot password is edited."""
    return hashlib.sha256(bot.token.encode()).hexdigest()
