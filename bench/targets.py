"""What is aimed at: the rows of the table, each with its bound and the direction that is good.

The numbers P1 … P15 are those of ``docs/explanation/performance.md``, where each is explained.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from statistics import median


@dataclass(frozen=True, slots=True)
class Target:
    """One row: ``must`` is a floor (``at_least``) or a ceiling for the ratio.

    Beyond ``possible`` nothing can be: a ratio that lies there says that something else was measured, and is no success.
    """

    id: str
    what: str
    must: float
    at_least: bool = True
    unit: str = "x"
    possible: float = math.inf


@dataclass(slots=True)
class Row:
    """A target and the ratios of its rounds; ``ours`` and ``baseline`` are what the ratio is made of, in ``figure``."""

    target: Target
    ours: list[float] = field(default_factory=list)
    baseline: list[float] = field(default_factory=list)
    ratios: list[float] = field(default_factory=list)
    figure: str = "us/request"

    def add(self, ratio: float, ours: float, baseline: float) -> None:
        self.ratios.append(ratio)
        self.ours.append(ours)
        self.baseline.append(baseline)

    @property
    def ratio(self) -> float:
        return median(self.ratios)

    @property
    def met(self) -> bool:
        return self.ratio >= self.target.must if self.target.at_least else self.ratio <= self.target.must


TARGETS = {
    target.id: target
    for target in (
        Target("P1 c=8", "login token, CPU of the real MediaWiki / ours", 90),
        Target("P1 c=32", "login token, CPU of the real MediaWiki / ours", 180),
        Target("P2b", "login token, CPU of bare granian with the same work / ours", 0.70),
        Target("P3 c=8", "userinfo logged in, CPU of the real MediaWiki / ours", 75),
        Target("P3 c=32", "userinfo logged in, CPU of the real MediaWiki / ours", 140),
        Target("bearer", "userinfo by bearer token / by cookie, CPU", 1.5, at_least=False),
        Target("P4", "authmanagerinfo, CPU of the real MediaWiki / ours", 90),
        Target("P5", "bot login flow, CPU of the hash alone / ours", 0.90, possible=1.0),
        Target("P6", "bot login flow, CPU of the real MediaWiki / ours, same hash", 2.6),
        Target("P7", "clientlogin flow, CPU of the real MediaWiki / ours, same hash", 6),
        Target("logout", "token, login, csrf, logout: CPU of the real MediaWiki / ours, same hash", 2.6),
        Target("P10", "logins per second on all cores / the hash alone on as many bare threads", 0.93, possible=1.03),
        Target("P11", "p99 of a cheap request during a login flood / in quiet", 1.3, at_least=False),
        Target("P11 p50", "p50 of a cheap request during a login flood / in quiet", 1.15, at_least=False),
        Target("P12", "p99 of a cheap request during a flood of anonymous tokens / in quiet", 3.0, at_least=False),
        Target("P12 rows", "rows written by the flood of anonymous tokens", 0, at_least=False, unit=""),
        Target("P13", "memory of a worker (PSS)", 45, at_least=False, unit=""),
        Target("P13 more", "memory that a worker gains with a million requests", 2, at_least=False, unit=""),
        Target("P15", "bytes kept for the anonymous sessions of the flood", 0, at_least=False, unit=""),
    )
}
