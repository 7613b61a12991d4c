"""From annotated to plain."""

from typing import Any

import pytest
from hypothesis import given

from tests.wire_room.formats.trees import TREES
from wikigate.wire.formats.php_float import Float
from wikigate.wire.formats.plain_tree import plain_tree
from wikigate.wire.result import List, Map


@pytest.mark.parametrize(
    ("node", "first", "second"),
    [
        ([True, False, True], {"0": "", "2": ""}, [True, False, True]),
        ([True, False], [""], [True, False]),
        ([False, True], {"1": ""}, [False, True]),
        ([False], [], [False]),
        (("a", "b"), ["a", "b"], ["a", "b"]),
        (Map({"t": True, "f": False}), {"t": ""}, {"t": True, "f": False}),
        (Map({"_hidden": 1, "x": 2}), {"x": 2}, {"x": 2}),
        (Map({"text": "c", "a": 1}, content="text"), {"a": 1, "*": "c"}, {"text": "c", "a": 1}),
        (Map({"10": "c", "2": "b", "x": "d"}, type="array"), ["b", "c", "d"], ["b", "c", "d"]),
        (Map({"1": "b", "0": "a"}, type="default"), ["a", "b"], ["a", "b"]),
        (Map({"1": "b", "0": "a"}), {"1": "b", "0": "a"}, {"1": "b", "0": "a"}),
        (Map({"0": "a"}, type="BCarray"), ["a"], ["a"]),
        (Map({}, type="default"), [], []),
        (Map(), {}, {}),
        (Map({"k": {"a": 1}}, type="BCkvp", kvp_key="key", kvp_merge=True), [{"a": 1, "key": "k"}], {"k": {"a": 1}}),
        (
            Map({"k": False, "l": True}, type="BCkvp", kvp_key="key"),
            [{"key": "l", "*": ""}],
            {"k": False, "l": True},
        ),
        (float("nan"), None, None),
        ("e\u0301\x00", "é\ufffd", "é\ufffd"),
        ({"e\u0301": 1}, {"é": 1}, {"é": 1}),
    ],
)
def test_a_node_in_both_versions(node: Any, first: Any, second: Any) -> None:
    assert plain_tree(node, 1) == first
    assert plain_tree(node, 2) == second


def _only_plain(node: Any) -> bool:
    if isinstance(node, dict):
        return all(isinstance(key, str) and _only_plain(value) for key, value in node.items())
    if isinstance(node, list):
        return all(map(_only_plain, node))
    return node is None or isinstance(node, (str, int, Float))


@given(TREES)
def test_any_tree_becomes_plain_and_stays_as_it_was(tree: Map) -> None:
    before = repr(tree)
    for version in (1, 2):
        assert _only_plain(plain_tree(tree, version))
        assert isinstance(plain_tree(tree, version), dict)
    assert repr(tree) == before


def test_lists_with_gaps_are_maps_only_in_version_1() -> None:
    assert plain_tree(List(["p", "q"], "s", type="BCassoc"), 1) == ["p", "q"]
    assert plain_tree(List(["p", "q"], "s", type="BCassoc"), 2) == {"0": "p", "1": "q"}
