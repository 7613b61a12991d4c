"""The contract of a stored password: what every format of a password column must be able to do.

A column value is `:<type>:<parameters, salts and digest in that type's own spelling>`, at most 255 bytes (spec core
§12.1; the columns are MediaWiki's, and MediaWiki must be able to read what we write). One file of this room is one
family of formats: a function that parses the part after `:<type>:` into a value satisfying `PasswordHash`, and, for
formats that are still written, a frozen recipe satisfying `HashRecipe`. A new format is one such file and one line in
`scheme.FORMATS`.

Promises that every format keeps:

* A parser answers `None` for text it cannot read and for parameters so high that checking them would be an attack on
  the server. It never raises.
* The parameters in the column are the ones that are used, whatever the configuration says today.
* Nothing here opens a file, a connection or a lock; everything may be called from any thread, also many at once.
* The comparison of digests takes the same time wherever they differ.
* No salt, digest or secret is part of a `repr`.

Must not: know an account, a request, a policy or a database.
"""

from collections.abc import Callable
from typing import Final, Protocol

from wikigate.primitives.ids import RandomBytes

MAX_COLUMN_BYTES: Final = 255
"""Length of MediaWiki's `user_password` and `bp_password` columns (TINYBLOB)."""


class PasswordHash(Protocol):
    """One stored password, parsed. Immutable."""

    @property
    def usable(self) -> bool:
        """False for a value that no password can match: empty, unknown or broken."""
        ...

    @property
    def recipe(self) -> "HashRecipe | None":
        """The recipe that would make such a value anew, or None when none would."""
        ...

    @property
    def work(self) -> object:
        """What a check costs: a recipe that does the same, another value that says so, or None for next to nothing."""
        ...

    def verify(self, password: bytes) -> bool:
        """Tell whether `password` is the one that was stored.

        Called at most twice a login (the second time with another encoding of the same password). Any bytes are
        allowed, at most 4096 of them: the caller has refused longer ones. Never raises for what the column or the
        password holds; `MemoryError` alone may come, from a memory-hard hash on an exhausted machine.
        """
        ...

    def column(self) -> str:
        """Spell the column value, ASCII."""
        ...


class HashRecipe(Protocol):
    """A format with its parameters chosen: makes new stored passwords. Frozen, compared by value.

    Raises `ValueError` when constructed with parameters that its own parser would refuse.
    """

    def make(self, password: bytes, random_bytes: RandomBytes) -> PasswordHash:
        """Hash a new password with a fresh salt from `random_bytes`."""
        ...

    def decoy(self, random_bytes: RandomBytes) -> PasswordHash:
        """Answer a value that no password matches and whose check costs what a real one's costs; no hash is computed."""
        ...

    def rest(self, work: object) -> "HashRecipe | None":
        """Answer the recipe for what is left to do, after `work` was done, to have cost as much as this recipe.

        `work` is some `PasswordHash.work`. None when nothing is left or when the two cannot be compared.
        """
        ...


Parser = Callable[[str], PasswordHash | None]
"""Parses what follows `:<type>:` in a column value; None when it cannot be one."""
