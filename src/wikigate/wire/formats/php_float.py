"""How PHP spells a floating-point number."""

from __future__ import annotations

# PHP's own limits of the plain layout: beyond them it writes an exponent.
_SMALLEST = -3
_LARGEST = 17
# The digits of PHP's setting "precision", which every text of a number but JSON's and serialize's goes by.
TEXT_DIGITS = 14


class Float:
    """A finite number that each format spells for itself: no encoder's own spelling is PHP's.

    A class that no encoder knows, so that none spells it unasked.
    """

    __slots__ = ("value",)

    def __init__(self, value: float) -> None:
        self.value = value


def php_float(value: float, exponent: str, most_digits: int | None = None) -> str:
    """Spell a finite number; ``exponent`` is ``e`` for JSON and ``E`` elsewhere. Whole numbers have no fraction: ``2``.

    ``most_digits`` rounds to so many digits; without it the number reads back as the same.
    """
    sign = "-" if value < 0 or (value == 0 and str(value)[0] == "-") else ""
    shown = f"{abs(value)!r}" if most_digits is None else f"{abs(value):.{most_digits - 1}e}"
    mantissa, _, power = shown.partition("e")
    whole, _, fraction = mantissa.partition(".")
    point = len(whole) + int(power or 0)
    digits = whole + fraction
    point -= len(digits) - len(digits.lstrip("0"))
    digits = digits.strip("0")
    if not digits:
        return f"{sign}0"
    if _SMALLEST <= point <= (most_digits or _LARGEST):
        if point <= 0:
            return f"{sign}0.{'0' * -point}{digits}"
        if len(digits) <= point:
            return f"{sign}{digits.ljust(point, '0')}"
        return f"{sign}{digits[:point]}.{digits[point:]}"
    return f"{sign}{digits[0]}.{digits[1:] or '0'}{exponent}{point - 1:+d}"
