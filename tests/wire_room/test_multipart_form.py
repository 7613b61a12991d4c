"""Forms in parts (transcripts T126 to T128)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wikigate.primitives.errors import ApiError
from wikigate.wire.http import Request
from wikigate.wire.multipart_form import Part, read_multipart
from wikigate.wire.phpform import ARRAY, Form, FormLimits, parse_form

TYPE = "multipart/form-data; boundary=BB"


def form_of(*parts: str, tail: str = "--BB--\r\n", max_params: int = 1000) -> Form:
    body = ("".join(f"--BB\r\n{part}\r\n" for part in parts) + tail).encode()
    return parse_form(Request("POST", "/", "", {"content-type": TYPE}, body), FormLimits(max_params))


def named(name: str, value: str) -> str:
    return f'Content-Disposition: form-data; name="{name}"\r\n\r\n{value}'


def test_a_part_without_file_name_is_a_value_whatever_its_own_content_type() -> None:
    typed = 'Content-Disposition: form-data; name="ftint"\r\nContent-Type: text/plain; charset=UTF-8\r\n\r\n7'
    form = form_of(named("ftstr", "multipart é"), typed, named("a.b[]", "x"))
    assert (form.text("ftstr"), form.text("ftint"), form.get("a_b")) == ("multipart é", "7", ARRAY)


def test_a_part_with_file_name_is_an_upload_and_no_value() -> None:
    form = form_of('Content-Disposition: form-data; name="ftfile"; filename="x.txt"\r\n\r\nabc', named("b", "1"))
    assert form.uploads == {"ftfile"}
    assert form.names() == ["b"]


def test_what_stands_before_a_fault_is_read_and_the_rest_is_absent() -> None:
    assert form_of(named("a", "1"), named("b", "2"), tail="--BB").body == {"a": "1"}
    assert form_of(named("a", "1"), "no colon here\r\n\r\n2", named("c", "3")).body == {"a": "1"}
    assert parse_form(Request("POST", "/", "", {"content-type": "multipart/form-data"}, b"x"), FormLimits()).body == {}


def test_e10_more_parts_than_the_limit_are_an_explicit_error() -> None:
    with pytest.raises(ApiError, match="toomanyparams"):
        form_of(*(named(f"p{n}", "x") for n in range(11)), max_params=10)


@given(st.binary(max_size=300), st.text(max_size=30))
def test_any_bytes_give_parts_and_never_an_exception(body: bytes, boundary: str) -> None:
    parts = read_multipart(f"multipart/form-data; boundary={boundary}", body, 10)
    assert parts is not None
    assert all(isinstance(part, Part) for part in parts)
    read_multipart(TYPE, b"--BB\r\n" + body + b"\r\n--BB--", 10)
