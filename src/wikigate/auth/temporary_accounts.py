"""Temporary accounts: what a visitor gets who writes, on wikis that have them (spec core §18; ``$wgAutoCreateTempUser``).

An account without a password, ``~2026-1``, that its session and its remembered device alone lead to. A module that writes asks for it at
the moment of writing; nothing of the login side does, since nobody gets an account by asking who he is. Promises: the limits of the
address are counted first; a visitor who may not have an account gets none; who is logged in already, temporarily or not, is left alone.
"""

from __future__ import annotations

import logging
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Final

from wikigate.primitives.message import Duration, Message
from wikigate.sessions.session import SessionLost

if TYPE_CHECKING:
    from wikigate.accounts.blocks import Blocks
    from wikigate.accounts.directory import Directory
    from wikigate.accounts.rights import Rights
    from wikigate.accounts.user import Account
    from wikigate.auth.attempt import Caller
    from wikigate.auth.audit import Audit
    from wikigate.auth.creation_limits import CreationLimits
    from wikigate.sessions.manager import SessionManager
    from wikigate.store.temporary_names import TemporaryNames

_LOG: Final = logging.getLogger("wikigate.auth")
PATTERN: Final = "~$1"
"""What such names look like, in MediaWiki's spelling."""

_UNABLE: Final = Message("temp-user-unable-to-acquire")
_NOT_PERMITTED: Final = Message("badaccess-group0")


class TemporaryAccounts:
    """Makes temporary accounts of one wiki; shared by all threads. ``enabled``: whether it has them."""

    def __init__(
        self,
        *,
        directory: Directory,
        sessions: SessionManager,
        rights: Rights,
        blocks: Blocks,
        names: TemporaryNames,
        limits: CreationLimits,
        audit: Audit,
        enabled: bool,
    ) -> None:
        self.enabled: Final = enabled
        self._directory = directory
        self._sessions = sessions
        self._rights = rights
        self._blocks = blocks
        self._names = names
        self._limits = limits
        self._audit = audit

    def begin(self, caller: Caller) -> Account | Message | None:
        """Give a visitor who is about to write an account, and log him in, remembered.

        None where nothing is to be done: the wiki has no such accounts, or he has an account. A message: why he may not have one. Raises
        ``StoreUnavailable``.
        """
        session = caller.session
        if not self.enabled or session.account is not None:
            return None
        block = self._blocks.find(None, caller.address, creating=True)
        if block is not None and block.create_account:
            return _NOT_PERMITTED
        if not (self._rights.everyone_can("createaccount") or self._rights.everyone_can("autocreateaccount")):
            return _NOT_PERMITTED
        refused = self._limits.take(caller.address)
        if refused is not None:
            return Message("acct_creation_throttle_hit", (refused.condition.count, Duration(refused.condition.seconds)))
        year = datetime.fromtimestamp(caller.now, UTC).year
        name = PATTERN.replace("$1", f"{year}-{self._names.next(year)}")
        account = self._directory.create(
            name, logged="autocreate", is_temp=True, telling=partial(self._audit.created, caller, name)
        )
        if account is None:
            return _UNABLE
        try:
            self._sessions.log_in(
                session,
                account,
                remember=True,
                now=caller.now,
                proven=False,
                telling=partial(self._audit.ended, caller, account),
            )
        except SessionLost as lost:
            _LOG.info("request %s: a temporary account is left behind: %s", caller.request_id, lost)
            return _UNABLE
        return account
