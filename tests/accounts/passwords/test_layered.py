"""`:pbkdf2-legacyA:` and `:pbkdf2-legacyB:`, beside the recorded columns in `test_scheme`."""

import hashlib
from base64 import b64encode

import pytest

from wikigate.accounts.passwords.layered import parse_legacy_a, parse_legacy_b
from wikigate.accounts.passwords.pbkdf2 import Pbkdf2Recipe


def wrapped(inner, inner_salt=""):
    derived = b64encode(hashlib.pbkdf2_hmac("sha512", inner.encode(), b"salt", 3, 64)).decode()
    return f"!sha512:3:64!{inner_salt}!{b64encode(b'salt').decode()}!{derived}"


PLAIN = wrapped(hashlib.md5(b"right").hexdigest())
SALTED = wrapped(hashlib.md5(b"7-" + hashlib.md5(b"right").hexdigest().encode()).hexdigest(), "7")


@pytest.mark.parametrize(
    ("parse", "body"), [(parse_legacy_a, PLAIN), (parse_legacy_a, SALTED), (parse_legacy_b, SALTED)]
)
def test_the_inner_digest_is_the_password_of_the_outer_layer(parse, body):
    value = parse(body)
    assert value.verify(b"right")
    assert not value.verify(b"wrong")
    assert not value.verify(hashlib.md5(b"right").hexdigest().encode())
    assert value.work == Pbkdf2Recipe("sha512", 3, 64)
    assert value.recipe is None
    assert value.column().endswith(body)


@pytest.mark.parametrize(
    "body",
    ["", "!", "!!!!", PLAIN + "!", "x" + PLAIN, PLAIN.replace("!!", "!a:b!"), PLAIN.replace(":3:", ":0:"), SALTED[1:]],
)
def test_what_is_not_a_layered_column_is_none(body):
    assert parse_legacy_a(body) is None
    assert parse_legacy_b(body) is None


def test_type_b_without_its_salt_is_none():
    assert parse_legacy_b(PLAIN) is None
