"""From the annotated result to plain maps, lists and scalars, as JSON and PHP show them (spec framework §5.2).

Two versions: in the second, what you see is what the module said; the first keeps MediaWiki's old habits (presence booleans, ``*`` for
content, lists that turn into maps). Strings come out in NFC and without what XML could not carry, whatever went in.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Any

from wikigate.wire.formats.php_float import Float
from wikigate.wire.phpkey import is_index
from wikigate.wire.result import List, MapMeta, meta_of
from wikigate.wire.unicode import clean_text


def plain_tree(node: Any, version: int) -> Any:
    """Return the node without annotations, its floats as ``Float``; the node itself is left alone."""
    if isinstance(node, str):
        return node if node.isascii() and node.isprintable() else clean_text(node)
    if isinstance(node, dict):
        return _map_1(node) if version == 1 else _map_2(node)
    if isinstance(node, (list, tuple)):
        if node.__class__ is List and node.settled is not None:
            return _settled(node, node.settled, version)
        return _list_1(node) if version == 1 else _list_2(node)
    if isinstance(node, float):
        return Float(node) if math.isfinite(node) else None
    return node


def by_index(items: Mapping[str, Any]) -> list[Any]:
    """Return a map's values in the order of its keys, integers first and by value."""
    return [items[key] for key in sorted(items, key=_order)]


def is_list(keys: Iterable[str]) -> bool:
    """Whether keys are exactly 0 to n-1 in any order."""
    known = list(keys)
    return set(known) == set(map(str, range(len(known))))


def visible(node: dict[str, Any], meta: MapMeta) -> Iterable[tuple[str, Any]]:
    """Return a map's items without what begins with ``_`` and is not preserved."""
    return [(key, value) for key, value in node.items() if not key.startswith("_") or key in meta.preserve]


def _order(key: str) -> tuple[bool, int, str]:
    return (False, int(key), "") if is_index(key) else (True, 0, key)


def _map_2(node: dict[str, Any]) -> Any:
    meta = meta_of(node)
    out: dict[str, Any] = {}
    for key, value in node.items():
        if key[:1] == "_" and key not in meta.preserve:
            continue
        out[_key(key)] = plain_tree(value, 2)
    if meta.type in {"assoc", "kvp", "BCkvp", "BCassoc"}:
        return out
    if meta.type in {"array", "BCarray"}:
        return by_index(out)
    return by_index(out) if is_list(out) else out


def _map_1(node: dict[str, Any]) -> Any:
    meta = meta_of(node)
    if meta.type == "BCkvp":
        return [_pair(key, value, meta) for key, value in visible(node, meta) if value is not False]
    out: dict[str, Any] = {}
    for key, value in node.items():
        if key[:1] == "_" and key not in meta.preserve:
            continue
        if value.__class__ is bool and key not in meta.bc_bools:
            if value:
                out[_key(key)] = ""
        elif key in meta.bc_subelements:
            out[_key(key)] = {"*": plain_tree(value, 1)}
        else:
            out[_key(key)] = plain_tree(value, 1)
    if meta.content and (content := _key(meta.content)) in out:
        out["*"] = out.pop(content)
    if meta.type in {"assoc", "kvp"}:
        return out
    if meta.type == "array":
        return by_index(out)
    return by_index(out) if is_list(out) else out


def _pair(key: str, value: Any, meta: MapMeta) -> Any:
    """Return one item of a ``BCkvp`` map in version 1."""
    if isinstance(value, dict) and meta.kvp_merge:
        merged = plain_tree(value, 1)
        if isinstance(merged, dict):
            return {**merged, meta.kvp_key: clean_text(key)}
    return {meta.kvp_key: clean_text(key), "*": "" if value is True else plain_tree(value, 1)}


def _is_plain(items: list[Any] | tuple[Any, ...]) -> bool:
    """Whether a list holds nothing but text that needs no cleaning, as most do."""
    for item in items:  # noqa: SIM110  a generator costs more than the loop, and rights are many
        if item.__class__ is not str or not item.isascii() or not item.isprintable():
            return False
    return True


def _list_2(node: list[Any] | tuple[Any, ...]) -> Any:
    if _is_plain(node) and (
        node.__class__ is list or (isinstance(node, List) and node.type not in {"BCassoc", "assoc"})
    ):
        return node
    items = [plain_tree(item, 2) for item in node]
    if isinstance(node, List) and node.type in {"BCassoc", "assoc"}:
        return {str(index): item for index, item in enumerate(items)}
    return items


def _list_1(node: list[Any] | tuple[Any, ...]) -> Any:
    if _is_plain(node) and (node.__class__ is list or (isinstance(node, List) and node.type != "assoc")):
        return node
    kept = [(index, item) for index, item in enumerate(node) if item is not False]
    items = ["" if item is True else plain_tree(item, 1) for _, item in kept]
    is_map = isinstance(node, List) and node.type == "assoc"
    if is_map or (kept and kept[-1][0] >= len(kept)):  # a false in between leaves a gap, and a list with gaps is a map
        return {str(index): item for (index, _), item in zip(kept, items, strict=True)}
    return items


def _settled(node: List, known: dict[int, Any], version: int) -> Any:
    plain = known.get(version)
    if plain is None:
        plain = known[version] = _list_1(node) if version == 1 else _list_2(node)
    return plain


def _key(key: str) -> str:
    return key if key.isascii() and key.isprintable() else clean_text(key)
