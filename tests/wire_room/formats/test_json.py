"""format=json (transcripts T017, T301 to T304)."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given

from tests.wire_room.formats.shapes import shapes
from tests.wire_room.formats.trees import TREES
from wikigate.wire.formats.base import PageContext
from wikigate.wire.formats.json import JsonFormat
from wikigate.wire.result import Map

GOLDEN = Path(__file__).parent / "golden"
PAGE = PageContext("Wiki", "http://host/w/api.php", "en", "", 200, str)
DEFAULTS: dict[str, Any] = {"callback": None, "utf8": False, "ascii": False, "formatversion": "1"}


def render(tree: Any, **options: Any) -> str:
    return JsonFormat().render(tree, DEFAULTS | options, PAGE).decode()


@pytest.mark.parametrize(
    ("golden", "options"),
    [
        ("json_1", {}),
        ("json_1", {"ascii": True}),
        ("json_1_utf8", {"utf8": True}),
        ("json_2", {"formatversion": "2"}),
        ("json_2", {"formatversion": "latest", "utf8": True}),
        ("json_2_ascii", {"formatversion": "2", "ascii": True}),
    ],
)
def test_every_value_shape_is_the_recorded_one_to_the_byte(golden: str, options: dict[str, Any]) -> None:
    assert render(shapes(), **options) == (GOLDEN / f"shapes.{golden}.json").read_text("utf-8")


def test_an_empty_answer_is_an_object() -> None:
    assert render(Map()) == "{}"


def test_a_callback_is_called_and_cannot_hold_anything_harmful() -> None:
    assert render(Map({"a": 1}), callback='my.cb["x"]') == '/**/my.cb["x"]({"a":1})'
    assert render(Map(), callback="alert(1)//<é\n") == "/**/alert1({})"
    assert JsonFormat().content_type(DEFAULTS | {"callback": "f"}) == "text/javascript; charset=utf-8"
    assert JsonFormat().filename(DEFAULTS | {"callback": "f"}) == "api-result.js"
    assert JsonFormat().content_type(DEFAULTS) == "application/json; charset=utf-8"


def test_line_separators_never_stand_bare() -> None:
    assert render(Map({"a": "\u2028\u2029é"}), formatversion="2") == r'{"a":"\u2028\u2029é"}'


@given(TREES)
def test_any_tree_reads_back_the_same_whatever_the_escaping(tree: Map) -> None:
    for version in ("1", "2"):
        ascii_only = render(tree, formatversion=version, ascii=True)
        beyond = render(tree, formatversion=version, utf8=True)
        assert ascii_only.isascii()
        assert json.loads(ascii_only) == json.loads(beyond)
        pretty = JsonFormat().show(tree, DEFAULTS | {"formatversion": version}, pretty=True)
        assert json.loads(pretty) == json.loads(beyond)
