"""What of an attempt is kept: whole, for the right providers only, and without secrets."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wikigate.auth.fields import Field, Need
from wikigate.auth.flow_state import VERSION, FlowState, Preserved
from wikigate.auth.outcome import CreateOffer, LinkOffer
from wikigate.primitives.message import Message

TEXT = Message("rawmessage", ("text",))
NEED = Need(
    "Request",
    (
        Field("username", "string", TEXT, TEXT),
        Field("password", "password", TEXT, TEXT, sensitive=True),
        Field("keep", "checkbox", TEXT, TEXT, optional=True),
        Field("which", "multiselect", TEXT, TEXT, optional=True, options={"a": TEXT, "b": TEXT}),
    ),
)
LINK = LinkOffer("link", "idp", TEXT, {"subject": "1"})


def a_state():
    filled = NEED.load({"username": "alice", "password": "hunter2", "keep": "1", "which": "a|b"})
    return FlowState(
        began=17, owner=3, return_url="http://e.org/", waiting="code", user_id=4, user="Alice", seen=["throttle", "password"],
        names=("Alice",), filled=(filled,), pending=(NEED,), away=True, links=(LINK,),
        memory={"code": {"n": 1}, "idle": {}}, notes={"x": [1]},
    )  # fmt: skip


def round_trip(state, written_for="fp", read_for="fp"):
    return FlowState.restore(json.loads(json.dumps(state.store(written_for))), read_for)


def test_a_state_comes_back_but_for_its_secrets():
    state = a_state()
    restored = round_trip(state)
    assert dict(restored.filled[0].values) == {"username": "alice", "keep": True, "which": ("a", "b")}
    assert restored.memory == {"code": {"n": 1}}
    for name in (
        "began",
        "owner",
        "return_url",
        "waiting",
        "user_id",
        "user",
        "seen",
        "names",
        "pending",
        "away",
        "links",
        "notes",
    ):
        assert getattr(restored, name) == getattr(state, name), name


@pytest.mark.parametrize("names", [None, (), ("A", "B")])
def test_no_name_an_impossible_one_and_several_are_told_apart(names):
    state = a_state()
    state.names = names
    assert round_trip(state).names == names


def test_nothing_secret_is_written():
    assert "hunter2" not in json.dumps(a_state().store("fp"))
    assert "hunter2" not in repr(a_state())


def test_other_providers_do_not_read_it():
    assert round_trip(a_state(), "fp", "other") is None


def test_another_version_is_not_read():
    stored = a_state().store("fp") | {"v": VERSION + 1}
    assert FlowState.restore(stored, "fp") is None


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=4), inner, max_size=2),
    max_leaves=4,
)


@given(st.sampled_from(sorted(a_state().store("fp"))), json_values)
def test_a_spoilt_state_is_none_or_a_state_and_never_an_exception(key, value):
    FlowState.restore(a_state().store("fp") | {key: value}, "fp")
    FlowState.restore(value, "fp")
    stored = a_state().store("fp")
    del stored[key]
    assert FlowState.restore(stored, "fp") is None


def test_what_is_preserved_comes_back():
    preserved = Preserved((LINK,), CreateOffer("idp", "Newcomer", {"subject": "1"}))
    assert Preserved.restore(json.loads(json.dumps(preserved.store()))) == preserved


@given(json_values)
def test_preserved_from_anything_else_is_nothing(value):
    assert not Preserved.restore(value)
    assert not Preserved.restore(Preserved((LINK,)).store() | {"links": value, "create": value})


def test_nothing_preserved_is_false():
    assert not Preserved()
    assert Preserved((LINK,))
    assert Preserved(create=CreateOffer("idp"))
