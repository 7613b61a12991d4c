"""From the configuration to the check."""

from __future__ import annotations

from wikigate.auth.plugin import ProviderParts
from wikigate.providers.captcha.challenge import Challenges
from wikigate.providers.captcha.check import Captcha
from wikigate.providers.captcha.image import Picture
from wikigate.providers.captcha.kind import Kind, Puzzle, PuzzleKind
from wikigate.providers.captcha.questions import Questions
from wikigate.providers.captcha.remote import SERVICES, RemoteKind
from wikigate.providers.captcha.simple import Sum


def make_captcha(parts: ProviderParts) -> Captcha:
    """Make one wiki's check with the kind of captcha that it wants."""
    return Captcha(
        parts.captcha,
        _kind(parts),
        parts.state,
        parts.rights,
        rules=parts.rules,
        name_cookie=parts.name_cookie,
    )


def _kind(parts: ProviderParts) -> Kind:
    settings = parts.captcha
    if settings.kind in SERVICES:
        return RemoteKind(SERVICES[settings.kind], settings.remote, parts.state, parts.http)
    challenges = Challenges(
        parts.keys.derive("captcha"),
        parts.state,
        parts.clock,
        parts.random_bytes,
        lifetime=settings.lifetime,
        needs_session=settings.needs_session,
    )
    return PuzzleKind(_puzzle(parts), challenges)


def _puzzle(parts: ProviderParts) -> Puzzle:
    match parts.captcha.kind:
        case "questions":
            return Questions(parts.captcha.questions)
        case "image":
            return Picture(f"{parts.script_path}/index.php")
        case _:
            return Sum()
