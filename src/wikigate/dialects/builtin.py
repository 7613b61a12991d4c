"""The dialects there are, the oldest first, and how one is asked for: by its name, or by a release's number."""

from __future__ import annotations

from typing import Final

from wikigate.dialects.current import CURRENT
from wikigate.dialects.needtoken import NEEDTOKEN
from wikigate.dialects.transition import TRANSITION
from wikigate.dialects.v1_12 import V1_12, V1_12_STRICT
from wikigate.primitives.errors import ConfigError
from wikigate.wire.dialect import Dialect, Era, release_of

# ``1.12-strict`` stands last: a release's number finds the era that names it first.
ERAS: Final[tuple[Era, ...]] = (V1_12, NEEDTOKEN, TRANSITION, V1_12_STRICT)
_NEWEST: Final = (1, 43)


def dialect_of(asked: str) -> Dialect:
    """Return the dialect of a name (``1.12``, ``current``) or of a release (``1.19``, ``1.15.3``).

    Raises ``ConfigError`` for one that there is not.
    """
    if asked == CURRENT.name:
        return CURRENT
    for era in ERAS:
        if era.name == asked:
            return era.dialect
    release = release_of(asked)
    if release is not None:
        for era in ERAS:
            if era.speaks_for(release):
                return era.at(release)
        if ERAS[2].last < release and release[:2] <= _NEWEST:
            return CURRENT
    names = ", ".join((*(era.name for era in ERAS), CURRENT.name))
    raise ConfigError(f"There is no dialect “{asked}”; there are: {names}, and the releases from 1.12 to 1.43.")
