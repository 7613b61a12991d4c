"""``action=query``: several questions in one request (spec framework §6).

Each value of ``prop``, ``list`` and ``meta`` names a submodule that reads its own prefixed parameters and adds its own node; they run in
that order, each once however often it is named. The answer is as private as its most private part.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from wikigate.actions.action import Example, Module
from wikigate.actions.page_set import PAGE_SET_PARAMS, PageSet
from wikigate.primitives.errors import api_error
from wikigate.primitives.message import Message
from wikigate.wire.coerce import coerce
from wikigate.wire.params import Param
from wikigate.wire.result import put_first

if TYPE_CHECKING:
    from wikigate.actions.call import Call
    from wikigate.actions.services import Services

_GROUPS: Final = ("prop", "list", "meta")
_CONTINUE_PARTS: Final = 2

_PARAMS: Final = (
    *(Param(group, "submodule", multi=True, group=group) for group in _GROUPS),
    Param("indexpageids", "boolean"),
    Param("iwurl", "boolean"),
    Param("continue", help=(Message("api-help-param-continue"),)),
    Param("rawcontinue", "boolean"),
    *PAGE_SET_PARAMS,
)
# Whatever else is there, the right to read is asked for: it could show pages (spec framework §4.3).
_NEVER_WITHOUT_READING: Final = frozenset(
    param.name for param in _PARAMS if param.name not in {"meta", "rawcontinue", "indexpageids"}
)
_PAGES: Final = frozenset(param.name for param in PAGE_SET_PARAMS if param.multi)


def _reads(call: Call) -> bool:
    """Whether a call needs the right to read: no for ``meta`` alone, as long as each of its modules may be had without."""
    if "meta" not in call.form or not call.form.lacks(_NEVER_WITHOUT_READING):
        return True
    submodules = call.services.registry.query
    for name in call.args["meta"] or ():  # noqa: SIM110  a generator costs more than the loop
        if submodules[name].module.read:
            return True
    return False


class QueryAction:
    """Runs the submodules that a call names."""

    module = Module(
        "query",
        params=_PARAMS,
        reads=_reads,
        classname=r"MediaWiki\Api\ApiQuery",
        examples=(
            Example("action=query&meta=siteinfo|userinfo&uiprop=groups|rights", "apihelp-query-example-meta"),
            Example("action=query&list=users&ususers=Example&usprop=groups", "apihelp-query-example-list"),
        ),
        help_urls=tuple(
            f"https://www.mediawiki.org/wiki/Special:MyLanguage/API:{page}"
            for page in ("Query", "Meta", "Properties", "Lists")
        ),
    )

    def __init__(self) -> None:
        self._page_set: PageSet | None = None

    def run(self, call: Call, services: Services) -> None:
        """Add ``query`` with one node a submodule, and ``batchcomplete`` on top unless ``rawcontinue`` asks for the old ways.

        Raises ``ApiError`` ``badcontinue`` for a ``continue`` that no answer can have held, and whatever a submodule raises.
        """
        own = call.args
        finished = _finished(own["continue"])
        if not call.form.lacks(_PAGES) and any(own[name] is not None for name in _PAGES):
            self._pages(services).tell(call)
        names = [*(own["prop"] or ()), *(own["list"] or ()), *(own["meta"] or ())]
        public = True
        for name in names:
            if name in finished:
                continue
            action = services.registry.query[name]
            call.module = action.module
            call.args = coerce(services.registry.query_params[name], call.form, call.coercion)
            action.run(call, services)
            public = public and action.module.cache == "public"
        call.module, call.args = self.module, own
        call.cache = "public" if public else "private"
        if not own["rawcontinue"]:
            put_first(call.result, "batchcomplete", True)

    def _pages(self, services: Services) -> PageSet:
        page_set = self._page_set
        if page_set is None:
            page_set = self._page_set = PageSet(services.site.site_name)
        return page_set


def _finished(text: str | None) -> frozenset[str]:
    """Return the modules that a continued query has had enough of."""
    if not text:
        return frozenset()
    parts = text.split("||")
    if len(parts) != _CONTINUE_PARTS:
        raise api_error("apierror-badcontinue", module="main")
    return frozenset(parts[1].split("|"))
