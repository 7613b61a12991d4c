"""The cookie source of the old dialects: the same sessions by older rules (spec legacy §4, §5).

What differs from today: an id that we issued stands over a login; the session cookie alone may say who it is; cookies that do not hold
are passed over without a word; a logout deletes what it deletes whether or not it came. Promises that an id that we did not issue is
never taken (security D2), and that every session is one of today's too: both kinds of endpoints read the same rows.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, Final

from wikigate.sessions.cookie import CookieSource
from wikigate.sessions.settings import DAY, SessionSettings
from wikigate.sessions.source import Refused
from wikigate.wire.dialect import Dialect
from wikigate.wire.http import Response

if TYPE_CHECKING:
    from wikigate.sessions.session import Session
    from wikigate.sessions.visit import Visit

_STAMP: Final = "%Y%m%d%H%M%S"


class EraCookieSource(CookieSource):
    """Sessions that ride on cookies, in a dialect whose session cookie alone suffices (1.12 to 1.26)."""

    def __init__(self, settings: SessionSettings, *, dialect: Dialect, **parts: Any) -> None:
        super().__init__(settings, **parts)
        self.dialect = dialect

    def claim(self, visit: Visit) -> Session | Refused | None:
        """See ``SessionSource``; what does not hold is passed over, never deleted."""
        claimed = super().claim(visit)
        if isinstance(claimed, str):
            spelled = visit.cookie(self._names.session)
            claimed = self._claim_visitor(visit, spelled) if spelled is not None else None
        return claimed

    def carry_over(self, former: Session, fresh: Session) -> None:
        """Keep an id that we issued, where the dialect does, and the remember credential of somebody who logs in again."""
        if former.known and self.dialect.keeps_session_id:
            fresh.take_id_of(former)
        again = former.owner is not None and fresh.owner is not None and former.owner.id == fresh.owner.id
        if again and former.device is not None and fresh.device is not None:
            fresh.device = former.device

    def spelled_id(self, session: Session) -> str:
        """See ``CookieSource``; an id that the client holds stays spelled as it is."""
        return self._held(session) or super().spelled_id(session)

    def _held(self, session: Session) -> str | None:
        """Return the client's spelling of this very session's id, if it has one."""
        spelled = session.visit.cookie(self._names.session)
        if spelled is None:
            return None
        mark = self._ids.read(spelled)
        return spelled if session.core == (mark.core if mark is not None else spelled) else None

    def _claim_visitor(self, visit: Visit, spelled: str) -> Session | None:
        mark, stored = self._find(visit, spelled)
        if stored is not None and stored.user_id and stored.is_live(visit.now):
            return self._claim_user(visit, spelled, str(stored.user_id))
        return super()._claim_visitor(visit, spelled) if mark is not None else None

    def persist(self, session: Session, response: Response) -> None:
        """See ``SessionSource``: the session cookie where the client lacks it, the others after a login."""
        names, writer, visit, account = self._names, self._writer, session.visit, session.owner
        if self._held(session) is None or session.extending:
            writer.set(visit, response, names.session, super().spelled_id(session))
        if session.logged_out is not None and self.dialect.renews_session:
            self._tell_of_logout(visit, response)
        if account is None or session.record.authenticated != (account.id, int(visit.now)):
            return
        lifetime = self._login_lifetime(remember=session.remember)
        writer.set(visit, response, names.user_id, str(account.id), lifetime=lifetime)
        writer.set(visit, response, names.user_name, account.name, lifetime=lifetime)
        if session.remember and session.device is not None:
            writer.set(visit, response, names.token, session.device.token, lifetime=lifetime)

    def forget(self, visit: Visit, response: Response) -> None:
        """See ``SessionSource``; called for a logout alone. The session cookie stays, and says nothing any more."""
        names, writer = self._names, self._writer
        writer.expire(visit, response, names.user_id)
        writer.expire(visit, response, names.token)
        if self.dialect.drops_https_cookie:
            writer.expire(visit, response, names.force_https, never_secure=True)
        if not self.dialect.renews_session or visit.cookie(names.session) is None:
            self._tell_of_logout(visit, response)

    def _tell_of_logout(self, visit: Visit, response: Response) -> None:
        now = int(visit.now)
        moment = str(now) if self.dialect.logged_out == "seconds" else time.strftime(_STAMP, time.gmtime(now))
        self._writer.set(visit, response, self._names.logged_out, moment, lifetime=DAY)
