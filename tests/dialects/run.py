# ruff: noqa: T201
"""Plays the cases of old releases and says what differs: ``python -m tests.dialects.run [--write] [BEGINNING OF A NAME…]``.

``--write`` plays everything and writes ``counts.json`` and the page. Exits 1 where something differs without a reason.
"""

from __future__ import annotations

import json
import sys
from itertools import groupby

from . import differences
from .play import Case, OldWorld, Play, cases


def _kind(case: Case) -> tuple[str, bool, tuple[str, ...]]:
    return case.where, case.strict, case.settings


def main(arguments: list[str]) -> int:
    """Play and tell."""
    write = "--write" in arguments
    names = tuple(argument for argument in arguments if not argument.startswith("--"))
    chosen = [case for case in cases() if write or not names or case.name.startswith(names)]
    differing: dict[str, set[str]] = {}
    unexplained = 0
    for number, (kind, found) in enumerate(groupby(sorted(chosen, key=_kind), key=_kind), 1):
        print(f"\r{number} {kind[0]:<20}", end="", file=sys.stderr, flush=True)
        with OldWorld(kind[0].removeprefix("release-"), strict=kind[1], settings=kind[2]) as world:
            for case in found:
                for step, place, wanted, got in Play(world, case).differences():
                    reason = differences.explain(case.name, place)
                    differing.setdefault(case.name, set()).add(reason or "unexplained")
                    if reason is None:
                        unexplained += 1
                        print(f"{case.name} step {step} {place}:\n   - {wanted[:600]}\n   + {got[:600]}")
    print(f"{len(chosen)} cases, {len(chosen) - len(differing)} equal, {unexplained} unexplained differences")
    if write:
        lines = [f"  {json.dumps(name)}: {json.dumps(sorted(reasons))}" for name, reasons in sorted(differing.items())]
        inner = ",\n".join(lines)
        differences.COUNTS.write_text(f'{{"differing": {{\n{inner}\n}}}}\n', "utf-8")
        differences.PAGE.write_text(differences.page(), "utf-8")
    return int(bool(unexplained))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
