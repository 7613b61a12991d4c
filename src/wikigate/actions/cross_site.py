"""No other site's page may log a visitor in or out by an old dialect (spec legacy §8 rule 2, security H11).

A dialect without a token cannot tell a form of its own from one of another site. Browsers can: they say where a request comes from in
``Sec-Fetch-Site``, ``Origin`` or ``Referer``. Programs say nothing of the kind and are let through.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from wikigate.primitives.errors import api_error

if TYPE_CHECKING:
    from wikigate.actions.call import Call

_OWN: Final = frozenset({"same-origin", "none"})


def refuse_cross_site(call: Call) -> None:
    """Raise ``ApiError`` ``crosssite`` with HTTP 403 where a browser sends the request from another site's page."""
    headers = call.request.headers
    own = {headers.get("host", "").lower(), _host(call.services.site.server)} - {""}
    site = headers.get("sec-fetch-site")
    foreign = site is not None and site not in _OWN
    for name in ("origin", "referer"):
        stated = headers.get(name)
        if stated is not None and _host(stated) not in own:
            foreign = True
    if foreign:
        raise api_error("wikigate-crosssite", code="crosssite", http_status=403, module="main")


def _host(url: str) -> str:
    """Return the host and port of an address; empty, which is nobody's own, where it is none."""
    try:
        return urlsplit(url).netloc.lower()
    except ValueError:
        return ""
