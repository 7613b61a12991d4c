"""``assert`` and ``assertuser``: the caller says who he believes to be, the call fails when he is not (spec core §16)."""

from __future__ import annotations

from wikigate.actions.call import Call
from wikigate.i18n.markup import escape_wikitext
from wikigate.primitives.errors import api_error


def check_assertions(call: Call) -> None:
    """Raise ``assertanonfailed``, ``assertuserfailed``, ``assertbotfailed`` or ``assertnameduserfailed``."""
    wanted = call.main["assert"]
    if wanted == "anon":
        if call.user.is_registered:
            raise api_error("apierror-assertanonfailed", module="main")
    elif wanted == "user":
        if not call.user.is_registered:
            raise api_error("apierror-assertuserfailed", module="main")
    elif wanted == "bot" and not call.user.can("bot"):
        raise api_error("apierror-assertbotfailed", module="main")
    name = call.main["assertuser"]
    if name is not None and call.user.name != name:
        raise api_error("apierror-assertnameduserfailed", escape_wikitext(name), module="main")
