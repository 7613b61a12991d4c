"""Whether a login is fresh enough for changing credentials (MediaWiki's securitySensitiveOperationStatus, spec core §8.3)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from wikigate.auth.settings import DEFAULT, ReauthSettings

if TYPE_CHECKING:
    from wikigate.sessions.session import Session

Status = Literal["ok", "reauth", "fail"]


class Reauth:
    """Judges sessions; pure."""

    def __init__(self, settings: ReauthSettings) -> None:
        self._settings = settings

    def status(self, session: Session, operation: str, now: float) -> Status:
        """Say ``ok``, ``reauth`` (log in again in this session first) or ``fail`` (this session can never do it).

        Time is counted in whole seconds, as MediaWiki does. A session that a remember credential revived was never logged in with
        credentials, so it is as old as can be.
        """
        account = session.account
        if account is None:
            return "reauth" if session.can_change_user else "fail"
        if not session.can_change_user:
            allowed = self._settings.allow_without
            return "ok" if allowed.get(operation, allowed[DEFAULT]) else "fail"
        limit = self._settings.seconds.get(operation, self._settings.seconds[DEFAULT])
        if limit < 0:
            return "ok"
        when = session.last_auth_time if session.last_auth_id == account.id else None
        return "ok" if when is not None and int(now) - int(when) <= limit else "reauth"
