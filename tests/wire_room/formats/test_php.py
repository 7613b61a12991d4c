"""format=php (transcript T306) and format=none."""

from pathlib import Path
from typing import Any

from hypothesis import given

from tests.wire_room.formats.shapes import shapes
from tests.wire_room.formats.trees import TREES
from wikigate.wire.formats.base import PageContext
from wikigate.wire.formats.none import NoneFormat
from wikigate.wire.formats.php import PhpFormat
from wikigate.wire.formats.php_float import Float
from wikigate.wire.formats.plain_tree import plain_tree
from wikigate.wire.result import Map

GOLDEN = Path(__file__).parent / "golden"
PAGE = PageContext("Wiki", "http://host/w/api.php", "en", "", 200, str)


def render(tree: Any, version: str = "1") -> bytes:
    return PhpFormat().render(tree, {"formatversion": version}, PAGE)


def test_every_value_shape_is_the_recorded_one_to_the_byte() -> None:
    assert render(shapes()) == (GOLDEN / "shapes.php_1.txt").read_bytes()


def test_version_2_has_real_booleans_and_an_empty_answer_is_an_empty_array() -> None:
    assert render(Map({"batchcomplete": True}), "2") == b'a:1:{s:13:"batchcomplete";b:1;}'
    assert render(Map()) == b"a:0:{}"


def _read(data: bytes, at: int) -> tuple[Any, int]:
    """Read one value of PHP's serialisation; every key becomes a text."""
    kind = data[at : at + 1]
    if kind == b"N":
        return None, at + 2
    if kind in b"bid":
        end = data.index(b";", at)
        text = data[at + 2 : end].decode()
        return (text == "1" if kind == b"b" else int(text) if kind == b"i" else float(text)), end + 1
    colon = data.index(b":", at + 2)
    size = int(data[at + 2 : colon])
    if kind == b"s":
        start = colon + 2
        assert data[start + size : start + size + 2] == b'";'
        return data[start : start + size].decode(), start + size + 2
    at, items = colon + 2, {}
    for _ in range(size):
        key, at = _read(data, at)
        items[str(key)], at = _read(data, at)
    assert data[at : at + 1] == b"}"
    return items, at + 1


def _as_arrays(node: Any) -> Any:
    if isinstance(node, dict):
        return {key: _as_arrays(value) for key, value in node.items()}
    if isinstance(node, list):
        return {str(index): _as_arrays(value) for index, value in enumerate(node)}
    return node.value if isinstance(node, Float) else node


@given(TREES)
def test_any_tree_reads_back_the_same(tree: Map) -> None:
    for version in (1, 2):
        data = render(tree, str(version))
        assert _read(data, 0) == (_as_arrays(plain_tree(tree, version)), len(data))


def test_none_is_empty_errors_included() -> None:
    assert NoneFormat().render(Map({"error": Map({"code": "x"})}), {}, PAGE) == b""
