"""The pages that ``action=query`` is asked about: there are none.

Tools for wikis send ``titles``, ``pageids`` and ``revids`` to whatever speaks the API. They get what a wiki without pages would say:
titles read and normalised, and each of them missing.
"""

from __future__ import annotations

import re
from typing import Final

from wikigate.actions.action import Module
from wikigate.actions.call import Call
from wikigate.actions.namespaces import ALIASES, NAMESPACES, SPECIAL, shown_name
from wikigate.actions.siteinfo_facts import SPECIAL_PAGES
from wikigate.i18n.markup import escape_wikitext
from wikigate.primitives.message import Message
from wikigate.wire.params import Param
from wikigate.wire.result import List, Map

# The order is MediaWiki's declaration: of several sources of pages, the later declared one is the one too many.
SOURCES: Final = ("titles", "pageids", "revids")
PAGE_SET_PARAMS: Final = (
    Param("titles", multi=True, help=(Message("api-pageset-param-titles"),)),
    Param("pageids", "integer", multi=True, help=(Message("api-pageset-param-pageids"),)),
    Param("revids", "integer", multi=True, help=(Message("api-pageset-param-revids"),)),
    Param(
        "generator",
        "submodule",
        group="generator",
        submodule_prefix="g",
        help=(Message("api-pageset-param-generator"),),
    ),
    Param("redirects", "boolean", help=(Message("api-pageset-param-redirects-generator"),)),
    Param("converttitles", "boolean", help=(Message("api-pageset-param-converttitles"),)),
)

PAGE_SET: Final = Module("pageset", params=PAGE_SET_PARAMS, classname=r"MediaWiki\Api\ApiPageSet")

_SPACES: Final = re.compile("[ _]+")
_ILLEGAL: Final = re.compile(r"[\x00-\x1f\x7f#<>\[\]{}|\ufffd]")
_MOST_BYTES: Final = 255
# Every spelling of a special page in lower case -> the one to write.
_SPECIAL_TITLES: Final = {alias.lower(): names[0] for names in SPECIAL_PAGES.values() for alias in names}


class PageSet:
    """Reads titles as one wiki does; made at start, shared by all threads."""

    def __init__(self, site_name: str) -> None:
        self._names = {namespace.id: shown_name(namespace, site_name) for namespace in NAMESPACES}
        known = [(n.id, n.name) for n in NAMESPACES if n.name] + [*self._names.items(), *ALIASES]
        self._ids = {name.lower(): number for number, name in known if name}

    def tell(self, call: Call) -> None:
        """Add what is to be said of the pages asked for; raises ``ApiError`` ``multisource`` where they are asked for in two ways."""
        args = call.args
        given = [name for name in SOURCES if args[name] is not None]
        if len(given) > 1:
            raise call.error("apierror-invalidparammix-cannotusewith", given[1], given[0], code="multisource")
        pages: dict[str, Map] = {}
        if args["titles"]:
            self._titles(call, args["titles"], pages)
        for number in args["pageids"] or ():
            pages[str(number)] = Map({"pageid": number, "missing": True})
        if args["revids"]:
            missing = {str(number): Map({"revid": number, "missing": True}) for number in args["revids"]}
            call.query()["badrevids"] = Map(missing, type="BCassoc", element="rev")
        if pages:
            if args["indexpageids"]:
                call.query()["pageids"] = List(pages, "id")
            call.query()["pages"] = Map(pages, type="BCarray", element="page")

    def _titles(self, call: Call, titles: list[str], pages: dict[str, Map]) -> None:
        """Add titles under numbers that no page has: what is no title, then special pages, then the others by namespace."""
        invalid: dict[str, Map] = {}
        special: dict[str, Map] = {}
        missing: dict[int, dict[str, Map]] = {}
        normalised: list[Map] = []
        for text in titles:
            read = self._read(text)
            if isinstance(read, Message):
                reason = call.errors.message_node(read, read.key)
                invalid[text] = Map({"title": text, "invalidreason": reason, "invalid": True})
                continue
            namespace, title = read
            page = Map({"ns": namespace, "title": title})
            if namespace == SPECIAL:
                special[title] = page
                page["special"] = True
                if self._special(title) is None:
                    page["missing"] = True
            elif title:
                missing.setdefault(namespace, {})[title] = page
                page["missing"] = True
            if title != text:
                normalised.append(Map({"fromencoded": False, "from": text, "to": title}))
        others = [page for room in missing.values() for page in room.values()]
        unwritten = (*invalid.values(), *special.values())
        pages.update((str(-number), page) for number, page in enumerate(others, len(unwritten) + 1))
        pages.update((str(-number), page) for number, page in enumerate(unwritten, 1))
        if normalised:
            call.query()["normalized"] = List(normalised, "n")

    def _read(self, text: str) -> tuple[int, str] | Message:
        """Read a title: its namespace's number and its one spelling, or why it is none."""
        title = _SPACES.sub(" ", text.partition("#")[0]).strip(" ").removeprefix(":").strip(" ")
        prefix, colon, rest = title.partition(":")
        namespace = self._ids.get(prefix.rstrip().lower(), 0) if colon else 0
        if namespace:
            title = rest.strip(" ")
        shown = escape_wikitext(text)
        if not title and (namespace or "#" not in text):
            return Message("title-invalid-empty", (shown,))
        if illegal := _ILLEGAL.search(title):
            return Message("title-invalid-characters", (illegal[0], shown))
        if len(title.encode()) > _MOST_BYTES:
            return Message("title-invalid-too-long", (_MOST_BYTES, shown))
        title = title[:1].upper() + title[1:]
        full = f"{self._names[namespace]}:{title}" if namespace else title
        return namespace, self._special(full) or full if namespace == SPECIAL else full

    def _special(self, title: str) -> str | None:
        """Return the title of a special page as the wiki writes it; None where there is no such page."""
        name, slash, subpage = title.partition("/")
        known = _SPECIAL_TITLES.get(name.partition(":")[2].lower())
        return None if known is None else f"{self._names[SPECIAL]}:{known}{slash}{subpage}"
