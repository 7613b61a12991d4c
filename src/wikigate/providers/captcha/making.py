"""From the configuration to the check."""

from __future__ import annotations

from wikigate.auth.plugin import ProviderParts
from wikigate.providers.captcha.challenge import Challenges
from wikigate.providers.captcha.check import Captcha
from wikigate.providers.captcha.kind import Puzzle, PuzzleKind
from wikigate.providers.captcha.questions import Questions
from wikigate.providers.captcha.simple import Sum


def make_captcha(parts: ProviderParts) -> Captcha:
    """Make one wiki's check with the kind of captcha that it wants."""
    settings = parts.captcha
    challenges = Challenges(
        parts.keys.derive("captcha"),
        parts.state,
        parts.clock,
        parts.random_bytes,
        lifetime=settings.lifetime,
        needs_session=settings.needs_session,
    )
    puzzle: Puzzle = Questions(settings.questions) if settings.kind == "questions" else Sum()
    return Captcha(settings, PuzzleKind(puzzle, challenges), parts.state, parts.rights)
