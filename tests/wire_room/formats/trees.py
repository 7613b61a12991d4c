"""Arbitrary result trees for property tests."""

from typing import Any, get_args

from hypothesis import strategies as st

from wikigate.wire.result import List, ListType, Map, MapType

KEYS = st.text(st.characters(exclude_categories=["Cs"]), max_size=6) | st.sampled_from(
    ["0", "1", "2", "a", "b", "_x", "text"]
)
SCALARS: st.SearchStrategy[Any] = (
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats()
    | st.text(st.characters(exclude_categories=[]))
)


def _maps(children: st.SearchStrategy[Any]) -> st.SearchStrategy[Map]:
    some_keys = st.lists(KEYS, max_size=2)
    return st.builds(
        Map,
        st.dictionaries(KEYS, children, max_size=5),
        type=st.sampled_from(get_args(MapType)),
        content=st.sampled_from(["", "text", "a"]),
        element=st.sampled_from(["_v", "item", "bad name"]),
        subelements=some_keys,
        bc_subelements=some_keys,
        bc_bools=some_keys,
        kvp_key=st.sampled_from(["_name", "key"]),
        kvp_merge=st.booleans(),
    )


def _lists(children: st.SearchStrategy[Any]) -> st.SearchStrategy[List]:
    items = st.lists(children, max_size=5)
    return st.builds(List, items, tag=st.sampled_from(["_v", "g"]), type=st.sampled_from(get_args(ListType)))


NODES = st.recursive(
    SCALARS, lambda children: _maps(children) | _lists(children) | st.lists(children, max_size=3), max_leaves=20
)
# The top of an answer is always a map of its own.
TREES = st.dictionaries(KEYS, NODES, max_size=5).map(Map)
