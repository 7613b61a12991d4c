"""The browser and the wikis that tests of the pages use. A test file here needs nothing more than these fixtures.

=================  ====================================================================================================================
``wiki``           a live ``TestWiki`` with the accounts Alice and Olga (an operator), password ``PASSWORD`` of ``tests.browser.live``;
                   a file that wants another configuration overrides it: ``return live({"auth": {…}})``
``guarded_wiki``   a live wiki that asks for a captcha at each login; Alice has an authenticator app with the secret ``TOTP_SECRET``
``live``           ``live(tables) -> TestWiki``: serves one more wiki until the test ends; its address is ``address_of(wiki)``
``browser_page``   a Playwright page on ``wiki``: light, 1280 px wide, with JavaScript; ``browser_page.goto(special("UserLogin"))``
``open_page``      ``open_page(wiki, dark=True, width=320, javascript=False, locale="ar") -> Page``: any other window
``log_in``         ``log_in(page, name, password)``: by the form, as a person does, and waits until that worked
``axe``            ``axe(page) -> list[str]``: what axe-core objects to, a line each; empty when nothing
=================  ====================================================================================================================

The wikis are served at ``http://localhost:<port>``, which browsers take for a secure context, so that WebAuthn works.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.browser import live as parts
from wikigate.testing.wiki import TestWiki


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session", autouse=True)
def installed() -> None:
    """The accessibility checker is there; the browser is looked for by ``chromium``."""
    if not parts.AXE.exists():
        missing = "axe-core is not installed; `scripts/browser.sh` does it"
        if os.environ.get("CI") == "true":
            pytest.fail(missing)
        pytest.skip(missing)


@pytest.fixture
def live() -> Iterator[Callable[..., TestWiki]]:
    """Serve wikis until the test ends."""
    with ExitStack() as stack:
        yield lambda *args, **options: stack.enter_context(parts.live_wiki(*args, **options))


@pytest.fixture
def wiki(live: Callable[..., TestWiki]) -> TestWiki:
    """A wiki as it comes, with people."""
    return parts.with_people(live())


@pytest.fixture
def guarded_wiki(live: Callable[..., TestWiki]) -> TestWiki:
    """A wiki with a captcha at each login, and an account with a second factor."""
    return parts.guarded(live(parts.GUARDED))


@pytest.fixture
def open_page(chromium: Browser) -> Iterator[Callable[..., Page]]:
    """Open windows until the test ends; each has cookies of its own."""
    with ExitStack() as stack:

        def open_one(wiki: TestWiki, **options: Any) -> Page:
            return stack.enter_context(parts.window(chromium, wiki, **options))

        yield open_one


@pytest.fixture
def browser_page(open_page: Callable[..., Page], wiki: TestWiki) -> Page:
    """A window on the wiki."""
    return open_page(wiki)


@pytest.fixture
def log_in() -> Callable[[Page, str, str], None]:
    """Log in by the form."""
    return parts.log_in


@pytest.fixture
def axe() -> Callable[[Page], list[str]]:
    """Ask the accessibility checker."""
    return parts.objections
