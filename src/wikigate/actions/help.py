"""``action=help``: the documentation as a page, made from the declarations; also what answers when nothing is asked (spec framework §12).

It prints itself whatever output format is asked for, unless ``wrap`` asks for the page inside a result. Pages are kept once made: they
depend on the modules, the options and the language alone.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final

from wikigate.actions.action import Example, Module
from wikigate.actions.help_page import HelpPage
from wikigate.actions.module_doc import Documentation
from wikigate.wire.formats.json import encode_json
from wikigate.wire.formats.plain_tree import plain_tree
from wikigate.wire.params import Param
from wikigate.wire.result import Map

if TYPE_CHECKING:
    from collections.abc import Callable

    from wikigate.actions.call import Call
    from wikigate.actions.services import Services

_MIME: Final = "text/html"
_FILE: Final = "api-help.html"
_KEPT_PAGES: Final = 128
# What a page is sent with; the formats for people are sent with it anyway.
_AS_A_PAGE: Final = (("Vary", "Accept-Encoding, Cookie"), ("Expires", "Thu, 01 Jan 1970 00:00:00 GMT"))

# Paths of modules, language, submodules, recursive, toc.
_Wanted = tuple[tuple[str, ...], str, bool, bool, bool]


class HelpAction:
    """Shows the documentation."""

    module = Module(
        "help",
        params=(
            Param("modules", default="main", multi=True),
            Param("submodules", "boolean"),
            Param("recursivesubmodules", "boolean"),
            Param("wrap", "boolean"),
            Param("toc", "boolean"),
        ),
        read=False,
        lag_checked=False,
        classname=r"MediaWiki\Api\ApiHelp",
        examples=(
            Example("action=help", "apihelp-help-example-main"),
            Example("action=help&modules=query&submodules=1", "apihelp-help-example-submodules"),
            Example("action=help&recursivesubmodules=1", "apihelp-help-example-recursive"),
            Example("action=help&modules=help", "apihelp-help-example-help"),
            Example("action=help&modules=query+userinfo|query+users", "apihelp-help-example-query"),
        ),
        help_urls=tuple(
            f"https://www.mediawiki.org/wiki/Special:MyLanguage/API:{page}"
            for page in ("Main_page", "FAQ", "Quick_start_guide")
        ),
    )

    def __init__(self) -> None:
        self._pages: tuple[Documentation, Callable[[_Wanted], str]] | None = None

    def run(self, call: Call, services: Services) -> None:
        """Make the page the answer. Raises ``ApiError`` ``badmodule`` for a module that there is not."""
        if not call.args["wrap"]:
            call.printer = "raw"
        if self._pages is None:
            self._pages = _pages(services)
        documentation, page_of = self._pages
        args = call.args
        paths = tuple(documentation.find(path).module.path for path in args["modules"])
        language = services.catalog.spoken(call.language)
        page = page_of((paths, language, args["submodules"], args["recursivesubmodules"], args["toc"]))
        if args["wrap"]:
            if not services.registry.formats[call.main["format"]].is_html:
                call.headers += [("Content-Language", services.site.language), *_AS_A_PAGE]
            call.add("help", Map({"mime": _MIME, "filename": _FILE, "help": page}, subelements=("help",)))
        else:
            call.raw_body = (f"{_MIME}; charset=utf-8", _FILE, (_comment(call) + page).encode())


def _pages(services: Services) -> tuple[Documentation, Callable[[_Wanted], str]]:
    documentation = Documentation(services.registry)

    @lru_cache(_KEPT_PAGES)
    def page_of(wanted: _Wanted) -> str:
        paths, language, submodules, recursive, toc = wanted
        docs = [doc for doc in map(documentation.of, paths) if doc is not None]
        page = HelpPage(services, documentation, language, submodules=submodules, recursive=recursive, toc=toc)
        return page.write(docs)

    return documentation, page_of


def _comment(call: Call) -> str:
    """Return warnings and errors that there are already as a comment, which they must not be able to end."""
    said = {name: call.result[name] for name in ("warnings", "errors") if name in call.result}
    if not said:
        return ""
    text = encode_json(plain_tree(said, 2), in_ascii=False, pretty=True).decode().replace("--", r"-\u002D")
    return f"<!-- API warnings and errors:\n{text}\n-->\n"
