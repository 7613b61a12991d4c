"""Today's API: MediaWiki 1.43."""

from __future__ import annotations

from wikigate.wire.dialect import Dialect

CURRENT = Dialect(name="current", generator="MediaWiki 1.43.9")
