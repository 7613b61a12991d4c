"""How often a wiki lets people do things: MediaWiki's ``$wgRateLimits`` as it comes (spec core §17).

These are facts to tell, not limits that are kept here: what Wikigate throttles, ``auth/throttle.py`` does.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Final

from wikigate.wire.result import Map

if TYPE_CHECKING:
    from wikigate.accounts.performer import Performer
    from wikigate.actions.extension import Extension

_Limits = Mapping[str, tuple[int, int]]

# Action -> kind of caller -> hits, seconds.
RATE_LIMITS: Final[Mapping[str, _Limits]] = {
    "edit": {"ip": (8, 60), "newbie": (8, 60), "user": (90, 60)},
    "move": {"newbie": (2, 120), "user": (8, 60)},
    "upload": {"ip": (8, 60), "newbie": (8, 60)},
    "rollback": {"user": (10, 60), "newbie": (5, 120)},
    "mailpassword": {"ip": (5, 3600)},
    "sendemail": {"ip": (5, 86400), "newbie": (5, 86400), "user": (20, 86400)},
    "changeemail": {"ip-all": (10, 3600), "user": (4, 86400)},
    "confirmemail": {"ip-all": (10, 3600), "user": (4, 86400)},
    "purge": {"ip": (30, 60), "user": (30, 60)},
    "linkpurge": {"ip": (30, 60), "user": (30, 60)},
    "renderfile": {"ip": (700, 30), "user": (700, 30)},
    "renderfile-nonstandard": {"ip": (70, 30), "user": (70, 30)},
    "stashedit": {"ip": (30, 60), "newbie": (30, 60)},
    "stashbasehtml": {"ip": (5, 60), "newbie": (5, 60)},
    "changetags": {"ip": (8, 60), "newbie": (8, 60)},
    "editcontentmodel": {"newbie": (2, 120), "user": (8, 60)},
}

_OF_EXTENSIONS: Final[Mapping[str, Mapping[str, _Limits]]] = {
    "ConfirmEdit": {"badcaptcha": {"ip": (15, 60), "newbie": (15, 60), "user": (30, 60)}},
}


def rate_limits(user: Performer, extensions: Iterable[Extension], *, theoretical: bool) -> Map:
    """Return the limits on somebody; ``theoretical``: as if he were not exempt (right ``noratelimit``).

    ``extensions``: what is switched on may bring limits of its own.
    """
    node = Map()
    if not theoretical and user.can("noratelimit"):
        return node
    kinds = _kinds(user)
    known = [RATE_LIMITS, *(_OF_EXTENSIONS[one.name] for one in extensions if one.name in _OF_EXTENSIONS)]
    for action, limits in ((action, limits) for source in known for action, limits in source.items()):
        mine = {kind: Map(zip(("hits", "seconds"), limits[kind], strict=True)) for kind in kinds if kind in limits}
        if mine:
            node[action] = Map(mine)
    return node


def _kinds(user: Performer) -> tuple[str, ...]:
    is_new = not user.can("autoconfirmed")
    if not user.is_registered:
        return ("anon", "ip", "subnet") if is_new else ("anon",)
    return ("user", "ip", "subnet", "newbie") if is_new else ("user",)
