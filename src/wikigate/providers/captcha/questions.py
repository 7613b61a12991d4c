"""The question that people of the wiki can answer (spec extensions §2.1, ``QuestyCaptcha``)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from wikigate.auth.captcha_settings import QuestionSettings
from wikigate.primitives.secrets import constant_time_equal
from wikigate.providers.captcha.challenge import Challenge
from wikigate.providers.captcha.kind import CaptchaStage
from wikigate.providers.captcha.number import spelled_number


class Questions:
    """Asks one of several questions; satisfies ``Puzzle``."""

    prompts: Final[Mapping[CaptchaStage, str]] = {
        "login": "questycaptcha-badlogin",
        "create": "questycaptcha-createaccount",
    }
    metadata: Final = {"type": "question", "mime": "text/html"}

    def __init__(self, questions: Sequence[QuestionSettings]) -> None:
        self._questions = [(one.question, [_plain(answer) for answer in one.answers]) for one in questions]

    def question(self, challenge: Challenge, /) -> str:
        """Return the question as HTML."""
        return self._chosen(challenge)[0]

    def is_right(self, challenge: Challenge, word: str, /) -> bool:
        """Judge an answer, whatever its case and the spaces around it; a number in whatever spelling."""
        given, good = _plain(word), False
        for answer in self._chosen(challenge)[1]:
            good |= constant_time_equal(given, answer)
        return good

    def _chosen(self, challenge: Challenge) -> tuple[str, list[bytes]]:
        return self._questions[challenge.number(len(self._questions))]


def _plain(text: str) -> bytes:
    number = spelled_number(text)
    plain = text.strip().casefold() if number is None else repr(number)
    return plain.encode("utf-8", "surrogatepass")
