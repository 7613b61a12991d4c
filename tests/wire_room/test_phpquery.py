"""Query strings written again; what is expected is what the real MediaWiki linked to."""

from __future__ import annotations

import pytest

from wikigate.wire.phpquery import rewrite


@pytest.mark.parametrize(
    ("query", "written"),
    [
        ("", "format=xml"),
        ("action=query", "action=query&format=xml"),
        ("format=a&format=b&x", "format=xml&x="),
        ("action=query&format[]=a&format%5Bk%5D=b", "action=query&format=xml"),
        ("x[]=1&x[]=2&y[a]=3&y[b][]=4", "x%5B0%5D=1&x%5B1%5D=2&y%5Ba%5D=3&y%5Bb%5D%5B0%5D=4&format=xml"),
        ("a.b=1&title=Foo&7=x&9=y&servedby", "a_b=1&0=x&1=y&servedby=&format=xml"),
        (
            "x=a b+c%20d'\"<>!*()~;:@,/?#|%C3%BC",
            "x=a+b+c+d%27%22%3C%3E%21%2A%28%29%7E%3B%3A%40%2C%2F%3F%23%7C%C3%BC&format=xml",
        ),
        ("x[5]=1&x[]=2&x=3&x[]=4", "x%5B0%5D=4&format=xml"),
        ("x=%fe&=1&&x[", "x=%FE&x_=&format=xml"),
        ("9223372036854775807=a&9223372036854775808=b", "0=a&9223372036854775808=b&format=xml"),
        (f"{'1' * 5000}=a&x[{'2' * 5000}]=b&x[]=c", f"{'1' * 5000}=a&x%5B{'2' * 5000}%5D=b&x%5B0%5D=c&format=xml"),
    ],
)
def test_a_query_string_is_written_as_php_does(query: str, written: str) -> None:
    assert rewrite(query, "format", "xml") == written
