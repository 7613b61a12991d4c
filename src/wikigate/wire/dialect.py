"""The wire traits of an era: what a dialect's declaration in ``dialects/`` can say about bytes, cookies and defaults.

Values only; ``dialects/current.py`` and its siblings fill it in. What is the same in all eras does not stand here.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Dialect:
    """One era of the API.

    ``generator`` is what ``siteinfo`` reports (clients parse ``MediaWiki X.Y``); ``actions`` and ``formats`` name what the era
    offers, in order, empty meaning everything registered; ``default_format`` and ``default_action`` hold without a parameter.
    """

    name: str
    generator: str
    default_action: str = "help"
    default_format: str = "jsonfm"
    actions: tuple[str, ...] = ()
    formats: tuple[str, ...] = ()
