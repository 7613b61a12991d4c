"""Where Wikigate deliberately answers otherwise than the recordings: one data file, and the page made of it.

``differences.toml`` holds the rules with their reasons, ``counts.json`` what every recording came to when it was last played in full.
The page is written from both (``python -m tests.wire.run --write``); tests hold all three to the truth.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from wikigate.testing.replay import Difference, Rule

HERE = Path(__file__).parent
RULES = HERE / "differences.toml"
COUNTS = HERE / "counts.json"
PAGE = HERE.parents[1] / "docs/reference/differences.md"


@dataclass(frozen=True, slots=True)
class Deliberate:
    """One decision to differ: its short name, title, reason, and the places where it shows.

    ``beside`` are places that show only beside a running MediaWiki, since the recordings leave them open.
    """

    id: str
    title: str
    reason: str
    rules: tuple[Rule, ...]
    beside: tuple[Rule, ...]


@dataclass(frozen=True, slots=True)
class Count:
    """What one recording came to: its steps, how many are equal, and the rules that explain the others (``id/number``)."""

    steps: int
    equal: int
    explained: tuple[str, ...]


@lru_cache
def deliberate() -> tuple[Deliberate, ...]:
    """Read the decisions in their order."""
    data = tomllib.loads(RULES.read_text("utf-8"))
    return tuple(
        Deliberate(
            item["id"],
            item["title"],
            item["reason"].strip(),
            tuple(Rule(**rule) for rule in item["where"]),
            tuple(Rule(**rule) for rule in item.get("beside", ())),
        )
        for item in data.get("difference", ())
    )


def explain(difference: Difference) -> str | None:
    """Return the first rule that wants a difference, as ``id/number``; None where none does."""
    for decision in deliberate():
        for number, rule in enumerate((*decision.rules, *decision.beside)):
            if rule.covers(difference):
                return f"{decision.id}/{number}"
    return None


def counts() -> dict[str, Count]:
    """Read what every recording came to."""
    data = json.loads(COUNTS.read_text("utf-8"))
    return {name: Count(steps, equal, tuple(explained)) for name, (steps, equal, explained) in data.items()}


def write_counts(found: dict[str, Count]) -> None:
    """Write what every recording came to, one line each."""
    lines = [f' "{name}": {json.dumps([c.steps, c.equal, list(c.explained)])}' for name, c in sorted(found.items())]
    COUNTS.write_text("{\n" + ",\n".join(lines) + "\n}\n", "utf-8")


def page(found: Iterable[Count]) -> str:
    """Write the page of differences."""
    found = list(found)
    steps, equal = sum(c.steps for c in found), sum(c.equal for c in found)
    whole = sum(c.steps == c.equal for c in found)
    head = f"""# Where Wikigate differs from MediaWiki

Conversations with a real MediaWiki 1.43 were recorded and are replayed against Wikigate in the test suite: status, headers,
cookies with their attributes and order, and the whole body in its format. Texts are compared by message key, since Wikigate's
wording is its own; values that every server makes anew (tokens, session ids, moments) are compared by form and by use.

| | recorded | replayed equal |
|---|---|---|
| conversations | {len(found)} | {whole} |
| exchanges | {steps} | {equal} |

The other {steps - equal} exchanges differ in the places below and nowhere else; a test fails on any further difference, and on
any line of this page that no longer shows. The page is written by `python -m tests.wire.run --write` from `tests/wire/differences.toml`.
"""
    parts = [head]
    for decision in deliberate():
        places = sorted({_place(rule) for rule in decision.rules})
        shown = sum(any(rule.startswith(f"{decision.id}/") for rule in c.explained) for c in found)
        much = f"{shown} conversation{'s' if shown != 1 else ''}"
        lines = "".join(f"* {place}\n" for place in places)
        parts.append(f"\n## {decision.title}\n\n{decision.reason}\n\nShows in {much}:\n\n{lines}")
    return "".join(parts)


def _place(rule: Rule) -> str:
    step = "" if rule.step == "*" else f", exchange “{rule.step}”"
    return f"`{rule.place}` in `{rule.recording}`{step}"
