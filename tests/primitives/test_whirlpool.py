"""Whirlpool against the published vectors and against what the real MediaWiki 1.43 sent."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wikigate.primitives.whirlpool import BLOCK_SIZE, hmac_whirlpool, whirlpool, whirlpool_pure

ISO_10118_3 = {
    b"": "19FA61D75522A4669B44E39C1D2E1726C530232130D407F89AFEE0964997F7A7"
    "3E83BE698B288FEBCF88E3E03C4F0757EA8964E59B63D93708B138CC42A66EB3",
    b"a": "8ACA2602792AEC6F11A67206531FB7D7F0DFF59413145E6973C45001D0087B42"
    "D11BC645413AEFF63A42391A39145A591A92200D560195E53B478584FDAE231A",
    b"abc": "4E2448A4C6F486BB16B6562C73B4020BF3043E3A731BCE721AE1B303D97E6D4C"
    "7181EEBDB6C57E277D0E34957114CBD6C797FC9D95D8B582D225292076D4EEF5",
    b"message digest": "378C84A4126E2DC6E56DCC7458377AAC838D00032230F53CE1F5700C0FFB4D3B"
    "8421557659EF55C106B4B52AC5A4AAA692ED920052838F3362E86DBD37A8903E",
    b"abcdefghijklmnopqrstuvwxyz": "F1D754662636FFE92C82EBB9212A484A8D38631EAD4238F5442EE13B8054E41B"
    "08BF2A9251C30B6A0B8AAE86177AB4A6F68F673E7207865D5D9819A3DBA4EB3B",
    b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789": "DC37E008CF9EE69BF11F00ED9ABA2690"
    "1DD7C28CDEC066CC6AF42E40F82F3A1E08EBA26629129D8FB7CB57211B9281A65517CC879D7B962142C65F5A7AF01467",
    b"1234567890" * 8: "466EF18BABB0154D25B9D38A6414F5C08784372BCCB204D6549C4AFADB601429"
    "4D5BD8DF2A6C44E538CD047B2681A51A2C60481E88C5A20B2C2A80CF3A9A083B",
    b"abcdbcdecdefdefgefghfghighijhijk": "2A987EA40F917061F5D6F0A0E4644F488A7A5A52DEEE656207C562F988E95C69"
    "16BDC8031BC5BE1B7B947639FE050B56939BAAA0ADFF9AE6745B7B181C3BE3FD",
}


@pytest.mark.parametrize("message", ISO_10118_3, ids=lambda message: f"{len(message)} bytes")
@pytest.mark.parametrize("digest", [whirlpool, whirlpool_pure])
def test_the_published_vectors_hold(digest, message):
    assert digest(message).hex().upper() == ISO_10118_3[message]


@pytest.mark.parametrize(
    ("key_length", "digest"),
    [
        (63, "097d0a9ad023ab9cbfead4cbca1d09fad89625f6ec23557e599756f80596365d"),
        (64, "36c968c4758eaaa2910eef2b634c6be88959eceae9ea8f9b4e9109816f0e4f72"),
        (65, "b94826c4bbae6c984727f8fb2789ccb36394b9cf868753fb7ec8ab979a252b4c"),
        (200, "18d01e6ae8a1a5ceefda51058a55223bc74424335bb42828cb28a7fe17aad891"),
    ],
)
def test_hmac_takes_keys_shorter_and_longer_than_a_block(key_length, digest):
    # expected values: PHP's hash_hmac("whirlpool", "1", str_repeat("k", n))
    assert hmac_whirlpool(b"k" * key_length, b"1").hex()[:64] == digest


def test_the_token_cookie_of_the_real_mediawiki_is_the_tail_of_the_hmac():
    """Spec core §4.1: user_token and Token cookie of one account of a MediaWiki 1.43.9, token version "1"."""
    user_token, cookie = b"2e0e116394c1dfb7ccbd0efa507b8bb8", "3659108e6258f590562bc6ec08e654ef"
    assert hmac_whirlpool(user_token, b"1").hex()[-32:] == cookie


def test_the_block_cookie_of_the_real_mediawiki_is_the_whole_hmac():
    """Spec core §4.1, BlockID: computed by MediaWiki 1.43.9 for block 7 and this secret key."""
    assert hmac_whirlpool(b"a-secret-key-of-the-wiki", b"7").hex() == (
        "19a7f48b69d0f7453f81ae48711deec96ed34850ddaabd280276a89b24bd07e5"
        "a06479eaed5040eead15e7545bad17571021d1e15e8d1d6bcdcdf80ad4d7151f"
    )


@given(st.binary(max_size=3 * BLOCK_SIZE))
def test_every_length_gives_sixty_four_bytes_and_a_flipped_bit_another_digest(data):
    digest = whirlpool_pure(data)
    assert len(digest) == BLOCK_SIZE
    if data:
        assert whirlpool_pure(bytes([data[0] ^ 1]) + data[1:]) != digest
