"""Passwords that everybody tries first (security A3)."""

import pytest

from wikigate.accounts.common_passwords import is_common, is_listed


@pytest.mark.parametrize(
    "password",
    [
        "password", "Password", "PASSWORD", "password1", "passw0rd", "p@ssw0rd", "12345678", "123456789", "1234567890", "87654321",
        "abcdefgh", "xxxxxxxx", "aaaaaaaa", "11111111", "abcabcabc", "123123123", "qwertyuiop", "qwerty123", "asdfghjkl", "1q2w3e4r5t",
        "1qaz2wsx", "zaq12wsx", "abcd1234", "1234qwer", "iloveyou", "iloveyou2", "letmein1", "sunshine", "football", "baseball1",
        "trustno1", "princess", "superman", "whatever", "michelle", "changeme", "welcome1", "dragon12", "admin123",
    ],
)  # fmt: skip
def test_common(password):
    assert is_common(password)


@pytest.mark.parametrize(
    "password",
    [
        "Str0ngPassw0rd!", "correct horse battery staple", "CoreAdmin12345!", "hunter22x", "x7Gh2kLp", "lowercaselettersonly",
        "wikipedia2026", "qzkfwxyv", "password is long", "ab", "", "é", "日本語のパスワード", "a" * 41, "\ud800",
    ],
)  # fmt: skip
def test_not_common(password):
    assert not is_common(password)


def test_never_takes_long():
    """A password of the greatest length costs no more than a short one."""
    assert not is_common("qwerty" * 700)


@pytest.mark.parametrize(
    "password",
    [
        "password",
        "PASSWORD",
        "123456",
        "user",
        "foobar",
        "11223344",
        "q1w2e3r4t5",
        "aaaaaaaaaaaa",
        "02071979",
        "qwerty12",
    ],
)
def test_the_list_is_the_one_that_mediawiki_has(password):
    """M10: the first of the list and its last ones, spelled as they are there."""
    assert is_listed(password)
    assert is_common(password)


@pytest.mark.parametrize(
    "password", ["", "Login", "GUEST", "login12", "\u00fc" * 8, " " * 8, "a" * 13, "Str0ngPassw0rd!", "\ud800"]
)
def test_what_only_looks_like_one_is_not_listed(password):
    assert not is_listed(password)
