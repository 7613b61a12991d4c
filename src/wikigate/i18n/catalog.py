"""The message catalogue: every text of every language, read at start and never changed.

``text`` keeps the wikitext, ``plain`` takes the markup off, ``html`` makes safe HTML of it. What a caller sent comes as ``PlainText`` and
is shown as it is in each of the three. A missing key shows as ``⧼key⧽``, a missing language falls back to its parent
(``de-formal`` → ``de``) and then to English; the language ``qqx`` shows keys and parameters instead of texts.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from importlib import resources
from typing import Final

from wikigate.i18n.markup import escape_wikitext, strip_markup
from wikigate.i18n.render import Rendering, render_html, render_plain, render_text
from wikigate.i18n.template import Template, map_literals, parse
from wikigate.primitives.message import Message

SHOW_KEYS: Final = "qqx"
_FALLBACK = "en"
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

    __slots__ = ("_article_path", "_plain", "_site_name", "_templates", "_texts", "languages")

    def __init__(
        self, texts: Mapping[str, Mapping[str, str]], *, article_path: str = "/wiki/$1", site_name: str = "Wikigate"
    ) -> None:
        self._texts = {language: dict(messages) for language, messages in texts.items()}
        self._texts.setdefault(_FALLBACK, {})
        self._article_path = article_path
        self._site_name = site_name
        self.languages = frozenset(self._texts)
        # Filled as messages are first asked for; bounded by the catalogue, since unknown languages share their fallback's room.
        self._templates: dict[tuple[str, str], Template] = {}
        self._plain: dict[tuple[str, str], Template] = {}

    @classmethod
    def load(cls, *, article_path: str = "/wiki/$1", site_name: str = "Wikigate") -> Catalog:
        """Read the catalogues that come with the program."""
        texts: dict[str, dict[str, str]] = {}
        for entry in resources.files("wikigate.i18n").joinpath("messages").iterdir():
            if entry.name.endswith(".json"):
                messages = json.loads(entry.read_text(encoding="utf-8"))
                messages.pop("@metadata", None)
                texts[entry.name.removesuffix(".json")] = messages
        return cls(texts, article_path=article_path, site_name=site_name)

    def text(self, message: Message, language: str) -> str:
        """Return the message as wikitext, markup kept."""
        return render_text(Rendering(self.template, language), message)

    def plain(self, message: Message, language: str) -> str:
        """Return the message as one line of plain text (spec framework §7.2)."""
        return render_plain(Rendering(self.plain_template, language), message)

    def html(self, message: Message, language: str) -> str:
        """Return the message as HTML in which nothing can act but links."""
        return render_html(Rendering(self.template, language), message, self._article_path)

    def has(self, key: str) -> bool:
        """Whether there is a text for the key, in English at least."""
        return key in self._texts[_FALLBACK]

    def spoken(self, language: str) -> str:
        """Return the language that texts come in where this one is asked for: itself, a parent, or English; there are few of them."""
        return language if language == SHOW_KEYS else self._known(language)

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

    def _known(self, language: str) -> str:
        while language not in self._texts:
            language, dash, _ = language.rpartition("-")
            if not dash:
                return _FALLBACK
        return language

    def _source(self, key: str, language: str) -> str:
        while True:
            text = self._texts[language].get(key)
            if text is not None:
                return text.replace("{{SITENAME}}", self._site_name)
            if language == _FALLBACK:
                return f"⧼{escape_wikitext(key)}⧽"
            language = self._known(language.rpartition("-")[0]) if "-" in language else _FALLBACK
