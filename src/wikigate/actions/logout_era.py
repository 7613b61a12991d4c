"""``action=logout`` by GET or POST, without a token (1.12 to 1.32.1; spec legacy §5, missions M38)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wikigate.actions.action import Example, Module
from wikigate.actions.cross_site import refuse_cross_site
from wikigate.actions.session_end import log_out

if TYPE_CHECKING:
    from wikigate.actions.call import Call
    from wikigate.actions.services import Services


class EraLogoutAction:
    """Ends the caller's session; a visitor gets the same answer."""

    module = Module(
        "logout",
        write=True,
        read=False,
        classname="ApiLogout",
        examples=(Example("action=logout", "apihelp-logout-example-logout"),),
        help_urls=("https://www.mediawiki.org/wiki/Special:MyLanguage/API:Logout",),
    )

    def run(self, call: Call, services: Services) -> None:
        """Log the caller out. Raises ``ApiError``: ``crosssite``, ``cannotlogout`` as today."""
        refuse_cross_site(call)
        session = call.session
        held = session.persisted
        if call.user.is_registered:
            if not session.can_log_out:
                kind = services.catalog.plain(session.description, call.errors.language)
                raise call.error("cannotlogoutnow-text", kind, code="cannotlogout")
            log_out(call, services)
            call.forget_user()
        if call.dialect.logged_out:
            services.sessions.forget(session)
        if held and call.dialect.renews_session:
            services.sessions.persist(session)
