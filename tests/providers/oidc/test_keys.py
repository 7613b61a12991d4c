"""The keys of an OpenID provider: which count, and how often it is asked for them (RFC 7517; security G5)."""

import json
from base64 import urlsafe_b64encode
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from joserfc.jwk import ECKey, OctKey, OKPKey, RSAKey

from wikigate.outbound.http_client import HttpAnswer
from wikigate.providers.oidc.fault import OpenIdFault
from wikigate.providers.oidc.keys import ProviderKeys
from wikigate.testing.clock import ManualClock

SIGNING = {"kid": "a", "use": "sig"}
LARGE = RSAKey.generate_key(2048, dict(SIGNING))

SHORT = urlsafe_b64encode(b"\xc5" + b"\x01" * 127).decode().rstrip("=")
"""A modulus of 1024 bits."""


class Published:
    """The place where the keys lie; satisfies ``HttpClient``."""

    def __init__(self, *keys: Any, status: int = 200) -> None:
        self.status, self.body, self.asked = status, {"keys": list(keys)}, 0

    def get(self, _url: str, *, headers: Mapping[str, str] | None = None) -> HttpAnswer:
        assert not headers
        self.asked += 1
        return HttpAnswer(self.status, {}, json.dumps(self.body).encode())

    def post_form(self, url: str, fields: Mapping[str, str], *, headers: Mapping[str, str] | None = None) -> HttpAnswer:
        raise AssertionError((url, fields, headers))


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def open_keys(clock: ManualClock) -> Callable[[Published], ProviderKeys]:
    return lambda published: ProviderKeys(lambda: "https://openid.example.net/jwks", published, clock)


def public(key: RSAKey | ECKey | OKPKey, **more: Any) -> dict[str, Any]:
    return {**key.as_dict(private=False), **more}


@pytest.mark.parametrize(
    "key", [LARGE, ECKey.generate_key("P-256", dict(SIGNING)), OKPKey.generate_key("Ed25519", dict(SIGNING))]
)
def test_a_public_key_for_signatures_is_found(open_keys: Callable[[Published], ProviderKeys], key: Any) -> None:
    found = open_keys(Published(None, "x", {"kty": "new"}, public(key))).find("a")
    assert (found.kid, found.is_private) == ("a", False)


def test_a_private_key_that_was_published_by_mistake_is_taken_for_its_public_half(
    open_keys: Callable[[Published], ProviderKeys],
) -> None:
    assert not open_keys(Published(LARGE.as_dict(private=True))).find("a").is_private


@pytest.mark.filterwarnings("ignore:Key size")
@pytest.mark.parametrize(
    "key",
    [
        OctKey.generate_key(256, dict(SIGNING)).as_dict(),
        public(LARGE, use="enc"),
        public(LARGE, kid=None),
        public(LARGE, kid=7),
        public(LARGE, kty="EC"),
        public(LARGE, n="!"),
        public(LARGE, n=SHORT),
    ],
    ids=["shared", "for secrecy", "nameless", "oddly named", "mislabelled", "broken", "short"],
)  # fmt: skip
def test_g5_what_is_no_strong_public_key_for_signatures_is_none(
    open_keys: Callable[[Published], ProviderKeys], key: dict[str, Any]
) -> None:
    keys = open_keys(Published(key, public(LARGE, kid="b")))
    with pytest.raises(OpenIdFault, match="unknown-key"):
        keys.find("a")
    assert keys.find("b").kid == "b"


def test_g5_a_flood_of_invented_ids_makes_one_request_in_half_a_minute(
    open_keys: Callable[[Published], ProviderKeys], clock: ManualClock
) -> None:
    published = Published(public(LARGE))
    keys = open_keys(published)
    for second in range(61):
        clock.move(1 if second else 0)
        with pytest.raises(OpenIdFault):
            keys.find(f"invented{second}")
        assert keys.find("a").kid == "a"
    assert published.asked == 3


@pytest.mark.parametrize("status", [404, 302, 500])
def test_g5_an_answer_of_failure_has_no_keys_and_is_no_reason_to_ask_more_often(
    open_keys: Callable[[Published], ProviderKeys], status: int
) -> None:
    published = Published(public(LARGE), status=status)
    keys = open_keys(published)
    for _ in range(5):
        with pytest.raises(OpenIdFault):
            keys.find("a")
    assert published.asked == 1
