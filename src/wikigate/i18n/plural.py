"""Which form of a word goes with a number, by language; the seam for CLDR's plural rules.

English rules hold for every language for the time being: the first form for one, the last for everything else.
"""

from __future__ import annotations


def plural_form(language: str, number: float, forms: int) -> int:
    """Return the index of the form to use among ``forms`` of them (at least one)."""
    del language
    return 0 if number == 1 else forms - 1
