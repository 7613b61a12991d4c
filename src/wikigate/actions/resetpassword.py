"""``action=resetpassword``: a temporary password by mail, for whoever has forgotten his (spec core §10, mission M10)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wikigate.actions.action import Example, Module
from wikigate.actions.authforms import caller_of
from wikigate.actions.blockinfo import account_creation_blocks
from wikigate.primitives.emails import is_email
from wikigate.wire.params import Param
from wikigate.wire.result import Map

if TYPE_CHECKING:
    from wikigate.actions.call import Call
    from wikigate.actions.services import Services


class ResetPasswordAction:
    """Answers success to whatever is asked rightly: whether anybody was meant is his mailbox's to know."""

    module = Module(
        "resetpassword",
        params=(Param("user", "user", subtypes=("name",)), Param("email")),
        must_be_posted=True,
        write=True,
        token="csrf",  # noqa: S106  a token's type
        classname=r"MediaWiki\Api\ApiResetPassword",
        examples=(
            Example("action=resetpassword&user=Example&token=123ABC", "apihelp-resetpassword-example-user"),
            Example("action=resetpassword&user=user@example.com&token=123ABC", "apihelp-resetpassword-example-email"),
        ),
        help_urls=("https://www.mediawiki.org/wiki/Special:MyLanguage/API:Manage_authentication_data",),
    )

    def run(self, call: Call, services: Services) -> None:
        """Add ``resetpassword``.

        Raises ``ApiError``: ``moduledisabled``, ``passwordreset-emaildisabled``, ``badaccess``, ``blocked-mailpassword``,
        ``passwordreset-nodata``, ``passwordreset-invalidemail``, ``ratelimited``.
        """
        reminder, caller = services.password_reminder, caller_of(call)
        settings = reminder.settings
        if not (settings.by_name or settings.by_email):
            raise call.error("apihelp-resetpassword-description-noroutes", code="moduledisabled")
        _check_permission(call, can_mail=reminder.can_mail)
        name: str = (settings.by_name and call.args["user"]) or ""
        email: str = (settings.by_email and call.args["email"]) or ""
        if reminder.admits(caller):
            if not name and not email:
                raise call.error("passwordreset-nodata")
            if email and not is_email(email):
                raise call.error("passwordreset-invalidemail")
            reminder.send(caller, name, email)
        call.add("resetpassword", Map({"status": "success"}))


def _check_permission(call: Call, *, can_mail: bool) -> None:
    if not can_mail:
        raise call.error("passwordreset-emaildisabled")
    if not call.user.can("editmyprivateinfo"):
        raise call.error("badaccess")
    if account_creation_blocks(call):
        raise call.error("blocked-mailpassword")
