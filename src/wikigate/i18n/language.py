"""What is to be known of a language by its code: name, direction, fallbacks, plural rules and numbers.

Rules and number formats are CLDR's, by Babel, and this is the only file that knows it; names and fallbacks are MediaWiki's. Every code
is served, a made-up one by the rules of its last fallback, English. Must not know any message.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Final, Literal

from babel import Locale, UnknownLocaleError
from babel.numbers import format_decimal

ENGLISH: Final = "en"
# Code -> what its speakers call it.
NAMES: Final[Mapping[str, str]] = {
    "ar": "العربية", "cs": "čeština", "da": "dansk", "de": "Deutsch", "el": "Ελληνικά", "en": "English", "es": "español",
    "fa": "فارسی", "fi": "suomi", "fr": "français", "he": "עברית", "hi": "हिन्दी", "hu": "magyar", "id": "Bahasa Indonesia",
    "it": "italiano", "ja": "日本語", "ko": "한국어", "nb": "norsk bokmål", "nl": "Nederlands", "pl": "polski", "pt": "português",
    "pt-br": "português do Brasil", "ro": "română", "ru": "русский", "sv": "svenska", "th": "ไทย", "tr": "Türkçe",
    "uk": "українська", "vi": "Tiếng Việt", "zh": "中文", "zh-hans": "中文（简体）", "zh-hant": "中文（繁體）",
}  # fmt: skip
# Where the next best language is not the code's own parent (MediaWiki's $fallback).
_FALLBACKS: Final[Mapping[str, tuple[str, ...]]] = {
    "arz": ("ar",), "ary": ("ar",), "ast": ("es",), "bar": ("de",), "br": ("fr",), "co": ("it",), "dsb": ("hsb", "de"),
    "frr": ("de",), "fy": ("nl",), "gan": ("zh-hant", "zh-hans"), "gl": ("pt",), "gn": ("es",), "gsw": ("de",), "hsb": ("dsb", "de"),
    "ksh": ("de",), "lb": ("de",), "li": ("nl",), "lij": ("it",), "lmo": ("it",), "mwl": ("pt",), "nap": ("it",), "nds": ("de",),
    "pt": ("pt-br",), "qu": ("es",), "rue": ("uk", "ru"), "scn": ("it",), "szl": ("pl",), "vec": ("it",), "vls": ("nl",), "wa": ("fr",),
    "wuu": ("zh-hans",), "yi": ("he",), "yue": ("zh-hant", "zh-hans"), "zea": ("nl",),
    "zh": ("zh-hans",), "zh-cn": ("zh-hans",), "zh-hant": ("zh-tw", "zh-hk", "zh-hans"), "zh-hk": ("zh-hant", "zh-tw", "zh-hans"),
    "zh-mo": ("zh-hk", "zh-hant", "zh-hans"), "zh-my": ("zh-sg", "zh-hans"), "zh-sg": ("zh-hans",),
    "zh-tw": ("zh-hant", "zh-hk", "zh-hans"),
}  # fmt: skip
_RIGHT_TO_LEFT: Final = frozenset(
    {"ar", "arc", "ary", "arz", "dv", "fa", "he", "ku-arab", "ps", "sd", "ug", "ur", "yi"}
)
# Length of a code's part -> how it is written: regions, scripts.
_CASES: Final[Mapping[int, Callable[[str], str]]] = {2: str.upper, 4: str.capitalize}
_CATEGORIES: Final = ("zero", "one", "two", "few", "many", "other")
# Integers up to here tell which forms a language has; CLDR's "many" for millions in Romance languages is the last form's business.
_COUNTED: Final = 200


def fallbacks(code: str) -> tuple[str, ...]:
    """Return the languages to go on with where a text is not there in this one, the best first; English is the last, and has none."""
    if code == ENGLISH:
        return ()
    chain: list[str] = []
    parent = code
    while parent not in _FALLBACKS:
        parent, dash, _ = parent.rpartition("-")
        if not dash or parent == ENGLISH:
            break
        chain.append(parent)
    else:
        chain += (known for known in _FALLBACKS[parent] if known not in {code, *chain})
    return (*chain, ENGLISH)


def direction(code: str) -> Literal["ltr", "rtl"]:
    """Return the direction that a language is written in; that of its parent where nothing else is known."""
    while code not in _RIGHT_TO_LEFT:
        code, dash, _ = code.rpartition("-")
        if not dash:
            return "ltr"
    return "rtl"


def bcp47(code: str) -> str:
    """Write a code's parts as RFC 5646 §2.1.1 recommends: scripts with a capital, regions in capitals."""
    first, *rest = code.split("-")
    return "-".join([first, *(_CASES.get(len(part), str)(part) for part in rest)])


def plural_index(code: str, number: float) -> int:
    """Return the place of the form that goes with a number among all forms of the language, in CLDR's order."""
    forms, locale = _plurals(_ruling(code))
    category = locale.plural_form(_whole(number))
    return forms.index(category) if category in forms else len(forms) - 1


def plural_forms(code: str) -> int:
    """Return how many forms a text with ``PLURAL`` gives in a language."""
    return len(_plurals(_ruling(code))[0])


def spell_number(code: str, value: float) -> str:
    """Spell a number with the language's separators and Western digits."""
    return format_decimal(_whole(value), locale=_plurals(_ruling(code))[1])


def _whole(number: float) -> float:
    return int(number) if isinstance(number, float) and number.is_integer() else number


def _ruling(code: str) -> str:
    """Return the code whose rules hold, out of a few."""
    return next((known for known in (code, *fallbacks(code)) if known in NAMES), ENGLISH)


@lru_cache(maxsize=len(NAMES))
def _plurals(code: str) -> tuple[tuple[str, ...], Locale]:
    try:
        locale = Locale.parse(bcp47(code), sep="-")
    except (UnknownLocaleError, ValueError):
        locale = Locale.parse(ENGLISH)
    found = {locale.plural_form(number) for number in range(_COUNTED + 1)}
    return tuple(category for category in _CATEGORIES if category in found), locale
