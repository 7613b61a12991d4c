"""The built-in pages, by the names that MediaWiki's special pages have."""

from __future__ import annotations

from typing import Final

from wikigate.web.page import PagePlugin

BUILT_IN: Final[tuple[PagePlugin, ...]] = ()
