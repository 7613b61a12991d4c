"""The languages of pages in a real browser (M21): the browser's own, the visitor's choice, and either direction of writing."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.live import PASSWORD, log_in, special
from wikigate.testing.wiki import TestWiki


def test_pages_come_in_the_language_of_the_browser(wiki: TestWiki, open_page: Callable[..., Page]) -> None:
    page = open_page(wiki, locale="de")
    page.goto(special("UserLogin"))
    expect(page.locator("html")).to_have_attribute("lang", "de")
    expect(page.locator("h1")).to_have_text("Anmelden")


def test_a_language_is_chosen_at_the_foot_and_stays(wiki: TestWiki, open_page: Callable[..., Page]) -> None:
    """Without JavaScript, through a form, a login and the pages that follow."""
    page = open_page(wiki, javascript=False)
    page.goto(special("UserLogin", returnto="Special:Preferences"))
    page.click("footer summary")
    page.click("footer a[hreflang=fr]")
    expect(page.locator("html")).to_have_attribute("lang", "fr")
    assert "returnto=Special:Preferences" in page.url
    page.fill("#wpName1", "Alice")
    page.fill("#wpPassword1", PASSWORD)
    page.click("#wpLoginAttempt")
    page.wait_for_url("**Special:Preferences**")
    expect(page.locator("html")).to_have_attribute("lang", "fr")


def test_arabic_is_read_from_right_to_left(
    wiki: TestWiki, open_page: Callable[..., Page], axe: Callable[[Page], list[str]]
) -> None:
    """The frame is mirrored, what is code is not, and nobody is hindered, on a phone and at a desk."""
    page = open_page(wiki, locale="ar")
    log_in(page, "Olga", PASSWORD)
    expect(page.locator("html")).to_have_attribute("dir", "rtl")
    site, name = page.locator(".site").bounding_box(), page.locator("#pt-userpage").bounding_box()
    assert site is not None
    assert name is not None
    assert site["x"] > name["x"]
    assert page.locator("main code").first.evaluate("code => getComputedStyle(code).direction") == "ltr"
    for address in ("/w/index.php", special("UserLogin"), special("Accounts"), special("AccountSecurity")):
        page.goto(address)
        for width in (320, 1280):
            page.set_viewport_size({"width": width, "height": 800})
            assert axe(page) == []
            assert page.evaluate("document.documentElement.scrollWidth") <= width
