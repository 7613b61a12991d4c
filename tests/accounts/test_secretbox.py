"""libsodium's secretbox as MediaWiki's OATHAuth uses it (spec extensions §1.3)."""

from __future__ import annotations

import pytest

from wikigate.accounts.secretbox import NONCE_SIZE, SecretBox

KEY = "1b27556473e985d462cd51197a9a46c76009549eac6474f206c4ee0844f68389"


BY_PHP = "D2HGVJ2H7ACSO53YH3NU7G6UC6ON65NEZ5B5RMF4JI5Z3GE7V3JQ===="
"""``sodium_crypto_secretbox`` of PHP 8 of “JBSWY3DPEHPK3PXP” under this key and a nonce of 24 bytes 0x01."""


def test_what_was_closed_opens_with_its_nonce_and_key_alone():
    box, nonce = SecretBox(KEY), b"\1" * NONCE_SIZE
    sealed = box.close("JBSWY3DPEHPK3PXP", nonce)
    assert sealed == BY_PHP
    in_base_32 = "AEAQCAIBAEAQCAIBAEAQCAIBAEAQCAIBAEAQCAI="
    assert box.open(sealed, in_base_32) == "JBSWY3DPEHPK3PXP"
    for wrong in (SecretBox(KEY[::-1]), box):
        with pytest.raises(ValueError, match="not encrypted with this key"):
            wrong.open(sealed, in_base_32 if wrong is not box else in_base_32.replace("E", "Q"))


@pytest.mark.parametrize("key", ["", "00", "g" * 64, KEY + "00"])
def test_a_key_that_is_none_is_refused(key):
    with pytest.raises(ValueError, match="hex"):
        SecretBox(key)


@pytest.mark.parametrize(
    ("sealed", "nonce"), [(None, "A"), ("A", None), ("!", "!"), ("", ""), (5, 5), ("AAAA", "AAAA")]
)
def test_what_is_no_ciphertext_is_a_value_error(sealed, nonce):
    with pytest.raises(ValueError):  # noqa: PT011  whatever is wrong with it
        SecretBox(KEY).open(sealed, nonce)
