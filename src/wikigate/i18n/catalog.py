"""The message catalogue: every text of every language; a language is read when first asked for, once, and never changed.

``text`` keeps the wikitext, ``plain`` takes the markup off, ``html`` makes safe HTML of it; ``page_plain`` and ``page_html`` are the same
for pages that people read. What a caller sent comes as ``PlainText`` and is shown as it is in each of them. A missing key shows as
``⧼key⧽``, a missing language falls back to the next best one (``de-formal`` → ``de``, ``zh-tw`` → ``zh-hant``) and at last to English;
``qqx`` shows keys and parameters instead of texts.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from importlib import resources
from typing import Literal

from wikigate.i18n.language import ENGLISH, direction, fallbacks
from wikigate.i18n.markup import escape_wikitext, strip_markup
from wikigate.i18n.render import SHOW_KEYS, Rendering, render_html, render_plain, render_text
from wikigate.i18n.template import Template, map_literals, parse
from wikigate.primitives.message import Message

_MAX_CODE_BYTES = 128
_NOT_IN_A_CODE = re.compile(r"[^\x21-\x7e ]|[:/\\&<>'\"#\[\]{}|]|%[0-9a-f]{2}")


def sanitise_language(code: str, content_language: str) -> str:
    """Return a language code as MediaWiki accepts it from a caller: lower-case, well-formed; otherwise the content language.

    A well-formed code that nobody knows is accepted (spec framework §3, ``uselang``); only ASCII is, since codes go into headers.
    """
    code = code.lower()
    if not code or code == "qqq" or len(code) > _MAX_CODE_BYTES or _NOT_IN_A_CODE.search(code):
        return content_language
    return code


class Catalog:
    """All texts by language and key; immutable, shared by all threads.

    ``texts`` maps a language to its messages in MediaWiki's format. ``article_path`` holds ``$1`` where a link's title goes.
    ``site_name`` stands for ``{{SITENAME}}``.
    """

    __slots__ = ("_article_path", "_english", "_plain", "_site_name", "_templates", "_texts", "languages")

    def __init__(
        self, texts: Mapping[str, Mapping[str, str]], *, article_path: str = "/wiki/$1", site_name: str = "Wikigate"
    ) -> None:
        self._texts = texts
        self._english = texts.get(ENGLISH, {})
        self._article_path = article_path
        self._site_name = site_name
        self.languages = frozenset({*texts, ENGLISH})
        # Filled as messages are first asked for; bounded by the catalogue, since unknown languages share their fallback's room.
        self._templates: dict[tuple[str, str], Template] = {}
        self._plain: dict[tuple[str, str], Template] = {}

    @classmethod
    def load(cls, *, article_path: str = "/wiki/$1", site_name: str = "Wikigate") -> Catalog:
        """Open the catalogues that come with the program."""
        return cls(_Files(), article_path=article_path, site_name=site_name)

    def text(self, message: Message, language: str) -> str:
        """Return the message as wikitext, markup kept."""
        return render_text(Rendering(self.template, language), message)

    def plain(self, message: Message, language: str) -> str:
        """Return the message as one line of plain text (spec framework §7.2)."""
        return render_plain(Rendering(self.plain_template, language), message)

    def html(self, message: Message, language: str) -> str:
        """Return the message as HTML in which nothing can act but links."""
        return render_html(Rendering(self.template, language), message, self._article_path)

    def page_plain(self, message: Message, language: str) -> str:
        """Return the same as ``plain``, with what a caller sent isolated from the direction of the text around it."""
        return render_plain(Rendering(self.plain_template, language), message, around=self._direction(language))

    def page_html(self, message: Message, language: str) -> str:
        """Return the same as ``html``, with what a caller sent in ``<bdi>`` where it needs that."""
        rendering = Rendering(self.template, language)
        return render_html(rendering, message, self._article_path, around=self._direction(language))

    def has(self, key: str) -> bool:
        """Whether there is a text for the key, in English at least."""
        return key in self._english

    def spoken(self, language: str) -> str:
        """Return the language that texts come in where this one is asked for: itself, a fallback, or English; there are few of them."""
        return language if language == SHOW_KEYS else self._known(language)

    def best(self, wanted: Iterable[str]) -> str | None:
        """Return the language that serves somebody best who reads these, the dearest first; None where none of them is here."""
        for code in wanted:
            for known in (code, *fallbacks(code)[:-1]):
                if known in self.languages:
                    return known
            if code.startswith("en-"):
                return ENGLISH
        return None

    def template(self, key: str, language: str) -> Template:
        """Return a message taken apart, from the best language that has it."""
        known = self._known(language)
        template = self._templates.get((known, key))
        if template is None:
            template = parse(self._source(key, known))
            if self.has(key):
                self._templates[known, key] = template
        return template

    def plain_template(self, key: str, language: str) -> Template:
        """Return the same with the markup of its literal parts taken off."""
        known = self._known(language)
        template = self._plain.get((known, key))
        if template is None:
            template = map_literals(self.template(key, known), strip_markup)
            if self.has(key):
                self._plain[known, key] = template
        return template

    def _direction(self, language: str) -> Literal["ltr", "rtl"]:
        return direction(self.spoken(language))

    def _known(self, language: str) -> str:
        if language in self.languages:
            return language
        return next((known for known in fallbacks(language) if known in self.languages), ENGLISH)

    def _source(self, key: str, language: str) -> str:
        for known in (language, *fallbacks(language)):
            text = self._texts[known].get(key) if known in self._texts else None
            if text is not None:
                return text.replace("{{SITENAME}}", self._site_name)
        return f"⧼{escape_wikitext(key)}⧽"


class _Files(Mapping[str, Mapping[str, str]]):
    """The texts by language, from the files beside the program; all wikis of a process share them."""

    def __init__(self) -> None:
        self._codes = _codes()

    def __getitem__(self, language: str) -> Mapping[str, str]:
        if language not in self._codes:
            raise KeyError(language)
        return _read(language)

    def __iter__(self) -> Iterator[str]:
        return iter(self._codes)

    def __len__(self) -> int:
        return len(self._codes)


@cache
def _codes() -> tuple[str, ...]:
    files = resources.files("wikigate.i18n").joinpath("messages").iterdir()
    return tuple(sorted(file.name.removesuffix(".json") for file in files if file.name.endswith(".json")))


@cache
def _read(language: str) -> Mapping[str, str]:
    file = resources.files("wikigate.i18n").joinpath("messages", f"{language}.json")
    messages: dict[str, str] = json.loads(file.read_text(encoding="utf-8"))
    messages.pop("@metadata", None)
    return messages
