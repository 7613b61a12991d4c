"""The Cookie header (spec security T5)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wikigate.wire.phpcookie import parse_cookies


@pytest.mark.parametrize(
    ("header", "cookies"),
    [
        ("", {}),
        ("a=1; b=2", {"a": "1", "b": "2"}),
        ("a=1;b=2", {"a": "1", "b": "2"}),
        ("a=first; a=second", {"a": "first"}),
        ("my_wikiUserName=Core%20User", {"my_wikiUserName": "Core User"}),
        ("a=1+2", {"a": "1+2"}),
        ('a="quoted"', {"a": '"quoted"'}),
        ("a.b=1; c d=2", {"a_b": "1", "c_d": "2"}),
        ("a[]=1; b=2", {"b": "2"}),
        ("a=1; a[x]=2; b=2", {"b": "2"}),
        ("a[x]=1; a=2; b=2", {"b": "2"}),
        ("lonely; b=2", {"lonely": "", "b": "2"}),
        ("=x; ; b=2", {"b": "2"}),
        ("a=%E9", {"a": "\ufffd"}),
        ("a=\xc3\xa9", {"a": "é"}),
        ("a=%00", {"a": "\0"}),
        ("..Host-a=1; __Host-b=2", {"__Host-b": "2"}),
        ("a=../../etc", {"a": "../../etc"}),
    ],
)
def test_a_header_is_read_as_php_reads_it(header: str, cookies: dict[str, str]) -> None:
    assert parse_cookies(header) == cookies


@given(st.text(st.characters(max_codepoint=255), max_size=200) | st.text(max_size=100))
def test_t5_any_header_gives_cookies_of_valid_text(header: str) -> None:
    for name, value in parse_cookies(header).items():
        (name + value).encode()
