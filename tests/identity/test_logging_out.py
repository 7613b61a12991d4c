"""Logging out at both ends: the wiki tells the provider through the browser, the provider tells the wiki behind it (security G9)."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page

from tests.identity.parts import wiki_with_provider
from tests.identity.test_example_22 import solved, step, to_the_provider_and_back
from wikigate.testing.wiki import TestWiki


@pytest.fixture
def wiki() -> Iterator[TestWiki]:
    with wiki_with_provider(unknown="create", single_logout=True) as wiki:
        yield wiki


def test_a_logout_on_the_wikis_page_goes_on_at_the_provider_which_ends_the_other_sessions(
    wiki: TestWiki, page: Page, return_url: str
) -> None:
    app = wiki.browser()
    brought = to_the_provider_and_back(app, page, return_url, "carol")
    assert step(app, logincontinue="1", **brought) == {"status": "PASS", "username": "Carol"}

    origin = wiki.wiki.settings.site.server
    page.goto(f"{origin}/wiki/Special:UserLogin")
    page.fill("[name=captchaWord]", solved(page.inner_text("main")))
    page.click("[name=useOpenId]")
    page.wait_for_url(f"{origin}/w/index.php?title=Main_Page")
    page.goto(f"{origin}/wiki/Special:UserLogout")
    page.click("#mw-logout")
    page.wait_for_url("**/session/end?**")
    page.click("button[value=yes]")
    page.wait_for_url(f"{origin}/wiki/Special:UserLogout**")
    assert app.who() == "127.0.0.1"
