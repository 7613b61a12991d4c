"""Which message a text is: texts belong to each wiki, keys belong to the protocol.

Two servers that say the same thing in different words are compared by message key. ``Texts`` reads a catalogue in MediaWiki's
format and finds, for a text seen on the wire, the messages that can have produced it together with the parameters that the text
shows. It promises to look at nothing but the catalogue: no language is guessed, no text is translated.
It must not be used outside of tests: recognising is guessing backwards.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

Form = Literal["plain", "wikitext", "html"]
FORMS: tuple[Form, ...] = ("plain", "wikitext", "html")

_QUOTED = "var|kbd|samp|code"
_QUOTED_TAG = re.compile(rf"</?(?:{_QUOTED})\b[^>]*>")
_ANY_TAG = re.compile(r"</?[a-zA-Z][^>]*>")
_STRUCTURE_TAG = re.compile(r"</?(?:a|p|br|ul|ol|li|dl|dt|dd|div|span)\b[^>]*>")
_LINK = re.compile(r"\[\[:?([^\]|]*)(?:\|([^\]]*))?\]\]")
_EXTERNAL = re.compile(r"\[https?://[^ \]]+ ([^\]]*)\]")
_SPACES = re.compile(r"[ \t\r\n]+")
_PARAMETER = re.compile(r"\$(\d)")
# Marks that survive every rewriting of the literal text around them.
_OPEN, _CLOSE = "\ue000", "\ue001"
_MARK = re.compile(f"{_OPEN}(\\d+){_CLOSE}")


@dataclass(frozen=True, slots=True)
class Found:
    """A message that a text can be: its key and the parameters that the text shows, by number.

    ``weight`` counts the characters of the text that the message itself brings: the more, the surer the find.
    """

    key: str
    params: Mapping[int, str]
    weight: int


@dataclass(frozen=True, slots=True)
class _Parameter:
    number: int


@dataclass(frozen=True, slots=True)
class _Choice:
    forms: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Anything:
    pass


_Node = _Parameter | _Choice | _Anything


class Texts:
    """The messages of one server, searchable by what they look like.

    ``catalogues`` maps a language to its messages (key → template in MediaWiki's format).
    """

    def __init__(self, catalogues: Mapping[str, Mapping[str, str]]) -> None:
        self._templates = [item for messages in catalogues.values() for item in messages.items()]
        self._patterns: dict[Form, list[_Pattern]] = {}
        self._seen: dict[tuple[str, Form], tuple[Found, ...]] = {}

    def find(self, text: str, form: Form = "plain") -> tuple[Found, ...]:
        """Return every message that ``text`` can be, the surest first; empty when none fits."""
        known = self._seen.get((text, form))
        if known is None:
            shown = shape(text, form)
            # An empty last parameter leaves a blank behind that the wire does not show.
            finds = (list(self._search(shown, form)) or list(self._search(f"{shown} ", form))) if shown else []
            known = tuple(sorted(finds, key=lambda found: -found.weight))
            self._seen[text, form] = known
        return known

    def _search(self, shown: str, form: Form) -> Iterator[Found]:
        if form not in self._patterns:
            patterns = (_Pattern(key, template, form) for key, template in self._templates)
            self._patterns[form] = [pattern for pattern in patterns if pattern.says_something]
        for pattern in self._patterns[form]:
            found = pattern.match(shown)
            if found is not None:
                yield found


class _Pattern:
    """One template as a regular expression over texts of one form; compiled when its literal parts are first all present."""

    __slots__ = ("_expression", "_form", "_key", "_literals", "_parts", "_weight", "says_something")

    def __init__(self, key: str, template: str, form: Form) -> None:
        self._key = key
        self._form = form
        self._parts = _parse(template, form)
        self._literals = [part for part in self._parts if isinstance(part, str) and part]
        self._weight = sum(map(len, self._literals))
        self._expression: re.Pattern[str] | None = None
        self.says_something = any(re.search(r"[^\W\d_]", literal) for literal in self._literals)

    def match(self, shown: str) -> Found | None:
        if not all(literal in shown for literal in self._literals):
            return None
        if self._expression is None:
            self._expression = re.compile(_expression(self._parts), re.DOTALL)
        hit = self._expression.fullmatch(shown)
        if hit is None:
            return None
        params = {int(name[1:].split("_")[0]): _bare(value) for name, value in hit.groupdict().items()}
        return Found(self._key, params, self._weight)


def shape(text: str, form: Form) -> str:
    """Bring a text seen on the wire into the shape that templates of this form are matched in."""
    if form == "html":
        text = _STRUCTURE_TAG.sub("", text)
        return _SPACES.sub(" ", html.unescape(text)).strip()
    return text if form == "wikitext" else _SPACES.sub(" ", text).strip()


def _bare(value: str) -> str:
    return _SPACES.sub(" ", html.unescape(_ANY_TAG.sub("", value))).strip()


@lru_cache(maxsize=65536)
def _parse(template: str, form: Form) -> tuple[str | _Node, ...]:
    """Split a template into literal text of the given form and what varies."""
    nodes: list[_Node] = []
    marked, end = _mark(template, 0, nodes, "")
    del end
    if form == "plain":
        marked = html.unescape(_ANY_TAG.sub("", _QUOTED_TAG.sub('"', marked)))
    elif form == "html":
        marked = _EXTERNAL.sub(r"\1", _LINK.sub(lambda m: m[2] or m[1], marked))
        marked = html.unescape(_STRUCTURE_TAG.sub("", marked))
    if form != "wikitext":
        marked = _SPACES.sub(" ", marked).strip()
    parts: list[str | _Node] = []
    at = 0
    for mark in _MARK.finditer(marked):
        parts += [marked[at : mark.start()], nodes[int(mark[1])]]
        at = mark.end()
    parts.append(marked[at:])
    return tuple(parts)


def _mark(template: str, at: int, nodes: list[_Node], stop: str) -> tuple[str, int]:
    """Replace parameters and ``{{…}}`` by marks, up to a character of ``stop`` at this level; return the text and where it ended."""
    out: list[str] = []
    while at < len(template):
        if template.startswith("{{", at):
            node, at = _braces(template, at + 2)
            out.append(_remember(node, nodes))
        elif stop and (template.startswith("}}", at) or template[at] in stop):
            break
        elif (parameter := _PARAMETER.match(template, at)) is not None:
            out.append(_remember(_Parameter(int(parameter[1])), nodes))
            at = parameter.end()
        else:
            out.append(template[at])
            at += 1
    return "".join(out), at


def _braces(template: str, at: int) -> tuple[_Node, int]:
    """Read ``NAME:argument|form|form}}``; only choices of words show anything of their forms."""
    start = at
    forms: list[str] = []
    inner: list[_Node] = []
    while True:
        _text, end = _mark(template, at, inner, "|")
        forms.append(template[at:end])
        at = end + 1
        if end >= len(template) or template.startswith("}}", end):
            at = min(end + 2, len(template))
            break
    if re.match(r"(?:PLURAL|GENDER|GRAMMAR):", template[start:], re.IGNORECASE) and len(forms) > 1:
        return _Choice(tuple(re.sub(r"^\d+=", "", form) for form in forms[1:])), at
    return _Anything(), at


def _remember(node: _Node, nodes: list[_Node]) -> str:
    nodes.append(node)
    return f"{_OPEN}{len(nodes) - 1}{_CLOSE}"


def _expression(parts: tuple[str | _Node, ...], counter: list[int] | None = None) -> str:
    """Spell the regular expression; the n-th use of ``$1`` becomes group ``p1_n``."""
    counter = [0] if counter is None else counter
    out: list[str] = []
    for part in parts:
        match part:
            case str():
                out.append(re.escape(part))
            case _Parameter(number):
                counter[0] += 1
                out.append(f"(?P<p{number}_{counter[0]}>.*?)")
            case _Choice(forms):
                # A form may hold parameters again; what they show is not told, the other uses tell it.
                inside = (re.sub(r"\(\?P<\w+>", "(?:", _expression(_parse(form, "plain"), counter)) for form in forms)
                out.append(f"(?:{'|'.join(inside)})")
            case _Anything():
                out.append(".*?")
    return "".join(out)
