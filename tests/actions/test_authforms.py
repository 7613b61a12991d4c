"""Fields merged into one form, and messages with their codes (spec core §7.2, §8.1)."""

from __future__ import annotations

import pytest

from wikigate.actions.authforms import fill, merge_fields, message_code
from wikigate.auth.fields import Field, Need, raw_message
from wikigate.primitives.errors import ApiError
from wikigate.primitives.message import Message
from wikigate.wire.phpform import ARRAY, Form

TEXT = Message("rawmessage", ("text",))


def field(name, kind="string", **more):
    return Field(name, kind, TEXT, TEXT, **more)


def need(ident, required, *fields):
    return Need(ident, fields, required)


def merged(*needs):
    return {f.name: f for f in merge_fields(needs)}


def test_a_field_is_needed_where_every_way_in_needs_it():
    password = need("P", "primary-required", field("username"), field("password"))
    domain = need("D", "primary-required", field("username"), field("password"), field("domain"))
    fields = merged(password, domain)
    assert {name: f.optional for name, f in fields.items()} == {"username": False, "password": False, "domain": True}


def test_with_a_way_in_that_needs_nothing_of_it_everything_is_optional():
    password = need("P", "primary-required", field("username"), field("password"))
    button = need("B", "primary-required", field("press", "button"))
    assert all(f.optional for f in merged(password, button).values())


def test_what_an_optional_request_asks_for_is_optional():
    assert merged(need("O", "optional", field("a")))["a"].optional
    assert not merged(need("R", "required", field("a")))["a"].optional
    assert merged(need("R", "required", field("a", optional=True)))["a"].optional


def test_a_field_of_two_requests_is_optional_only_if_it_is_in_both():
    loose, strict = need("O", "optional", field("a")), need("R", "required", field("a"))
    assert not merged(loose, strict)["a"].optional
    assert not merged(strict, loose)["a"].optional
    assert merged(loose, loose)["a"].optional


def test_a_field_is_sensitive_if_it_is_so_anywhere_and_its_options_are_united():
    first = need("A", "required", field("a", "select", options={"x": TEXT}))
    second = need("B", "required", field("a", "select", sensitive=True, options={"y": TEXT}))
    assert merged(first, second)["a"].sensitive
    assert list(merged(first, second)["a"].options) == ["x", "y"]


def test_fields_keep_the_order_in_which_they_first_appear():
    assert list(
        merged(need("A", "required", field("b"), field("a")), need("B", "required", field("c"), field("b")))
    ) == ["b", "a", "c"]


@pytest.mark.parametrize(
    ("message", "code"),
    [
        (Message("wrongpassword"), "wrongpassword"),
        (Message("sessionfailure"), "badtoken"),
        (raw_message("Error: access_denied"), "Error__access_denied"),
        (raw_message("\n* 1\n* 2"), "___1___2"),
        (Message("rawmessage"), "rawmessage"),
    ],
)
def test_codes_of_answers(message, code):
    assert message_code(message) == code


def test_only_fields_that_are_asked_for_are_read():
    form = Form({"q": "1"}, {"a": "x", "b": "y", "c_x": "17"})
    needs = [
        need("A", "required", field("a")),
        need("B", "required", field("b")),
        need("C", "required", field("c", "button")),
    ]
    filled = fill(form, needs, ["A", "C"])
    assert [(one.need.id, dict(one.values)) for one in filled] == [("A", {"a": "x"}), ("C", {"c": True})]
    assert form.unused() == ["b", "q"]


def test_fields_may_stand_in_the_query_string_unless_they_are_sensitive():
    assert fill(Form({"a": "x"}), [need("A", "required", field("a"))])
    with pytest.raises(ApiError) as caught:
        fill(
            Form({"a": "x", "b": "y"}),
            [need("A", "required", field("a", sensitive=True), field("b", "password", sensitive=True))],
        )
    assert [issue.code for issue in caught.value.issues] == ["mustpostparams"]


def test_an_array_is_read_and_counts_as_absent():
    form = Form({}, {"a": ARRAY})
    assert fill(form, [need("A", "required", field("a"))]) == ()
    assert form.unused() == []
