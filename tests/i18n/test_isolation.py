"""Names and free texts in sentences of pages keep their own direction, and go as they are over the API's wire (issue: pages)."""

from __future__ import annotations

import pytest

from wikigate.i18n.catalog import Catalog
from wikigate.i18n.isolation import isolate
from wikigate.primitives.message import Message, Num, PlainText

TEXTS = {
    "en": {"two": "$1 and '''$2'''", "many": "{{PLURAL:$1|one|$1 of them}}", "outer": "($1)"},
    "ar": {"two": "$1 و'''$2'''", "many": "{{PLURAL:$1|0|1|2|$1 few|$1 many|$1 other}}", "outer": "($1)"},
}
LATIN, ARABIC = "Jürgen (2)", "علي"


@pytest.fixture
def catalog() -> Catalog:
    return Catalog(TEXTS)


@pytest.mark.parametrize(
    ("language", "text", "shown"),
    [
        ("en", LATIN, LATIN),
        ("en", ARABIC, f"\u2068{ARABIC}\u2069"),
        ("en", "a\u202eb", "\u2068a\u202eb\u2069"),
        ("en", "2001:db8::1", "2001:db8::1"),
        ("ar", LATIN, f"\u2068{LATIN}\u2069"),
        ("ar", ARABIC, f"\u2068{ARABIC}\u2069"),
        ("ar", "2001:db8::1", "\u20682001:db8::1\u2069"),
        ("ar", "1,234.5", "1,234.5"),
        ("ar-x", LATIN, f"\u2068{LATIN}\u2069"),
        ("he", LATIN, LATIN),  # It comes in English.
    ],
)
def test_a_name_in_a_text_for_a_page_is_isolated_where_it_needs_that(
    catalog: Catalog, language: str, text: str, shown: str
) -> None:
    said = Message("outer", (Message("outer", (PlainText(text),)),))
    assert catalog.page_plain(said, language) == f"(({shown}))"
    assert catalog.plain(said, language) == f"(({text}))"


def test_a_name_in_html_for_a_page_has_an_element_of_its_own(catalog: Catalog) -> None:
    said = Message("two", (PlainText("<i>علي"), PlainText("Bob")))
    assert catalog.page_html(said, "en") == "<bdi>&lt;i&gt;علي</bdi> and <b>Bob</b>"
    assert catalog.page_html(said, "ar") == "<bdi>&lt;i&gt;علي</bdi> و<b><bdi>Bob</bdi></b>"
    assert catalog.html(said, "ar") == "&lt;i&gt;علي و<b>Bob</b>"


@pytest.mark.parametrize("number", [Num(3), 3, "3", PlainText("3")])
def test_the_form_still_goes_by_a_number(catalog: Catalog, number: Num | int | str | PlainText) -> None:
    assert catalog.page_plain(Message("many", (number,)), "ar") == "3 few"


@pytest.mark.parametrize("around", ["ltr", "rtl"])
def test_nothing_needs_no_marks(around: str) -> None:
    assert isolate("", "rtl" if around == "rtl" else "ltr") == ""
