"""Asking for a temporary password by mail, on a page or by an API call: who may ask, and what must be given (spec core §10)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wikigate.actions.blockinfo import account_creation_blocks
from wikigate.primitives.emails import is_email
from wikigate.primitives.errors import api_error

if TYPE_CHECKING:
    from wikigate.actions.asker import Asker
    from wikigate.auth.attempt import Caller
    from wikigate.auth.password_reminder import PasswordReminder


def check_may_be_reminded(asker: Asker) -> None:
    """Refuse where nobody is mailed a password, or where this caller may not ask for one.

    Raises ``ApiError``: ``moduledisabled``, ``passwordreset-emaildisabled``, ``badaccess``, ``blocked-mailpassword``.
    """
    reminder = asker.services.password_reminder
    if not (reminder.settings.by_name or reminder.settings.by_email):
        raise api_error("apihelp-resetpassword-description-noroutes", code="moduledisabled")
    if not reminder.can_mail:
        raise api_error("passwordreset-emaildisabled")
    if not asker.user.can("editmyprivateinfo"):
        raise api_error("badaccess")
    if account_creation_blocks(asker):
        raise api_error("blocked-mailpassword")


def remind(reminder: PasswordReminder, caller: Caller, name: str, email: str) -> None:
    """Mail a temporary password, by canonical name or by address; a way that is switched off counts as not given.

    Whether anybody was meant is his mailbox's to know. Beyond the limit nothing is sent and a visitor is told nothing more; who is logged
    in is still told what he did wrong, since MediaWiki does not limit him.

    Raises ``ApiError``: ``passwordreset-nodata``, ``passwordreset-invalidemail``,
    ``ratelimited``.
    """
    name = name if reminder.settings.by_name else ""
    email = email if reminder.settings.by_email else ""
    admitted = reminder.admits(caller)
    if not admitted and caller.session.account is None:
        return
    if not name and not email:
        raise api_error("passwordreset-nodata")
    if email and not is_email(email):
        raise api_error("passwordreset-invalidemail")
    if admitted:
        reminder.send(caller, name, email)
