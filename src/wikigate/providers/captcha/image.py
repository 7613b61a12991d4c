"""The picture of a word (spec extensions §2.1, ``FancyCaptcha``): drawn by the library ``captcha`` when it is looked at."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Final

from wikigate.primitives.secrets import constant_time_equal
from wikigate.providers.captcha.challenge import Challenge
from wikigate.providers.captcha.kind import CaptchaStage

_LETTERS: Final = "abcdefhkmnprstuvwxyz234578"
"""Without those that look like others."""

_LENGTH: Final = 6
_SIZE: Final = (240, 80)
_KEPT: Final = 256


class Picture:
    """Shows a word to be read; satisfies ``Puzzle``.

    ``page``: the path of ``index.php``, under which ``Special:Captcha`` shows the picture.
    """

    metadata: Final = {"type": "image", "mime": "image/png"}
    prompts: Final[Mapping[CaptchaStage, str]] = {"login": "fancycaptcha-badlogin", "create": "fancycaptcha-edit"}

    def __init__(self, page: str) -> None:
        self._page = page
        from captcha.image import ImageCaptcha  # noqa: PLC0415  only who shows pictures loads what draws them: 4 MiB

        self._artist = ImageCaptcha(*_SIZE)
        # Whoever looks again sees the same picture: the noise of several would cancel out. And drawing takes some milliseconds.
        self.draw = lru_cache(_KEPT)(self._draw)

    def question(self, challenge: Challenge, /) -> str:
        """Return where the picture is."""
        return f"{self._page}?title=Special:Captcha/image&wpCaptchaId={challenge.id}"

    def is_right(self, challenge: Challenge, word: str, /) -> bool:
        """Judge an answer, in any case."""
        given = word.strip().lower().encode("utf-8", "surrogatepass")
        return constant_time_equal(given, self.word(challenge).encode())

    @staticmethod
    def word(challenge: Challenge, /) -> str:
        """Return what is to be read."""
        return "".join(_LETTERS[challenge.number(len(_LETTERS), part)] for part in range(_LENGTH))

    def _draw(self, challenge: Challenge) -> bytes:
        """Return the picture as PNG."""
        return self._artist.generate(self.word(challenge)).getvalue()
