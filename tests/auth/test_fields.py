"""MediaWiki's loading rules: what fills a need, and what drops it whole (spec extensions §0.2)."""

from __future__ import annotations

import pytest

from wikigate.auth.fields import Field, Filled, Need, load_all
from wikigate.primitives.message import Message

TEXT = Message("rawmessage", ("text",))


def field(name="f", kind="string", **more):
    return Field(name, kind, TEXT, TEXT, **more)


def load(submitted, *fields):
    filled = Need("Request", fields).load(submitted)
    return None if filled is None else dict(filled.values)


@pytest.mark.parametrize("kind", ["string", "password", "hidden"])
@pytest.mark.parametrize(
    ("submitted", "optional", "values"),
    [
        ({"f": "x"}, False, {"f": "x"}),
        ({"f": "x"}, True, {"f": "x"}),
        ({"f": ""}, False, None),
        ({"f": ""}, True, {"f": ""}),
        ({}, False, None),
        ({}, True, None),
    ],
)
def test_a_text_must_be_there_and_may_be_empty_only_if_optional(kind, submitted, optional, values):
    assert load(submitted, field(kind=kind, optional=optional)) == values


@pytest.mark.parametrize("kind", ["checkbox", "button"])
@pytest.mark.parametrize(
    ("submitted", "optional", "values"),
    [
        ({"f": "1"}, False, {"f": True}),
        ({"f": "0"}, True, {"f": True}),
        ({"f": ""}, False, {"f": True}),
        ({"f": True}, True, {"f": True}),
        ({"f_x": "17"}, False, {"f": True}),
        ({}, False, None),
        ({}, True, {"f": False}),
    ],
)
def test_a_checkbox_or_button_counts_by_its_presence(kind, submitted, optional, values):
    assert load(submitted, field(kind=kind, optional=optional)) == values


@pytest.mark.parametrize(
    ("submitted", "optional", "values"),
    [
        ({"f": "a"}, False, {"f": "a"}),
        ({"f": "z"}, False, None),
        ({"f": "z"}, True, None),
        ({"f": "A"}, True, None),
        ({"f": ""}, True, {"f": ""}),
        ({"f": ""}, False, None),
        ({}, True, None),
    ],
)
def test_a_select_takes_one_of_its_options(submitted, optional, values):
    assert load(submitted, field(kind="select", optional=optional, options={"a": TEXT, "b": TEXT})) == values


@pytest.mark.parametrize(
    ("submitted", "optional", "values"),
    [
        ({"f": "a"}, False, {"f": ("a",)}),
        ({"f": "a|b"}, False, {"f": ("a", "b")}),
        ({"f": "\x1fa|c\x1fb"}, False, {"f": ("a|c", "b")}),
        ({"f": "a|z"}, True, None),
        ({"f": ""}, True, {"f": ()}),
        ({}, True, {"f": ()}),
        ({}, False, None),
    ],
)
def test_a_multiselect_takes_any_of_its_options_and_absent_is_none(submitted, optional, values):
    options = {"a": TEXT, "b": TEXT, "a|c": TEXT}
    assert load(submitted, field(kind="multiselect", optional=optional, options=options)) == values


@pytest.mark.parametrize("submitted", [{"f": "x"}, {"g": "x"}, {"f": "x", "g": "y"}])
def test_a_field_is_taken_under_its_other_name_where_its_own_is_absent(submitted):
    assert load(submitted, field(alias="g")) == {"f": "x"}


def test_one_field_amiss_drops_the_whole_need():
    assert load({"f": "x"}, field(), field("g")) is None
    assert load({"f": "x", "g": "y"}, field(), field("g")) == {"f": "x", "g": "y"}


def test_a_need_without_fields_to_fill_never_loads():
    assert load({}) is None
    assert load({"f": "x"}, field(kind="null")) is None


def test_a_field_for_show_is_not_filled():
    assert load({"f": "x", "g": "y"}, field(kind="null"), field("g")) == {"g": "y"}


def test_only_what_is_filled_is_loaded():
    good, bad = Need("Good", (field(),)), Need("Bad", (field("g"),))
    assert load_all([bad, good], {"f": "x"}) == (Filled(good, {"f": "x"}),)


def test_what_was_answered_shows_in_no_repr():
    filled = Need("Request", (field(kind="password"),)).load({"f": "hunter2"})
    assert "hunter2" not in repr(filled)


def test_only_harmless_answers_may_be_stored():
    need = Need("Request", (field("name"), field("pass", "password"), field("code", sensitive=True)))
    filled = need.load({"name": "Alice", "pass": "hunter2", "code": "123456"})
    assert filled.harmless() == {"name": "Alice"}


def test_a_need_describes_itself_by_its_class_where_nothing_else_is_said():
    need = Need("DummyStartReq:dummylogin")
    assert need.provider_text == Message("rawmessage", ("DummyStartReq",))
    assert need.account_text == Message("rawmessage", ("DummyStartReq:dummylogin",))
