"""Every recorded case of old releases, played: equal, or different where ``differences.toml`` says why.

Missions M31 to M33, M35 to M38, M40.
"""

from __future__ import annotations

from itertools import groupby

import pytest

from .differences import PAGE, counts, explain, page, stated
from .play import Case, OldWorld, Play, cases


def _kind(case: Case) -> tuple[str, bool, tuple[str, ...]]:
    return case.where, case.strict, case.settings


_KINDS = {
    "-".join((kind[0], *(["strict"] if kind[1] else []), *kind[2])): tuple(found)
    for kind, found in groupby(sorted(cases(), key=_kind), key=_kind)
}


def outcomes(found: tuple[Case, ...]) -> dict[str, list[str]]:
    """Play the cases of one kind of wiki; the reasons or, unexplained, the differences of each that is not equal."""
    told: dict[str, list[str]] = {}
    with OldWorld(found[0].dialect, strict=found[0].strict, settings=found[0].settings) as world:
        for case in found:
            for step, place, wanted, got in Play(world, case).differences():
                reason = explain(case.name, place)
                told.setdefault(case.name, []).append(reason or f"step {step} {place}: {wanted} → {got}")
    return told


@pytest.mark.parametrize("kind", list(_KINDS))
def test_recorded_cases_are_answered_as_they_were(kind):
    told = outcomes(_KINDS[kind])
    known = stated()
    assert {
        name: wrong for name, lines in told.items() if (wrong := [line for line in lines if line not in known])
    } == {}
    assert {name: sorted(set(lines)) for name, lines in told.items()} == {
        name: reasons for name, reasons in counts()["differing"].items() if name in {case.name for case in _KINDS[kind]}
    }


def test_every_stated_difference_shows_somewhere():
    assert {reason for reasons in counts()["differing"].values() for reason in reasons} == set(stated())


def test_the_page_tells_what_was_found():
    assert PAGE.read_text("utf-8") == page()
