"""Where old dialects deliberately answer otherwise than the old releases did: one data file, and the page made of it.

``differences.toml`` holds the decisions with their reasons, ``counts.json`` what the recordings came to when they were last played in
full (``python -m tests.dialects.run --write``, which writes the page too).
"""

from __future__ import annotations

import fnmatch
import json
import tomllib
from functools import lru_cache
from pathlib import Path
from typing import Any

from .play import cases

HERE = Path(__file__).parent
COUNTS = HERE / "counts.json"
PAGE = HERE.parents[1] / "docs/reference/dialect-differences.md"


@lru_cache
def _decisions() -> tuple[dict[str, Any], ...]:
    return tuple(tomllib.loads((HERE / "differences.toml").read_text("utf-8"))["difference"])


def stated() -> tuple[str, ...]:
    """Return the names of the decisions."""
    return tuple(decision["id"] for decision in _decisions())


def explain(case: str, place: str) -> str | None:
    """Return the decision that a difference comes from; None where there is none."""
    for decision in _decisions():
        for where in decision["where"]:
            if fnmatch.fnmatchcase(case, where["case"]) and fnmatch.fnmatchcase(place, where["place"]):
                return str(decision["id"])
    return None


def counts() -> dict[str, Any]:
    """Read what the recordings came to: ``differing`` names the cases and the decisions that show in each."""
    found: dict[str, Any] = json.loads(COUNTS.read_text("utf-8"))
    return found


def page() -> str:
    """Write the page."""
    differing: dict[str, list[str]] = counts()["differing"]
    rows = []
    for where in dict.fromkeys(case.where for case in cases()):
        here = [case for case in cases() if case.where == where]
        unequal = sum(case.name in differing for case in here)
        name = f"MediaWiki {where.removeprefix('release-')}" if where.startswith("release-") else f"dialect `{where}`"
        rows.append(f"| {name} | {len(here)} | {len(here) - unequal} |")
    total = f"| all | {len(cases())} | {len(cases()) - len(differing)} |"
    head = f"""# Where old dialects differ from old releases

Conversations with old MediaWikis, from 1.12.0 to 1.43.9, were recorded and are played against Wikigate's dialects in the test suite:
status, headers, cookies with their age and attributes in their order, and the whole body letter by letter. Values that every server makes
anew are compared by form and by use; sentences that no client reads are not compared, nor are pages for people.

| recorded from | cases | played equal |
|---|---|---|
{chr(10).join(rows)}
{total}

The others differ in what follows and in nothing else; a test fails on any further difference, and on any line of this page that no longer
shows. The page is written by `python -m tests.dialects.run --write` from `tests/dialects/differences.toml`.
"""
    parts = [head]
    for decision in _decisions():
        shown = sum(decision["id"] in reasons for reasons in differing.values())
        parts.append(
            f"\n## {decision['title']}\n\n{decision['reason'].strip()}\n\nShows in {shown} case{'s' if shown != 1 else ''}.\n"
        )
    return "".join(parts)
