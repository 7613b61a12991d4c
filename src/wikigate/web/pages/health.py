"""Special:Health: whether all is well with this wiki, and what to do where it is not: what ``wikigate doctor`` says of a running server."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from importlib.metadata import version
from typing import Final

from wikigate.web.finding import Finding
from wikigate.web.listing import Line, Listing
from wikigate.web.operator_page import OperatorPage
from wikigate.web.page import PageParts
from wikigate.web.visit import Visit
from wikigate.wire.http import Response

_VERSION: Final = version("wikigate")
_WORST: Final = ("fault", "warning", "ok")


class HealthPage(OperatorPage):
    """Lists what was looked at, the worst first. What is found is told in English, as the operator's commands tell it."""

    name = "Health"

    def __init__(self, parts: PageParts, examine: Callable[[], Sequence[Finding]]) -> None:
        super().__init__(parts)
        self._examine = examine

    def show(self, visit: Visit) -> Response:
        """Look everything over, and show it."""
        found = sorted(self._examine(), key=lambda one: _WORST.index(one.state))
        lines = [Line((self.words(visit, f"wikigate-health-{one.state}"), one.what, one.advice)) for one in found]
        heads = self.columns(visit, *(f"wikigate-health-{head}" for head in ("state", "what", "advice")))
        note = self.words(visit, "wikigate-health-note", _VERSION, len(found))
        return self.draw(visit, Listing(self.words(visit, "health"), heads, lines), note=note)
