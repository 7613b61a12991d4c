"""Everything is started here and ended here; where a part is missing these tests say so, and CI takes it for a failure."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.identity import parts


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.identity)


@pytest.fixture(scope="session", autouse=True)
def installed() -> None:
    """The provider and the browser are there."""
    if not (parts.NODE / ".installed").exists():
        missing = "the provider is not installed; `scripts/identity.sh` does it"
        if os.environ.get("CI") == "true":
            pytest.fail(missing)
        pytest.skip(missing)


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    """A window of the browser, without cookies."""
    with chromium.new_context() as context:
        yield context.new_page()


@pytest.fixture
def return_url() -> Iterator[str]:
    """The client's own address."""
    with parts.client_page() as url:
        yield url
