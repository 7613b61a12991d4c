"""``action=paraminfo``: what modules there are and what parameters they take, for programs (spec framework §11).

Everything comes from the declarations; of the caller, only the language and the height of the limits show.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from wikigate.actions.action import Example, Module
from wikigate.actions.module_doc import Documentation, ModuleDoc
from wikigate.actions.module_info import ModuleInfos
from wikigate.actions.page_set import PAGE_SET
from wikigate.primitives.errors import ApiError, api_error
from wikigate.wire.params import Param
from wikigate.wire.result import List, Map

if TYPE_CHECKING:
    from wikigate.actions.call import Call
    from wikigate.actions.services import Services


class ParamInfoAction:
    """Describes modules."""

    module = Module(
        "paraminfo",
        params=(
            Param("modules", multi=True),
            Param("helpformat", "enum", default="none", values=("html", "wikitext", "raw", "none")),
            Param("querymodules", "enum", multi=True, deprecated=True, group="query"),
            Param("mainmodule", deprecated=True),
            Param("pagesetmodule", deprecated=True),
            Param("formatmodules", "enum", multi=True, deprecated=True, group="format"),
        ),
        read=False,
        classname=r"MediaWiki\Api\ApiParamInfo",
        examples=(
            Example(
                "action=paraminfo&modules=login|phpfm|query%2Btokens|query%2Bsiteinfo", "apihelp-paraminfo-example-1"
            ),
            Example("action=paraminfo&modules=query%2B*", "apihelp-paraminfo-example-2"),
        ),
        help_urls=("https://www.mediawiki.org/wiki/Special:MyLanguage/API:Parameter_information",),
    )

    def __init__(self) -> None:
        self._made: tuple[Documentation, ModuleInfos] | None = None

    def run(self, call: Call, services: Services) -> None:
        """Add ``paraminfo``; a module that there is not is warned of (``badmodule``) and left out."""
        if self._made is None:
            self._made = Documentation(services.registry), ModuleInfos(services.catalog)
        documentation, infos = self._made
        args = call.args
        style = args["helpformat"]

        def describe(doc: ModuleDoc) -> Map:
            high = any(param.param.multi for param in doc.params) and call.user.can("apihighlimits")
            return infos.of(doc, style, call.language, high=high)

        query_modules: list[str] = args["querymodules"] or []
        format_modules: list[str] = args["formatmodules"] or []
        paths = [path for wanted in args["modules"] or () for path in _expand(call, documentation, wanted)]
        paths += [f"query+{name}" for name in query_modules]
        paths += format_modules
        found: dict[str, List] = {}
        for path in dict.fromkeys(paths):
            doc = _find(call, documentation, path)
            if doc is None:
                continue
            key, node = "modules", describe(doc)
            if doc.module.name in format_modules:
                key = "formatmodules"
            elif doc.module.name in query_modules and doc.module.path.startswith("query+"):
                key, node = "querymodules", _with(node, querytype=doc.module.group)
            found.setdefault(key, List((), "module")).append(node)
        node = Map({"helpformat": style, **found})
        if args["mainmodule"]:
            node["mainmodule"] = describe(documentation.find("main"))
        if args["pagesetmodule"]:
            page_set = _with(describe(documentation.describe(PAGE_SET)))
            for key in ("name", "path", "group"):
                del page_set[key]
            node["pagesetmodule"] = page_set
        call.add("paraminfo", node)


def _find(call: Call, documentation: Documentation, path: str) -> ModuleDoc | None:
    try:
        return documentation.find(path)
    except ApiError as error:
        for issue in error.issues:
            call.warn(issue)
        return None


def _expand(call: Call, documentation: Documentation, wanted: str) -> Iterator[str]:
    """Return the paths that a value of ``modules`` stands for: ``*`` the modules directly below one, ``**`` all of them."""
    if wanted in {"*", "**"}:
        wanted = f"main+{wanted}"
    if not wanted.endswith(("+*", " *", "+**", " **")):
        yield wanted
        return
    above = wanted.rstrip("*")[:-1]
    doc = _find(call, documentation, above)
    if doc is None:
        return
    if not doc.submodules:
        for issue in api_error("apierror-badmodule-nosubmodules", doc.module.path, code="badmodule").issues:
            call.warn(issue)
        return
    yield from _below(documentation, doc, recursive=wanted.endswith("**"))


def _below(documentation: Documentation, doc: ModuleDoc, *, recursive: bool) -> Iterator[str]:
    for path in sorted(doc.submodules):
        yield path
        child = documentation.of(path) if recursive else None
        if child is not None:
            yield from _below(documentation, child, recursive=True)


def _with(node: Map, **more: str) -> Map:
    """Copy a node that is kept for others too."""
    copy = Map({**node, **more})
    copy.meta = node.meta
    return copy
