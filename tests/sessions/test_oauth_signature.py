"""Signatures by a consumer's own key (RFC 5849 §3.4.3)."""

from __future__ import annotations

import pytest

from wikigate.sessions.oauth_signature import rsa_verifies

OF_AN_UNKNOWN_KIND = "-----BEGIN PUBLIC KEY-----\nMAswBAYCKgMDAwABAg==\n-----END PUBLIC KEY-----\n"


@pytest.mark.parametrize("key", ["", "no key", OF_AN_UNKNOWN_KIND])
def test_a_key_that_cannot_be_read_has_signed_nothing(key: str) -> None:
    """A wiki's own row may hold any."""
    assert not rsa_verifies("AAAA", [b"text"], key)
