"""Who may change how an account is logged in to: its owner, who has logged in a short while ago (spec core §8.3, §10).

The pages' side of what ``changeauthenticationdata`` and its kin insist on: the same judgement, but whoever can do something about it is
sent to do it and comes back.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from wikigate.primitives.errors import api_error
from wikigate.primitives.message import Message
from wikigate.web.frame import redirect
from wikigate.web.links import page_url

if TYPE_CHECKING:
    from wikigate.web.visit import Visit
    from wikigate.wire.http import Response


def sent_to_log_in(
    visit: Visit, title: str, operation: str, query: Mapping[str, str] | None = None, *, kept: Iterable[str] = ()
) -> Response | None:
    """Send a visitor to log in, or to log in once more, and back to ``title`` with ``query``; None for whoever may go on.

    ``kept``: the fields of a form that are filled in again when he comes back; none of them is secret.
    Raises ``ApiError``: ``permissiondenied`` and ``cannotreauthenticate``, 403.
    """
    account = visit.session.account
    if account is None or account.is_temp:
        return to_login(visit, title, query, kept=kept)
    if not visit.user.can("editmyprivateinfo"):
        raise api_error("apierror-permissiondenied", Message("action-editmyprivateinfo"), http_status=403)
    status = visit.services.flow.reauth.status(visit.session, operation, visit.now)
    if status == "fail":
        raise api_error("apierror-cannotreauthenticate", http_status=403)
    if status == "ok":
        return None
    return to_login(visit, title, query, kept=kept, force=operation)


def to_login(
    visit: Visit, title: str, query: Mapping[str, str] | None = None, *, kept: Iterable[str] = (), **more: str
) -> Response:
    """Lead to the login, and from there back to ``title``; see ``sent_to_log_in``."""
    asked = {**(query or {}), **visit.keep(kept)}
    back = {"returnto": title, **({"returntoquery": urlencode(asked)} if asked else {})}
    return redirect(page_url(visit.services.site, "Special:UserLogin", **back, **more))
