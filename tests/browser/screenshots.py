"""Takes the pictures of the main pages for the documents: ``python -m tests.browser.screenshots [FOLDER]``, or ``make screenshots``.

Each is a page of a wiki that is served for it, in a real browser, cut to the window and brought down to the colours of a drawing, so
that it stays small. The wiki calls itself ``wiki.example.org``, so that the pictures look alike wherever they are taken.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.live import PASSWORD, guarded, log_in, special, totp_code
from tests.conftest import CHROMIUM, OPTIONS
from tests.identity.parts import served
from wikigate.testing.wiki import TestWiki

FOLDER = Path(__file__).parents[2] / "docs/images"
MOST = 100_000
DESK = {"width": 1120, "height": 700}
PHONE = {"width": 375, "height": 720}
OWN = "http://wiki.example.org"
SITE = {"site": {"server": OWN, "site_name": "Example Wiki"}}


@contextmanager
def a_wiki(tables: dict[str, Any] | None = None) -> Iterator[tuple[TestWiki, str]]:
    """Serve a wiki with people: itself, and where it is."""
    with served() as (origin, answer), TestWiki({**SITE, **(tables or {})}) as wiki:
        answer(wiki.application)
        yield guarded(wiki), origin.replace("127.0.0.1", "localhost")


def login(page: Page, wiki: TestWiki) -> None:
    page.goto(special("UserLogin"))


def two_factor(page: Page, wiki: TestWiki) -> None:
    page.goto(special("UserLogin"))
    page.fill("#wpName1", "Alice")
    page.fill("#wpPassword1", PASSWORD)
    page.click("#wpLoginAttempt")
    page.wait_for_selector("#mw-input-OATHToken")


def logged_in(page: Page, wiki: TestWiki) -> None:
    """Log Alice in, second factor and all."""
    two_factor(page, wiki)
    page.fill("#mw-input-OATHToken", totp_code(wiki))
    page.click("#wpLoginAttempt")
    page.wait_for_selector("#pt-userpage")


def create_account(page: Page, wiki: TestWiki) -> None:
    page.goto(special("CreateAccount"))


def account_security(page: Page, wiki: TestWiki) -> None:
    logged_in(page, wiki)
    page.goto(special("AccountSecurity"))


def sessions(page: Page, wiki: TestWiki) -> None:
    logged_in(page, wiki)
    page.goto(special("Sessions"))


def bot_passwords(page: Page, wiki: TestWiki) -> None:
    alice = wiki.wiki.services.directory.by_name("Alice")
    assert alice is not None
    wiki.create_bot_password(alice, "reports", "highvolume", "editpage")
    logged_in(page, wiki)
    page.goto(special("BotPasswords"))


def login_history(page: Page, wiki: TestWiki) -> None:
    logged_in(page, wiki)
    page.goto(special("LoginHistory"))


def accounts(page: Page, wiki: TestWiki) -> None:
    log_in(page, "Olga", PASSWORD)
    page.goto(special("Accounts"))


def change_email(page: Page, wiki: TestWiki) -> None:
    alice = wiki.wiki.services.directory.by_name("Alice")
    assert alice is not None
    wiki.wiki.services.directory.set_email(alice.id, "alice@example.org", authenticated=wiki.clock.now())
    logged_in(page, wiki)
    page.goto(special("ChangeEmail"))


def sandbox(page: Page, wiki: TestWiki) -> None:
    page.goto("/wiki/Special:ApiSandbox#action=query&meta=userinfo&uiprop=groups|rights")
    page.wait_for_selector("#mw-apisandbox[data-ready]")
    page.click("#run")
    page.wait_for_selector("#body")
    # The port is another one each time.
    page.locator("#url").evaluate(
        "(code, own) => { code.textContent = code.textContent.replace(location.origin, own) }", OWN
    )
    page.evaluate("scrollTo(0, 0)")


def help_page(page: Page, wiki: TestWiki) -> None:
    page.goto("/w/api.php?action=help&modules=clientlogin")


def home(page: Page, wiki: TestWiki) -> None:
    page.goto("/w/index.php")


def operators_home(page: Page, wiki: TestWiki) -> None:
    log_in(page, "Olga", PASSWORD)


# The file's name, what is done before the picture, and the window.
PICTURES: tuple[tuple[str, Callable[[Page, TestWiki], None], dict[str, Any]], ...] = (
    ("login", login, {}),
    ("two-factor", two_factor, {}),
    ("create-account", create_account, {}),
    ("account-security", account_security, {}),
    ("sessions", sessions, {}),
    ("bot-passwords", bot_passwords, {}),
    ("login-history", login_history, {}),
    ("change-email", change_email, {}),
    ("accounts", accounts, {}),
    ("sandbox", sandbox, {}),
    ("help", help_page, {}),
    ("home", operators_home, {}),
    ("home-dark", home, {"color_scheme": "dark"}),
    ("phone", login, {"viewport": PHONE}),
    ("arabic", login, {"locale": "ar"}),
)


def take(browser: Browser, name: str, prepare: Callable[[Page, TestWiki], None], window: dict[str, Any]) -> bytes:
    """Take one picture, as PNG."""
    with a_wiki() as (wiki, origin), browser.new_context(**{"base_url": origin, "viewport": DESK, **window}) as context:
        page = context.new_page()
        prepare(page, wiki)
        shot = Image.open(BytesIO(page.screenshot(animations="disabled", caret="hide")))
        packed = BytesIO()
        shot.convert("RGB").quantize(64, dither=Image.Dither.NONE).save(packed, "PNG", optimize=True)
        if packed.tell() >= MOST:
            raise SystemExit(f"{name} is {packed.tell()} bytes; a picture is less than {MOST}")
        return packed.getvalue()


def main(folder: Path) -> None:
    """Take them all."""
    folder.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=OPTIONS)
        for name, prepare, window in PICTURES:
            picture = take(browser, name, prepare, window)
            (folder / f"{name}.png").write_bytes(picture)
            sys.stdout.write(f"{folder / name}.png\t{len(picture)}\n")
        browser.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER)
