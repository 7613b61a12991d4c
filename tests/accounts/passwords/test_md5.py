"""`:A:`, `:B:` and bare digests."""

import pytest

from wikigate.accounts.passwords.md5 import bare, parse_a, parse_b

# md5("x"), and md5("1-" + md5("x")), by the coreutils md5sum
PLAIN = "9dd4e461268c8034f5c8564e155c67a6"
SALTED = "daf2b42e5b7bc79f0edb136ecb621436"


def test_type_a_is_plain_or_salted():
    assert parse_a(PLAIN).verify(b"x")
    assert parse_a(f"1:{SALTED}").verify(b"x")
    assert not parse_a(PLAIN).verify(b"X")
    assert not parse_a(f"2:{SALTED}").verify(b"x")


def test_type_b_is_salted():
    assert parse_b(f"1:{SALTED}").verify(b"x")
    assert parse_b(PLAIN) is None


def test_a_bare_digest_is_salted_with_the_number_of_its_account():
    assert bare(SALTED, 1).verify(b"x")
    assert not bare(SALTED, 2).verify(b"x")
    assert not bare(PLAIN, 1).verify(b"x")
    assert bare(SALTED, 1).column() == f":B:1:{SALTED}"


@pytest.mark.parametrize("body", ["", ":", PLAIN.upper(), PLAIN[1:], PLAIN + "0", f"a:b:{PLAIN}", PLAIN + "\n"])
@pytest.mark.parametrize("parse", [parse_a, parse_b])
def test_what_is_not_an_md5_column_is_none(parse, body):
    assert parse(body) is None
