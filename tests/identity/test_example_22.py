"""Example 22 of MediaWiki's documentation of clientlogin, literally, with a certified provider, a real browser and a real second factor.

Mission M08. Step 1 answers the captcha and selects OpenID; the browser goes to the provider and comes back to ``loginreturnurl``; step 2
submits ``code`` and ``state``; step 3 the code of the authenticator app.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlsplit

import pytest
from playwright.sync_api import Page

from tests.identity.parts import PASSWORD, wiki_with_provider
from wikigate.accounts.totp import hotp, key_of
from wikigate.testing.wiki import Browser, TestWiki

SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"


def printed(name: str, label: str, help_: str) -> dict[str, Any]:
    """A field as the documentation prints it, with what every field of today has beside (spec extensions §4.3)."""
    return {name: {"type": "string", "label": label, "help": help_, "optional": False, "sensitive": False}}


# What the documentation prints, but for the address, the state and the user's own names.
REDIRECT = {
    "status": "REDIRECT",
    "requests": [
        {
            "id": "OpenIdConnectResponseAuthenticationRequest",
            "metadata": {},
            "required": "required",
            "provider": "OpenID Connect at example.net",
            "account": "",
            "fields": {
                **printed("code", "OpenID Code", "OpenID Connect code response"),
                **printed("state", "OpenID State", "OpenID Connect state response"),
            },
        }
    ],
}
TARGET = ("scope", "response_type", "client_id", "redirect_uri", "state")
UI = {
    "status": "UI",
    "requests": [
        {
            "id": "TwoFactorAuthenticationRequest",
            "metadata": {},
            "required": "required",
            "provider": "",
            "account": "",
            "fields": printed("code", "Code", "Two-factor authentication code"),
        }
    ],
    "message": "Two-factor authentication",
    "messagecode": "twofactor-message",
}


@pytest.fixture
def wiki() -> Iterator[TestWiki]:
    with wiki_with_provider(second_factor={"shape": "documentation"}) as wiki:
        yield wiki


def form(browser: Browser, purpose: str = "login") -> dict[str, Any]:
    """What can be filled in, by the id of the request."""
    info = browser.get({"action": "query", "meta": "authmanagerinfo", "amirequestsfor": purpose})
    return {request["id"]: request for request in info["query"]["authmanagerinfo"]["requests"]}


def captcha(browser: Browser) -> dict[str, str]:
    """Answer the captcha as a person would: by looking at it."""
    fields = form(browser)["CaptchaAuthenticationRequest"]["fields"]
    return {"captchaId": fields["captchaId"]["value"], "captchaWord": solved(fields["captchaInfo"]["value"])}


def solved(shown: str) -> str:
    """Do the sum that stands in a text."""
    one, sign, two = re.search(r"(\d+) *([+−-]) *(\d+)", shown).groups()  # type: ignore[union-attr]
    return str(int(one) + int(two) if sign == "+" else int(one) - int(two))


def step(browser: Browser, **fields: str) -> Any:
    token = browser.token("login")
    return browser.post({"action": "clientlogin", "logintoken": token, **fields})["clientlogin"]


def at_the_provider(page: Page, url: str, user: str) -> None:
    """Log in at the provider and consent, as its pages ask for it."""
    page.goto(url)
    if page.locator("input[name=login]").count():
        page.fill("input[name=login]", user)
        page.fill("input[name=password]", "anything")
        page.click("button[type=submit]")
    if page.locator("button[type=submit]").count():
        page.click("button[type=submit]")


def brought_back(page: Page, return_url: str) -> dict[str, str]:
    """What the browser brought to the client's own address."""
    page.wait_for_url(f"{return_url}?**")
    query = parse_qs(urlsplit(page.url).query)
    assert set(query) == {"code", "state"}
    return {name: values[0] for name, values in query.items()}


def to_the_provider_and_back(client: Browser, page: Page, return_url: str, user: str) -> dict[str, str]:
    """Step 1 of the example, and the browser's way."""
    answer = step(
        client,
        loginreturnurl=return_url,
        rememberMe="1",
        openIdProvider="openid.example.net",
        useOpenId="1",
        **captcha(client),
    )
    target = answer.pop("redirecttarget")
    assert answer == REDIRECT
    assert [name for name, _ in parse_qsl(urlsplit(target).query)][:5] == list(TARGET)
    at_the_provider(page, target, user)
    return brought_back(page, return_url)


def test_m09_example_22_word_for_word(wiki: TestWiki, page: Page, return_url: str) -> None:
    alice = wiki.create_user("Alice", PASSWORD)
    link_at_the_provider(wiki, page, return_url)
    page.context.clear_cookies()
    wiki.wiki.factors.add(alice.id, "totp", {"secret": SECRET, "scratch_tokens": []})

    client = wiki.browser()
    brought = to_the_provider_and_back(client, page, return_url, "alice")
    answer = step(client, logincontinue="1", **brought)
    assert answer == UI
    key = key_of(SECRET)
    assert key is not None
    code = hotp(key, int(wiki.clock.now()) // 30)
    answer = step(client, logincontinue="1", code=code)
    assert answer == {"status": "PASS", "username": "Alice"}
    assert client.who() == "Alice"


def link_at_the_provider(wiki: TestWiki, page: Page, return_url: str) -> None:
    """Link the provider's Alice to the wiki's, as she does it herself: logged in, in her browser."""
    owner = wiki.browser()
    assert (
        step(owner, loginreturnurl=return_url, username="Alice", password=PASSWORD, **captcha(owner))["status"]
        == "PASS"
    )
    begin = {"action": "linkaccount", "linkreturnurl": return_url, "useOpenId": "1", "linktoken": owner.token()}
    at_the_provider(page, owner.post(begin)["linkaccount"]["redirecttarget"], "alice")
    brought = brought_back(page, return_url)
    go_on = {"action": "linkaccount", "linkcontinue": "1", **brought, "linktoken": owner.token()}
    assert owner.post(go_on)["linkaccount"] == {"status": "PASS"}


def test_m09_example_22_restart_then_the_password_and_the_link(wiki: TestWiki, page: Page, return_url: str) -> None:
    wiki.create_user("Alice", PASSWORD)
    client = wiki.browser()
    answer = step(client, logincontinue="1", **to_the_provider_and_back(client, page, return_url, "alice"))
    assert (answer["status"], answer["messagecode"], answer["canpreservestate"]) == (
        "RESTART",
        "authmanager-authn-no-local-user-link",
        True,
    )
    answer = step(
        client,
        loginpreservestate="1",
        loginreturnurl=return_url,
        username="Alice",
        password=PASSWORD,
        **captcha(client),
    )
    assert (answer["status"], answer["messagecode"]) == ("UI", "authprovider-confirmlink-message")
    [option] = answer["requests"][0]["fields"]["confirmedLinkIDs"]["options"]
    assert step(client, logincontinue="1", confirmedLinkIDs=option) == {"status": "PASS", "username": "Alice"}

    again = wiki.browser()
    brought = to_the_provider_and_back(again, page, return_url, "alice")
    assert step(again, logincontinue="1", **brought) == {"status": "PASS", "username": "Alice"}


def test_m09_example_22_restart_then_a_new_account(wiki: TestWiki, page: Page, return_url: str) -> None:
    client = wiki.browser()
    answer = step(client, logincontinue="1", **to_the_provider_and_back(client, page, return_url, "bob"))
    assert answer["status"] == "RESTART"
    token = client.token("createaccount")
    made = client.post(
        {
            "action": "createaccount",
            "createpreservestate": "1",
            "createreturnurl": return_url,
            "username": "Bobby",
            "createtoken": token,
        }
    )
    assert made["createaccount"] == {"status": "PASS", "username": "Bobby"}
    again = wiki.browser()
    brought = to_the_provider_and_back(again, page, return_url, "bob")
    assert step(again, logincontinue="1", **brought) == {"status": "PASS", "username": "Bobby"}
