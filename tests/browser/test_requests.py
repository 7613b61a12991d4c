"""What a page costs and whom it asks: less than 50 kB, this server alone, nothing inline, and the headers of E6 (M18)."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, Request

from tests.browser.live import EVERYTHING, PASSWORD, address_of, log_in, special, with_people
from wikigate.testing.wiki import TestWiki

MOST = 50_000
WANTED = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cache-control": "private, no-store",
}
# What an inline style, an inline script and a handler in an attribute look like in the document.
INLINE = (
    "[style], style, script:not([src], [type='application/json']), [onclick], [onload], [onerror], [onsubmit], [onchange], "
    "a[href^='javascript:' i]"
)


@pytest.fixture
def wiki(live: Callable[..., TestWiki]) -> TestWiki:
    return with_people(live(EVERYTHING))


def test_e6_every_page_is_small_and_keeps_to_itself(wiki: TestWiki, open_page: Callable[..., Page]) -> None:
    """Each page is opened anew, so that its style and pictures are counted with it."""
    wrong = []
    for visitor in ("", "Alice", "Olga"):
        one = open_page(wiki)
        if visitor:
            log_in(one, visitor, PASSWORD)
        state = one.context.storage_state()
        for name in wiki.wiki.pages.names:
            window = open_page(wiki)
            window.context.add_cookies(state["cookies"])  # type: ignore[arg-type]  # the same cookies, read and written
            wrong += [f"{name or 'main page'} for {visitor or 'nobody'}: {said}" for said in judged(window, wiki, name)]
            window.context.close()
    assert not wrong, "\n".join(wrong)


def judged(page: Page, wiki: TestWiki, name: str) -> list[str]:
    """Open a special page and return what is wrong with it."""
    asked: list[Request] = []
    said: list[str] = []
    page.on("request", lambda one: asked.append(one))  # noqa: PLW0108  Playwright writes on what it is given
    page.on("console", lambda line: said.append(line.text) if line.type in {"error", "warning"} else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    response = page.goto(special(name))
    assert response is not None
    headers = response.headers
    if not headers["content-type"].startswith("text/html"):
        return []
    wrong = [line for line in said if "status of 4" not in line]  # a refusal is a page too
    origin = urlsplit(address_of(wiki)).netloc
    wrong += [f"asks {one.url}" for one in asked if urlsplit(one.url).netloc != origin]
    sizes = [one.sizes() for one in asked]
    size = sum(one["responseBodySize"] + one["responseHeadersSize"] for one in sizes)
    wrong += [f"{size} bytes"] if size > MOST else []
    wrong += [f"inline: {one}" for one in page.locator(INLINE).evaluate_all("found => found.map(e => e.outerHTML)")]
    if urlsplit(response.url).path.endswith("/api.php"):
        return wrong  # what the API prints has the API's headers
    wrong += [f"{header}: {headers.get(header)}" for header, value in WANTED.items() if headers.get(header) != value]
    policy = headers.get("content-security-policy", "")
    wrong += [f"policy: {policy}"] if "unsafe" in policy or "default-src 'none'" not in policy else []
    return wrong


def test_e6_https_is_kept_to(wiki: TestWiki) -> None:
    """HSTS for a year or longer, over HTTPS only (RFC 6797 §7.2)."""
    assert "Strict-Transport-Security" not in dict(wiki.send("GET", special("UserLogin")).headers)
    with TestWiki({"site": {"server": "https://wiki.example.org"}}) as secure:
        for address in (special("UserLogin"), "/w/api.php?action=query&format=json"):
            kept = dict(secure.send("GET", address).headers)["Strict-Transport-Security"]
            assert int(kept.partition("=")[2]) >= 365 * 24 * 3600
