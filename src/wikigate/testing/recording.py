"""A recorded conversation: requests and what must come back, as data (one JSON file each).

The file says: ``title``; ``fixture`` (the wiki that the conversation assumes, see ``tests/wire/fixtures``); ``headers`` that every
answer bears; ``steps``. A step has a ``request`` (``method``, ``path``, ``query``, ``headers``, ``form`` or ``body``), a ``response``
(``status`` where it is not 200; ``headers`` beside or, with null, instead of the common ones; ``cookies``, the ``Set-Cookie`` values
in order; ``body`` as ``bodies.observe`` tells it) and, before it, ``do``: changes to the wiki that happened between two requests.
Strings hold the marks of ``template``.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from wikigate.testing.bodies import Float, write_json


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request; ``form`` is sent urlencoded, ``body`` as it stands."""

    method: str = "GET"
    path: str = "/w/api.php"
    query: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    form: Mapping[str, str] | None = None
    body: str | None = None

    def content(self) -> str:
        """Return the request's body as text."""
        return urlencode(self.form) if self.form is not None else self.body or ""


@dataclass(frozen=True, slots=True)
class Expected:
    """What must come back; ``headers`` holds None for one that must be absent."""

    status: int = 200
    headers: Mapping[str, str | None] = field(default_factory=dict)
    cookies: tuple[str, ...] = ()
    body: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Step:
    """One exchange of a conversation; ``do`` are changes to the wiki made before it, each ``{verb: arguments}``."""

    name: str
    request: Exchange
    response: Expected
    do: tuple[Mapping[str, Any], ...] = ()


@dataclass(frozen=True, slots=True)
class Recording:
    """One conversation."""

    name: str
    title: str
    fixture: str
    steps: tuple[Step, ...]


def load(path: Path, root: Path) -> Recording:
    """Read a recording; its name is its path below ``root`` without the ending."""
    data = json.loads(path.read_text("utf-8"), parse_float=Float)
    common = data.get("headers", {})
    steps = tuple(_step(item, common) for item in data["steps"])
    return Recording(path.relative_to(root).with_suffix("").as_posix(), data["title"], data["fixture"], steps)


def load_all(root: Path) -> Iterator[Recording]:
    """Read every recording below a folder, in the order of their names."""
    for path in sorted(root.rglob("*.json")):
        yield load(path, root)


def _step(item: Mapping[str, Any], common: Mapping[str, str | None]) -> Step:
    answer = dict(item.get("response", {}))
    answer["headers"] = {**common, **answer.get("headers", {})}
    answer["cookies"] = tuple(answer.get("cookies", ()))
    return Step(item["name"], Exchange(**item["request"]), Expected(**answer), tuple(item.get("do", ())))


def dump(title: str, fixture: str, steps: list[dict[str, Any]]) -> str:
    """Write a recording: one line for each request and each response; headers that most answers share are said once."""
    common = _common(steps)
    lines = [
        f'{{"title": {_compact(title)},',
        f' "fixture": {_compact(fixture)},',
        f' "headers": {_compact(common)},',
        ' "steps": [',
    ]
    for number, step in enumerate(steps):
        answer = dict(step["response"])
        answer["headers"] = _beside(answer.get("headers", {}), common)
        answer = {key: value for key, value in answer.items() if value not in ({}, [], ())}
        head = {key: value for key, value in step.items() if key not in ("request", "response")}
        end = "}" if number + 1 == len(steps) else "},"
        lines += [
            f"  {_compact(head)[:-1]},",
            f'   "request": {_compact(step["request"])},',
            f'   "response": {_compact(answer)}{end}',
        ]
    return "\n".join([*lines, " ]}", ""])


def _common(steps: list[dict[str, Any]]) -> dict[str, str]:
    counts: dict[tuple[str, str], int] = {}
    for step in steps:
        for item in step["response"].get("headers", {}).items():
            counts[item] = counts.get(item, 0) + 1
    return {name: value for (name, value), count in counts.items() if count * 2 > len(steps)}


def _beside(headers: Mapping[str, str], common: Mapping[str, str]) -> dict[str, str | None]:
    own: dict[str, str | None] = {name: value for name, value in headers.items() if common.get(name) != value}
    own.update({name: None for name in common if name not in headers})
    return own


def _compact(value: Any) -> str:
    return write_json(value, escaped=False)
