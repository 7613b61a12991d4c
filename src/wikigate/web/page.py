"""The contract of a page under ``index.php``, and how a page is made.

A page is called by one thread for one visit at a time and is shared by all threads: it keeps nothing of a visitor. ``get`` changes
nothing that another person would notice; ``post`` checks the visit's token before it acts. Both may raise ``ApiError``, which is shown
as an error page with the same words as the API's.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from wikigate.wire.http import Response

if TYPE_CHECKING:
    from wikigate.actions.services import Services
    from wikigate.auth.registry import Providers
    from wikigate.web.frame import Frame
    from wikigate.web.visit import Visit


class Page(Protocol):
    """One special page."""

    def get(self, visit: Visit) -> Response:
        """Show the page."""
        ...

    def post(self, visit: Visit) -> Response:
        """Do what was asked for on the page."""
        ...


@dataclass(frozen=True, slots=True)
class PageParts:
    """One wiki's parts, for its pages."""

    services: Services
    providers: Providers
    frame: Frame


@dataclass(frozen=True, slots=True)
class PagePlugin:
    """A page to be had: ``name`` is the special page's in MediaWiki (``OpenIDConnectReturn``); ``make`` gives None where it is off."""

    name: str
    make: Callable[[PageParts], Page | None]
