"""The scheme: every recorded column, the cost of a failure, what is rehashed, and garbage."""

import re

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from wikigate.accounts.passwords.base import MAX_COLUMN_BYTES
from wikigate.accounts.passwords.encrypted import EncryptedRecipe
from wikigate.accounts.passwords.scheme import FORMATS, PasswordScheme
from wikigate.accounts.passwords.settings import PROFILES, PasswordSettings, Profile

from .columns import CHEAP_RECIPES, ENCRYPTIONS, RECORDED

USER_ID = RECORDED["user_id"]
COLUMNS = RECORDED["columns"]
MATCHING = [column for column in COLUMNS if column["matches"]]


def named(column):
    return column["name"]


def scheme_for(column, profile="mediawiki"):
    return PasswordScheme(PasswordSettings(profile, encryption=ENCRYPTIONS.get(column.get("encryption"))))


@pytest.fixture
def cheap(monkeypatch):
    """A scheme with a profile that costs nothing."""
    monkeypatch.setitem(PROFILES, "mediawiki", Profile(CHEAP_RECIPES["pbkdf2-sha512"], "none"))
    return PasswordScheme(PasswordSettings("mediawiki"))


@pytest.mark.parametrize("column", COLUMNS, ids=named)
def test_a_column_of_mediawiki_lets_in_whom_mediawiki_lets_in(column):
    """H1: every type that MediaWiki can store."""
    verified = scheme_for(column).verify(column["stored"], column["password"], user_id=USER_ID)
    assert verified is column["matches"]
    assert scheme_for(column).verify(column["stored"].encode(), column["password"], user_id=USER_ID) is verified


@pytest.mark.parametrize("column", MATCHING, ids=named)
def test_a_password_with_one_character_less_is_refused(column):
    shorter = column["password"][1:]
    assert not scheme_for(column).verify(column["stored"], shorter, user_id=USER_ID)


@pytest.mark.parametrize("profile", ["mediawiki", "argon2id-php"])
@pytest.mark.parametrize("column", [c for c in MATCHING if "rehashed_with" in c], ids=named)
def test_a_login_stores_anew_what_mediawiki_stores_anew(column, profile):
    rehash = scheme_for(column, profile).needs_rehash(column["stored"], user_id=USER_ID)
    assert rehash is (profile in column["rehashed_with"])


@pytest.mark.parametrize("column", COLUMNS, ids=named)
def test_a_column_is_spelt_as_it_was_read(column):
    value = scheme_for(column).parse(column["stored"], user_id=USER_ID)
    bare_or_odd = not value.usable or column["name"].startswith(("bare md5", "bcrypt, cost with"))
    assert bare_or_odd or value.column() == column["stored"]


@pytest.mark.parametrize("profile", PROFILES)
def test_a_made_password_verifies_fits_the_column_and_stays(profile):
    scheme = PasswordScheme(PasswordSettings(profile))
    stored = scheme.make("Pässwörd ☃ ")
    assert stored.isascii()
    assert len(stored) <= MAX_COLUMN_BYTES
    assert scheme.verify(stored, "Pässwörd ☃ ")
    assert not scheme.verify(stored, "Pässwörd ☃")
    assert not scheme.needs_rehash(stored)
    assert all(PasswordScheme(PasswordSettings(other)).needs_rehash(stored) for other in PROFILES if other != profile)


def test_two_accounts_with_one_password_have_two_columns(cheap):
    assert cheap.make("same") != cheap.make("same")


def test_the_salt_is_the_randomness_that_was_given(monkeypatch):
    monkeypatch.setitem(PROFILES, "mediawiki", Profile(CHEAP_RECIPES["pbkdf2-sha512"], "none"))
    scheme = PasswordScheme(PasswordSettings("mediawiki"), lambda count: b"s" * count)
    assert scheme.make("x").split(":")[5] == "c3Nzc3Nzc3Nzc3Nzc3Nzcw=="


@pytest.mark.parametrize("profile", ["mediawiki", "argon2id"])
@pytest.mark.parametrize(
    "stored",
    [
        None,
        "",
        b"",
        "not-a-hash",
        ":zzz:abc",
        ":A:23111cffa98b3c905f112fdb477e9040",
        "a6b70a255f30c86f45fb2908ea002162",
    ],
    ids=["no account", "empty", "empty bytes", "no type", "unknown type", "md5", "bare md5"],
)
def test_a_failure_costs_what_a_check_of_the_profile_costs(profile, stored, work):
    """B9: no account, no usable password and a fast old format all take one check of the profile's work."""
    scheme = PasswordScheme(PasswordSettings(profile))
    current = PROFILES[profile].recipe.decoy(bytes)
    assert not scheme.verify(current.column(), "wrong")
    expected = work.taken()
    assert expected != (0, 0)
    assert not scheme.verify(stored, "wrong", user_id=USER_ID)
    assert work.taken() == expected
    assert scheme.verify_dummy("wrong") is False
    assert work.taken() == expected


@pytest.mark.parametrize("name", ["pbkdf2", "pbkdf2 over A", "pbkdf2 over B"])
def test_a_failure_against_fewer_rounds_does_the_missing_ones(name, work):
    """B9, when the profile was raised and the account has not logged in since."""
    (column,) = (column for column in COLUMNS if column["name"] == name)
    scheme = PasswordScheme(PasswordSettings("owasp"))
    assert not scheme.verify(column["stored"], "wrong")
    assert work.taken() == (210_000, 0)


def test_a_failure_in_either_encoding_costs_the_same_without_an_account(work):
    """B9 with legacy_encoding: a password beyond ASCII is tried twice, for a missing account too."""
    scheme = PasswordScheme(PasswordSettings("mediawiki", legacy_encoding=True))
    current = PROFILES["mediawiki"].recipe.decoy(bytes)
    assert not scheme.verify(current.column(), "pässword")
    assert work.taken() == (60_000, 0)
    scheme.verify_dummy("pässword")
    assert work.taken() == (60_000, 0)
    scheme.verify_dummy("password")
    assert work.taken() == (30_000, 0)


def test_a_password_from_a_windows_1252_wiki_is_let_in_only_when_asked_for(monkeypatch):
    monkeypatch.setitem(PROFILES, "mediawiki", Profile(CHEAP_RECIPES["pbkdf2-sha512"], "none"))
    stored = CHEAP_RECIPES["pbkdf2-sha512"].make("pässwörd€".encode("cp1252"), bytes).column()
    assert not PasswordScheme(PasswordSettings("mediawiki")).verify(stored, "pässwörd€")
    legacy = PasswordScheme(PasswordSettings("mediawiki", legacy_encoding=True))
    assert legacy.verify(stored, "pässwörd€")
    assert not legacy.verify(stored, "pässwörd☃")
    assert legacy.verify(legacy.make("☃"), "☃")


@pytest.mark.parametrize("stored", [None, "", "not-a-hash", ":zzz:abc", ":pbkdf2:", "x" * 32, ":pbkdf2:" + "a" * 255])
def test_what_no_password_can_match_is_not_usable_and_not_rehashed(cheap, stored):
    assert not cheap.usable(stored)
    assert not cheap.needs_rehash(stored)
    assert not cheap.parse(stored).verify(b"")
    assert cheap.parse(stored).column() == ""


def test_a_bare_digest_is_nothing_where_there_is_no_account_number(cheap):
    """A bot password column cannot hold one (core §6.2)."""
    assert not cheap.usable("a6b70a255f30c86f45fb2908ea002162")
    assert cheap.usable("a6b70a255f30c86f45fb2908ea002162", user_id=16)
    assert cheap.needs_rehash("a6b70a255f30c86f45fb2908ea002162", user_id=16)


@pytest.mark.parametrize(
    "stored",
    [
        ":pbkdf2:sha512:10000001:64:AAAA:AAAA",
        ":pbkdf2:sha512:9000000:128:AAAA:AAAA",
        ":pbkdf2-legacyA:!sha512:10000001:64!!AAAA!AAAA",
        ":bcrypt:17$R7MkLVYdMpJe6nhseIoXr.$wMCfZfYwAj3624qd0uDeUzbJeg0DAge",
        ":argon2:$argon2id$v=19$m=1048577,t=1,p=1$MTIzNDU2Nzg$MTIzNDU2Nzg",
        ":argon2:$argon2id$v=19$m=1048576,t=5,p=1$MTIzNDU2Nzg$MTIzNDU2Nzg",
        ":argon2:$argon2id$v=19$m=8,t=1000000,p=1$MTIzNDU2Nzg$MTIzNDU2Nzg",
        ":argon2:$argon2id$v=19$m=1024,t=1,p=17$MTIzNDU2Nzg$MTIzNDU2Nzg",
    ],
)
def test_a_column_that_asks_for_absurd_work_is_not_usable(cheap, stored, work):
    assert not cheap.usable(stored)
    assert not cheap.verify(stored, "x")
    assert work.taken() == (2, 0)


def test_a_profile_that_does_not_fit_the_column_is_refused_at_start(monkeypatch):
    monkeypatch.setitem(PROFILES, "mediawiki", Profile(CHEAP_RECIPES["pbkdf2-sha256"], "none"))
    with pytest.raises(ValueError, match="255"):
        PasswordScheme(PasswordSettings("mediawiki", encryption=ENCRYPTIONS["secure"]))


def test_no_repr_shows_a_salt_a_digest_or_a_secret():
    """H5."""
    for column in COLUMNS:
        text = repr(scheme_for(column).parse(column["stored"], user_id=USER_ID))
        long = {part for part in re.split(r"[:!$]", column["stored"]) if len(part) > 7} - {"argon2id", *FORMATS}
        assert not [part for part in long if part in text and part not in {"aes-256-cbc", "aes-128-ctr"}]
    for encryption in ENCRYPTIONS.values():
        assert not any(secret in repr(PasswordSettings(encryption=encryption)) for secret in encryption.secrets)


CHEAP_COLUMNS = [recipe.make(b"right", bytes).column() for recipe in CHEAP_RECIPES.values()] + [
    ":bcrypt:4$......................WNe0vaI8pZ3UmC0gOJLeMV6Yd9cJ5Wy",
    ":A:23111cffa98b3c905f112fdb477e9040",
    ":B:1a2b3c4d:7854c4d80d7d08f21597c0807bc58fa8",
    ":pbkdf2-legacyA:!sha512:2:64!!AAAA!AAAA",
    ":pbkdf2-legacyB:!sha512:2:64!aa!AAAA!AAAA",
]


@st.composite
def broken_columns(draw):
    column = draw(st.sampled_from(CHEAP_COLUMNS))
    start = draw(st.integers(0, len(column)))
    end = draw(st.integers(start, min(len(column), start + 4)))
    piece = draw(st.text(st.sampled_from(":!$=,+/A0é\0 \n"), max_size=3))
    broken = column[:start] + piece + column[end:]
    assume(not re.match(r":bcrypt:[0-9]?[5-9]|:bcrypt:1|.*[a-z0-9]:[0-9]{5}", broken))  # valid, but slow
    return broken


@settings(max_examples=150, deadline=None)
@given(stored=st.one_of(st.text(), st.binary(), broken_columns()), password=st.text(max_size=40))
@example(stored=":pbkdf2:sha512:2:64:A:AAAA", password="")
@example(stored=":argon2:$argon2id$v=19$m=8,t=1,p=1$AAAAA$AAAAA", password="")
@example(stored=":argon2:$argon2id$v=19$m=7,t=1,p=1$MTIzNDU2Nzg$MTIzNDU2Nzg", password="")
@example(stored=":secure:aes-256-cbc:0:AA==:AA==", password="")
@example(stored=":secure:aes-256-cbc:1:AAAAAAAAAAAAAAAAAAAAAA==:AAAAAAAAAAAAAAAAAAAAAA==", password="")
@example(stored=":A:\u0660" + "0" * 31, password="")
@example(stored=":A:23111cffa98b3c905f112fdb477e9040\n", password="CorePass12345!")
@example(stored="\udcff", password="\udcff")
def test_garbage_never_raises_and_never_matches(stored, password):
    recipe = EncryptedRecipe(ENCRYPTIONS["secure"], "aes-256-cbc", 1, CHEAP_RECIPES["pbkdf2-sha512"])
    scheme = PasswordScheme(PasswordSettings("mediawiki", encryption=ENCRYPTIONS["secure"]))
    scheme._recipe = recipe
    assume(password not in ("right", "CorePass12345!") or stored.endswith("\n"))
    assert scheme.verify(stored, password, user_id=1) is False
    assert scheme.needs_rehash(stored) in (True, False)
    assert scheme.usable(stored, user_id=1) is scheme.parse(stored, user_id=1).usable


typed = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=40).map(str.encode)


@pytest.mark.parametrize("recipe", CHEAP_RECIPES.values(), ids=CHEAP_RECIPES)
@settings(max_examples=30, deadline=None)
@given(password=typed, other=typed, salt=st.binary(min_size=1, max_size=8))
@example(password=b"", other=b" ", salt=b"s")
@example(password=b"x" * 4096, other=b"x" * 4095, salt=b"s")
def test_a_made_password_verifies_and_a_changed_one_never(recipe, password, other, salt):
    made = recipe.make(password, lambda count: (salt * count)[:count])
    assert made.verify(password)
    assert made.recipe == recipe
    if password != other:
        assert not made.verify(other)
    assert not recipe.decoy(lambda count: (salt * count)[:count]).verify(password)


def test_every_type_of_the_stock_configuration_is_registered():
    assert set(FORMATS) == {"A", "B", "pbkdf2-legacyA", "pbkdf2-legacyB", "bcrypt", "pbkdf2", "argon2"}
