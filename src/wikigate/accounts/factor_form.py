"""How a second factor lies in its row: sealed where the tables are ours, MediaWiki's JSON where they are a wiki's.

Promises: what cannot be read is a ``ValueError`` and never an empty factor; what is written is in the form in which the row was, so that
whoever else reads it still can.
"""

from __future__ import annotations

import json
from base64 import b32encode
from collections.abc import Mapping
from typing import Any, Final, Protocol

from wikigate.accounts.secretbox import NONCE_SIZE, SecretBox
from wikigate.primitives.ids import RandomBytes
from wikigate.primitives.seal import PREFIX, Seal

SECRET: Final = "secret"  # noqa: S105  the name of a member
KEYS: Final = "recoverycodekeys"
"""The codes of a row of recovery codes: each a text, or a text and what is known of it."""
_FORMAT: Final = "format"
ENCRYPTED: Final = "encrypted"
"""The ``format`` of rows that a wiki encrypts."""
_NONCE: Final = "nonce"


class FactorForm(Protocol):
    """How rows are written.

    ``separate``: whether recovery codes have a row of their own, and an account may have several factors; MediaWiki 1.43 has it
    otherwise. ``hashes``: whether recovery codes lie there as hashes. ``decrypts``: whether there is a key for what a wiki encrypts.
    """

    @property
    def separate(self) -> bool: ...  # noqa: D102  see the class

    @property
    def hashes(self) -> bool: ...  # noqa: D102

    @property
    def decrypts(self) -> bool: ...  # noqa: D102

    @property
    def prefixes(self) -> tuple[str, ...]:
        """What every sealed row begins with that can be read."""
        ...

    def read(self, user_id: int, stored: str) -> Any:
        """Read a row's data. Raises ``ValueError``."""
        ...

    def write(self, user_id: int, data: Mapping[str, Any]) -> str:
        """Write a row's data."""
        ...


class SealedForm:
    """Rows of ours, under the server's keys; those brought over from a wiki in plain are read all the same (security C10)."""

    separate = True
    hashes = True
    decrypts = False

    def __init__(self, seal: Seal) -> None:
        self._seal = seal

    @property
    def prefixes(self) -> tuple[str, ...]:
        """See ``FactorForm``."""
        return self._seal.prefixes

    def read(self, user_id: int, stored: str) -> Any:
        """See ``FactorForm``."""
        return json.loads(self._seal.open(stored, _context(user_id)) if stored.startswith(PREFIX) else stored)

    def write(self, user_id: int, data: Mapping[str, Any]) -> str:
        """See ``FactorForm``."""
        return self._seal.close(_text(data), _context(user_id))


class WikiForm:
    """Rows of a wiki (spec extensions §1.3).

    ``separate``: the wiki's OATHAuth is one of those after 1.43. ``box``: its ``$wgOATHSecretKey``, None where it has none: rows that are
    encrypted then cannot be read.
    """

    hashes = False
    prefixes = ()

    def __init__(self, random_bytes: RandomBytes, box: SecretBox | None = None, *, separate: bool = False) -> None:
        self.separate: Final = separate or box is not None
        self._random_bytes = random_bytes
        self._box = box
        self.decrypts: Final = box is not None

    def read(self, _user_id: int, stored: str) -> Any:
        """See ``FactorForm``; what was encrypted is in the clear, and ``format`` still says that it was."""
        data = json.loads(stored)
        if not isinstance(data, dict) or data.get(_FORMAT) != ENCRYPTED:
            return data
        box = self._box
        if box is None:
            raise ValueError("encrypted with a key that is not configured")
        nonce = data.get(_NONCE)
        return _with_secrets(data, lambda sealed: box.open(sealed, nonce))

    def write(self, _user_id: int, data: Mapping[str, Any]) -> str:
        """See ``FactorForm``; a new row is encrypted where the wiki has a key."""
        data = dict(data)
        if self.separate and _FORMAT not in data and (SECRET in data or KEYS in data):
            data |= {_FORMAT: ENCRYPTED if self._box else "unencrypted", "version": 1}
        if data.get(_FORMAT) == ENCRYPTED:
            box = self._box
            if box is None:
                raise ValueError("encrypted with a key that is not configured")
            # All codes of a row have one nonce: so the wiki has it.
            nonce = self._random_bytes(NONCE_SIZE)
            data = _with_secrets(data, lambda text: box.close(str(text), nonce)) | {_NONCE: b32encode(nonce).decode()}
        return _text(data)


class _Change(Protocol):
    def __call__(self, secret: Any, /) -> str: ...


def _with_secrets(data: Mapping[str, Any], change: _Change) -> dict[str, Any]:
    """Return a row's data with its secrets changed."""
    found = dict(data)
    if SECRET in found:
        found[SECRET] = change(found[SECRET])
    if isinstance(codes := found.get(KEYS), list):
        found[KEYS] = [[change(one[0]), *one[1:]] if isinstance(one, list) and one else change(one) for one in codes]
    return found


def _text(data: Mapping[str, Any]) -> str:
    return json.dumps(data, separators=(",", ":"))


def _context(user_id: int) -> str:
    return f"factor of {user_id}"
