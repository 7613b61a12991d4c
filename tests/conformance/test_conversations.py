"""The same conversations on Wikigate and on a real MediaWiki: equal, or different for a reason that is written down."""

from __future__ import annotations

import itertools
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import parse_qsl

import pytest

from wikigate.testing.recording import Recording, load_all
from wikigate.testing.replay import Player

from ..wire.differences import explain  # noqa: TID252  what differs from the recordings differs here
from ..wire.fixture import fixture  # noqa: TID252  both suites assume the same wikis
from .conftest import ROWS, Row
from .live import record
from .scenarios import scenarios

RECORDINGS = Path(__file__).parents[1] / "wire/recordings"
# Modules of the recorded wiki that an installation from the package does not have.
_ABSENT = frozenset({"fwtest", "fwwrite", "fwold"})
# Seconds that a conversation may spend waiting.
_PATIENCE = 10
_SOURCES = (f"127.0.{high}.{low}" for high, low in itertools.product(range(1, 255), range(1, 255)))


def _playable() -> Iterator[Recording]:
    recorded = (recording for recording in load_all(RECORDINGS) if not recording.name.startswith("live/"))
    for scenario in (*recorded, *scenarios()):
        if sum(change.get("advance", 0) for step in scenario.steps for change in step.do) > _PATIENCE:
            continue  # nobody can move MediaWiki's clock; its recording is replayed with a clock that moves
        steps = tuple(
            step for step in scenario.steps if dict(parse_qsl(step.request.query)).get("action") not in _ABSENT
        )
        if steps and fixture(scenario.fixture).variant is not None:
            yield replace(scenario, steps=steps)


@pytest.mark.parametrize("scenario", list(_playable()), ids=lambda scenario: scenario.name)
def test_both_answer_alike(scenario, reference, texts, wikigates, request):
    wanted = fixture(scenario.fixture)
    # Every conversation comes from an address of its own, so that none meets another's throttle; a blocked address is the fixture's.
    source = "127.0.0.1" if any("address" in block for block in wanted.blocks) else next(_SOURCES)
    theirs, ours = reference.side(wanted.variant, source), wikigates(wanted, source)
    if wanted.variant and not reference.ours:
        pytest.skip("needs a wiki that can be several; the running one has settings of its own")
    if reference.database:
        theirs.fill(wanted)
    elif any("Cookie" in step.request.headers or step.request.form for step in scenario.steps):
        pytest.skip("needs accounts; name the running wiki's file in WIKIGATE_ORACLE_DATABASE")
    ours.fill(wanted)
    expected = record(theirs, texts[0], wanted, scenario)
    player = Player(ours, texts[1], time.time, lambda verb, arguments: ours.perform(wanted, verb, arguments))
    row = Row(scenario.name, 0, 0, 0, 0)
    request.config.stash[ROWS].append(row)
    unexplained: list[str] = []
    for _step, differences in player.play(expected):
        reasons = [explain(difference) for difference in differences]
        row.steps += 1
        row.equal += not differences
        row.explained += bool(differences) and None not in reasons
        row.unexplained += None in reasons
        unexplained += [str(d) for d, reason in zip(differences, reasons, strict=True) if reason is None]
    row.unexplained += len(scenario.steps) - row.steps
    assert unexplained == []
    assert row.steps == len(scenario.steps)
