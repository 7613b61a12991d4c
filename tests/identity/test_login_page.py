"""Example 22 of MediaWiki's documentation by hand: a person at Special:UserLogin, a certified provider, an authenticator app (M08, M18)."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page

from tests.identity.parts import PASSWORD, wiki_with_provider
from tests.identity.test_example_22 import SECRET, at_the_provider, link_at_the_provider, solved
from wikigate.accounts.totp import hotp, key_of
from wikigate.testing.wiki import TestWiki

BUTTON = "button[name=useOpenId]"


@pytest.fixture
def wiki() -> Iterator[TestWiki]:
    with wiki_with_provider() as wiki:
        yield wiki


def address(wiki: TestWiki, name: str) -> str:
    return f"{wiki.wiki.settings.site.server}/w/index.php?title=Special:{name}"


def to_the_provider(page: Page, wiki: TestWiki, user: str) -> None:
    """Step 1: answer the captcha and press the provider's button; then log in there, as whoever has no account here."""
    page.goto(address(wiki, "UserLogin"))
    answer_captcha(page)
    page.click(BUTTON)
    at_the_provider(page, page.url, user)


def answer_captcha(page: Page) -> None:
    page.fill("[name=captchaWord]", solved(page.inner_text("main")))


def test_m09_example_22_by_hand(wiki: TestWiki, page: Page, return_url: str) -> None:
    """Captcha and provider, the browser's way there and back, the code; then the page that was wanted."""
    alice = wiki.create_user("Alice", PASSWORD)
    link_at_the_provider(wiki, page, return_url)
    page.context.clear_cookies()
    wiki.wiki.factors.add(alice.id, "totp", {"secret": SECRET, "scratch_tokens": []})

    to_the_provider(page, wiki, "alice")
    key = key_of(SECRET)
    assert key is not None
    page.fill("[name=OATHToken]", hotp(key, int(wiki.clock.now()) // 30))
    page.click("#wpLoginAttempt")
    page.wait_for_url(lambda url: "UserLogin" not in url)
    assert "Alice" in page.inner_text("header nav")


def test_m09_example_22_by_hand_with_a_link_to_be_made(wiki: TestWiki, page: Page) -> None:
    """The provider's user has no account here: she logs in with her password, and is asked whether the two belong together."""
    wiki.create_user("Alice", PASSWORD)
    to_the_provider(page, wiki, "alice")
    assert "no account of this wiki goes with them" in page.inner_text("main")
    page.fill("#wpName1", "Alice")
    page.fill("#wpPassword1", PASSWORD)
    page.click("#wpLoginAttempt")
    page.get_by_role("checkbox", name="OpenID Connect at example.net (alice)").check()
    page.click("#wpLoginAttempt")
    page.wait_for_url(lambda url: "UserLogin" not in url)
    assert "Alice" in page.inner_text("header nav")

    page.context.clear_cookies()
    to_the_provider(page, wiki, "alice")
    page.wait_for_url(lambda url: "UserLogin" not in url)
    assert "Alice" in page.inner_text("header nav")
