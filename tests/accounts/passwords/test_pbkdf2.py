"""`:pbkdf2:`: its spelling, its limits, and what is left to do after fewer rounds."""

import pytest

from wikigate.accounts.passwords.pbkdf2 import Pbkdf2Recipe, parse

SALT = "MDEyMzQ1Njc4OWFiY2RlZg=="


@pytest.mark.parametrize(
    "body",
    [
        "",
        ":::::",
        f"sha512:1:64:{SALT}",
        f"sha512:1:64:{SALT}:AAAA:AAAA",
        f"md5:1:16:{SALT}:AAAA",
        f"sha512:0:64:{SALT}:AAAA",
        f"sha512:-1:64:{SALT}:AAAA",
        f"sha512:1e3:64:{SALT}:AAAA",
        f"sha512: 1:64:{SALT}:AAAA",
        f"sha512:1:0:{SALT}:AAAA",
        f"sha512:1:64:{SALT}:",
        "sha512:1:64:MDEyM:AAAA",
        "sha512:1:64:M=EyMw==:AAAA",
        f"sha512:1:64:{SALT}:AAAA\n",
    ],
)
def test_what_is_not_a_pbkdf2_column_is_none(body):
    assert parse(body) is None


@pytest.mark.parametrize(
    ("algorithm", "rounds", "length"),
    [("sha3", 1, 64), ("sha512", 0, 64), ("sha512", 1, 0), ("sha512", 10_000_001, 64), ("sha256", 5_000_001, 64)],
)
def test_a_recipe_that_its_own_parser_would_refuse_cannot_be_made(algorithm, rounds, length):
    with pytest.raises(ValueError, match=algorithm):
        Pbkdf2Recipe(algorithm, rounds, length)


def test_the_parameters_of_the_column_are_the_ones_used():
    made = Pbkdf2Recipe("sha256", 3, 20).make(b"right", bytes)
    read = parse(made.column().removeprefix(":pbkdf2:"))
    assert read == made
    assert read.recipe == Pbkdf2Recipe("sha256", 3, 20)
    assert read.verify(b"right")


def test_the_rest_after_fewer_rounds_is_the_difference():
    recipe = Pbkdf2Recipe("sha512", 10, 64)
    assert recipe.rest(None) == recipe
    assert recipe.rest(Pbkdf2Recipe("sha512", 4, 64)) == Pbkdf2Recipe("sha512", 6, 64)
    assert recipe.rest(Pbkdf2Recipe("sha512", 10, 64)) is None
    assert recipe.rest(Pbkdf2Recipe("sha512", 11, 64)) is None
    assert recipe.rest(Pbkdf2Recipe("sha256", 4, 64)) is None
    assert recipe.rest("something else") is None
