"""Security keys and passkeys in a real browser: registered on Special:AccountSecurity, asked for at the login (M09, M18; C17).

The authenticator is Chromium's virtual one, which signs as a real one does; the page's own script talks to it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page, expect

from tests.browser.live import PASSWORD, fill_login, special, totp_code
from wikigate.testing.wiki import TestWiki

KEY = {"action": "enable", "module": "webauthn"}


def authenticator(page: Page, *, passkey: bool = False) -> Any:
    """Plug an authenticator in; the session by which it is spoken to."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal" if passkey else "usb",
        "hasResidentKey": passkey,
        "hasUserVerification": passkey,
        "isUserVerified": passkey,
        "automaticPresenceSimulation": True,
    }
    session.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    return session


def register(page: Page, name: str, **query: str) -> None:
    page.goto(special("AccountSecurity", **KEY, **query))
    page.fill("#name", name)
    page.click("button.primary")
    expect(page.locator("[role=status]")).to_contain_text("was added")


def factors(wiki: TestWiki) -> list[tuple[str, str]]:
    alice = wiki.wiki.services.directory.by_name("Alice")
    assert alice is not None
    return [(one.kind, one.name) for one in wiki.wiki.factors.of(alice.id)]


def log_out(page: Page) -> None:
    page.context.clear_cookies()


def is_logged_in(page: Page) -> bool:
    answer = page.request.get("/w/api.php?action=query&meta=userinfo&format=json&formatversion=2")
    return bool(answer.json()["query"]["userinfo"]["name"] == "Alice")


def test_a_key_is_registered_and_opens_the_login(
    wiki: TestWiki, browser_page: Page, log_in: Callable[..., None]
) -> None:
    authenticator(browser_page)
    log_in(browser_page, "Alice", PASSWORD)
    register(browser_page, "blue one")
    assert factors(wiki) == [("webauthn", "blue one")]
    log_out(browser_page)
    browser_page.goto(special("UserLogin"))
    fill_login(browser_page, "Alice", PASSWORD)
    expect(browser_page.locator("form[data-key=get]")).to_be_visible()
    assert not is_logged_in(browser_page)
    browser_page.click("#wpLoginAttempt")
    browser_page.wait_for_url(lambda url: "UserLogin" not in url)
    assert is_logged_in(browser_page)


def test_a_passkey_is_registered_on_the_device(wiki: TestWiki, browser_page: Page, log_in: Callable[..., None]) -> None:
    authenticator(browser_page, passkey=True)
    log_in(browser_page, "Alice", PASSWORD)
    register(browser_page, "laptop", passkey="1")
    assert factors(wiki) == [("webauthn", "laptop")]


def test_without_the_key_the_login_says_why_it_goes_no_further(
    wiki: TestWiki, browser_page: Page, open_page: Callable[..., Page], log_in: Callable[..., None]
) -> None:
    authenticator(browser_page)
    log_in(browser_page, "Alice", PASSWORD)
    register(browser_page, "blue one")
    other = open_page(wiki)
    other.goto(special("UserLogin"))
    fill_login(other, "Alice", PASSWORD)
    other.wait_for_selector("form[data-key=get]")
    # What a browser answers when the person gives up.
    other.evaluate(
        "() => { navigator.credentials.get = () => Promise.reject(new DOMException('', 'NotAllowedError')); }"
    )
    other.click("#wpLoginAttempt")
    expect(other.locator("[role=alert]")).to_contain_text("did not get an answer")
    assert not is_logged_in(other)


def test_the_browser_refuses_the_same_key_twice(
    wiki: TestWiki, browser_page: Page, log_in: Callable[..., None]
) -> None:
    authenticator(browser_page)
    log_in(browser_page, "Alice", PASSWORD)
    register(browser_page, "blue one")
    browser_page.goto(special("AccountSecurity", **KEY))
    browser_page.click("button.primary")
    expect(browser_page.locator("[role=alert]")).to_contain_text("did not get an answer")
    assert factors(wiki) == [("webauthn", "blue one")]


def test_an_app_is_enrolled_without_javascript(
    wiki: TestWiki, open_page: Callable[..., Page], log_in: Callable[..., None]
) -> None:
    page = open_page(wiki, javascript=False)
    log_in(page, "Alice", PASSWORD)
    page.goto(special("AccountSecurity", action="enable", module="totp"))
    expect(page.locator("svg").last).to_be_visible()
    secret = page.locator("#mw-oathauth-secret").inner_text()
    page.fill("#token", totp_code(wiki, secret))
    page.fill("#name", "phone")
    page.click("button.primary")
    expect(page.locator("#mw-recovery-codes li")).to_have_count(10)
    assert ("totp", "phone") in factors(wiki)


def test_the_other_factor_is_asked_for_where_it_is_chosen(
    wiki: TestWiki, browser_page: Page, log_in: Callable[..., None]
) -> None:
    """Whoever has both is asked for a code, and may take the key."""
    authenticator(browser_page)
    log_in(browser_page, "Alice", PASSWORD)
    register(browser_page, "blue one")
    browser_page.goto(special("AccountSecurity", action="enable", module="totp"))
    secret = browser_page.locator("#mw-oathauth-secret").inner_text()
    browser_page.fill("#token", totp_code(wiki, secret))
    browser_page.click("button.primary")
    log_out(browser_page)
    browser_page.goto(special("UserLogin"))
    fill_login(browser_page, "Alice", PASSWORD)
    browser_page.select_option("#mw-input-newModule", "webauthn")
    browser_page.click("#wpLoginAttempt")
    browser_page.wait_for_selector("form[data-key=get]")
    browser_page.click("#wpLoginAttempt")
    browser_page.wait_for_url(lambda url: "UserLogin" not in url)
    assert is_logged_in(browser_page)
