"""Bearer tokens that are not ours are refused, all alike (F6, F7; RFC 8725)."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from joserfc import jwt
from joserfc.jwk import RSAKey

from wikigate.accounts.consumers import Consumers
from wikigate.testing.wiki import TestWiki

from .conftest import ME, Bot


def b64(data: bytes | dict[str, Any]) -> str:
    data = data if isinstance(data, bytes) else json.dumps(data).encode()
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def claims_of(token: str) -> dict[str, Any]:
    part = token.split(".")[1]
    claims: dict[str, Any] = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    return claims


@pytest.fixture
def bot(make: Callable[..., Bot]) -> Bot:
    return make(2)


@pytest.fixture
def key(wiki: TestWiki) -> RSAKey:
    """The server's own key: what is signed with it fails for what it says alone."""
    return RSAKey.import_key((wiki.data / "oauth2.pem").read_text())


def refused(bot: Bot, token: str) -> None:
    answer = bot.browser.get(ME) if not token else None
    assert answer is None
    bot.made = type(bot.made)("forged", "", "", token)
    error = bot.get(ME)["error"]
    assert error["code"] == "mwoauth-invalid-authorization"
    assert error["info"] == "The authorization headers in your request are not valid: Invalid access token"


def test_a_token_has_the_claims_of_the_extension(bot: Bot, wiki: TestWiki) -> None:
    """§3.5."""
    token = bot.made.access_token
    assert json.loads(base64.urlsafe_b64decode(token.split(".")[0] + "==")) == {"typ": "JWT", "alg": "RS256"}
    claims = claims_of(token)
    assert set(claims) == {"aud", "jti", "iat", "nbf", "exp", "sub", "iss", "scopes"}
    assert (claims["aud"], claims["sub"], claims["iss"]) == (bot.made.consumer_key, "1", "http://127.0.0.1")
    assert len(claims["jti"]) == 80
    assert claims["scopes"] == ["basic"]
    assert claims["exp"] - wiki.clock.now() > 900 * 365 * 86_400


@pytest.mark.parametrize("token", ["garbage", "a.b.c", "..", ".", "é.è.ê", "a" * 9000, "eyJhbGciOiJSUzI1NiJ9..", "[]"])
def test_garbage_is_refused(bot: Bot, token: str) -> None:
    refused(bot, token.encode().decode("latin-1"))


def test_a_changed_token_is_refused(bot: Bot) -> None:
    head, body, signature = bot.made.access_token.split(".")
    claims = {**claims_of(bot.made.access_token), "sub": "2"}
    refused(bot, f"{head}.{b64(claims)}.{signature}")
    refused(bot, f"{head}.{body}.{signature[:-4]}AAAA")
    refused(bot, f"{head}.{body}.")


@pytest.mark.parametrize("algorithm", ["none", "None", "NONE", ""])
def test_a_token_without_a_signature_is_refused(bot: Bot, algorithm: str) -> None:
    body = bot.made.access_token.split(".")[1]
    refused(bot, f"{b64({'typ': 'JWT', 'alg': algorithm})}.{body}.")


def test_a_token_signed_by_hmac_with_the_public_key_is_refused(bot: Bot, key: RSAKey) -> None:
    """The confusion of HS256 with RS256."""
    head, body = b64({"typ": "JWT", "alg": "HS256"}), bot.made.access_token.split(".")[1]
    public = key.as_pem(private=False)
    signature = b64(hmac.new(public, f"{head}.{body}".encode(), hashlib.sha256).digest())
    refused(bot, f"{head}.{body}.{signature}")


def test_a_token_of_somebody_elses_key_is_refused_whatever_key_it_names(bot: Bot) -> None:
    private = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = private.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    other = RSAKey.import_key(pem)
    claims = claims_of(bot.made.access_token)
    for header in ({}, {"jku": "http://127.0.0.1/keys"}, {"x5u": "http://127.0.0.1/x"}, {"kid": "1"}):
        refused(bot, jwt.encode({"typ": "JWT", "alg": "RS256", **header}, claims, other))
    refused(bot, jwt.encode({"typ": "JWT", "alg": "RS256", "jwk": other.as_dict(private=False)}, claims, other))


@pytest.mark.parametrize(
    "changes",
    [
        {"aud": "0" * 32}, {"aud": None}, {"aud": ["x"]}, {"sub": "2"}, {"sub": 1}, {"iss": "http://elsewhere"}, {"iss": None},
        {"jti": "0" * 80}, {"jti": None}, {"exp": 1}, {"exp": None}, {"exp": "tomorrow"}, {"nbf": 9e12}, {"nbf": None}, {"exp": True},
    ],
)  # fmt: skip
def test_a_token_of_ours_is_refused_where_a_claim_is_not_right(bot: Bot, key: RSAKey, changes: dict[str, Any]) -> None:
    claims = {**claims_of(bot.made.access_token), **changes}
    claims = {name: value for name, value in claims.items() if value is not None}
    refused(bot, jwt.encode({"typ": "JWT", "alg": "RS256"}, claims, key))


@pytest.mark.parametrize(
    "header", [{"alg": "RS512"}, {"alg": "PS256"}, {"typ": "id_token"}, {"jku": "http://127.0.0.1"}]
)
def test_a_token_signed_with_our_key_in_another_way_is_refused(bot: Bot, key: RSAKey, header: dict[str, str]) -> None:
    """An ID token is no access token (F7)."""
    whole = {"typ": "JWT", "alg": "RS256", **header}
    claims = claims_of(bot.made.access_token)
    refused(bot, jwt.encode(whole, claims, key, algorithms=[whole["alg"]]))


def test_a_token_is_good_until_the_key_that_signed_it_is_removed(
    bot: Bot, make: Callable[..., Bot], consumers: Consumers
) -> None:
    """H4: the keys change while the server runs, and it says which there are."""
    keys = consumers.tokens.keys
    assert bot.who()["id"] == 1
    [old] = keys.names()
    new = keys.rotate()
    assert bot.who()["id"] == 1
    assert make(2, "fresh").who()["id"] == 1
    published = json.loads(bot.browser.send("GET", "/w/rest.php/oauth2/jwks", {}).body)["keys"]
    assert [one["kid"] for one in published] == [new, old]
    assert not [one for one in published if {"d", "p", "q"} & set(one)]
    keys.remove(old)
    refused(bot, bot.made.access_token)
    assert make(2, "later").who()["id"] == 1


def test_a_key_is_made_when_first_needed_and_readable_by_its_owner_alone(
    wiki: TestWiki, make: Callable[..., Bot]
) -> None:
    file: Path = wiki.data / "oauth2.pem"
    file.unlink()
    assert make(2).who()["id"] == 1
    assert file.stat().st_mode & 0o777 == 0o600
