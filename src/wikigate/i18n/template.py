"""One message text of a catalogue, taken apart once: literal text, ``$1``, ``{{PLURAL:$1|one|other}}`` and their like.

MediaWiki's catalogue format, as far as messages of ours use it: ``$1`` … ``$9``, ``PLURAL`` with explicit forms (``0=none``), ``GENDER``
(the form for nobody in particular), ``formatnum``. Braces that are none of these stay as they stand.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

_TOKEN = re.compile(r"\$([1-9])|\{\{(PLURAL|GENDER|formatnum):|\||\}\}|\{\{", re.IGNORECASE)
_EXPLICIT = re.compile(r"([0-9]{1,9})=")
_DEEPEST = 8


@dataclass(frozen=True, slots=True)
class Parameter:
    """``$1``: the parameter at ``index`` (from 0)."""

    index: int


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several forms by a number (``PLURAL``) or a person's gender (``GENDER``); the selector is a template itself."""

    kind: str
    selector: Template
    forms: tuple[Template, ...]
    explicit: tuple[tuple[int, Template], ...] = ()


Node = str | Parameter | Choice
Template = tuple[Node, ...]


def parse(text: str) -> Template:
    """Take a message text apart. Never fails: what is no known construct is literal text."""
    return _Parser(text).run()


def map_literals(template: Template, change: Callable[[str], str]) -> Template:
    """Rewrite every literal part of a template; selectors keep theirs."""
    nodes: list[Node] = []
    for node in template:
        if isinstance(node, str):
            nodes.append(change(node))
        elif isinstance(node, Choice):
            forms = tuple(map_literals(form, change) for form in node.forms)
            explicit = tuple((number, map_literals(form, change)) for number, form in node.explicit)
            nodes.append(Choice(node.kind, node.selector, forms, explicit))
        else:
            nodes.append(node)
    return tuple(nodes)


class _Parser:
    """Reads one text from left to right."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._depth = 0

    def run(self) -> Template:
        nodes, _ = self._until("")
        return nodes

    def _until(self, ends: str) -> tuple[Template, str]:
        """Read up to one of the ends (``|`` or ``}``) of a construct; return what was read and the end found."""
        nodes: list[Node] = []
        text = self._text
        while match := _TOKEN.search(text, self._at):
            if match.start() > self._at:
                nodes.append(text[self._at : match.start()])
            token = match[0]
            self._at = match.end()
            if match[1]:
                nodes.append(Parameter(int(match[1]) - 1))
            elif match[2]:
                nodes += self._construct(match[2].upper(), match.start())
            elif token[0] in ends:
                return _merged(nodes), token[0]
            else:
                nodes.append(token)
        nodes.append(text[self._at :])
        self._at = len(text)
        return _merged(nodes), ""

    def _construct(self, kind: str, start: int) -> Template:
        if self._depth == _DEEPEST:
            return (self._text[start : self._at],)
        self._depth += 1
        template = self._choice(kind, start)
        self._depth -= 1
        return template

    def _choice(self, kind: str, start: int) -> Template:
        selector, end = self._until("|}")
        parts: list[Template] = []
        while end == "|":
            part, end = self._until("|}")
            parts.append(part)
        if not end:  # never closed: all of it is literal text
            self._at = len(self._text)
            return (self._text[start:],)
        forms: list[Template] = []
        explicit: list[tuple[int, Template]] = []
        for part in parts:
            first = part[0] if part and isinstance(part[0], str) else ""
            match = _EXPLICIT.match(first) if kind == "PLURAL" else None
            if match:
                explicit.append((int(match[1]), (first[match.end() :], *part[1:])))
            else:
                forms.append(part)
        return (Choice(kind, selector, tuple(forms), tuple(explicit)),)


def _merged(nodes: list[Node]) -> Template:
    merged: list[Node] = []
    for node in nodes:
        if node == "":
            continue
        if isinstance(node, str) and merged and isinstance(merged[-1], str):
            merged[-1] += node
        else:
            merged.append(node)
    return tuple(merged)
