"""A wiki that knows one OpenID provider, or two, and a browser on its way."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from tests.providers.oidc.faulty_provider import FaultyProvider, Internet
from wikigate.auth.settings import AuthSettings
from wikigate.testing.clock import ManualClock
from wikigate.testing.transport import Answer
from wikigate.testing.wiki import Browser, TestWiki

ISSUER = "https://openid.example.net"
RETURN = "http://example.org/authenticating.php?a=1#end"
NOW = 1_795_221_151
PASSWORD = "correct horse battery"


class OpenIdWiki(TestWiki):
    """A wiki and its providers."""

    def __init__(self, *providers: FaultyProvider, shape: str = "openid-connect", **settings: Any) -> None:
        self.provider, self.providers = providers[0], providers
        entries = [
            {
                "name": urlsplit(one.issuer).hostname,
                "label": str(urlsplit(one.issuer).hostname).partition(".")[2],
                "issuer": one.issuer,
                "client_id": one.client_id,
                "client_secret": one.secret,
                **settings,
            }
            for one in providers
        ]
        auth = {
            "providers": [shape, *AuthSettings().providers],
            "openid": {"providers": entries, "return_to": ["http://example.org"]},
        }
        site = {"server": "https://wiki.example.org"}
        super().__init__({"auth": auth, "site": site}, http=lambda: Internet(*providers), clock=providers[0].clock)

    def begin(self, browser: Browser | None = None, **fields: str) -> Any:
        """Press the button; the node of the answer."""
        browser = browser or self
        form = {"action": "clientlogin", "loginreturnurl": RETURN, "useOpenId": "1", **fields}
        return browser.post({**form, "logintoken": browser.token("login")})["clientlogin"]

    def visit_return(self, answer: dict[str, str], page: str = "OpenIDConnectReturn") -> Answer:
        """Come back to the wiki, without the client's cookies."""
        return self.browser().send("GET", f"/wiki/Special:{page}?{urlencode(answer)}")

    def go_on(self, browser: Browser | None = None, **fields: str) -> Any:
        """Continue; the node of the answer."""
        browser = browser or self
        form = {"action": "clientlogin", "logincontinue": "1", **fields}
        return browser.post({**form, "logintoken": browser.token("login")})["clientlogin"]

    def log_in_as(self, user: str, browser: Browser | None = None, **fields: str) -> Any:
        """Go the whole way as a user of the provider; the last node."""
        answer = self.provider.log_in(self.begin(browser, **fields)["redirecttarget"], user)
        brought = query_of(self.visit_return(answer))
        return self.go_on(browser, **brought)

    def link(self, account: str, user: str) -> None:
        """Make an identity an account's."""
        found = self.wiki.services.directory.by_name(account)
        assert found is not None
        with self.wiki.database.write() as connection:
            identity = self.wiki.database.tables.identity
            subject = self.provider.users[user]["sub"]
            connection.execute(
                identity.insert().values(issuer=self.provider.issuer, subject=subject, user_id=found.id, created=0)
            )


def query_of(answer: Answer) -> dict[str, str]:
    """What a redirect back to the client brings."""
    assert answer.status == 302, answer.body
    query = parse_qs(urlsplit(answer.header("Location")).query)
    return {name: query[name][0] for name in ("code", "state")}


@pytest.fixture
def provider() -> FaultyProvider:
    provider = FaultyProvider(ISSUER, ManualClock(NOW))
    provider.users = {
        "alice": {"sub": "sub-1", "preferred_username": "alice", "email": "alice@example.net", "email_verified": True},
        "bob": {"sub": "sub-2", "preferred_username": "bob"},
    }
    return provider


@pytest.fixture
def wiki(provider: FaultyProvider) -> Iterator[OpenIdWiki]:
    with OpenIdWiki(provider) as wiki:
        wiki.create_user("Alice", PASSWORD)
        wiki.link("Alice", "alice")
        yield wiki
