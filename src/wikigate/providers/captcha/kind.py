"""The contract of a kind of captcha, and of a puzzle, the kind whose answer this server knows by itself.

``need`` is called whenever a form is listed, ``is_solved`` for each answer that was sent; both in a request's own thread, without a
database transaction. Whatever ``is_solved`` raises ends the attempt.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Literal, Protocol

from wikigate.auth.attempt import Caller
from wikigate.auth.fields import Field, Filled, Need, raw_message
from wikigate.primitives.message import Message
from wikigate.providers.captcha.challenge import Challenge, Challenges

if TYPE_CHECKING:
    from collections.abc import Mapping

NEED_ID: Final = "CaptchaAuthenticationRequest"
"""The need's id on the wire, whatever the kind (spec extensions §2.1)."""

CaptchaStage = Literal["login", "create"]
_PROVIDER: Final = raw_message(r"MediaWiki\Extension\ConfirmEdit\Auth\CaptchaAuthenticationRequest")
_WORD: Final = Field("captchaWord", "string", Message("captcha-label"), Message("captcha-help"))


class CaptchaTrouble(Exception):  # noqa: N818  the name says the state
    """A captcha that cannot be said to be solved. The text is a short code for the caller: ``http``, ``json``.

    ``is_guess``: the answer was judged all the same, and found wrong.
    """

    def __init__(self, code: str, *, is_guess: bool = False) -> None:
        super().__init__(code)
        self.is_guess = is_guess


class Kind(Protocol):
    """One kind of captcha."""

    def need(self, caller: Caller, stage: CaptchaStage, /) -> Need:
        """Ask for a captcha's solution, of a new captcha each time."""
        ...

    def is_solved(self, filled: Filled, caller: Caller, stage: CaptchaStage, /) -> bool | None:
        """Say whether this answer is right; a second answer to the same captcha never is.

        None where there was no captcha to answer, so that nobody has guessed. Raises ``CaptchaTrouble``.
        """
        ...


class Puzzle(Protocol):
    """What is asked, and what is right. Pure: everything follows from the challenge."""

    @property
    def metadata(self) -> Mapping[str, Any]:
        """``type`` and ``mime`` of what is asked, as clients know them."""
        ...

    @property
    def prompts(self) -> Mapping[CaptchaStage, str]:
        """The keys of the words above it."""
        ...

    def question(self, challenge: Challenge, /) -> str:
        """Return what is shown."""
        ...

    def is_right(self, challenge: Challenge, word: str, /) -> bool:
        """Judge an answer, in constant time."""
        ...


class PuzzleKind:
    """A captcha that is made and judged here; satisfies ``Kind``."""

    def __init__(self, puzzle: Puzzle, challenges: Challenges) -> None:
        self.puzzle = puzzle
        self.challenges = challenges

    def need(self, caller: Caller, stage: CaptchaStage, /) -> Need:
        """Ask a new puzzle."""
        challenge = self.challenges.make(caller.session, stage)
        fields = (
            Field("captchaId", "hidden", Message("captcha-id-label"), Message("captcha-id-help"), value=challenge.id),
            Field(
                "captchaInfo",
                "null",
                Message(self.puzzle.prompts[stage]),
                Message("captcha-info-help"),
                value=self.puzzle.question(challenge),
            ),
            _WORD,
        )
        return Need(NEED_ID, fields, provider=_PROVIDER, metadata=self.puzzle.metadata)

    def is_solved(self, filled: Filled, caller: Caller, stage: CaptchaStage, /) -> bool | None:
        """Judge an answer; the puzzle is spent by it."""
        challenge = self.challenges.take(filled.text("captchaId"), caller.session, stage)
        return None if challenge is None else self.puzzle.is_right(challenge, filled.text("captchaWord"))
