"""The texts of the documentation in one language: as wikitext, and as HTML in which nothing can act but links.

What stands between two blank lines is a paragraph. Values that a parameter explains come behind it as a definition list.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from wikigate.actions.module_doc import ParamDoc, ValueDoc
from wikigate.i18n.catalog import Catalog
from wikigate.i18n.markup import escape
from wikigate.primitives.message import Message

_BLANK_LINES: Final = re.compile(r"\n[ \t]*\n\s*")
_LIST: Final = re.compile(r"\s*^(<[uo]l>.*</[uo]l>)\s*", re.MULTILINE)
_LONE_PARAGRAPH: Final = re.compile(r"<p>((?:(?!</?p>).)*)</p>", re.DOTALL)
# What no module is obliged to say.
_OPTIONAL: Final = "-extended-description"


class Prose:
    """Renders the messages of one language; made for one answer, or kept for all answers in that language."""

    __slots__ = ("_catalog", "language")

    def __init__(self, catalog: Catalog, language: str) -> None:
        self._catalog = catalog
        self.language = language

    def inline(self, message: Message) -> str:
        """Return a message as HTML without paragraphs."""
        return self._catalog.html(message, self.language)

    def html(self, messages: Iterable[Message]) -> str:
        """Return messages as HTML paragraphs and lists."""
        return "\n".join(filter(None, (_blocks(self.inline(message)) for message in self._present(messages))))

    def wikitext(self, messages: Iterable[Message]) -> str:
        """Return messages as wikitext, a blank line between two."""
        texts = (self._catalog.text(message, self.language) for message in self._present(messages))
        return "\n\n".join(filter(None, texts))

    def param_html(self, doc: ParamDoc) -> str:
        """Return a parameter's description as HTML."""
        items = "\n".join(
            f"<dt>{self._term(value)}</dt>\n<dd>{self._mark(value)}{self.inline(value.text)}</dd>"
            for value in doc.values
            if value.text is not None
        )
        return self.html(doc.texts) + (f"\n<dl>{items}</dl>" if items else "")

    def param_wikitext(self, doc: ParamDoc) -> str:
        """Return a parameter's description as wikitext."""
        items = "\n".join(
            f";{_spelled(help_link(value))}:{self._mark(value)}{self.wikitext((value.text,))}"
            for value in doc.values
            if value.text is not None
        )
        return self.wikitext(doc.texts) + (f"\n\n{items}" if items else "")

    def _term(self, value: ValueDoc) -> str:
        shown = self.inline(Message("rawmessage", (help_link(value),))) if value.path else escape(value.value)
        return _spelled(shown)

    def _mark(self, value: ValueDoc) -> str:
        """Say in front of a value's explanation that it is deprecated or internal."""
        marks = [name for name, holds in (("deprecated", value.deprecated), ("internal", value.internal)) if holds]
        return "".join(
            f'<span class="apihelp-{name}">{self.inline(Message(f"api-help-param-{name}"))}</span> ' for name in marks
        )

    def _present(self, messages: Iterable[Message]) -> list[Message]:
        return [m for m in messages if not m.key.endswith(_OPTIONAL) or self._catalog.has(m.key)]


def without_outer_paragraph(html: str) -> str:
    """Take the paragraph off where a text is one paragraph and nothing else."""
    lone = _LONE_PARAGRAPH.fullmatch(html)
    return lone[1] if lone else html


def help_link(value: ValueDoc) -> str:
    """Return the wikitext of a value: a link to its documentation where it names a module."""
    return f"[[Special:ApiHelp/{value.path}|{value.value}]]" if value.path else value.value


def _spelled(shown: str) -> str:
    """Mark a name of the API as one, for pages in other languages and other directions."""
    return f'<span dir="ltr" lang="en">{shown}</span>'


def _blocks(html: str) -> str:
    """Set paragraphs; a list stands between them on its own."""
    pieces = (piece for part in _BLANK_LINES.split(html.strip()) for piece in _LIST.split(part))
    return "\n".join(piece if piece.startswith(("<ul>", "<ol>")) else f"<p>{piece}</p>" for piece in pieces if piece)
