# ruff: noqa: T201
"""Plays the recordings and says what differs: ``python -m tests.wire.run [--write] [NAME…]``.

``--write`` writes ``counts.json`` and the page of differences anew; it plays everything. Otherwise the names are beginnings of
recordings' names. Exits 1 where something differs without a reason.
"""

from __future__ import annotations

import sys
from collections import Counter

from . import differences
from .play import Outcome, play, recordings


def main(arguments: list[str]) -> int:
    """Play, show progress, print the differences."""
    write = "--write" in arguments
    names = tuple(argument for argument in arguments if not argument.startswith("--"))
    outcomes: list[Outcome] = []
    chosen = [recording for recording in recordings() if write or not names or recording.name.startswith(names)]
    for number, recording in enumerate(chosen, 1):
        print(f"\r{number}/{len(chosen)} {recording.name:<50}", end="", file=sys.stderr, flush=True)
        outcomes.append(play(recording))
    print(file=sys.stderr)
    for outcome in outcomes:
        for difference in outcome.unexplained:
            print(str(difference)[:500])
    steps, equal = sum(o.count.steps for o in outcomes), sum(o.count.equal for o in outcomes)
    unexplained = sum(len({d.step for d in o.unexplained}) for o in outcomes)
    print(f"{len(outcomes)} recordings, {steps} exchanges, {equal} equal, {unexplained} with unexplained differences")
    print(Counter(reason for o in outcomes for reason in o.count.explained))
    if write:
        found = {outcome.recording: outcome.count for outcome in outcomes}
        differences.write_counts(found)
        differences.PAGE.parent.mkdir(parents=True, exist_ok=True)
        differences.PAGE.write_text(differences.page(found.values()), "utf-8")
    return int(bool(unexplained))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
