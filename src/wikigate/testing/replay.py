"""Plays a recorded conversation against a server and tells every difference.

A difference names the recording, the step and the place (``status``, ``header Vary``, ``cookie 2``, ``body error.code``) and shows both
sides. Compared are the status, the watched headers, the cookies with their attributes and order, and the whole body in its own
format: members and their order, values, spelling. Texts are compared by message key. ``Rule`` says which differences are wanted.
"""

from __future__ import annotations

import fnmatch
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from difflib import SequenceMatcher
from email.utils import parsedate_to_datetime
from typing import Any

from wikigate.testing.bodies import Float, observe
from wikigate.testing.recording import Expected, Recording, Step
from wikigate.testing.template import Bindings, has_marks, mismatch
from wikigate.testing.texts import Texts
from wikigate.testing.transport import Answer, Transport

# Every header that clients act on; one that a recording does not bear must not come back either.
WATCHED = (
    "Access-Control-Allow-Credentials", "Access-Control-Allow-Headers", "Access-Control-Allow-Methods",
    "Access-Control-Allow-Origin", "Access-Control-Expose-Headers", "Allow", "Cache-Control", "Content-Disposition",
    "Content-Language", "Content-Type", "ETag", "Expires", "Last-Modified", "Location", "MediaWiki-API-Error",
    "MediaWiki-CORS-Rejection", "MediaWiki-Login-Suppressed", "Retry-After", "Timing-Allow-Origin", "Vary",
    "WWW-Authenticate", "X-Content-Type-Options", "X-Database-Lag", "X-Frame-Options", "X-Request-Id",
)  # fmt: skip
_ABSENT = "(absent)"
# Seconds by which an expiry may miss its Max-Age: the two are read from the clock one after the other.
_SLACK = 5.0


@dataclass(frozen=True, slots=True)
class Difference:
    """One place where an answer is not the recorded one."""

    recording: str
    step: str
    place: str
    expected: str
    actual: str
    note: str = ""

    def __str__(self) -> str:
        """One line for a report."""
        note = f" ({self.note})" if self.note else ""
        return f"{self.recording} · {self.step} · {self.place}: {self.expected} → {self.actual}{note}"


@dataclass(frozen=True, slots=True)
class Rule:
    """Differences that are wanted: shell patterns for recording, step and place; ``actual``, when given, for our side."""

    recording: str
    place: str
    step: str = "*"
    actual: str = "*"

    def covers(self, difference: Difference) -> bool:
        """Tell whether this rule explains a difference."""
        pairs = (
            (difference.recording, self.recording),
            (difference.step, self.step),
            (difference.place, self.place),
            (difference.actual, self.actual),
        )
        return all(fnmatch.fnmatchcase(value, pattern) for value, pattern in pairs)


@dataclass(slots=True)
class Player:
    """Plays recordings against one server.

    ``now`` is the server's clock, against which expiries are checked; ``perform`` makes the changes to the wiki that a step's ``do``
    asks for (verb, arguments).
    """

    transport: Transport
    texts: Texts
    now: Callable[[], float]
    perform: Callable[[str, Any], None]
    bindings: Bindings = field(default_factory=Bindings)

    def play(self, recording: Recording) -> Iterator[tuple[Step, list[Difference]]]:
        """Play every step in order and yield it with its differences; a step that needs a value never seen ends the conversation."""
        self.bindings = Bindings({"server": self.transport.base})
        for step in recording.steps:
            try:
                answer = self._put(step)
            except KeyError as missing:
                yield step, [Difference(recording.name, step.name, "request", str(missing.args[0]), "never seen")]
                return
            found = Comparison(self.bindings, self.texts, self.now()).differences(step.response, answer)
            yield step, [Difference(recording.name, step.name, *rest) for rest in found]

    def _put(self, step: Step) -> Answer:
        for change in step.do:
            for verb, arguments in change.items():
                self.perform(verb, arguments)
        request, fill = step.request, self.bindings.fill
        headers = {name: fill(value) for name, value in request.headers.items()}
        if request.form is not None:
            content = request.__class__(form={name: fill(value) for name, value in request.form.items()}).content()
            headers.setdefault("Content-Type", "application/x-www-form-urlencoded")
        else:
            content = fill(request.content())
        target = fill(f"{request.path}?{request.query}" if request.query else request.path)
        return self.transport.send(request.method, target, headers, content.encode())


Found = tuple[str, str, str, str]


@dataclass(slots=True)
class Comparison:
    """One answer against what was recorded; a finding is place, expected, actual and a note."""

    bindings: Bindings
    texts: Texts
    now: float

    def differences(self, expected: Expected, answer: Answer) -> list[Found]:
        """Return every difference between an answer and the recorded one."""
        found: list[Found] = []
        if answer.status != expected.status:
            found.append(("status", str(expected.status), str(answer.status), ""))
        found += self._headers(expected.headers, answer)
        found += self._cookies(expected.cookies, answer.cookies())
        seen = observe(answer.header("Content-Type") or "", answer.body)
        found += self._body(expected.body, seen)
        return found

    def _headers(self, expected: Mapping[str, str | None], answer: Answer) -> Iterator[Found]:
        names = {name.lower(): name for name in (*WATCHED, *expected)}
        wanted = {name.lower(): value for name, value in expected.items()}
        for lower, name in names.items():
            # An empty header says as much as none, and not every server sends it.
            value, actual = wanted.get(lower) or None, answer.header(name) or None
            if value is None or actual is None:
                if value != actual:
                    yield f"header {name}", value or _ABSENT, actual or _ABSENT, ""
            elif (wrong := mismatch(value, actual, self.bindings, self.texts)) is not None:
                yield f"header {name}", value, actual, wrong

    def _cookies(self, expected: tuple[str, ...], actual: list[str]) -> Iterator[Found]:
        for number in range(max(len(expected), len(actual))):
            wanted = expected[number] if number < len(expected) else _ABSENT
            got = actual[number] if number < len(actual) else _ABSENT
            place = f"cookie {(wanted if wanted != _ABSENT else got).partition('=')[0]}"
            wrong = mismatch(wanted, got, self.bindings, self.texts) or self._expiry(got)
            if wrong is not None:
                yield place, wanted, got, wrong

    def _expiry(self, cookie: str) -> str | None:
        """Check that a cookie's expiry is its Max-Age away from now."""
        attributes = {k.strip().lower(): v for k, _, v in (part.partition("=") for part in cookie.split(";")[1:])}
        age = int(attributes.get("max-age", "0") or "0")
        if age == 0 or "expires" not in attributes:
            return None
        expires: datetime = parsedate_to_datetime(attributes["expires"])
        away = expires.timestamp() - self.now
        return None if abs(away - age) <= _SLACK else f"expires {away:.0f} s from now"

    def _body(self, expected: Mapping[str, Any], seen: Mapping[str, Any]) -> Iterator[Found]:
        if "irregular" in seen and "irregular" not in expected:
            yield "body", "regular", str(seen["irregular"]), ""
        for key in {**expected, **seen}:
            if key == "irregular":
                continue
            if key == "escaped":
                # Where one side shows no such character at all, there is nothing to compare.
                if expected.get(key, seen.get(key)) != seen.get(key, expected.get(key)):
                    yield "body escaped", str(expected.get(key)), str(seen.get(key)), ""
            elif key not in seen or key not in expected:
                yield "body", key if key in expected else _ABSENT, key if key in seen else _ABSENT, "format"
            else:
                yield from self._tree("body", expected[key], seen[key])

    def _tree(self, place: str, expected: Any, actual: Any) -> Iterator[Found]:
        if expected == "⟦any⟧":
            return
        match expected:
            case dict() if isinstance(actual, dict):
                yield from self._map(place, expected, actual)
            case list() if isinstance(actual, list):
                yield from self._list(place, expected, actual)
            case str() if (
                has_marks(expected) and isinstance(actual, str | int | float) and not isinstance(actual, bool)
            ):
                wrong = mismatch(expected, str(actual), self.bindings, self.texts)
                if wrong is not None:
                    yield place, expected, str(actual), wrong
            case Float() if isinstance(actual, Float):
                if expected.spelled != actual.spelled:
                    yield place, expected.spelled, actual.spelled, ""
            case float() if isinstance(actual, float) and expected == actual:
                return
            case _ if type(expected) is not type(actual) or expected != actual:
                yield place, _show(expected), _show(actual), ""

    def _map(self, place: str, expected: dict[str, Any], actual: dict[str, Any]) -> Iterator[Found]:
        yield from ((f"{place}.{k}", _show(v), _ABSENT, "") for k, v in expected.items() if k not in actual)
        yield from ((f"{place}.{k}", _ABSENT, _show(v), "") for k, v in actual.items() if k not in expected)
        both = [key for key in expected if key in actual]
        if both != [key for key in actual if key in expected]:
            yield place, ",".join(both), ",".join(key for key in actual if key in expected), "order"
        for key in both:
            yield from self._tree(f"{place}.{key}", expected[key], actual[key])

    def _list(self, place: str, expected: list[Any], actual: list[Any]) -> Iterator[Found]:
        if _is_node(expected) and _is_node(actual):
            yield from self._node(place, expected, actual)
            return
        if expected and isinstance(expected[0], dict) and "name" in expected[0]:
            yield from self._named(place, expected, actual)
            return
        if all(isinstance(item, str) for item in (*expected, *actual)) and not any(map(has_marks, expected)):
            yield from _changes(place, expected, actual)
            return
        if len(expected) != len(actual):
            yield place, _show(expected), _show(actual), f"{len(expected)} and {len(actual)} items"
            return
        for number, (wanted, got) in enumerate(zip(expected, actual, strict=True)):
            yield from self._tree(f"{place}.{number}", wanted, got)

    def _node(self, place: str, expected: list[Any], actual: list[Any]) -> Iterator[Found]:
        """Compare two XML elements: name, attributes with their order, children."""
        if expected[0] != actual[0]:
            yield place, f"<{expected[0]}>", f"<{actual[0]}>", ""
            return
        here = f"{place}/{expected[0]}"
        for spot, wanted, got, note in self._map("", expected[1], actual[1]):
            yield f"{here}{spot.replace('.', '@', 1)}", wanted, got, note
        if expected[2:] == ["⟦any⟧"]:
            return
        if len(expected) != len(actual) and len({child[0] for child in expected[2:] if _is_node(child)}) == 1:
            yield here, _show(expected[2:]), _show(actual[2:]), f"{len(expected) - 2} and {len(actual) - 2} items"
            return
        for number in range(2, max(len(expected), len(actual))):
            spot = f"{here}.{number - 2}"
            if number >= len(actual):
                yield spot, _show(expected[number]), _ABSENT, ""
            elif number >= len(expected):
                yield spot, _ABSENT, _show(actual[number]), ""
            else:
                wanted = expected[number]
                alone = sum(_is_node(child) and child[0] == wanted[0] for child in expected[2:]) == 1
                yield from self._tree(here if alone else spot, wanted, actual[number])

    def _named(self, place: str, expected: list[Any], actual: list[Any]) -> Iterator[Found]:
        """Compare a list of things that have names, each with its namesake."""
        wanted: dict[str, Any] = {str(item.get("name")): item for item in expected}
        got: dict[str, Any] = {str(item.get("name")): item for item in actual if isinstance(item, dict)}
        if len(wanted) != len(expected) or len(got) != len(actual):
            wanted = {f"{number}": item for number, item in enumerate(expected)}
            got = {f"{number}": item for number, item in enumerate(actual)}
        yield from self._map(place, wanted, got)


def _changes(place: str, expected: list[str], actual: list[str]) -> Iterator[Found]:
    """Tell where two lists of words part and meet again; the place is where in the expected list."""
    for kind, first, last, begin, end in SequenceMatcher(None, expected, actual, autojunk=False).get_opcodes():
        if kind != "equal":
            yield (
                f"{place}.{first}",
                ", ".join(expected[first:last]) or _ABSENT,
                ", ".join(actual[begin:end]) or _ABSENT,
                kind,
            )


def _is_node(value: Any) -> bool:
    return isinstance(value, list) and len(value) > 1 and isinstance(value[0], str) and isinstance(value[1], dict)


def _show(value: Any) -> str:
    text = value if isinstance(value, str) else repr(value)
    return text or "(empty)"
