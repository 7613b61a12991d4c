"""Who may change how an account is logged in to: its owner, who has logged in a short while ago (spec core §8.3, §10).

The pages' side of what ``changeauthenticationdata`` and its kin insist on: the same judgement, but whoever can do something about it is
sent to do it and comes back.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from wikigate.primitives.errors import api_error
from wikigate.primitives.message import Message
from wikigate.web.frame import redirect
from wikigate.web.links import page_url

if TYPE_CHECKING:
    from wikigate.web.visit import Visit
    from wikigate.wire.http import Response


def sent_to_log_in(visit: Visit, title: str, operation: str, query: Mapping[str, str] | None = None) -> Response | None:
    """Send a visitor to log in, or to log in once more, and back to ``title`` with ``query``; None for whoever may go on.

    Raises ``ApiError``: ``permissiondenied`` and ``cannotreauthenticate``, 403.
    """
    back = {"returnto": title, **({"returntoquery": urlencode(query)} if query else {})}
    site, account = visit.services.site, visit.session.account
    if account is None or account.is_temp:
        return redirect(page_url(site, "Special:UserLogin", **back))
    if not visit.user.can("editmyprivateinfo"):
        raise api_error("apierror-permissiondenied", Message("action-editmyprivateinfo"), http_status=403)
    status = visit.services.flow.reauth.status(visit.session, operation, visit.now)
    if status == "fail":
        raise api_error("apierror-cannotreauthenticate", http_status=403)
    if status == "ok":
        return None
    return redirect(page_url(site, "Special:UserLogin", **back, force=operation))
