"""Which form of a word goes with a number, by language (CLDR's plural rules)."""

from __future__ import annotations

from wikigate.i18n.language import ENGLISH, plural_index


def plural_form(language: str, number: float, forms: int) -> int:
    """Return the index of the form to use among ``forms`` of them (at least one); where there are too few the last one serves."""
    if language == ENGLISH:
        return 0 if number == 1 else forms - 1
    return min(plural_index(language, number), forms - 1)
