"""Every page there is, for everybody, in every look: axe-core has no objection (WCAG 2.2 AA; M18).

The list is the page endpoint's own, so a page that is added comes in by itself.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page

from tests.browser.live import EVERYTHING, PASSWORD, live_wiki, log_in, special, with_people
from wikigate.testing.wiki import TestWiki

WIDTHS = (320, 1280)


@pytest.fixture(scope="module")
def wiki() -> Iterator[TestWiki]:
    """A wiki with whatever brings a page."""
    with live_wiki(EVERYTHING) as wiki:
        yield with_people(wiki)


@pytest.fixture(params=["", "Alice", "Olga"], ids=["anonymous", "user", "operator"])
def visitor(request: pytest.FixtureRequest, open_page: Callable[..., Page], wiki: TestWiki) -> Page:
    """A window of somebody."""
    page = open_page(wiki)
    if request.param:
        log_in(page, request.param, PASSWORD)
    return page


def test_no_page_hinders_anybody(wiki: TestWiki, visitor: Page, axe: Callable[[Page], list[str]]) -> None:
    found = []
    for name in wiki.wiki.pages.names:
        response = visitor.goto(special(name))
        assert response is not None
        if not response.headers["content-type"].startswith("text/html"):
            continue
        found += [
            f"{name or 'main page'} has no text for {one}" for one in re.findall("⧼.*?⧽", visitor.inner_text("body"))
        ]
        for scheme in ("light", "dark"):
            visitor.emulate_media(color_scheme=scheme)
            for width in WIDTHS:
                visitor.set_viewport_size({"width": width, "height": 800})
                found += [f"{name or 'main page'}, {scheme}, {width} px: {one}" for one in axe(visitor)]
                wide = visitor.evaluate("document.documentElement.scrollWidth")
                found += [f"{name or 'main page'}, {width} px: is {wide} px wide"] if wide > width else []
    assert not found, "\n".join(found)


def test_the_checker_does_object(browser_page: Page, axe: Callable[[Page], list[str]]) -> None:
    browser_page.set_content("<html lang=en><title>A</title><main><h1>A</h1><input></main>")
    assert [one.partition(":")[0] for one in axe(browser_page)] == ["label"]
