"""How pages look: light and dark, phone and desk, either direction of writing, paper (M18)."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.browser.live import PASSWORD, log_in, special
from wikigate.testing.wiki import TestWiki


def brightness(page: Page, selector: str, of: str) -> int:
    """Return the sum of red, green and blue."""
    colour = page.locator(selector).evaluate(f"element => getComputedStyle(element).{of}")
    return sum(int(part) for part in re.findall(r"\d+", colour)[:3])


def test_the_dark_look_is_the_systems_choice(wiki: TestWiki, open_page: Callable[..., Page]) -> None:
    page = open_page(wiki, dark=True)
    page.goto(special("UserLogin"))
    for scheme, is_dark in (("dark", True), ("light", False)):
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]  # one of the two
        for where in ("body", "main", "#wpName1"):
            assert (brightness(page, where, "backgroundColor") < brightness(page, where, "color")) is is_dark


@pytest.mark.parametrize("width", [320, 375, 768, 1280, 2560])
def test_no_width_makes_a_page_scroll_sideways(wiki: TestWiki, open_page: Callable[..., Page], width: int) -> None:
    """WCAG 1.4.10: long names and addresses too."""
    name = "W" * 235
    wiki.create_user(name, PASSWORD)
    page = open_page(wiki, width=width)
    log_in(page, name, PASSWORD)
    for address in ("/w/index.php", special("UserLogin"), special("UserLogout"), special("OAuthConsumerRegistration")):
        page.goto(address)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    shown = page.locator("#pt-userpage").bounding_box()
    assert shown is not None
    assert shown["height"] < 40, "a long name takes one line of the frame"


def test_a_long_name_leaves_the_other_columns_of_a_table_in_sight(
    wiki: TestWiki, open_page: Callable[..., Page]
) -> None:
    wiki.create_user("W" * 235, PASSWORD)
    page = open_page(wiki)
    log_in(page, "Olga", PASSWORD)
    page.goto(special("Accounts"))
    assert page.locator(".wide").evaluate("region => region.scrollWidth <= region.clientWidth")


def test_buttons_and_fields_are_large_enough_for_a_thumb(wiki: TestWiki, open_page: Callable[..., Page]) -> None:
    page = open_page(wiki, width=320)
    page.goto(special("UserLogin"))
    for selector in ("#wpName1", "#wpPassword1", "#wpLoginAttempt"):
        box = page.locator(selector).bounding_box()
        assert box is not None
        assert box["height"] >= 44
        assert box["x"] + box["width"] <= 320


def test_paper_shows_the_page_and_not_what_is_to_be_pressed(browser_page: Page) -> None:
    browser_page.goto("/w/index.php")
    browser_page.emulate_media(media="print")
    assert browser_page.locator("h1").is_visible()
    assert not browser_page.locator("body > header").is_visible()
    assert not browser_page.locator("body > footer").is_visible()
    assert brightness(browser_page, "body", "color") == 0
