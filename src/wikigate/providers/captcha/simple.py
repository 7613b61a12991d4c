"""The sum: no hindrance to a program that wants to, and enough for one that does not (spec extensions §2.1, ``SimpleCaptcha``)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from wikigate.primitives.secrets import constant_time_equal
from wikigate.providers.captcha.challenge import Challenge
from wikigate.providers.captcha.kind import CaptchaStage
from wikigate.providers.captcha.number import spelled_number


class Sum:
    """Adds a small number to another or takes it away; satisfies ``Puzzle``."""

    prompts: Final[Mapping[CaptchaStage, str]] = {"login": "captcha-badlogin", "create": "captcha-createaccount"}
    metadata: Final = {"type": "simple", "mime": "text/plain"}

    def question(self, challenge: Challenge, /) -> str:
        """Return the sum, with a real minus sign: ``28−10 =``."""
        first, sign, second = self._parts(challenge)
        return f"{first}{sign}{second} ="

    def is_right(self, challenge: Challenge, word: str, /) -> bool:
        """Judge an answer, in any spelling of the number."""
        given = spelled_number(word)
        if given is None:
            return False
        first, sign, second = self._parts(challenge)
        right = float(first + second if sign == "+" else first - second)
        return constant_time_equal(repr(given).encode(), repr(right).encode())

    @staticmethod
    def _parts(challenge: Challenge) -> tuple[int, str, int]:
        return challenge.number(101), "+−"[challenge.number(2, 2)], challenge.number(11, 1)
