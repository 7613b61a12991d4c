"""The end of the caller's own session: it and the line of the audit that tells of it are one transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wikigate.actions.authforms import caller_of

if TYPE_CHECKING:
    from wikigate.actions.call import Call
    from wikigate.actions.services import Services


def log_out(call: Call, services: Services) -> None:
    """Log the caller out; the caller of this has made sure that his session can be ended. Raises ``StoreUnavailable``."""
    account, caller = call.session.account, caller_of(call)

    def tell() -> None:
        if account is not None:
            services.audit.changed(caller, "logout", account)

    services.sessions.log_out(call.session, telling=tell)
