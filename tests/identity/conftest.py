"""Everything is started here and ended here; where a part is missing these tests say so, and CI takes it for a failure."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, sync_playwright

from tests.identity import parts


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.identity)


@pytest.fixture(scope="session", autouse=True)
def installed() -> None:
    """The provider and the browser are there."""
    if not (parts.NODE / ".installed").exists() or not Path(parts.CHROMIUM).exists():
        missing = "the provider and the browser are not installed; `scripts/identity.sh` does it"
        if os.environ.get("CI") == "true":
            pytest.fail(missing)
        pytest.skip(missing)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Page]:
    """A real browser, which reaches this machine alone."""
    rules = "MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=parts.CHROMIUM, args=["--no-sandbox", f"--host-resolver-rules={rules}"]
        )
        try:
            yield browser.new_page()
        finally:
            browser.close()


@pytest.fixture
def page(chromium: Page) -> Page:
    """The browser without cookies."""
    chromium.context.clear_cookies()
    return chromium


@pytest.fixture
def return_url() -> Iterator[str]:
    """The client's own address."""
    with parts.client_page() as url:
        yield url
