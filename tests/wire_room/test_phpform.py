"""Parameters of a request."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wikigate.primitives.errors import ApiError
from wikigate.wire.http import Request
from wikigate.wire.phpform import ARRAY, ArrayValue, Form, FormLimits, parse_form

URLENCODED = {"content-type": "application/x-www-form-urlencoded"}
LIMITS = FormLimits()


def form_of(query: str = "", body: bytes = b"", headers: dict[str, str] | None = None, method: str = "") -> Form:
    chosen = method or ("POST" if body else "GET")
    return parse_form(Request(chosen, "/w/api.php", query, headers or URLENCODED, body), LIMITS)


def test_the_body_wins_over_the_query_string() -> None:
    form = form_of("ftstr=fromget&a=1", b"ftstr=frompost&ftint=3")
    assert form.text("ftstr") == "frompost"
    assert form.in_query("ftstr")
    assert not form.in_query("ftint")
    assert form.names() == ["ftstr", "ftint", "a"]


def test_e11_the_last_of_two_duplicates_wins() -> None:
    assert form_of("username=A&username=B").text("username") == "B"
    assert form_of("", b"lgtoken=1&lgtoken=2").text("lgtoken") == "2"


@pytest.mark.parametrize(
    ("query", "value"),
    [
        ("x=a+b%20c%2Bd", "a b c+d"),
        ("x=a;y=b", "a;y=b"),
        ("x=%zz%4", "%zz%4"),
        ("x", ""),
        ("x=", ""),
        ("x=a=b", "a=b"),
        ("&&x=1&", "1"),
        ("x=a%0D%0Ab", "a\r\nb"),
        ("x=e%CC%81", "é"),
        ("x=caf%C3%A9", "café"),
        ("x=\xc3\xa9", "é"),
        ("x=caf%E9", "café"),
        ("x=a%01b", "a\ufffdb"),
        ("x=a%00b", "a\ufffdb"),
    ],
)
def test_a_query_string_value_is_decoded_and_cleaned(query: str, value: str) -> None:
    assert form_of(query).text("x") == value


def test_a_body_value_that_is_no_utf8_gets_replacement_characters() -> None:
    assert form_of("", b"x=caf%E9").clean("x") == ("caf\ufffd", True)
    assert form_of("", b"x=caf\xe9").clean("x") == ("caf\ufffd", True)


@pytest.mark.parametrize(
    ("query", "changed"),
    [
        ("x=plain", False),
        ("x=%C3%A9", False),
        ("x=a%0Ab", False),
        ("x=e%CC%81", True),
        ("x=caf%E9", True),
        ("x=%00", True),
    ],
)
def test_clean_says_whether_it_changed_the_value(query: str, changed: bool) -> None:
    cleaned = form_of(query).clean("x")
    assert cleaned is not None
    assert cleaned[1] is changed


def test_e9_the_separator_u001f_survives_and_its_pieces_are_cleaned_one_by_one() -> None:
    assert form_of("x=%1Fa%01%1Fe%CC%81").clean("x") == ("\x1fa\ufffd\x1fé", True)
    assert form_of("x=%1Fa|b%1Fc").clean("x") == ("\x1fa|b\x1fc", False)
    assert form_of("x=a%1Fb").clean("x") == ("a\ufffdb", True)


def test_e8_array_syntax_makes_no_text() -> None:
    form = form_of("username[]=a&x[y]=&plain=1")
    assert isinstance(form.get("username"), ArrayValue)
    assert form.text("username") is None
    assert form.get("x") is ARRAY
    assert "username" in form
    assert form.names() == ["username", "x", "plain"]


def test_unused_names_are_those_that_nobody_read() -> None:
    form = form_of("zzz=1&%C3%A9=2&a%5Bb=3&x%5By%5D=1&read=1")
    form.text("read")
    assert "zzz" in form  # asking whether it is there is not reading it
    assert form.unused() == ["zzz", "é", "a_b", "x"]


@pytest.mark.parametrize(
    ("headers", "method"),
    [
        ({"content-type": "application/json"}, "POST"),
        ({"content-type": "text/plain"}, "POST"),
        ({"accept": "*/*"}, "POST"),
        (URLENCODED, "PUT"),
        (URLENCODED, "GET"),
    ],
)
def test_only_posted_forms_have_body_parameters(headers: dict[str, str], method: str) -> None:
    assert form_of("", b"ftstr=x", headers, method).names() == []


def test_a_charset_of_the_content_type_is_ignored() -> None:
    headers = {"content-type": "Application/x-www-form-urlencoded; charset=iso-8859-1"}
    assert form_of("", b"ftstr=caf%C3%A9", headers).text("ftstr") == "café"


def test_e10_one_parameter_too_many_is_an_explicit_error() -> None:
    limits = FormLimits(max_params=3)
    parse_form(Request("POST", "/", "a=1", URLENCODED, b"b=2&c=3"), limits)
    with pytest.raises(ApiError) as caught:
        parse_form(Request("POST", "/", "a=1", URLENCODED, b"b=2&c=3&d=4"), limits)
    assert [issue.code for issue in caught.value.issues] == ["toomanyparams"]
    with pytest.raises(ApiError):
        parse_form(Request("GET", "/", "a=1&b=2&c=3&d=4"), limits)


def test_a_refused_request_can_still_say_which_format_it_wants() -> None:
    form = Form.of_query(Request("GET", "/", "format=json&" + "&".join(f"p{n}=1" for n in range(5000))))
    assert form.text("format") == "json"
    assert len(form.names()) == 1000


@given(st.binary(max_size=200), st.binary(max_size=200), st.sampled_from(["GET", "POST", "PUT"]))
def test_e8_any_bytes_give_a_form_of_clean_text_or_an_api_error(query: bytes, body: bytes, method: str) -> None:
    request = Request(method, "/", query.decode("latin-1"), URLENCODED, body)
    try:
        form = parse_form(request, FormLimits(max_params=20))
    except ApiError:
        form = Form.of_query(request)
    for name in form.names():
        (name + (form.text(name) or "")).encode()
    assert form.unused() == []
