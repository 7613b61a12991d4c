"""The ``BlockID`` cookie: a block that was looked up once follows its browser to other addresses for a day (spec core §4.1, §15).

The value is the block's id and a MAC over it, in MediaWiki's form; one that we did not make means nothing. It is sent where the block of
a caller was looked up and there is one, and taken back where a look finds that it does not hold; one that we did not make is taken back
wherever it comes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from wikigate.primitives.secrets import KeyRing, constant_time_equal
from wikigate.primitives.whirlpool import hmac_whirlpool
from wikigate.sessions.cookie_writer import CookieWriter
from wikigate.sessions.visit import Visit
from wikigate.wire.http import Request, Response

if TYPE_CHECKING:
    from wikigate.accounts.blocks import Block
    from wikigate.accounts.performer import Performer

_DAY: Final = 86_400
_LONGEST_ID: Final = 18


class BlockCookie:
    """The cookie of one wiki; shared by all threads. ``name`` is the whole name; ``writer`` lets scripts read it, as MediaWiki does."""

    def __init__(self, name: str, writer: CookieWriter, keys: KeyRing) -> None:
        self._name = name
        self._writer = writer
        self._keys = keys.derive("block cookie")

    def read(self, request: Request) -> int | None:
        """Return the id of the block that the browser carries; None for none, or for one that we did not hand out."""
        if not self.is_in(request):
            return None
        identity, _, mac = (Visit(request, 0.0).cookie(self._name) or "").partition("!")
        if not (identity.isascii() and identity.isdigit()) or len(identity) > _LONGEST_ID:
            return None
        good = [constant_time_equal(mac.encode("utf-8", "replace"), self._mac(key, identity)) for key in self._keys.all]
        return int(identity) if any(good) else None

    def is_in(self, request: Request) -> bool:
        """Whether a request may have brought the cookie; cheap, and now and then yes without need."""
        return self._name in request.headers.get("cookie", "")

    def write(self, user: Performer, request: Request, response: Response, now: float) -> None:
        """Send the cookie of a block that was found, or take back one that does not hold."""
        block = user.block if user.block_was_looked_up else None
        is_in = self.is_in(request)
        if block is None and not is_in:
            return
        visit = Visit(request, now)
        brought = is_in and visit.cookie(self._name) is not None
        if brought and user.carried_block is not None and (not user.block_was_looked_up or user.carries_block):
            return
        found = (block.components or (block,)) if block is not None else ()
        followed = next((part for part in found if _follows(part, user)), None)
        if followed is not None:
            lifetime = _DAY if followed.expiry is None else min(_DAY, max(1, int(followed.expiry - now)))
            value = f"{followed.id}!{self._mac(self._keys.newest, str(followed.id)).decode()}"
            self._writer.set(visit, response, self._name, value, lifetime=lifetime)
        elif brought:
            self._writer.delete(visit, response, self._name)

    @staticmethod
    def _mac(key: bytes, identity: str) -> bytes:
        return hmac_whirlpool(key, identity.encode()).hex().encode()


def _follows(block: Block, user: Performer) -> bool:
    """Whether a block is one that follows a browser: a visitor's by address, an account's if it spreads to addresses."""
    if user.account is None:
        return block.kind in {"address", "range"}
    return block.kind == "user" and block.autoblocks
