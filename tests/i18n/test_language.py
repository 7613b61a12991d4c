"""Fallbacks, directions, plural rules and numbers."""

import pytest

from wikigate.i18n.catalog import Catalog
from wikigate.i18n.language import bcp47, direction, fallbacks, plural_forms
from wikigate.i18n.numbers import format_number
from wikigate.i18n.plural import plural_form
from wikigate.primitives.message import Message, Num


@pytest.mark.parametrize(
    ("code", "chain"),
    [
        ("en", ()),
        ("de", ("en",)),
        ("de-formal", ("de", "en")),
        ("de-ch-1996", ("de-ch", "de", "en")),
        ("pt-br", ("pt", "en")),
        ("pt", ("pt-br", "en")),
        ("zh", ("zh-hans", "en")),
        ("zh-tw", ("zh-hant", "zh-hk", "zh-hans", "en")),
        ("gsw", ("de", "en")),
        ("en-gb", ("en",)),
        ("zh-hans", ("zh", "en")),
        ("xx", ("en",)),
    ],
)
def test_what_a_language_falls_back_to(code: str, chain: tuple[str, ...]) -> None:
    assert fallbacks(code) == chain


def test_t3_a_code_of_a_thousand_parts_falls_back_like_any_other() -> None:
    chain = fallbacks("-".join(["xx"] * 2000))
    assert (len(chain), chain[-2:]) == (2000, ("xx", "en"))


def test_a_text_that_is_missing_comes_from_the_next_best_language() -> None:
    catalog = Catalog(
        {"en": {"a": "one", "b": "two", "c": "three"}, "de": {"a": "eins", "b": "zwei"}, "de-at": {"a": "ans"}}
    )
    assert [catalog.plain(Message(key), "de-at") for key in "abc"] == ["ans", "zwei", "three"]
    assert catalog.spoken("de-ch") == "de"
    assert catalog.spoken("xx") == "en"


@pytest.mark.parametrize(
    ("wanted", "best"),
    [
        (["xx", "de-ch", "fr"], "de"),
        (["pt-br"], "pt"),
        (["zh-tw"], "zh-hans"),
        (["en-us", "de"], "en"),
        (["xx", "*"], None),
        ([], None),
    ],
)
def test_who_reads_several_languages_gets_the_first_that_is_here(wanted: list[str], best: str | None) -> None:
    catalog = Catalog({code: {} for code in ("en", "de", "fr", "pt", "zh-hans")})
    assert catalog.best(wanted) == best


def test_directions() -> None:
    assert [direction(code) for code in ("ar", "he", "arz", "ar-eg", "en", "ja", "qqx")] == ["rtl"] * 4 + ["ltr"] * 3


def test_codes_for_html() -> None:
    assert [bcp47(code) for code in ("de", "pt-br", "zh-hans", "zh-hant-tw")] == [
        "de",
        "pt-BR",
        "zh-Hans",
        "zh-Hant-TW",
    ]


@pytest.mark.parametrize(
    ("code", "forms", "numbers"),
    [
        ("de", 2, {0: 1, 1: 0, 2: 1}),
        ("fr", 2, {0: 0, 1: 0, 2: 1, 1_000_000: 1}),
        ("ru", 3, {1: 0, 2: 1, 5: 2, 11: 2, 21: 0, 22: 1, 1.5: 2}),
        ("ja", 1, {0: 0, 1: 0, 2: 0}),
        ("ar", 6, {0: 0, 1: 1, 2: 2, 3: 3, 11: 4, 100: 5}),
    ],
)
def test_forms_go_by_cldr(code: str, forms: int, numbers: dict[float, int]) -> None:
    assert plural_forms(code) == forms
    assert {number: plural_form(code, number, forms) for number in numbers} == numbers


def test_too_few_forms_do_and_a_regional_language_has_its_parents_rules() -> None:
    assert plural_form("ru", 5, 2) == 1
    assert plural_form("ru-ua", 22, 3) == 1


def test_numbers_have_the_separators_of_the_language() -> None:
    shown = {code: format_number(1234567.5, code) for code in ("en", "de", "fr", "ar", "qqx")}
    assert shown == {
        "en": "1,234,567.5",
        "de": "1.234.567,5",
        "fr": "1\N{NARROW NO-BREAK SPACE}234\N{NARROW NO-BREAK SPACE}567,5",
        "ar": "1,234,567.5",
        "qqx": "1,234,567.5",
    }


def test_a_number_in_a_text_is_spelled_in_its_language() -> None:
    catalog = Catalog({"en": {}, "de": {"a": "$1 {{PLURAL:$1|Tag|Tage}}"}})
    assert catalog.plain(Message("a", (Num(10000),)), "de") == "10.000 Tage"
