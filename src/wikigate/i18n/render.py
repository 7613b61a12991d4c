"""From a message to text: parameters filled in, forms chosen, in one of three styles.

What a caller sent (``PlainText``) is inserted last and never read as markup, whatever the style.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from typing import Literal

from wikigate.i18n.isolation import isolate, needs_isolation
from wikigate.i18n.markup import collapse_spaces, escape_content, strip_markup, to_html
from wikigate.i18n.numbers import format_number, split_duration
from wikigate.i18n.plural import plural_form
from wikigate.i18n.template import Choice, Node, Parameter, Template, parse
from wikigate.primitives.message import Duration, Message, Num, Param, PlainText

_MARK = re.compile("\x00([0-9]+)\x00")
SHOW_KEYS = "qqx"
"""The language in which keys and parameters are shown instead of texts."""
_DEEPEST = 16


class Rendering:
    """One message on its way into one style; lives as long as one call.

    ``template`` gives a message of the catalogue by key and language; ``wikitext`` and ``plain`` say what becomes of text that may
    hold markup and of text that must not be read as such.
    """

    __slots__ = ("depth", "language", "plain", "template", "wikitext")

    def __init__(self, template: Callable[[str, str], Template], language: str) -> None:
        self.template = template
        self.language = language
        self.depth = 0
        self.wikitext: Callable[[str], str] = str
        self.plain: Callable[[str], str] = str

    def message(self, message: Message) -> str:
        """Render a message with its parameters; under ``qqx`` its key and parameters, but a raw text as it is."""
        if self.depth == _DEEPEST:
            return ""
        self.depth += 1
        if self.language == SHOW_KEYS and message.key != "rawmessage":
            text = f"({message.key}{': ' if message.params else ''}{', '.join(map(self.param, message.params))})"
        else:
            text = self._fill(self.template(message.key, self.language), message.params)
        self.depth -= 1
        return text

    def param(self, param: Param) -> str:
        """Render one parameter by its type."""
        if isinstance(param, PlainText):
            return self.plain(param.text)
        if isinstance(param, str):
            return self.wikitext(self._fill(parse(param), ()) if "{{" in param else param)
        if isinstance(param, Num):
            return "" if param.value == "" else format_number(param.value, self.language)
        if isinstance(param, (int, float)):
            return str(param)
        if isinstance(param, Message):
            return self.message(param)
        if isinstance(param, Duration):
            return self._join(
                [self.message(Message(key, (Num(n),))) for key, n in split_duration(param.seconds)], "text"
            )
        return self._join([self.param(item) for item in param.items], param.type)

    def _join(self, items: list[str], kind: str) -> str:
        if kind == "bullets":
            return "\n".join(f"* {item}" for item in items)
        if kind == "block":
            return "".join(f"\n* {item}" for item in items) + "\n"
        if len(items) < 2:  # noqa: PLR2004  nothing to join
            return "".join(items)
        comma = self.message(Message("comma-separator"))
        if kind == "comma":
            return comma.join(items)
        last = self.message(Message("and")) + self.message(Message("word-separator"))
        return comma.join(items[:-1]) + last + items[-1]

    def _fill(self, template: Template, params: tuple[Param, ...]) -> str:
        return "".join([node if isinstance(node, str) else self._node(node, params) for node in template])

    def _node(self, node: Node, params: tuple[Param, ...]) -> str:
        if isinstance(node, Parameter):
            return self.param(params[node.index]) if node.index < len(params) else f"${node.index + 1}"
        if isinstance(node, Choice):
            return self._choice(node, params)
        return node

    def _choice(self, choice: Choice, params: tuple[Param, ...]) -> str:
        if choice.kind == "FORMATNUM":
            return format_number(self._number(choice.selector, params), self.language)
        forms = choice.forms
        if choice.kind == "GENDER":
            return self._fill(forms[2] if len(forms) > 2 else forms[0], params) if forms else ""  # noqa: PLR2004
        number = self._number(choice.selector, params)
        for exact, form in choice.explicit:
            if number == exact:
                return self._fill(form, params)
        return self._fill(forms[plural_form(self.language, number, len(forms))], params) if forms else ""

    def _number(self, selector: Template, params: tuple[Param, ...]) -> float:
        """Read the number that a form goes by; what is none counts as zero."""
        if len(selector) == 1 and isinstance(selector[0], Parameter) and selector[0].index < len(params):
            param = params[selector[0].index]
            if isinstance(param, Num):
                return param.value or 0
            if isinstance(param, (int, float)):
                return param
        try:
            return float(self._fill(selector, params).replace(",", "")[:32])
        except ValueError:
            return 0


def render_text(rendering: Rendering, message: Message) -> str:
    """Render as wikitext, markup kept."""
    return rendering.message(message)


def render_plain(rendering: Rendering, message: Message, *, around: Literal["ltr", "rtl"] | None = None) -> str:
    """Render as one line of plain text; the rendering's templates have lost their markup already.

    ``around``: the direction of the text from which plain text is isolated; None: it is not.
    """
    rendering.wikitext = strip_markup
    if around is not None:
        rendering.plain = partial(isolate, around=around)
    return collapse_spaces(rendering.message(message))


def render_html(
    rendering: Rendering, message: Message, article_path: str, *, around: Literal["ltr", "rtl"] | None = None
) -> str:
    """Render as HTML: plain text is kept apart by marks until the markup around it has been read.

    ``around``: see ``render_plain``.
    """
    kept: list[str] = []

    def keep(text: str) -> str:
        kept.append(text)
        return f"\x00{len(kept) - 1}\x00"

    def resolve(text: str) -> str:
        return _MARK.sub(lambda mark: kept[int(mark[1])], text)

    def show(mark: re.Match[str]) -> str:
        text = kept[int(mark[1])]
        shown = escape_content(text)
        return f"<bdi>{shown}</bdi>" if around is not None and needs_isolation(text, around) else shown

    rendering.plain = keep
    rendering.wikitext = _unmarked
    marked = rendering.message(message)
    return _MARK.sub(show, to_html(marked, article_path, resolve))


def _unmarked(text: str) -> str:
    return text.replace("\x00", "")
