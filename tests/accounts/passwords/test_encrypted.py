"""Encrypted columns, beside the recorded ones in `test_scheme`."""

from dataclasses import replace

import pytest

from wikigate.accounts.passwords import pbkdf2
from wikigate.accounts.passwords.encrypted import EncryptedRecipe, parse
from wikigate.accounts.passwords.scheme import PasswordScheme
from wikigate.accounts.passwords.settings import EncryptionSettings, PasswordSettings

SETTINGS = EncryptionSettings("secure", ("first", "second"))
INNER = pbkdf2.Pbkdf2Recipe("sha512", 2, 64)
RECIPE = EncryptedRecipe(SETTINGS, "aes-256-cbc", 1, INNER)


def read(column, settings=SETTINGS):
    return parse(column.removeprefix(":secure:"), settings, lambda inner: pbkdf2.parse(inner.removeprefix(":pbkdf2:")))


@pytest.mark.parametrize("mode", ["cbc", "ctr"])
@pytest.mark.parametrize("bits", [128, 192, 256])
def test_every_cipher_reads_back_what_it_wrote(bits, mode):
    made = replace(RECIPE, cipher=f"aes-{bits}-{mode}").make(b"right", bytes)
    assert read(made.column()) == made
    assert read(made.column()).verify(b"right")
    assert INNER.make(b"right", bytes).derived not in made.column()


def test_the_last_secret_encrypts_and_a_column_names_its_own():
    older, newer = EncryptionSettings("secure", ("first",)), SETTINGS
    before, after = (PasswordScheme(PasswordSettings("mediawiki", encryption=settings)) for settings in (older, newer))
    stored = before.make("right")
    assert stored.startswith(":secure:aes-256-cbc:0:")
    assert after.verify(stored, "right")
    assert after.needs_rehash(stored)
    assert after.make("right").startswith(":secure:aes-256-cbc:1:")
    assert not before.usable(after.make("right"))


def test_another_cipher_or_another_inner_profile_is_stored_anew():
    stored = PasswordScheme(PasswordSettings("mediawiki", encryption=SETTINGS)).make("right")
    cipher = replace(SETTINGS, cipher="aes-256-ctr")
    assert PasswordScheme(PasswordSettings("mediawiki", encryption=cipher)).needs_rehash(stored)
    assert PasswordScheme(PasswordSettings("argon2id", encryption=SETTINGS)).needs_rehash(stored)


def test_without_wrapping_old_columns_are_read_and_new_ones_are_plain():
    stored = PasswordScheme(PasswordSettings("mediawiki", encryption=SETTINGS)).make("right")
    leaving = PasswordScheme(PasswordSettings("mediawiki", encryption=replace(SETTINGS, wrap=False)))
    assert leaving.verify(stored, "right")
    assert leaving.needs_rehash(stored)
    assert leaving.make("right").startswith(":pbkdf2:")


def test_with_another_secret_or_none_no_password_matches():
    stored = RECIPE.make(b"right", bytes).column()
    assert read(stored, EncryptionSettings("secure", ("first", "another"))) is None
    assert not PasswordScheme(PasswordSettings("mediawiki")).usable(stored)


def test_an_encrypted_column_inside_an_encrypted_one_is_not_read():
    class Nested:
        def make(self, password, random_bytes):
            return RECIPE.make(password, random_bytes)

    twice = EncryptedRecipe(SETTINGS, "aes-256-ctr", 1, Nested()).make(b"right", bytes).column()
    assert not PasswordScheme(PasswordSettings("mediawiki", encryption=SETTINGS)).usable(twice)


@pytest.mark.parametrize(
    "body",
    [
        "",
        "aes-256-cbc:1:AAAAAAAAAAAAAAAAAAAAAA==",
        "aes-256-cbc:1:AAAAAAAAAAAAAAAAAAAAAA==:",
        "aes-256-cbc:1:AAAA:AAAAAAAAAAAAAAAAAAAAAA==",
        "aes-256-cbc:1:AAAAAAAAAAAAAAAAAAAAAA==:AAAA",
        "aes-256-cbc:2:AAAAAAAAAAAAAAAAAAAAAA==:AAAAAAAAAAAAAAAAAAAAAA==",
        "aes-256-cbc:-1:AAAAAAAAAAAAAAAAAAAAAA==:AAAAAAAAAAAAAAAAAAAAAA==",
        "aes-256-cbc::AAAAAAAAAAAAAAAAAAAAAA==:AAAAAAAAAAAAAAAAAAAAAA==",
        "aes-256-gcm:1:AAAAAAAAAAAAAAAAAAAAAA==:AAAAAAAAAAAAAAAAAAAAAA==",
        "rc4:1::AAAA",
        "aes-256-ctr:1:AAAAAAAAAAAAAAAAAAAAAA==:*",
    ],
)
def test_what_cannot_be_decrypted_is_none(body):
    assert read(body) is None


@pytest.mark.parametrize(
    ("type_", "secrets", "cipher"),
    [
        ("secure", (), "aes-256-cbc"),
        ("secure", ("a", ""), "aes-256-cbc"),
        ("a:b", ("a",), "aes-256-cbc"),
        ("é", ("a",), "aes-256-cbc"),
        ("", ("a",), "aes-256-cbc"),
        ("secure", ("a",), "des"),
    ],
)
def test_settings_that_cannot_work_are_refused_at_start(type_, secrets, cipher):
    with pytest.raises(ValueError, match=r"secret|type|cipher"):
        EncryptionSettings(type_, secrets, cipher)
