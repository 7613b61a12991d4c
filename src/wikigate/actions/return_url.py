"""The address that a conversation comes back to (spec core §7.1), and what every conversation's request must have."""

from __future__ import annotations

import re
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from wikigate.i18n.markup import escape_wikitext
from wikigate.wire.coerce import require_at_least_one

if TYPE_CHECKING:
    from wikigate.actions.call import Call
    from wikigate.actions.services import Services

_NOT_IN_A_URL: Final = re.compile(r"[\x00-\x20\x7f\\]")


def check_beginning(call: Call, services: Services) -> None:
    """Insist on ``continue`` or a ``returnurl`` that can be. Raises ``ApiError``: ``missingparam``, ``badurl_<name>``."""
    module = call.module
    if module is None:
        raise AssertionError("a module runs")
    require_at_least_one(services.registry.param_set(module), call.args, "continue", "returnurl")
    url = call.args["returnurl"]
    if url is not None and not is_return_url(url, _hosts(services)):
        name = f"{module.prefix}returnurl"
        raise call.error("apierror-badurl", name, escape_wikitext(url), code=f"badurl_{name}")


def _hosts(services: Services) -> tuple[str, ...]:
    """Return the patterns of hosts that may be returned to; empty for any."""
    allowed = services.api.return_hosts
    own = urlsplit(services.site.server).hostname
    return (*allowed, own) if allowed and own else allowed


def is_return_url(text: str, hosts: tuple[str, ...] = ()) -> bool:
    """Whether a browser can be sent to the address: absolute, http or https, and nothing in it that could be read otherwise.

    MediaWiki takes any scheme of its link list; no honest client needs one of the others (security S14, §6.3). ``hosts``: patterns with
    ``*`` and ``?`` of which one must fit; none: any host will do (security E7).
    """
    if _NOT_IN_A_URL.search(text):
        return False
    try:
        parts = urlsplit(text)
        host = parts.hostname
        if parts.scheme not in {"http", "https"} or not host or parts.port == 0:
            return False
    except ValueError:
        return False
    return not hosts or ("@" not in parts.netloc and any(fnmatchcase(host, pattern.lower()) for pattern in hosts))
