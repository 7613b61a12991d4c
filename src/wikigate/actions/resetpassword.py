"""``action=resetpassword``: a temporary password by mail, for whoever has forgotten his (spec core §10, mission M10)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from wikigate.actions.action import Example, Module
from wikigate.actions.authforms import caller_of
from wikigate.actions.reminding import check_may_be_reminded, remind
from wikigate.wire.params import Param
from wikigate.wire.result import Map

if TYPE_CHECKING:
    from wikigate.actions.call import Call
    from wikigate.actions.services import Services


_MODULE: Final = Module(
    "resetpassword",
    classname=r"MediaWiki\Api\ApiResetPassword",
    examples=(
        Example("action=resetpassword&user=Example&token=123ABC", "apihelp-resetpassword-example-user"),
        Example("action=resetpassword&user=user@example.com&token=123ABC", "apihelp-resetpassword-example-email"),
    ),
    help_urls=("https://www.mediawiki.org/wiki/Special:MyLanguage/API:Manage_authentication_data",),
)


class ResetPasswordAction:
    """Answers success to whatever is asked rightly: whether anybody was meant is his mailbox's to know.

    ``by_name``, ``by_email``: the ways that are switched on, each with its parameter; with neither, the module is there to say so.
    """

    def __init__(self, *, by_name: bool = True, by_email: bool = True) -> None:
        user, email = Param("user", "user", subtypes=("name",)), Param("email")
        params = ((user,) if by_name else ()) + ((email,) if by_email else ())
        self.module: Final = (
            replace(_MODULE, params=params, must_be_posted=True, write=True, token="csrf")  # noqa: S106  a token's type
            if params
            else _MODULE
        )

    def run(self, call: Call, services: Services) -> None:
        """Add ``resetpassword``.

        Raises ``ApiError``: ``moduledisabled``, ``passwordreset-emaildisabled``, ``badaccess``, ``blocked-mailpassword``,
        ``passwordreset-nodata``, ``passwordreset-invalidemail``, ``ratelimited``.
        """
        check_may_be_reminded(call)
        remind(services.password_reminder, caller_of(call), call.args.get("user") or "", call.args.get("email") or "")
        call.add("resetpassword", Map({"status": "success"}))
