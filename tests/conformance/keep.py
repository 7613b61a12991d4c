"""Keeps what the real MediaWiki answers to ``scenarios.py``: ``python -m tests.conformance.keep`` writes ``tests/wire/recordings/live``.

The recordings let the scenarios run where there is no MediaWiki, and with a clock that can be moved.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Any

from wikigate.testing.recording import Recording, Step, dump
from wikigate.testing.texts import Texts

from ..wire.fixture import fixture  # noqa: TID252  both suites assume the same wikis
from . import reference_wiki
from .live import Side, record
from .scenarios import scenarios

OUT = Path(__file__).parents[1] / "wire/recordings"


def main() -> None:
    """Record every scenario, or those named."""
    texts = Texts(reference_wiki.catalogue("en", "de", "fr"))
    chosen = [s for s in scenarios() if not sys.argv[1:] or s.name.removeprefix("live/") in sys.argv[1:]]
    with tempfile.TemporaryDirectory() as folder, reference_wiki.serving(Path(folder)) as wiki:
        for number, scenario in enumerate(chosen, 1):
            print(f"{number}/{len(chosen)} {scenario.name}", file=sys.stderr)  # noqa: T201
            wanted = fixture(scenario.fixture)
            side = Side(wiki.base, str(wiki.database), {"X-Reference-Variant": wanted.variant or ""})
            side.fill(wanted)
            kept = record(side, texts, wanted, scenario)
            target = OUT / f"{scenario.name}.json"
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(_text(kept), "utf-8")


def _text(recording: Recording) -> str:
    return dump(recording.title, recording.fixture, [_data(step) for step in recording.steps])


def _data(step: Step) -> dict[str, Any]:
    request = {"method": step.request.method} if step.request.method != "GET" else {}
    parts = {
        "query": step.request.query,
        "headers": dict(step.request.headers),
        "form": step.request.form,
        "body": step.request.body,
    }
    response: dict[str, Any] = {"status": step.response.status} if step.response.status != 200 else {}
    response |= {"headers": step.response.headers, "cookies": list(step.response.cookies), "body": step.response.body}
    out = {"name": step.name, "request": request | {k: v for k, v in parts.items() if v}, "response": response}
    return out | ({"do": list(step.do)} if step.do else {})


if __name__ == "__main__":
    main()
