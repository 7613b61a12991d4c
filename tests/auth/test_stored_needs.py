"""Needs survive being stored, and nothing that is not one of ours does harm."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wikigate.auth.fields import Field, Need
from wikigate.auth.stored_needs import restore_message, restore_needs, store_message, store_needs
from wikigate.primitives.message import Duration, ListParam, Message, Num, PlainText

text = st.text(max_size=8)
simple = st.one_of(
    text,
    st.integers(),
    st.floats(allow_nan=False),
    text.map(PlainText),
    st.integers().map(Num),
    st.floats(allow_nan=False).map(Num),
    st.integers().map(Duration),
)
params = st.recursive(
    simple,
    lambda inner: st.one_of(
        st.builds(ListParam, st.lists(inner, max_size=3).map(tuple), st.sampled_from(["comma", "text"])),
        st.builds(Message, text, st.lists(inner, max_size=3).map(tuple)),
    ),
    max_leaves=5,
)
messages = st.builds(Message, text, st.lists(params, max_size=3).map(tuple))
kinds = st.sampled_from(["string", "password", "select", "checkbox", "multiselect", "button", "hidden", "null"])
fields = st.builds(
    Field,
    text,
    kinds,
    messages,
    messages,
    st.booleans(),
    st.booleans(),
    st.none() | text,
    st.dictionaries(text, messages, max_size=2),
    st.none() | text,
    text,
)
needs = st.builds(
    Need,
    text,
    st.lists(fields, max_size=3).map(tuple),
    st.sampled_from(["required", "optional", "primary-required"]),
    st.none() | messages,
    st.none() | messages,
    st.dictionaries(text, text, max_size=2),
)


@given(st.lists(needs, max_size=3).map(tuple))
def test_what_is_stored_as_json_is_restored_equal(wanted):
    assert restore_needs(json.loads(json.dumps(store_needs(wanted)))) == wanted


@given(messages)
def test_messages_are_restored_equal(message):
    assert restore_message(json.loads(json.dumps(store_message(message)))) == message


BROKEN = [
    None, 7, "text", [None], [{}], [[]], [{"id": 7}],
    [{"id": "x", "required": "never", "provider": None, "account": None, "metadata": {}, "fields": []}],
    [{"id": "x", "required": "required", "provider": [{"odd": 1}], "account": None, "metadata": {}, "fields": []}],
    [{"id": "x", "required": "required", "provider": ["key", {"odd": 1}], "account": None, "metadata": {}, "fields": []}],
    [{"id": "x", "required": "required", "provider": ["key", {}], "account": None, "metadata": {}, "fields": []}],
    [{"id": "x", "required": "required", "provider": None, "account": None, "metadata": {}, "fields": [{"name": "f"}]}],
]  # fmt: skip


@pytest.mark.parametrize("stored", BROKEN, ids=range(len(BROKEN)))
def test_anything_else_is_refused_in_a_foreseen_way(stored):
    with pytest.raises((ValueError, TypeError, KeyError, IndexError)):
        restore_needs(stored)
