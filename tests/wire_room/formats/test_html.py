"""The formats for people (spec framework §5.6; transcripts T005, T016, T308, T333, T503)."""

import json
from dataclasses import replace
from html.parser import HTMLParser
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from wikigate.i18n.catalog import Catalog
from wikigate.wire.formats import FORMATS
from wikigate.wire.formats.base import PageContext
from wikigate.wire.result import List, Map

CATALOG = Catalog.load()
PAGE = PageContext(
    "A <Wiki>",
    "http://host/w/api.php",
    "en",
    "action=query&format=jsonfm&x=<y>",
    200,
    lambda m: CATALOG.html(m, "en"),
    12,
)
OPTIONS: dict[str, Any] = {
    "callback": None, "utf8": False, "ascii": False, "formatversion": "1", "xslt": None, "includexmlnamespace": False,
    "wrappedhtml": False,
}  # fmt: skip
BY_NAME = {output.name: output for output in FORMATS}
TREE = Map({"error": Map({"code": "x", "info": '<b>"&lt;', "docref": "See"}, content="docref"), "empty": []})


def page(name: str, tree: Map = TREE, context: PageContext = PAGE, **options: Any) -> str:
    return BY_NAME[name].render(tree, OPTIONS | options, context).decode()


class Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.links: list[str] = []
        self.text: dict[str, str] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.links += [value or "" for name, value in attrs if name == "href"]

    def handle_data(self, data: str) -> None:
        tag = self.tags[-1] if self.tags else ""
        self.text[tag] = self.text.get(tag, "") + data


def read(html: str) -> Reader:
    reader = Reader()
    reader.feed(html)
    return reader


def test_all_built_in_formats_are_there() -> None:
    assert list(BY_NAME) == ["json", "jsonfm", "none", "php", "phpfm", "rawfm", "xml", "xmlfm"]
    assert [name for name, output in BY_NAME.items() if output.is_html] == ["jsonfm", "phpfm", "rawfm", "xmlfm"]


def test_a_page_holds_the_pretty_text_and_nothing_that_acts() -> None:
    html = page("jsonfm")
    reader = read(html)
    pretty = '{\n    "error": {\n        "code": "x",\n        "info": "<b>\\"&lt;",\n        "*": "See"\n    },\n    "empty": []\n}'
    assert reader.text["pre"].strip() == pretty
    assert '<pre class="api-pretty-content">{\n    "error": {' in html
    assert "&lt;b>" in html
    assert reader.text["title"].strip().endswith(" - A <Wiki>")
    assert '<meta name="robots" content="noindex,nofollow">' in html
    assert "firstHeading" in html
    assert not {"script", "style", "iframe", "b"} & set(reader.tags)


def test_a_page_links_to_the_bare_format_and_to_help() -> None:
    reader = read(page("jsonfm"))
    assert reader.links == [
        "http://host/w/api.php?action=query&format=json&x=%3Cy%3E", "http://host/w/api.php?action=help&modules=main",
    ]  # fmt: skip
    assert len(read(page("jsonfm", context=replace(PAGE, query=None))).links) == 1


def test_a_status_that_the_bare_format_would_have_is_told() -> None:
    shown = (
        '<div class="api-pretty-header api-pretty-status">This response would be returned with HTTP status {}.</div>'
    )
    assert shown.format("409 Conflict") in page("jsonfm", context=replace(PAGE, status=409))
    assert "api-pretty-status" not in page("jsonfm")


def test_other_formats_have_their_pages() -> None:
    assert read(page("xmlfm")).text["pre"].startswith('<?xml version="1.0"?>\n<api>\n  <error code="x"')
    assert read(page("phpfm")).text["pre"].startswith('a:2:{s:5:"error";')


def test_rawfm_shows_the_annotations() -> None:
    tree = Map(
        {"l": List(["a"], "item"), "plain": [1], "m": Map(), "c": Map({"text": "t"}, content="text"), "_x": True}
    )
    assert json.loads(read(page("rawfm", tree)).text["pre"]) == {
        "l": {"0": "a", "_element": "item"}, "plain": [1], "m": {"_type": "assoc"}, "c": {"text": "t", "_content": "text"}, "_x": True,
    }  # fmt: skip


def test_wrapped_html_is_what_the_sandbox_reads() -> None:
    context = replace(PAGE, status=409)
    tree = Map({"a": "<é", "continue": Map({"x": "y", "continue": "-||"})})
    answer = json.loads(page("jsonfm", tree, context, wrappedhtml=True))
    assert answer["html"].startswith('<pre class="api-pretty-content">{\n    "a": "&lt;\\u00e9"')
    del answer["html"]
    assert answer == {
        "status": 409, "statustext": "Conflict", "modules": ["mediawiki.apipretty"], "continue": {"x": "y", "continue": "-||"}, "time": 12,
    }  # fmt: skip
    assert json.loads(page("xmlfm", Map(), wrappedhtml=True))["continue"] is None
    wrapped = OPTIONS | {"wrappedhtml": True}
    assert BY_NAME["jsonfm"].content_type(wrapped) == "text/mediawiki-api-prettyprint-wrapped; charset=utf-8"
    assert BY_NAME["jsonfm"].filename(wrapped) == "api-result-wrapped.json"
    assert BY_NAME["jsonfm"].content_type(OPTIONS) == "text/html; charset=UTF-8"


def test_r33_a_combining_mark_cannot_take_an_angle_bracket_out_of_the_markup() -> None:
    assert "&#x338;" in page("jsonfm", Map({"a": "x\u0338"}), utf8=True)
    assert "\u0338" not in page("xmlfm", Map({"a": "\u0338"}))


@given(st.text(), st.text(), st.sampled_from(["jsonfm", "xmlfm", "phpfm", "rawfm"]))
def test_nothing_that_a_caller_sends_becomes_an_element(value: str, query: str, name: str) -> None:
    context = replace(PAGE, query=query, site_name=value, language=value)
    assert set(read(page(name, Map({"a": value}), context)).tags) <= {
        "html", "head", "meta", "title", "body", "h1", "div", "p", "a", "kbd", "pre",
    }  # fmt: skip
