"""What holds for every test: no time limit for an example of hypothesis, which tests share a worker, and one browser for all."""

from __future__ import annotations

import functools
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from playwright.sync_api import Browser, Locator, Page, sync_playwright
from xdist.scheduler import LoadScopeScheduling

settings.register_profile("wikigate", deadline=None)  # a busy machine makes any example slow
settings.load_profile("wikigate")

CHROMIUM = Path("/usr/bin/chromium")
OPTIONS = ["--no-sandbox", "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost"]

# The tests of these folders share something dear: a real MediaWiki, a provider, a directory server, a browser, a project folder.
TOGETHER = frozenset({"browser", "clients", "conformance", "docs", "identity", "ldap"})


class ByPart(LoadScopeScheduling):
    """Gives a worker one file at a time, or one whole folder where its tests share a part that takes long to start."""

    def _split_scope(self, nodeid: str) -> str:
        path = nodeid.partition("::")[0]
        folder = path.split("/")[1]
        return folder if folder in TOGETHER else path


def pytest_xdist_make_scheduler(config: Any, log: Any) -> ByPart:
    """Plan the work of several workers (``pytest -n``)."""
    return ByPart(config, log)


def settled(act: Callable[..., Any]) -> Callable[..., Any]:
    """Let an act on a page wait for the page that it leads to: Playwright by itself waits only until that begins to come."""

    @functools.wraps(act)
    def wait(self: Page | Locator, *arguments: Any, **options: Any) -> Any:
        result = act(self, *arguments, **options)
        (self if isinstance(self, Page) else self.page).wait_for_load_state()
        return result

    return wait


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium, which reaches this machine alone; one for all suites, since Playwright runs once in a process."""
    if not CHROMIUM.exists():
        missing = "Chromium is not installed; `make test` does it where it may"
        if os.environ.get("CI") == "true":
            pytest.fail(missing)
        pytest.skip(missing)
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        for kind in (Page, Locator):
            for act in ("click", "press"):
                patch.setattr(kind, act, settled(getattr(kind, act)))
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=OPTIONS)
        try:
            yield browser
        finally:
            browser.close()
