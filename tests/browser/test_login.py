"""Special:UserLogin in a real browser (M17, M19): the straight way, and each way of being refused."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page

from tests.browser.live import PASSWORD, special
from wikigate.testing.wiki import TestWiki


def test_logs_in_and_out_without_javascript(
    wiki: TestWiki, open_page: Callable[..., Page], log_in: Callable[..., None]
) -> None:
    page = open_page(wiki, javascript=False)
    log_in(page, "Alice", PASSWORD)
    assert page.locator("main").inner_text().count("Alice")
    page.goto(special("UserLogout"))
    page.click("main form button")
    page.goto(special("UserLogin"))
    assert not page.get_by_text("Alice").count()
