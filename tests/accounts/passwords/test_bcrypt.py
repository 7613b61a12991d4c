"""`:bcrypt:`: read as PHP's `crypt` reads it. The expected values are PHP's."""

import pytest

from wikigate.accounts.passwords.bcrypt import BcryptWork, parse

SALT = "R7MkLVYdMpJe6nhseIoXr."
A = f"4${SALT}$f6u.o6IK3Yt9G/5KBRZKDe4AF4N/1uq"
LONG = f"4${SALT}$ZHmNuK7Fdp/0q8b6xriiNBc/B3pVQqC"


def test_a_password_ends_at_its_first_nul():
    assert parse(A).verify(b"a")
    assert parse(A).verify(b"a\0b")
    assert not parse(A).verify(b"ab")


def test_seventy_two_bytes_count_and_no_more():
    assert parse(LONG).verify(b"x" * 72)
    assert parse(LONG).verify(b"x" * 100)
    assert not parse(LONG).verify(b"x" * 71)


def test_the_cost_is_the_work_with_or_without_a_leading_zero():
    assert parse(A).work == parse("0" + A).work == BcryptWork(4)
    assert parse("0" + A).verify(b"a")


@pytest.mark.parametrize(
    "body",
    [
        "",
        "4",
        f"4${SALT}",
        f"4${SALT}$",
        f"3${A[2:]}",
        f"17${A[2:]}",
        f"004${A[2:]}",
        f"x${A[2:]}",
        A + "a",
        A.replace(".", "+"),
        A + "\n",
    ],
)
def test_what_is_not_a_bcrypt_column_is_none(body):
    assert parse(body) is None
