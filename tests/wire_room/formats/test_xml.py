"""format=xml (transcripts T013, T305)."""

from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.wire_room.formats.shapes import shapes
from tests.wire_room.formats.trees import TREES
from wikigate.wire.formats.base import PageContext
from wikigate.wire.formats.xml import XmlFormat
from wikigate.wire.formats.xml_name import xml_name
from wikigate.wire.result import List, Map

GOLDEN = Path(__file__).parent / "golden"
PAGE = PageContext("Wiki", "http://host/w/api.php", "en", "", 200, str)
DEFAULTS: dict[str, Any] = {"xslt": None, "includexmlnamespace": False}


def render(tree: Any, **options: Any) -> str:
    return XmlFormat().render(tree, DEFAULTS | options, PAGE).decode()


def body(tree: Any) -> str:
    return render(tree).removeprefix('<?xml version="1.0"?>')


def test_every_value_shape_is_the_recorded_one_to_the_byte() -> None:
    assert render(shapes()) == (GOLDEN / "shapes.xml.xml").read_bytes().decode()


def test_the_namespace_stands_behind_the_other_attributes() -> None:
    tree = Map({"batchcomplete": True})
    assert render(tree, includexmlnamespace=True) == (
        '<?xml version="1.0"?><api batchcomplete="" xmlns="http://www.mediawiki.org/xml/api/" />'
    )


def test_a_style_sheet_is_warned_of_and_never_linked() -> None:
    options = DEFAULTS | {"xslt": "MediaWiki:X.xsl"}
    assert [issue.code for issue in XmlFormat().warnings(options)] == ["xslt-disabled"]
    assert XmlFormat().warnings(DEFAULTS) == ()
    assert render(Map(), **options) == '<?xml version="1.0"?><api />'


def test_pretty_elements_stand_on_lines_of_their_own() -> None:
    tree = Map({"error": Map({"code": "x", "docref": "See"}, content="docref"), "list": List(["a"], "g")})
    assert XmlFormat().show(tree, DEFAULTS, pretty=True) == (
        '<?xml version="1.0"?>\n<api>\n  <error code="x" xml:space="preserve">See</error>\n  <list>\n    <g>a</g>\n  </list>\n</api>'
    )


def test_integer_keys_of_a_map_are_indexed_items() -> None:
    namespaces = Map({"-1": Map({"id": -1, "name": "Special"}, content="name"), "0": Map({"id": 0})}, element="ns")
    assert body(Map({"namespaces": namespaces})) == (
        '<api><namespaces><ns _idx="-1" id="-1" xml:space="preserve">Special</ns><ns _idx="0" id="0" /></namespaces></api>'
    )


@pytest.mark.parametrize(
    ("key", "name"),
    [("with space", "_with.20.space"), ("9num", "_9num"), ("", "_"), ("a:b", "_a.3A.b"), ("x.y", "x.y"), ("é", "é"),
     ("9.5", "_9.2E.5"), ("😀", "😀"), ("a\u2028", "_a.2028.")],
)  # fmt: skip
def test_illegal_names_are_mangled(key: str, name: str) -> None:
    assert xml_name(key) == name


@given(st.text(max_size=10), st.text(max_size=10))
def test_no_two_keys_share_a_name(one: str, other: str) -> None:
    if not (one.startswith("_") or other.startswith("_")):
        assert (xml_name(one) == xml_name(other)) is (one == other)


def test_odd_values_are_spelled_as_recorded() -> None:
    pairs = Map({"k1": None, "k2": True, "k3": False, "k4": ""}, type="BCkvp", kvp_key="key", element="pair")
    tree = Map({
        "floats": [1.0, 1e15, -0.0],
        "rights": Map({"add": List(["p"], "g", type="BCarray")}),
        "empty": Map({"content": ""}, content="content"),
        "pairs": pairs,
        "children": Map({"a": True, "b": False, "c": None, "d": ""}, subelements="abcd"),
        "true": Map({"text": True, "a": 1}, content="text"),
        "null": Map({"text": None, "a": 1}, content="text"),
        "list": Map({"text": ["p", "q"], "a": 1}, content="text"),
        "both": Map({"text": ["p", "q"], "a": Map({"z": 1})}, content="text"),
    })  # fmt: skip
    assert body(tree) == (
        "<api><floats><_v>1</_v><_v>1.0E+15</_v><_v>-0</_v></floats><rights><add><g>p</g></add></rights>"
        '<empty xml:space="preserve" /><pairs><pair key="k1" /><pair key="k2" xml:space="preserve">true</pair>'
        '<pair key="k3" xml:space="preserve">false</pair><pair key="k4" xml:space="preserve" /></pairs>'
        '<children><a xml:space="preserve">true</a><b xml:space="preserve">false</b><c /><d xml:space="preserve" /></children>'
        '<true a="1" xml:space="preserve">true</true><null a="1" /><list a="1"><_v>p</_v><_v>q</_v></list>'
        '<both><a z="1" /><text><_v>p</_v><_v>q</_v></text></both></api>'
    )


def test_attributes_keep_line_breaks_and_quotes() -> None:
    text = "a\n\r\t\"'<&>"
    assert body(Map({"x": text})) == '<api x="a&#10;&#13;&#9;&quot;&#039;&lt;&amp;&gt;" />'
    assert ET.fromstring(body(Map({"x": text}))).get("x") == text


# expat knows the names of the fourth edition of XML 1.0 only; keys beyond Latin-1 are left to the test of names above.
def _latin(node: Any) -> bool:
    if isinstance(node, dict):
        return all(all(" " <= c < "\u0100" for c in key) and _latin(value) for key, value in node.items())
    return all(map(_latin, node)) if isinstance(node, list) else True


@given(TREES.filter(_latin))
def test_any_tree_is_well_formed(tree: Map) -> None:
    for text in (render(tree), XmlFormat().show(tree, DEFAULTS, pretty=True)):
        assert ET.fromstring(text).tag == "api"
