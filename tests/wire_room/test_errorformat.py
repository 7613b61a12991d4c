"""Errors and warnings on the wire (spec framework §7; transcripts T025 to T051, T231 to T238, T311 to T328)."""

import json
from typing import Any

import pytest

from wikigate.i18n.catalog import Catalog
from wikigate.primitives.errors import Issue
from wikigate.primitives.message import Duration, ListParam, Message, Num, PlainText, message
from wikigate.wire.errorformat import ErrorFormatter
from wikigate.wire.formats.json import JsonFormat
from wikigate.wire.formats.xml import XmlFormat
from wikigate.wire.result import Map

CATALOG = Catalog({
    "en": {
        "badvalue": 'Unrecognized value for parameter <var>$1</var>: "$2".',
        "toomany": "Too many values for <var>$1</var>. The limit is $2.",
        "apierror-nochanges": "No changes.",
        "apiwarn-a": "First\n  line.",
        "apiwarn-b": "Second &lt;line&gt;.",
        "docref": "See $1 &lt;there&gt;.",
    },
    "de": {"apierror-nochanges": "Keine Änderungen."},
})  # fmt: skip
BAD = Issue(message("badvalue", PlainText("action"), PlainText("<b>x</b>")), "badvalue")
MANY = Issue(message("toomany", PlainText("ftsmall"), Num(2)), "toomanyvalues", {"limit": 2, "highlimit": 4})
DOCREF = message("docref", "http://host/w/api.php")
URL_TEXT = "See http://host/w/api.php &lt;there&gt;."
OPTIONS = {"callback": None, "utf8": True, "ascii": False, "xslt": None, "includexmlnamespace": False}
ALL = ["bc", "plaintext", "wikitext", "html", "raw", "none"]


def json_of(tree: Map, version: str = "2") -> Any:
    page: Any = None
    return json.loads(JsonFormat().render(tree, {**OPTIONS, "formatversion": version}, page))


def xml_of(tree: Map) -> str:
    page: Any = None
    return XmlFormat().render(tree, OPTIONS, page).decode().removeprefix('<?xml version="1.0"?>')


def failed(kind: str, *issues: Issue, language: str = "en") -> Map:
    tree = Map()
    formatter = ErrorFormatter(kind, language, CATALOG)
    for issue in issues:
        formatter.add_error(tree, "main", issue)
    formatter.finish_error(tree, DOCREF)
    return tree


def test_bc_shows_one_error_with_its_data_beside_the_code() -> None:
    tree = failed("bc", MANY, BAD)
    info = 'Too many values for "ftsmall". The limit is 2.'
    assert json_of(tree) == {
        "error": {"code": "toomanyvalues", "info": info, "limit": 2, "highlimit": 4, "docref": URL_TEXT}
    }
    assert json_of(tree, "1")["error"]["*"] == URL_TEXT
    assert xml_of(tree) == (
        '<api><error code="toomanyvalues" info="Too many values for &quot;ftsmall&quot;. The limit is 2." limit="2" highlimit="4" '
        'xml:space="preserve">See http://host/w/api.php &amp;lt;there&amp;gt;.</error></api>'
    )


def test_bc_is_english_and_shows_what_the_caller_sent_as_it_is() -> None:
    assert json_of(failed("bc", BAD, language="de"))["error"]["info"] == (
        'Unrecognized value for parameter "action": "<b>x</b>".'
    )
    assert ErrorFormatter("bc", "de", CATALOG).language == "en"


@pytest.mark.parametrize(
    ("kind", "shown"),
    [
        ("plaintext", {"text": 'Unrecognized value for parameter "action": "<b>x</b>".'}),
        ("wikitext", {"text": 'Unrecognized value for parameter <var>action</var>: "<b>x</b>".'}),
        ("html", {"html": 'Unrecognized value for parameter <var>action</var>: "&lt;b&gt;x&lt;/b&gt;".'}),
        ("raw", {"key": "badvalue", "params": [{"plaintext": "action"}, {"plaintext": "<b>x</b>"}]}),
        ("none", {}),
    ],
)
def test_other_formats_list_every_error_with_its_module(kind: str, shown: dict[str, Any]) -> None:
    answer = json_of(failed(kind, BAD, MANY))
    assert answer["errors"][0] == {"code": "badvalue", **shown, "module": "main"}
    assert answer["errors"][1]["data"] == {"limit": 2, "highlimit": 4}
    assert answer["docref"] == URL_TEXT
    assert list(answer) == ["errors", "docref"]


def test_version_1_names_the_text_with_a_star() -> None:
    answer = json_of(failed("plaintext", MANY), "1")
    text = 'Too many values for "ftsmall". The limit is 2.'
    entry = {"code": "toomanyvalues", "data": {"limit": 2, "highlimit": 4}, "module": "main", "*": text}
    assert answer == {"errors": [entry], "*": URL_TEXT}
    assert list(answer["errors"][0]) == ["code", "data", "module", "*"]


def test_xml_shapes_of_the_other_formats() -> None:
    docref = '<docref xml:space="preserve">See http://host/w/api.php &amp;lt;there&amp;gt;.</docref></api>'
    nothing = Issue(message("apierror-nochanges"))
    assert xml_of(failed("plaintext", nothing, language="de")) == (
        f'<api><errors><error code="nochanges" module="main" xml:space="preserve">Keine Änderungen.</error></errors>{docref}'
    )
    assert xml_of(failed("plaintext", MANY)) == (
        '<api><errors><error code="toomanyvalues" module="main"><data limit="2" highlimit="4" />'
        f'<text xml:space="preserve">Too many values for "ftsmall". The limit is 2.</text></error></errors>{docref}'
    )
    assert xml_of(failed("raw", MANY)) == (
        '<api><errors><error code="toomanyvalues" key="toomany" module="main"><params><param plaintext="ftsmall" /><param num="2" />'
        f'</params><data limit="2" highlimit="4" /></error></errors>{docref}'
    )
    assert xml_of(failed("raw", nothing)).startswith(
        '<api><errors><error code="nochanges" key="apierror-nochanges" module="main"><params /></error></errors>'
    )
    assert xml_of(failed("none", BAD)) == f'<api><errors><error code="badvalue" module="main" /></errors>{docref}'


def test_an_internal_error_has_no_docref_and_may_have_no_module() -> None:
    for kind in ALL:
        tree = Map()
        formatter = ErrorFormatter(kind, "en", CATALOG)
        formatter.add_error(tree, "", BAD)
        formatter.finish_error(tree, None)
        assert "docref" not in json.dumps(json_of(tree))
        assert "module" not in json.dumps(json_of(tree))


def test_raw_parameters_keep_their_types() -> None:
    params = (
        "wikitext", 2, 12.5, PlainText("x"), Num(2), Duration(300), ListParam(("a", PlainText("b")), "text"), message("inner", "p"),
    )  # fmt: skip
    entry = json_of(failed("raw", Issue(Message("key", params))))["errors"][0]
    assert entry["params"] == [
        "wikitext", 2, 12.5, {"plaintext": "x"}, {"num": 2}, {"duration": 300}, {"list": ["a", {"plaintext": "b"}], "type": "text"},
        {"message": {"key": "inner", "params": ["p"]}},
    ]  # fmt: skip


A, B = Issue(message("apiwarn-a")), Issue(message("apiwarn-b"), data={"values": ["z"]})


def test_bc_warnings_are_one_text_a_module_without_repetitions() -> None:
    tree = Map({"batchcomplete": True})
    formatter = ErrorFormatter("bc", "en", CATALOG)
    for module, issue in [("query+tokens", A), ("query+tokens", B), ("query+tokens", A), ("main", A)]:
        formatter.add_warning(tree, module, issue)
    assert json_of(tree) == {
        "warnings": {"main": {"warnings": "First line."}, "tokens": {"warnings": "First line.\nSecond <line>."}},
        "batchcomplete": True,
    }
    assert list(tree) == ["warnings", "batchcomplete"]
    assert list(tree["warnings"]) == ["main", "tokens"]
    assert json_of(tree, "1")["warnings"]["main"] == {"*": "First line."}
    assert xml_of(tree) == (
        '<api batchcomplete=""><warnings><main xml:space="preserve">First line.</main>'
        '<tokens xml:space="preserve">First line.\nSecond &lt;line&gt;.</tokens></warnings></api>'
    )


def test_other_formats_list_warnings_in_order_without_repetitions() -> None:
    tree = Map({"query": {}})
    formatter = ErrorFormatter("plaintext", "en", CATALOG)
    for module, issue in [("query+tokens", B), ("main", A), ("query+tokens", B), ("query+tokens", A)]:
        formatter.add_warning(tree, module, issue)
    assert json_of(tree)["warnings"] == [
        {"code": "b", "text": "Second <line>.", "data": {"values": ["z"]}, "module": "query+tokens"},
        {"code": "a", "text": "First line.", "module": "main"},
        {"code": "a", "text": "First line.", "module": "query+tokens"},
    ]
    assert xml_of(tree).startswith(
        '<api><warnings><warning code="b" module="query+tokens"><data><values><_v>z</_v></values></data>'
        '<text xml:space="preserve">Second &lt;line&gt;.</text></warning><warning code="a" module="main" xml:space="preserve">'
    )


def test_what_is_added_later_stands_first() -> None:
    tree = Map({"requestid": "r"})
    formatter = ErrorFormatter("bc", "en", CATALOG)
    formatter.add_warning(tree, "main", A)
    formatter.add_error(tree, "main", BAD)
    assert list(tree) == ["error", "warnings", "requestid"]


def test_a_modules_own_message_is_a_text_or_a_map() -> None:
    expected: dict[str, Any] = {
        "bc": "No changes.",
        "plaintext": {"code": "c", "text": "No changes."},
        "html": {"code": "c", "html": "No changes."},
        "raw": {"code": "c", "key": "apierror-nochanges", "params": []},
        "none": {"code": "c"},
    }
    for kind, node in expected.items():
        tree = Map({"reason": ErrorFormatter(kind, "en", CATALOG).message_node(message("apierror-nochanges"), "c")})
        assert json_of(tree)["reason"] == node
    tree = Map(
        {"login": Map({"reason": ErrorFormatter("plaintext", "en", CATALOG).message_node(message("apiwarn-a"), "c")})}
    )
    assert xml_of(tree) == '<api><login><reason code="c" xml:space="preserve">First line.</reason></login></api>'
