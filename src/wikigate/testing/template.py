"""What a recorded string promises: literal text, values that differ in every run, and messages named by key.

Two marks stand inside recorded strings. ``⟦type:name⟧`` is a value made anew by each server (a token, a session id, a moment):
the name ties its uses together, so a token fetched in one step can be sent in a later one; ``⟦token:last⟧`` in a request is the newest
token, whatever its name. ``⟨key|1=a|2=b⟩`` is a message: MediaWiki's
key (several with ``/`` where its English text cannot tell them apart) and the parameters that its text shows. ``⟨html!key⟩`` and
``⟨wikitext!key⟩`` are messages in those forms; without a word before ``!`` a message is plain text, as ``bc`` and ``plaintext`` show it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, MutableMapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import cast

from wikigate.testing.texts import FORMS, Form, Texts

# What each type of value looks like. ``any`` and ``text`` say only that something stands there.
TYPES: Mapping[str, str] = {
    "session": r"[A-Za-z0-9_-]{32,}",
    "token": r"[0-9a-f]{40,}",
    "usertoken": r"[0-9a-f]{32}",
    "mac": r"[0-9a-f]{128}",
    "requestid": r"[0-9a-f]{24}",
    "state": r"[A-Za-z0-9_%-]{16,}",
    "captcha": r"\d{1,19}",
    "sum": r"\d+[+−]\d+ =",
    "number": r"-?\d+(?:\.\d+)?",
    "time": r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ",
    "stamp": r"\d{14}",
    "date": r"[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT",
    "when": r"\d\d:\d\d, \d{1,2} [A-Z][a-z]+ \d{4}",
    "server": r"https?://[^/]+",
    "docref": r".+",
    "text": r"[\s\S]+",
    "any": r"[\s\S]*",
}
# A value of these types keeps its name for good; the others are made anew whenever they are shown.
LASTING = frozenset({"session"})

_MARK = re.compile(r"⟦(?P<type>[a-z]+)(?::(?P<name>[^⟧]*))?⟧|⟨(?P<message>(?:[^⟩\\]|\\.)*)⟩")
_ESCAPED = re.compile(r"\\(.)")


@dataclass(slots=True)
class Bindings:
    """The values that one run has seen, by ``type:name``."""

    values: MutableMapping[str, str] = field(default_factory=dict)

    def fill(self, template: str) -> str:
        """Replace every value mark by the value bound to it, ``⟦repeat:9⟧`` by nine letters, ``⟦solved:last⟧`` by a sum's result.

        Raises ``KeyError`` with the mark's name for a value never seen.
        """
        return _MARK.sub(self._filled, template)

    def _filled(self, mark: re.Match[str]) -> str:
        if mark["type"] == "repeat":
            return "a" * int(mark["name"])
        if mark["type"] == "solved":
            return solved(self.values[f"sum:{mark['name']}"])
        return self.values[f"{mark['type']}:{mark['name']}" if mark["name"] else mark["type"]]

    def bind(self, type_: str, name: str, value: str) -> str | None:
        """Bind a value; return what is wrong when a lasting name changes its value or two names share one."""
        key, last = f"{type_}:{name}", f"{type_}:last"
        if type_ in LASTING:
            if self.values.get(key, value) != value:
                return f"{key} is {value}, not {self.values[key]} as before"
            others = (k for k, v in self.values.items() if v == value and k.startswith(f"{type_}:"))
            twin = next((k for k in others if k not in {key, last}), None)
            if twin is not None:
                return f"{key} has the value of {twin}"
        self.values[key] = self.values[last] = value
        return None


@dataclass(frozen=True, slots=True)
class _Value:
    type: str
    name: str


@dataclass(frozen=True, slots=True)
class _Message:
    keys: tuple[str, ...]
    params: tuple[tuple[int, str], ...]
    form: Form


def solved(asked: str) -> str:
    """Return the result of a captcha's sum: ``38`` for ``28+10 =``."""
    first, sign, second = re.split("([+−])", asked.removesuffix(" ="))
    return str(int(first) + int(second) if sign == "+" else int(first) - int(second))


def has_marks(text: str) -> bool:
    """Tell whether a string is more than literal text."""
    return _MARK.search(text) is not None


def mark_message(keys: tuple[str, ...], params: Mapping[int, str], form: Form) -> str:
    """Spell the mark of a message."""
    shown = "".join(f"|{number}={_escape(value)}" for number, value in sorted(params.items()))
    return f"⟨{'' if form == 'plain' else f'{form}!'}{'/'.join(keys)}{shown}⟩"


def _escape(value: str) -> str:
    return re.sub(r"[\\|⟩]", lambda found: f"\\{found[0]}", value)


@lru_cache(maxsize=65536)
def _read(template: str) -> tuple[re.Pattern[str], tuple[_Value | _Message, ...]]:
    """Compile a template: an expression with one group for each mark, and the marks."""
    marks: list[_Value | _Message] = []
    out: list[str] = []
    at = 0
    found = list(_MARK.finditer(template))
    for mark in found:
        out.append(re.escape(template[at : mark.start()]))
        at = mark.end()
        if mark["message"] is None:
            marks.append(_Value(mark["type"], mark["name"] or ""))
            out.append(f"({TYPES[mark['type']]})")
        else:
            marks.append(_read_message(mark["message"]))
            out.append(r"([\s\S]+)" if len(found) == 1 else "(.+)")
    out.append(re.escape(template[at:]))
    return re.compile("".join(out)), tuple(marks)


def _read_message(text: str) -> _Message:
    head, *params = re.split(r"(?<!\\)\|", text)
    form, bang, keys = head.partition("!")
    if not bang or form not in FORMS:
        form, keys = "plain", head
    numbered = (param.partition("=") for param in params)
    shown = tuple((int(number), _ESCAPED.sub(r"\1", value)) for number, _, value in numbered)
    return _Message(tuple(keys.split("/")), shown, cast("Form", form))


def mismatch(template: str, actual: str, bindings: Bindings, texts: Texts) -> str | None:
    """Compare a string with its template and bind what it shows; return what is wrong, None when nothing is."""
    expression, marks = _read(template)
    hit = expression.fullmatch(actual)
    if hit is None:
        return "differs"
    for mark, value in zip(marks, hit.groups(), strict=True):
        wrong = _value(mark, value, bindings) if isinstance(mark, _Value) else _message(mark, value, texts)
        if wrong is not None:
            return wrong
    return None


def _value(mark: _Value, value: str, bindings: Bindings) -> str | None:
    if mark.type == "server" and bindings.values.get("server", value) != value:
        return f"the server is called {value}"
    return bindings.bind(mark.type, mark.name, value) if mark.name else None


def _same(template: str, actual: str) -> bool:
    return template == actual or _read(template)[0].fullmatch(actual) is not None


def _message(mark: _Message, text: str, texts: Texts) -> str | None:
    finds = texts.find(text, mark.form)
    if not finds:
        return "no known message"
    for found in finds:
        if found.key in mark.keys:
            wrong = [
                f"${n} is {found.params[n]!r}"
                for n, value in mark.params
                if not _same(value, found.params.get(n, value))
            ]
            return "; ".join(wrong) or None
    return f"is {' or '.join(found.key for found in finds[:3])}"
