"""``action=logout`` (spec core §11, mission M39)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wikigate.actions.action import Example, Module
from wikigate.actions.session_end import log_out
from wikigate.primitives.errors import Issue
from wikigate.primitives.message import Message

if TYPE_CHECKING:
    from wikigate.actions.call import Call
    from wikigate.actions.services import Services


class LogoutAction:
    """Ends the caller's session, and the remember credential of this device with it."""

    module = Module(
        "logout",
        must_be_posted=True,
        write=True,
        read=False,
        token="csrf",  # noqa: S106  a token's type
        classname=r"MediaWiki\Api\ApiLogout",
        examples=(Example("action=logout&token=123ABC", "apihelp-logout-example-logout"),),
        help_urls=("https://www.mediawiki.org/wiki/Special:MyLanguage/API:Logout",),
    )

    def run(self, call: Call, services: Services) -> None:
        """Log the caller out. Raises ``ApiError`` ``cannotlogout`` where the session comes with each request, by a signature or token."""
        if not call.user.is_registered:
            call.warn(Issue(Message("apierror-mustbeloggedin-generic"), "notloggedin"))
            return
        session = call.session
        if not session.can_log_out:
            kind = services.catalog.plain(session.description, call.errors.language)
            raise call.error("cannotlogoutnow-text", kind, code="cannotlogout")
        log_out(call, services)
        call.forget_user()
