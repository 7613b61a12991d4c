"""What the tests of the pages are made of: wikis that are served, people with accounts there, windows, the accessibility checker."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page

from tests.identity.parts import served
from wikigate.accounts.totp import hotp, key_of
from wikigate.actions.settings import SiteSettings
from wikigate.auth.settings import AuthSettings
from wikigate.testing.wiki import TestWiki
from wikigate.web.links import page_url

AXE = Path(__file__).parents[2] / ".cache/browser/node/node_modules/axe-core/axe.min.js"
PASSWORD = "correct horse battery"
TOTP_SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
TOTP_SECONDS = 30
PATIENCE = 20_000  # milliseconds
GUARDED: Mapping[str, Any] = {
    "auth": {
        "providers": ["captcha", *AuthSettings().providers],
        "captcha": {"kind": "simple", "triggers": {"loginattempt": True, "createaccount": True}},
    }
}
EVERYTHING: Mapping[str, Any] = {
    "auth": {
        "providers": ["captcha", "openid-connect", *AuthSettings().providers],
        "captcha": {"kind": "simple", "triggers": {"loginattempt": False, "createaccount": True}},
        "openid": {
            "providers": [
                {
                    "name": "example.net",
                    "label": "example.net",
                    "issuer": "http://127.0.0.1:9",
                    "client_id": "ABC",
                    "client_secret": "the secret of the tests",
                }
            ]
        },
    }
}
# What WCAG 2.2 AA asks for, and the checker's own good practice on top.
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@contextmanager
def live_wiki(tables: Mapping[str, Any] | None = None, **parts: Any) -> Iterator[TestWiki]:
    """Serve a wiki at ``http://localhost:<port>``; ``tables`` and ``parts`` are ``TestWiki``'s."""
    with served() as (origin, answer):
        server = origin.replace("127.0.0.1", "localhost")
        tables = tables or {}
        with TestWiki({**tables, "site": {"server": server, **tables.get("site", {})}}, **parts) as wiki:
            answer(wiki.application)
            yield wiki


def address_of(wiki: TestWiki) -> str:
    """Return the wiki's origin."""
    return wiki.wiki.settings.site.server


def special(name: str, **query: str) -> str:
    """Return the address of a special page below the wiki's origin; the main page's for an empty name."""
    site = SiteSettings()
    return page_url(site, f"Special:{name}" if name else site.main_page, **query)


def with_people(wiki: TestWiki) -> TestWiki:
    """Give the wiki Alice, and Olga who looks after it."""
    wiki.create_user("Alice", PASSWORD)
    wiki.create_user("Olga", PASSWORD, groups=("sysop", "bureaucrat"))
    return wiki


def guarded(wiki: TestWiki) -> TestWiki:
    """Give the wiki people, and Alice an authenticator app."""
    with_people(wiki)
    alice = wiki.wiki.services.directory.by_name("Alice")
    assert alice is not None
    wiki.wiki.factors.add(alice.id, "totp", {"secret": TOTP_SECRET, "scratch_tokens": []})
    return wiki


def totp_code(wiki: TestWiki, secret: str = TOTP_SECRET) -> str:
    """Return what Alice's authenticator app shows at the wiki's present."""
    key = key_of(secret)
    assert key is not None
    return hotp(key, int(wiki.clock.now()) // TOTP_SECONDS)


@contextmanager
def window(
    chromium: Browser,
    wiki: TestWiki,
    *,
    dark: bool = False,
    width: int = 1280,
    height: int = 800,
    javascript: bool = True,
    locale: str = "en",
) -> Iterator[Page]:
    """Open a window with cookies of its own; relative addresses are the wiki's."""
    with chromium.new_context(
        base_url=address_of(wiki),
        color_scheme="dark" if dark else "light",
        viewport={"width": width, "height": height},
        java_script_enabled=javascript,
        locale=locale,
        reduced_motion="reduce",
    ) as context:
        context.set_default_timeout(PATIENCE)
        yield context.new_page()


def log_in(page: Page, name: str, password: str) -> None:
    """Log in by the form and wait for the page that follows."""
    page.goto(special("UserLogin"))
    fill_login(page, name, password)
    page.wait_for_url(lambda url: "UserLogin" not in url)


def fill_login(page: Page, name: str, password: str) -> None:
    """Fill the login form that is shown and send it."""
    page.fill("#wpName1", name)
    page.fill("#wpPassword1", password)
    page.click("#wpLoginAttempt")


def solve_captcha(page: Page) -> None:
    """Do the sum that the form shows, as a person would."""
    found = re.search(r"(\d+) *([+−]) *(\d+) *=", page.inner_text("main"))
    assert found is not None
    one, sign, two = found.groups()
    page.fill("#mw-input-captchaWord", str(int(one) + int(two) if sign == "+" else int(one) - int(two)))


def objections(page: Page) -> list[str]:
    """Return what axe-core objects to on the page as it is shown, a line each.

    The window must run JavaScript. The checker comes by the test's own channel, so the page's Content Security Policy stays as it is.
    """
    page.evaluate(AXE.read_text(encoding="utf-8") + "; undefined")
    found = page.evaluate("async (tags) => (await axe.run({runOnly: {type: 'tag', values: tags}})).violations", RULES)
    return [f"{one['id']}: {one['help']}: {node['html']}" for one in found for node in one["nodes"]]
