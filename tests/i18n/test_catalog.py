"""The catalogue and the three styles (spec framework §3, §7.2)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wikigate.i18n.catalog import Catalog, sanitise_language
from wikigate.i18n.markup import escape_wikitext
from wikigate.primitives.message import Duration, ListParam, Message, Num, PlainText, message

CATALOG = Catalog(
    {
        "en": {
            "comma-separator": ", ", "and": " and", "word-separator": " ",
            "duration-minutes": "$1 {{PLURAL:$1|minute|minutes}}", "duration-days": "$1 {{PLURAL:$1|day|days}}",
            "duration-seconds": "$1 {{PLURAL:$1|second|seconds}}", "duration-hours": "$1 {{PLURAL:$1|hour|hours}}",
            "duration-weeks": "$1 {{PLURAL:$1|week|weeks}}",
            "greeting": "Hello <var>$1</var>,\n  welcome to {{SITENAME}} &amp; more.",
            "values": "{{PLURAL:$2|Value|Values}}: $1",
            "number": "The limit is $1.",
            "wait": "Wait $1.",
            "outer": "Outer: $1",
            "link": "See [[Special:Bot passwords|bots]], [[Main Page]], [https://x.org/?a=b&c=d there] and [[User:$1|$1]].",
            "mail": "Ask '''now''', ''please'': <b>x</b><script>alert(1)</script> <br/> <nowiki>",
            "list": "Do:\n* one\n* two\nthen",
            "steps": "# one\n#* aside\n# two",
            "gender": "{{GENDER:$1|he|she|they}} came", "exact": "{{PLURAL:$1|0=none|one|many}}",
        },
        "de": {"outer": "Außen: $1"},
    },
    article_path="/wiki/$1", site_name="The Wiki",
)  # fmt: skip


def text(key: str, *params: object, language: str = "en") -> str:
    return CATALOG.text(Message(key, params), language)  # type: ignore[arg-type]


def plain(key: str, *params: object, language: str = "en") -> str:
    return CATALOG.plain(Message(key, params), language)  # type: ignore[arg-type]


def html(key: str, *params: object) -> str:
    return CATALOG.html(Message(key, params), "en")  # type: ignore[arg-type]


def test_the_wikitext_style_keeps_markup_and_line_breaks() -> None:
    assert text("greeting", "<b>A</b>") == "Hello <var><b>A</b></var>,\n  welcome to The Wiki &amp; more."


def test_the_plain_style_strips_markup_and_collapses_white_space() -> None:
    assert plain("greeting", "<b>A</b> &lt;x&gt;") == 'Hello "A <x>", welcome to The Wiki & more.'


def test_what_a_caller_sent_is_shown_as_it_is_in_every_style() -> None:
    sent = PlainText("<b>&amp; [[x]] {{PLURAL:1|a|b}} '''$1''' </b>")
    shown = "<b>&amp; [[x]] {{PLURAL:1|a|b}} '''$1''' </b>"
    assert text("outer", sent) == f"Outer: {shown}"
    assert plain("outer", sent) == f"Outer: {shown}"
    assert html("outer", sent) == "Outer: &lt;b&gt;&amp;amp; [[x]] {{PLURAL:1|a|b}} '''$1''' &lt;/b&gt;"


@pytest.mark.parametrize(
    ("number", "shown"), [(Num(1), "Value: 1"), (Num(2), "Values: 2"), (0, "Values: 0"), ("1", "Value: 1")]
)
def test_the_form_goes_by_the_number(number: object, shown: str) -> None:
    assert plain("values", number, number) == shown


def test_numbers_have_their_thousands_set_apart_and_wire_numbers_have_not() -> None:
    assert plain("number", Num(10000)) == "The limit is 10,000."
    assert plain("number", Num(12.5)) == "The limit is 12.5."
    assert plain("number", Num(3.0)) == "The limit is 3."
    assert plain("number", 10000) == "The limit is 10000."


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [
        (300, "5 minutes"), (172800, "2 days"), (1, "1 second"), (0, "0 seconds"), (5400, "1 hour and 30 minutes"),
        (90061, "1 day, 1 hour, 1 minute and 1 second"), (604800, "1 week"),
    ],
)  # fmt: skip
def test_a_span_is_told_in_its_largest_units(seconds: int, shown: str) -> None:
    assert plain("wait", Duration(seconds)) == f"Wait {shown}."


def test_lists_are_joined_by_commas_or_as_text() -> None:
    items = (PlainText("a"), "<var>b</var>", Num(3))
    assert plain("outer", ListParam(items, "comma")) == 'Outer: a, "b", 3'
    assert plain("outer", ListParam(items, "text")) == 'Outer: a, "b" and 3'
    assert plain("outer", ListParam(items[:1], "text")) == "Outer: a"
    assert plain("outer", ListParam((), "text")) == "Outer:"


def test_messages_nest() -> None:
    inner = message("values", PlainText("x"), Num(1))
    assert text("outer", inner) == "Outer: Value: x"
    assert text("outer", inner, language="de") == "Außen: Value: x"


def test_a_wikitext_parameter_may_choose_forms_but_not_take_parameters() -> None:
    assert text("outer", "{{PLURAL:8|1 character|8 characters}} $1") == "Outer: 8 characters $1"


def test_gender_takes_the_form_for_nobody_in_particular_and_exact_forms_win() -> None:
    assert plain("gender", "A") == "they came"
    assert [plain("exact", Num(n)) for n in (0, 1, 5)] == ["none", "one", "many"]


def test_a_missing_key_and_a_missing_parameter_show_themselves() -> None:
    assert text("no-such-key") == "⧼no-such-key⧽"
    assert plain("no-such-key") == "⧼no-such-key⧽"
    assert text("outer") == "Outer: $1"


def test_a_language_falls_back_to_its_parent_and_to_english() -> None:
    for language in ("de", "de-formal", "de-x-y"):
        assert text("outer", "1", language=language) == "Außen: 1"
        assert text("number", "1", language=language) == "The limit is 1."
    assert text("outer", "1", language="tlh") == "Outer: 1"


def test_qqx_shows_keys_and_parameters() -> None:
    shown = ListParam((PlainText("a"), PlainText("b"), PlainText("c")), "text")
    assert text("values", shown, Num(3), language="qqx") == "(values: a(comma-separator)b(and)(word-separator)c, 3)"
    assert plain("number", language="qqx") == "(number)"


def test_html_has_links_and_a_handful_of_tags_and_nothing_that_acts() -> None:
    assert html("link", PlainText("A <b>")) == (
        'See <a href="/wiki/Special:Bot_passwords">bots</a>, <a href="/wiki/Main_Page">Main Page</a>, '
        '<a rel="nofollow" class="external text" href="https://x.org/?a=b&amp;c=d">there</a> and '
        '<a href="/wiki/User:A_%3Cb%3E">A &lt;b&gt;</a>.'
    )
    assert html("mail") == "Ask <b>now</b>, <i>please</i>: <b>x</b>&lt;script&gt;alert(1)&lt;/script&gt; <br /> "
    assert html("list") == "Do:\n<ul><li>one</li><li>two</li></ul>then"
    assert html("steps") == "<ol><li>one<ul><li>aside</li></ul></li><li>two</li></ol>"
    assert html("greeting", "x") == "Hello <var>x</var>,\n  welcome to The Wiki &amp; more."


@pytest.mark.parametrize("target", ["javascript:alert(1)", "data:text/html,x", "vbscript:x"])
def test_links_lead_to_pages_and_to_the_web_only(target: str) -> None:
    assert 'href="/wiki/' in html("outer", f"[[{target}|x]]")
    assert "href" not in html("outer", f"[{target} x]")


def test_a_combining_mark_cannot_fuse_with_markup() -> None:
    assert html("outer", PlainText("\u0338")) == "Outer: &#x338;"
    assert html("outer", "<b>\u0338</b>") == "Outer: <b>&#x338;</b>"


@given(st.text(), st.text(st.sampled_from("<>'\"&[]|{}$1/: ab\x000\n*"), max_size=40))
def test_no_parameter_can_add_an_element_or_an_attribute(sent: str, wikitext: str) -> None:
    shown = html("outer", PlainText(sent))
    assert "<" not in shown
    for tag in html("outer", ListParam((PlainText(sent), wikitext), "comma")).split("<")[1:]:
        assert tag.lstrip("/").startswith(
            ("a href=", "a rel=", "a>", "b>", "i>", "var>", "kbd>", "ul>", "li>", "br />")
        )
    plain("outer", sent)
    text("values", wikitext, sent)


@pytest.mark.parametrize(
    ("code", "language"),
    [
        ("de", "de"), ("DE-Formal", "de-formal"), ("xyzzy", "xyzzy"), ("qqx", "qqx"), ("qqq", "en"), ("", "en"), ("a" * 128, "a" * 128),
        ("a" * 129, "en"), ("a:b", "en"), ("a/b", "en"), ("a\\b", "en"), ("a&b", "en"), ("<x>", "en"), ("a'b", "en"), ('a"b', "en"),
        ("a\0b", "en"), ("a#b", "en"), ("a[b", "en"), ("a{b", "en"), ("a|b", "en"), ("a\nb", "en"), ("☃", "en"), ("%41", "en"),
    ],
)  # fmt: skip
def test_a_language_code_is_taken_or_gives_way_to_the_content_language(code: str, language: str) -> None:
    assert sanitise_language(code, "en") == language


@pytest.mark.parametrize(
    ("shown", "wikitext"),
    [
        ("foo_bar.é", "foo_bar.é"),
        ("b<b", "b&#60;b"),
        ("b'ar", "b&#39;ar"),
        ("a__b", "a_&#95;b"),
        ("http://x", "http&#58;//x"),
        ("*a*", "&#42;a*"),
        ("_", "&#95;"),
        ("__", "&#95;&#95;"),
        ("_a_", "&#95;a&#95;"),
        ("-x", "&#45;x"),
        ("+x", "&#43;x"),
        ("~~~", "&#126;~&#126;"),
        ("!!", "&#33;!"),
        ("a_", "a&#95;"),
        ("_a", "&#95;a"),
        ("mailto:a", "mailto&#58;a"),
        ("a!!b", "a&#33;!b"),
    ],
)
def test_escaped_text_is_shown_as_it_is(shown: str, wikitext: str) -> None:
    assert escape_wikitext(shown) == wikitext
    assert plain("outer", wikitext) == f"Outer: {shown}"


@given(st.text())
def test_any_text_can_be_escaped_for_wikitext(sent: str) -> None:
    assert CATALOG.plain(message("outer", escape_wikitext(sent)), "en") == CATALOG.plain(
        message("outer", PlainText(sent)), "en"
    )
