"""What was typed stays one value: in a filter (RFC 4515), in a DN (RFC 4514)."""

from __future__ import annotations

import re

from hypothesis import example, given
from hypothesis import strategies as st

from wikigate.providers.ldap.escaping import in_dn, in_filter

_PAIR = re.compile(r"\\([0-9a-f]{2})")


def _unescaped(text):
    return _PAIR.sub(lambda pair: chr(int(pair[1], 16)), text)


@given(st.text())
@example("*)(uid=*")
@example("\\2a\0")
def test_a_filter_value_means_itself_and_nothing_else(text):
    escaped = in_filter(text)
    assert _unescaped(escaped) == text
    assert not set(_PAIR.sub("", escaped)) & set("\\*()\0")


@given(st.text(st.characters() | st.sampled_from(' \\,+"<>;=#\0')))
@example(" a ")
@example("  ")
@example("x,ou=people")
def test_a_dn_value_means_itself_and_nothing_else(text):
    escaped = in_dn(text)
    assert _unescaped(escaped) == text
    assert not set(_PAIR.sub("", escaped)) & set('\\,+"<>;=#\0')
    assert escaped == escaped.strip(" ")
