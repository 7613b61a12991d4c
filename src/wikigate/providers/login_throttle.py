"""The pre-check that counts guesses: nobody's credentials are judged beyond the limits (spec core §13, security B1 to B7).

A place is taken before any credential is looked at, and kept, given back or forgiven as the attempt goes on: kept when it fails or comes to
a question before anybody was vouched for; given back when a primary has vouched and more is asked, so that people with a second factor
do not lock themselves out (security S9, §6.3 there); forgiven when the login is complete. A device that the account has logged in from
before has a window of its own (security B4).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

from wikigate.auth.attempt import Attempt, Inquiry
from wikigate.auth.fields import Need
from wikigate.auth.outcome import Fail, Pass, Question
from wikigate.auth.throttle import Refusal, Reservation, Throttle

if TYPE_CHECKING:
    from wikigate.accounts.user import Account
    from wikigate.sessions.known_devices import KnownDevices

_PLACE: Final = "place"
_STATE: Final = "state"
State = Literal["held", "kept", "given-back"]


class LoginThrottle:
    """The password throttle in the way of every login; satisfies ``PreCheck``."""

    id = "login-throttle"

    def __init__(self, throttle: Throttle, known_devices: KnownDevices) -> None:
        self._throttle = throttle
        self._known_devices = known_devices

    def needs(self, _inquiry: Inquiry, /) -> tuple[Need, ...]:
        """Ask for nothing."""
        return ()

    def check(self, attempt: Attempt, /) -> Fail | None:
        """Take a place, or refuse; a new account's password is no guess."""
        if attempt.stage != "login":
            return None
        caller = attempt.caller
        device = self._known_devices.find(caller.session.visit, attempt.names or ())
        taken = self._throttle.reserve(caller.address, attempt.names, device=device)
        if isinstance(taken, Refusal):
            attempt.memory.clear()
            return Fail(taken.message, "throttled", retry_after=taken.remaining)
        attempt.memory.update({_PLACE: taken.store(), _STATE: "held"})
        return None

    def paused(self, attempt: Attempt, _outcome: Question, user: Account | None, /) -> None:
        """Give the place back once somebody was vouched for; keep it where that is still open."""
        place = self._place(attempt)
        if place is None:
            return
        if user is None:
            attempt.memory[_STATE] = "kept"
            self._throttle.count(place)
        else:
            attempt.memory[_STATE] = "given-back"
            self._throttle.refund(place)

    def ended(self, attempt: Attempt, outcome: Pass | Fail, /) -> None:
        """Keep the place after a failure, forgive what was before after a success."""
        state: State | None = attempt.memory.get(_STATE)
        place = self._place(attempt)
        if place is None or state is None:
            return
        if isinstance(outcome, Pass):
            if state == "held":
                self._throttle.forgive(place)
            else:
                self._throttle.forgive_later(place, counted=state == "kept")
        elif state == "held":
            if outcome.is_guess:
                self._throttle.count(place)
            else:
                self._throttle.refund(place)

    @staticmethod
    def _place(attempt: Attempt) -> Reservation | None:
        stored = attempt.memory.get(_PLACE)
        return None if stored is None else Reservation.restore(stored)
