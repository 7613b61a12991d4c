"""The base of ``format=rawfm``: the result before any format's rules, annotations included; for debugging only (spec framework §5.6)."""

from __future__ import annotations

import math
from typing import Any

from wikigate.primitives.errors import Issue
from wikigate.wire.formats.json import encode_json
from wikigate.wire.formats.php_float import Float
from wikigate.wire.params import Param
from wikigate.wire.result import List, Map, MapMeta
from wikigate.wire.unicode import clean_text


class RawFormat:
    """The tree as it stands."""

    name = "raw"
    params: tuple[Param, ...] = ()

    def warnings(self, options: dict[str, Any]) -> tuple[Issue, ...]:
        """Return nothing."""
        del options
        return ()

    def show(self, tree: dict[str, Any], options: dict[str, Any], *, pretty: bool) -> str:
        """Return the tree as JSON."""
        del options
        return encode_json(_raw(tree), in_ascii=False, pretty=pretty).decode()


def _raw(node: Any) -> Any:
    if isinstance(node, dict):
        out = {clean_text(key): _raw(value) for key, value in node.items()}
        return out | _annotations(node.meta, is_empty=not out) if isinstance(node, Map) else out
    if isinstance(node, List) and (node.tag != "_v" or node.type not in {"array", "default"}):
        annotations = {"_element": node.tag} if node.tag != "_v" else {}
        if node.type not in {"array", "default"}:
            annotations["_type"] = node.type
        return {str(index): _raw(item) for index, item in enumerate(node)} | annotations
    if isinstance(node, (list, tuple)):
        return [_raw(item) for item in node]
    if isinstance(node, float):
        return Float(node) if math.isfinite(node) else None
    return clean_text(node) if isinstance(node, str) else node


def _annotations(meta: MapMeta, *, is_empty: bool) -> dict[str, Any]:
    shown: dict[str, Any] = {}
    if meta.type != "assoc" or is_empty:
        shown["_type"] = meta.type
    if meta.kvp_key != "_name":
        shown["_kvpkeyname"] = meta.kvp_key
    if meta.element != "_v":
        shown["_element"] = meta.element
    if meta.kvp_merge:
        shown["_kvpmerge"] = True
    if meta.content:
        shown["_content"] = meta.content
    lists = {
        "_BC_bools": meta.bc_bools,
        "_subelements": meta.subelements,
        "_BC_subelements": meta.bc_subelements,
        "_preservekeys": meta.preserve,
    }
    return shown | {name: sorted(keys) for name, keys in lists.items() if keys}
