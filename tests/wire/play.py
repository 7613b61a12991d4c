"""One recording on one wiki made for it, and what that came to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from wikigate.testing.recording import Recording, load_all
from wikigate.testing.replay import Difference, Player
from wikigate.testing.texts import Texts

from .differences import Count, explain
from .fixture import fixture
from .world import World, messages

RECORDINGS = Path(__file__).parent / "recordings"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What playing a recording came to."""

    recording: str
    count: Count
    unexplained: tuple[Difference, ...]
    not_played: int


def recordings() -> Iterator[Recording]:
    """Return every recording in the order of their names."""
    yield from load_all(RECORDINGS)


@lru_cache
def _texts() -> Texts:
    return Texts(messages())


def play(recording: Recording) -> Outcome:
    """Play a recording on a wiki of its own."""
    steps = equal = 0
    explained: set[str] = set()
    unexplained: list[Difference] = []
    with World(fixture(recording.fixture)) as world:
        player = Player(world, _texts(), world.now, world.perform)
        for _step, differences in player.play(recording):
            steps += 1
            equal += not differences
            for difference in differences:
                reason = explain(difference)
                if reason is None:
                    unexplained.append(difference)
                else:
                    explained.add(reason)
    count = Count(len(recording.steps), equal, tuple(sorted(explained)))
    return Outcome(recording.name, count, tuple(unexplained), len(recording.steps) - steps)
