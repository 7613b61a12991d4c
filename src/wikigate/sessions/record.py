"""What a session's row holds besides its columns: versioned JSON.

Promises: what ``encode`` wrote, ``decode`` reads; anything else, a later version's included, is None and never an exception (the session
then counts as gone; security C-4). Must not hold the session id or any other secret of the session's own.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any, Final

import msgspec

_VERSION: Final = 1
_MAX_AGENT: Final = 255


@dataclass(frozen=True, slots=True)
class BotMark:
    """Which bot password began a session: its app id, and the hash of its ``bp_token`` at that moment (spec core §6.3)."""

    app: str
    token_hash: str


@dataclass(slots=True)
class Record:
    """One session's record.

    ``kept`` is what the rooms above keep, by key. ``had_login_token``: a login token was handed out in it (spec core §5 step 6).
    ``authenticated``: user id and moment of the last real login, None after a silent one (§7.2, §8.3). ``bot``: see ``BotMark``.
    ``began``, ``seen``: moments in seconds; ``seen`` moves when the session is extended, not with each request.
    ``address``, ``agent``: where it was last extended from (security D7). ``force_https``: see spec core §4.1.
    """

    kept: dict[str, Any] = field(default_factory=dict, repr=False)
    had_login_token: bool = False
    authenticated: tuple[int, int] | None = None
    bot: BotMark | None = None
    began: int = 0
    seen: int = 0
    address: str = ""
    agent: str = ""
    force_https: bool = False

    def encode(self) -> bytes:
        """Write the record; empty parts are left out."""
        tree: dict[str, Any] = {"v": _VERSION, "began": self.began, "seen": self.seen}
        if self.address:
            tree["address"] = self.address
        if self.agent:
            tree["agent"] = self.agent[:_MAX_AGENT]
        if self.authenticated:
            tree["auth"] = self.authenticated
        if self.bot:
            tree["bot"] = [self.bot.app, self.bot.token_hash]
        if self.had_login_token:
            tree["login"] = True
        if self.force_https:
            tree["https"] = True
        if self.kept:
            tree["kept"] = self.kept
        return json.dumps(tree, separators=(",", ":")).encode()

    @classmethod
    def decode(cls, data: bytes | str) -> Record | None:
        """Read a record; None for anything that this version did not write."""
        try:
            tree = msgspec.json.decode(data)
            if tree["v"] != _VERSION:
                return None
            auth, bot, kept = tree.get("auth"), tree.get("bot"), tree.get("kept", {})
            if not isinstance(kept, dict):
                return None
            return cls(
                kept=kept,
                had_login_token=tree.get("login") is True,
                authenticated=(int(auth[0]), int(auth[1])) if auth else None,
                bot=BotMark(str(bot[0]), str(bot[1])) if bot else None,
                began=int(tree["began"]),
                seen=int(tree["seen"]),
                address=str(tree.get("address", "")),
                agent=str(tree.get("agent", "")),
                force_https=tree.get("https") is True,
            )
        except (ValueError, TypeError, KeyError, IndexError, RecursionError):
            return None
