"""The help page as a whole: headings, links between modules, the table of contents, what is said of all modules (spec framework §12).

The page has no script and no style of its own; nothing a caller sends reaches it but the names of modules that there are.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from html import unescape
from typing import TYPE_CHECKING, Final
from urllib.parse import quote, unquote

from wikigate.actions.help_section import SectionWriter
from wikigate.actions.module_doc import Documentation, ModuleDoc
from wikigate.actions.prose import Prose
from wikigate.i18n.language import bcp47, direction
from wikigate.i18n.markup import escape
from wikigate.primitives.message import ListParam, Message, Num, PlainText
from wikigate.primitives.message import Param as MessageParam
from wikigate.wire.formats.html import page_head

if TYPE_CHECKING:
    from wikigate.actions.services import Services

_DEEPEST: Final = 6
_HIGHEST: Final = 2
_DATATYPES: Final = ("boolean", "expiry", "timestamp")
_HIGH_LIMITS: Final = "apihighlimits"


@dataclass(slots=True)
class _Heading:
    """A line of the table of contents: ``depth`` 0 at the top."""

    depth: int
    anchor: str
    html: str


class HelpPage:
    """Writes one page; used once.

    ``submodules``: with the modules directly below each; ``recursive``: with all of them, however deep. ``toc``: with a table of contents.
    """

    def __init__(
        self,
        services: Services,
        documentation: Documentation,
        language: str,
        *,
        submodules: bool,
        recursive: bool,
        toc: bool,
    ) -> None:
        site = services.site
        self._services = services
        self._documentation = documentation
        self._language = language
        self._submodules = submodules
        self._recursive = recursive
        self._toc = toc
        self._prose = Prose(services.catalog, language)
        self._script_url = f"{site.script_path}/api.php"
        # Whoever asked for a language reads on in it.
        self._kept_language = f"&uselang={language}" if language != site.language else ""
        self._sandbox_url = site.article_path.replace("$1", "Special:ApiSandbox")
        self._sections = SectionWriter(self._prose, self._script_url, self._sandbox_url, self._url)
        documented = escape(site.article_path.replace("$1", "Special:ApiHelp/"))
        self._help_links = re.compile(f'href="{re.escape(documented)}([^"]*)"')
        self._headings: list[_Heading] = []
        self._times: dict[str, int] = {}

    def write(self, docs: Sequence[ModuleDoc]) -> str:
        """Return the page about these modules."""
        alone = len(docs) == 1
        parts = [self._module(doc, 0, alone=alone) for doc in docs]
        content = "\n".join(
            [self._prose.html([Message("api-help-lead")]), *([self._contents()] if self._toc else []), *parts]
        )
        content = self._help_links.sub(self._relink, content)
        title = self._say("api-help-title")
        return (
            f'<!DOCTYPE html>\n<html lang="{escape(bcp47(self._language))}" dir="{direction(self._language)}">\n'
            '<head>\n<meta charset="UTF-8">\n'
            f"<title>{title} - {escape(self._services.site.site_name)}</title>\n"
            '<meta name="robots" content="noindex,nofollow">\n'
            '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
            f"{page_head(self._services.styles)}</head>\n<body>{self._header()}"
            f'<div class="mw-body" role="main">\n<h1 id="firstHeading">{title}</h1>\n'
            f'<div id="mw-content-text" class="mw-body-content">{content}</div>\n</div>\n</body>\n</html>\n'
        )

    # -- modules ----------------------------------------------------------------------------------------------------------

    def _module(self, doc: ModuleDoc, depth: int, *, alone: bool) -> str:
        path = doc.module.path
        times = self._times[path] = self._times.get(path, 0) + 1
        anchor = path if times == 1 else f"{path}|{times}"
        is_main = path == "main"
        if is_main:
            heading = self._heading(depth, anchor, self._say("api-help-main-header"), "apihelp-header")
        else:
            heading = self._heading(
                depth, anchor, escape(doc.heading), "apihelp-header apihelp-module-name", ' dir="ltr" lang="en"'
            )
        below = doc.submodules if self._recursive or (self._submodules and not depth) else ()
        parts = [heading + self._trail(path, current=alone and not depth and not below), self._sections.body(doc)]
        children = (child for child in map(self._documentation.of, below) if child is not None)
        parts += [self._module(child, depth + 1, alone=False) for child in children]
        if is_main:
            parts += [self._permissions(), *self._general(depth + 1)]
        return "\n".join(parts)

    def _heading(self, depth: int, anchor: str, html: str, classes: str, attributes: str = "") -> str:
        self._headings.append(_Heading(depth, anchor, html))
        tag = f"h{min(_HIGHEST + depth, _DEEPEST)}"
        return f'<{tag} id="{escape(anchor)}" class="{classes}"{attributes}>{html}</{tag}>'

    def _trail(self, path: str, *, current: bool) -> str:
        """Link the modules above a module and itself, unless the page is about nothing else."""
        names = [] if path == "main" else path.split("+")
        if current and not names:
            return ""
        paths = ["main", *("+".join(names[: count + 1]) for count in range(len(names)))]
        steps = [
            f'<a href="{escape(self._page_of(step))}" class="apihelp-linktrail" dir="ltr" lang="en">'
            f"{escape(step.rpartition('+')[2])}</a>"
            for step in paths
        ]
        if current:
            steps[-1] = f'<b dir="ltr" lang="en">{escape(names[-1])}</b>'
        return f'<div class="apihelp-linktrail">({" | ".join(steps)})</div>'

    def _header(self) -> str:
        """Link the pages that a reader may want next."""
        site = self._services.site
        home = site.article_path.replace("$1", quote(site.main_page.replace(" ", "_"), safe=":/"))
        return (
            f'<header><a class="site" href="{escape(home)}">{escape(site.site_name)}</a>'
            f' <a href="{escape(self._sandbox_url)}">{self._say("apisandbox")}</a></header>\n'
        )

    # -- links ------------------------------------------------------------------------------------------------------------

    def _page_of(self, path: str) -> str:
        return f"{self._script_url}?action=help&modules={quote(path, safe='')}{self._kept_language}"

    def _url(self, path: str) -> str:
        """Return where texts link for a module's help; ``_relink`` makes links within the page of those that can be."""
        return self._services.site.article_path.replace("$1", f"Special:ApiHelp/{quote(path, safe='')}")

    def _relink(self, link: re.Match[str]) -> str:
        path, mark, part = unquote(unescape(link[1])).partition("#")
        target = f"#{part or path}" if path in self._times else f"{self._page_of(path)}{mark}{part}"
        return f'href="{escape(target)}"'

    def _contents(self) -> str:
        """Write the table of contents of the headings so far, numbered ``1``, ``1.1`` and so on."""
        title = f'<h2 id="mw-toc-heading">{self._say("toc")}</h2>'
        out = [
            '<div id="toc" class="toc" role="navigation" aria-labelledby="mw-toc-heading">',
            f'<div class="toctitle">{title}</div>',
        ]
        numbers: list[int] = []
        for heading in self._headings:
            while len(numbers) > heading.depth + 1:
                numbers.pop()
                out.append("</li></ul>")
            if len(numbers) == heading.depth + 1:
                out.append("</li>")
                numbers[-1] += 1
            else:
                out.append("<ul>")
                numbers.append(1)
            out.append(
                f'<li class="toclevel-{heading.depth + 1}"><a href="#{escape(heading.anchor)}">'
                f'<span class="tocnumber">{".".join(map(str, numbers))}</span> <span class="toctext">{heading.html}</span></a>'
            )
        return "".join([*out, "</li></ul>" * len(numbers), "</div>"])

    # -- what is said of all modules -----------------------------------------------------------------------------------------

    def _permissions(self) -> str:
        groups = tuple(PlainText(g.name) for g in self._services.rights.groups if _HIGH_LIMITS in g.rights)
        granted = (
            f"<dd>{self._say('api-help-permissions-granted-to', Num(len(groups)), ListParam(groups, 'text'))}</dd>"
        )
        return (
            '<div class="apihelp-block apihelp-permissions">'
            f'<div class="apihelp-block-head">{self._say("api-help-permissions", Num(1))}</div>'
            f"<dl><dt>{_HIGH_LIMITS}</dt><dd>{self._say('api-help-right-apihighlimits')}</dd>{granted if groups else ''}</dl></div>"
        )

    def _general(self, depth: int) -> list[str]:
        types = "".join(
            f'<dt id="main/datatype/{name}">{name}</dt><dd>{self._blocks(f"api-help-datatype-{name}")}</dd>'
            for name in _DATATYPES
        )
        return [
            self._part(depth, "datatypes", "api-help-datatypes-header")
            + f"{self._blocks('api-help-datatypes-top')}<dl>{types}</dl>",
            self._part(depth, "templatedparams", "api-help-templatedparams-header")
            + self._blocks("api-help-templatedparams"),
            self._part(depth, "credits", "api-credits-header") + self._blocks("api-credits"),
        ]

    def _part(self, depth: int, name: str, key: str) -> str:
        return self._heading(depth, f"main/{name}", self._say(key), "apihelp-header")

    def _say(self, key: str, *params: MessageParam) -> str:
        return self._prose.inline(Message(key, params))

    def _blocks(self, key: str) -> str:
        return self._prose.html([Message(key)])
