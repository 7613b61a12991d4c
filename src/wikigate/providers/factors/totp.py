"""Codes of an authenticator app, as a kind of code.

Promises: a step is used once and only forwards, and that is written with the credential (security C3 to C6); as many steps are accepted
on either side of the present one as ``window`` says (security C2).
"""

from __future__ import annotations

from collections.abc import Callable

from wikigate.accounts.factors import Factor, Factors
from wikigate.accounts.totp import right_steps


class Totp:
    """Codes of an authenticator app; satisfies ``CodeKind``."""

    rows = ("totp",)

    def __init__(self, factors: Factors, window: int) -> None:
        self._factors = factors
        self._window = window

    def find(self, factor: Factor, typed: str, now: float) -> Callable[[], bool] | None:
        """See ``CodeKind``."""
        right = right_steps(factor.data.get("secret"), typed, now, self._window)
        if not right or right[-1] <= self._factors.last_step(factor.id):
            return None
        # Where two steps have one code, the older is used up with the newer: what was typed is never good again.
        return lambda: self._factors.use_step(factor.id, right[-1])
