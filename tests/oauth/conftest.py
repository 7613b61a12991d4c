"""A wiki with one user who owns consumers, and clients that bear them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlencode

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from wikigate.accounts.consumer_registration import ConsumerRegistration, NewConsumer
from wikigate.accounts.consumers import Consumers
from wikigate.accounts.user import Account
from wikigate.testing.wiki import TestWiki

from .signing import Signer

PATH = "/w/api.php"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
ADDRESS = f"http://127.0.0.1{PATH}"
ME = {"action": "query", "meta": "userinfo", "uiprop": "rights|groups"}


class Bot:
    """A program that signs each request or bears a token."""

    def __init__(self, wiki: TestWiki, made: NewConsumer) -> None:
        self.wiki = wiki
        self.made = made
        self.browser = wiki.browser()

    @property
    def signer(self) -> Signer:
        made = self.made
        return Signer(
            made.consumer_key, made.consumer_secret, made.access_token, made.access_secret, int(self.wiki.clock.now())
        )

    def authorization(self, verb: str, query: str, form: str, **changes: str | None) -> dict[str, str]:
        if not self.made.access_secret:
            return {"Authorization": f"Bearer {self.made.access_token}"}
        return self.signer.header(verb, ADDRESS, query, form, **changes)

    def get(self, params: dict[str, str], **changes: str | None) -> Any:
        query = urlencode({"format": "json", "formatversion": "2", **params})
        answer = self.browser.send("GET", f"{PATH}?{query}", self.authorization("GET", query, "", **changes))
        assert not [name for name, _ in answer.headers if name.lower() == "set-cookie"]
        return json.loads(answer.body)

    def post(self, params: dict[str, str]) -> Any:
        form = urlencode({"format": "json", "formatversion": "2", **params})
        headers = {**FORM, **self.authorization("POST", "", form)}
        return json.loads(self.browser.send("POST", PATH, headers, form.encode()).body)

    def who(self) -> Any:
        return self.get(ME)["query"]["userinfo"]


@pytest.fixture(scope="session")
def signing_key() -> bytes:
    """One key for all: making one takes longer than most tests."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


@pytest.fixture
def wiki(signing_key: bytes) -> Iterator[TestWiki]:
    with TestWiki({"site": {"server": "http://127.0.0.1"}}) as wiki:
        (wiki.data / "oauth2.pem").write_bytes(signing_key)
        (wiki.data / "oauth2.pem").chmod(0o600)
        yield wiki


@pytest.fixture
def alice(wiki: TestWiki) -> Account:
    return wiki.create_user("Alice", "correct horse battery", groups=("sysop",))


@pytest.fixture
def consumers(wiki: TestWiki) -> Consumers:
    assert wiki.wiki.oauth is not None
    return wiki.wiki.oauth.consumers


@pytest.fixture
def registration(wiki: TestWiki) -> ConsumerRegistration:
    assert wiki.wiki.oauth is not None
    return wiki.wiki.oauth.registration


@pytest.fixture
def make(wiki: TestWiki, alice: Account, registration: ConsumerRegistration) -> Callable[..., Bot]:
    def make(version: int = 1, name: str = "bot", **more: Any) -> Bot:
        return Bot(wiki, registration.create_owner_only(alice, name, oauth_version=version, **more))

    return make
