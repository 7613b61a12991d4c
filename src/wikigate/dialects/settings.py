"""What the configuration says of old dialects."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from wikigate.primitives.addresses import Networks


@dataclass(frozen=True, slots=True)
class DialectSettings:
    """The dialects offered beside the wiki's own, over the same accounts.

    ``offer``: names (``1.12``, ``1.16``, ``1.27``, ``1.12-strict``) or releases (``1.19``), each at ``/<name><script path>/api.php``.
    ``paths``: further paths and what is spoken there. ``hosts``: host names and what is spoken there, at the usual path.
    ``addresses``: addresses and networks from which dialects without a login token are answered; empty: all.
    ``plain_http``: offer such a dialect although ``site.server`` is neither https nor this machine.
    ``strict``: hide modules that the old release lacked. ``hide_existence``: tell an unknown name from a wrong password nowhere.
    ``fresh_session_ids``: give every login a new session id; clients that take it from ``NeedToken`` then rely on their ``Token`` cookie.
    ``cookie_days``: life of the cookies; 0: as the era had it. ``logout_token``: ``era``, ``none`` or ``required``: whether a logout takes
    a token (the security releases of 1.27 to 1.32 made it so).
    """

    offer: tuple[str, ...] = ()
    paths: Mapping[str, str] = field(default_factory=dict)
    hosts: Mapping[str, str] = field(default_factory=dict)
    addresses: tuple[str, ...] = ()
    plain_http: bool = False
    strict: bool = False
    hide_existence: bool = False
    fresh_session_ids: bool = False
    cookie_days: int = 0
    logout_token: Literal["era", "none", "required"] = "era"  # noqa: S105  a rule, not a token

    def offered(self, script_path: str) -> dict[str, str]:
        """Return the paths of further dialects, and what is spoken at each."""
        return {**{f"/{name}{script_path}/api.php": name for name in self.offer}, **self.paths}

    def __post_init__(self) -> None:
        """Refuse what cannot be."""
        if self.cookie_days < 0:
            raise ValueError("“cookie_days” is a number of days, 0 or more")
        Networks(self.addresses)
        for path in self.paths:
            if not path.startswith("/"):
                raise ValueError(f"the path “{path}” must begin with a slash")
