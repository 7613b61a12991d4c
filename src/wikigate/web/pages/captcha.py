"""Special:Captcha: the picture of a captcha that is one (``/image``), and what captchas are for (``/help``; spec extensions §2.1, §2.5)."""

from __future__ import annotations

from typing import Final

from wikigate.primitives.message import Message
from wikigate.providers.captcha.check import Captcha
from wikigate.providers.captcha.image import Picture
from wikigate.providers.captcha.kind import PuzzleKind
from wikigate.web.frame import Frame
from wikigate.web.page import PageParts
from wikigate.web.visit import Visit
from wikigate.wire.http import Response

NAME: Final = "Captcha"
_TITLE: Final = Message("captchahelp-title")
_HELP: Final = Message("captchahelp-text")
_GONE: Final = Message("wikigate-captcha-gone")
_HEADERS: Final = (
    ("Content-Type", "image/png"),
    ("X-Content-Type-Options", "nosniff"),
    ("Cache-Control", "private, s-maxage=0, max-age=3600"),
)


class CaptchaPage:
    """Shows a picture to the session for which it was made."""

    def __init__(self, captcha: Captcha, frame: Frame) -> None:
        kind = captcha.kind
        self._frame = frame
        self._kind = kind if isinstance(kind, PuzzleKind) else None
        self._picture = kind.puzzle if isinstance(kind, PuzzleKind) and isinstance(kind.puzzle, Picture) else None

    def get(self, visit: Visit) -> Response:
        """Show the picture that ``wpCaptchaId`` names, or the help."""
        if visit.subpage != "image":
            return self._frame.tell(visit, _TITLE, _HELP)
        if self._kind is None or self._picture is None:
            return self._frame.tell(visit, _TITLE, _GONE, status=400)
        challenge = self._kind.challenges.find(visit.text("wpCaptchaId"), visit.session)
        if challenge is None:
            return self._frame.tell(visit, _TITLE, _GONE, status=400)
        return Response(200, list(_HEADERS), self._picture.draw(challenge))

    def post(self, visit: Visit) -> Response:
        """Do the same: nothing is done here."""
        return self.get(visit)


def make_page(parts: PageParts) -> CaptchaPage | None:
    """Make the page of a wiki with captchas; None where there are none."""
    captcha = parts.providers.by_id.get("captcha")
    return CaptchaPage(captcha, parts.frame) if isinstance(captcha, Captcha) else None
