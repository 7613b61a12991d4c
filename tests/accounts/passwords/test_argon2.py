"""`:argon2:`: its spelling, its limits, and a machine without memory."""

import pytest
from argon2.exceptions import HashingError

from wikigate.accounts.passwords import argon2
from wikigate.accounts.passwords.argon2 import Argon2Recipe, parse

SALT = "MTIzNDU2Nzg"


def test_the_vector_of_the_reference_implementation_holds():
    # P-H-C/phc-winner-argon2, test.c: hashtest(version 0x13, 2, 8, 1, "password", "somesalt", Argon2_id)
    column = "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4"
    assert parse(column).verify(b"password")
    assert not parse(column).verify(b"Password")


@pytest.mark.parametrize("variant", ["argon2i", "argon2id"])
@pytest.mark.parametrize("version", [16, 19])
def test_both_variants_of_php_and_both_versions_are_read(variant, version):
    made = Argon2Recipe(16, 1, 1, variant, version).make(b"right", bytes)
    read = parse(made.column().removeprefix(":argon2:"))
    assert read == made
    assert read.verify(b"right")


@pytest.mark.parametrize(
    "body",
    [
        "",
        "garbage",
        f"$argon2d$v=19$m=8,t=1,p=1${SALT}$AAAAAAAA",
        f"$argon2id$v=18$m=8,t=1,p=1${SALT}$AAAAAAAA",
        f"$argon2id$m=8,t=1,p=1${SALT}$AAAAAAAA",
        f"$argon2id$v=19$t=1,m=8,p=1${SALT}$AAAAAAAA",
        f"$argon2id$v=19$m=15,t=1,p=2${SALT}$AAAAAAAA",
        f"$argon2id$v=19$m=8,t=0,p=1${SALT}$AAAAAAAA",
        f"$argon2id$v=19$m=8,t=1,p=0${SALT}$AAAAAAAA",
        "$argon2id$v=19$m=8,t=1,p=1$MTIzNDU2Nw$AAAAAAAA",
        f"$argon2id$v=19$m=8,t=1,p=1${SALT}$AAAA",
        f"$argon2id$v=19$m=8,t=1,p=1${SALT}$AAAAA",
        f"$argon2id$v=19$m=8,t=1,p=1${SALT}$AAAAAAAA==",
        f"$argon2id$v=19$m=8,t=1,p=1${SALT}$AAAAAAAA$",
    ],
)
def test_what_is_not_an_argon2_column_is_none(body):
    assert parse(body) is None


@pytest.mark.parametrize(
    ("memory", "passes", "lanes", "variant", "version"),
    [
        (8, 1, 1, "argon2d", 19),
        (8, 1, 1, "argon2id", 20),
        (7, 1, 1, "argon2id", 19),
        (8, 0, 1, "argon2id", 19),
        (1024, 1, 17, "argon2id", 19),
        (1 << 21, 1, 1, "argon2id", 19),
        (1 << 20, 5, 1, "argon2id", 19),
    ],
)
def test_a_recipe_that_its_own_parser_would_refuse_cannot_be_made(memory, passes, lanes, variant, version):
    with pytest.raises(ValueError, match="Argon2"):
        Argon2Recipe(memory, passes, lanes, variant, version)


def test_no_memory_is_no_verdict_on_the_password(monkeypatch):
    def exhausted(*arguments, **parameters):
        raise HashingError("Memory allocation error")

    made = Argon2Recipe(8, 1, 1).make(b"right", bytes)
    monkeypatch.setattr(argon2, "hash_secret_raw", exhausted)
    with pytest.raises(MemoryError, match="8 KiB"):
        made.verify(b"right")


def test_the_rest_is_all_after_no_work_and_nothing_after_other_work():
    recipe = Argon2Recipe(16, 2, 1)
    assert recipe.rest(None) == recipe
    assert recipe.rest(Argon2Recipe(16, 1, 1)) is None
