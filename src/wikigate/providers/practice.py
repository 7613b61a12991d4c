"""Two providers to practise with, off as they come: they give clients the answers for which there would have to be another site.

``practice-site`` (primary) is that other site: its button is answered by REDIRECT, what comes back by UI, RESTART or FAIL. It never passes
anybody. ``practice-errand`` (secondary) sends everybody whose credentials were right away once before it lets him in. The other site is
the client's own return address, with a ``code`` in it: a client that follows ``redirecttarget`` comes back to itself at once, and may as
well send another code. Neither opens a way in that was not there: credentials are judged by others.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from wikigate.auth.attempt import Attempt, Inquiry
from wikigate.auth.fields import Field, Need
from wikigate.auth.outcome import Abstain, Fail, Pass, PrimaryOutcome, Redirect, Restart, SecondaryOutcome, Ui
from wikigate.primitives.message import Message
from wikigate.primitives.urls import with_query

if TYPE_CHECKING:
    from wikigate.accounts.user import Account

_PROVIDER: Final = Message("wikigate-practice-provider")
_AGAIN: Final = Message("wikigate-practice-again")
_REFUSED: Final = Message("wikigate-practice-refused")
_BUTTON: Final = Need(
    "PracticeStartRequest",
    (
        Field(
            "practicelogin",
            "button",
            Message("wikigate-practice-button-label"),
            Message("wikigate-practice-button-help"),
        ),
    ),
    provider=_PROVIDER,
)
_RETURN: Final = Need(
    "PracticeReturnRequest",
    (Field("code", "string", Message("wikigate-practice-code-label"), Message("wikigate-practice-code-help")),),
    provider=_PROVIDER,
)


class PracticeSite:
    """Knows nobody here; satisfies ``Primary``."""

    id = "practice-site"
    accounts: Final = "none"

    def canonical_name(self, _typed: str, /) -> str | None:
        """Know no names."""
        return None

    def needs(self, inquiry: Inquiry, /) -> tuple[Need, ...]:
        """Offer the button."""
        return (_BUTTON,) if inquiry.stage == "login" else ()

    def begin(self, attempt: Attempt, /) -> PrimaryOutcome:
        """Send whoever presses the button away."""
        if attempt.stage != "login" or attempt.values(_BUTTON.id) is None:
            return Abstain()
        return _sent_away(attempt, "unknown")

    def resume(self, attempt: Attempt, /) -> PrimaryOutcome:
        """Answer as the code says: “unknown” by RESTART, “again” by UI, any other by FAIL."""
        match _code(attempt):
            case "unknown":
                return Restart()
            case "again":
                return Ui((_RETURN,), _AGAIN)
            case _:
                return Fail(_REFUSED, "practice", is_guess=False)

    def ended(self, _attempt: Attempt, _outcome: Pass | Fail, /) -> None:
        """Forget nothing: nothing was kept."""


class PracticeErrand:
    """Lets everybody in who has come back with the code “done”; satisfies ``Secondary``."""

    id = "practice-errand"
    takes_links = False

    def needs(self, _inquiry: Inquiry, /) -> tuple[Need, ...]:
        """Ask for nothing at the beginning."""
        return ()

    def begin(self, attempt: Attempt, _user: Account, /) -> SecondaryOutcome:
        """Send everybody away who logs in."""
        return _sent_away(attempt, "done") if attempt.stage == "login" else Abstain()

    def resume(self, attempt: Attempt, user: Account, /) -> SecondaryOutcome:
        """Answer as the code says: “done” by PASS, “again” by UI, any other by FAIL."""
        match _code(attempt):
            case "done":
                return Pass()
            case "again":
                return Ui((_RETURN,), _AGAIN)
            case _:
                return Fail(_REFUSED, "practice", user.name, is_guess=False)

    def ended(self, _attempt: Attempt, _outcome: Pass | Fail, /) -> None:
        """Forget nothing: nothing was kept."""


def _sent_away(attempt: Attempt, code: str) -> Redirect:
    return Redirect((_RETURN,), with_query(attempt.return_url, {"code": code}), {"practice": "other-site"})


def _code(attempt: Attempt) -> str:
    values = attempt.values(_RETURN.id)
    return "" if values is None else str(values["code"])
