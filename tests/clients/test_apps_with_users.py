"""Apps made with two libraries, and their user in a real browser: he logs in, reads what is asked, agrees or not, takes it back (M13)."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser, Page

from tests.identity.parts import client_page

from .client import HERE, PYTHON, environment
from .server import WIKIGATE, Server, serving

pytestmark = pytest.mark.clients

LIBRARIES = ("oauth1", "authlib-oauth1", "oauth2", "authlib-oauth2")
OAUTH2 = LIBRARIES[2:]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("apps")


@pytest.fixture(scope="module")
def server(parts: None, folder: Path) -> Iterator[Server]:
    if os.environ.get("WIKIGATE_CLIENTS_URL"):
        pytest.skip("apps are registered by the command line of a server of our own")
    with serving(folder) as server:
        yield server


@pytest.fixture(scope="module")
def callback() -> Iterator[str]:
    with client_page() as url:
        yield url


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    with chromium.new_context() as context:
        yield context.new_page()


class App:
    """The program: what it says is read line by line, what it is told is written to it."""

    def __init__(self, server: Server, mode: str, facts: dict[str, str], folder: Path, **more: str) -> None:
        self.account = server.accounts["main"]
        self.facts = facts
        self.data = folder
        self.steps: dict[str, str] = {}
        self.errors = folder / "errors"
        self.process = subprocess.Popen(
            [*PYTHON, HERE / "drivers/oauth_app.py", server.url, self.account.name, mode],
            cwd=folder,
            env=environment(folder) | {"PASSWORD": json.dumps(facts)} | more,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self.errors.open("w"),
            text=True,
        )

    def until(self, wanted: str) -> str:
        """Read on to a line; what it says."""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            name, _, value = line.rstrip("\n").partition("\t")
            self.steps[name] = value
            if name == wanted:
                return value
        raise AssertionError(f"{wanted} was never said: {self.steps} {self.errors.read_text()}")

    def tell(self, line: str) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(f"{line}\n")
        self.process.stdin.flush()

    def end(self) -> int:
        assert self.process.stdout is not None
        self.steps |= dict((line.rstrip("\n") + "\t").split("\t")[:2] for line in self.process.stdout)
        return self.process.wait(timeout=60)


@pytest.fixture
def begin(server: Server, folder: Path, callback: str, tmp_path: Path) -> Iterator[Callable[..., App]]:
    with ExitStack() as stack:

        def begin(mode: str, *, public: bool = False, **more: str) -> App:
            version = "--oauth1" if mode.endswith("oauth1") else "--oauth2"
            options = ["--callback-prefix"] if version == "--oauth1" else ["--public"] if public else []
            name = f"{mode} {tmp_path.name}"
            words = [
                "consumer",
                "create",
                server.accounts["bot"].name.partition("@")[0],
                name,
                version,
                "--grant",
                "editpage",
            ]
            command = [WIKIGATE, *words, "--callback", callback, *options, "--data", folder, "--json"]
            made = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
            app = App(server, mode, {**made, "callback": callback}, tmp_path, **more)
            app.data = folder
            stack.callback(app.process.kill)
            return app

        yield begin


def log_in(page: Page, app: App) -> None:
    """Log in where the wiki asks for it, on the way to the question."""
    page.fill("[name=wpName]", app.account.name)
    page.fill("[name=wpPassword]", app.account.password)
    page.click("#wpLoginAttempt")


def answer(page: Page, app: App, button: str) -> None:
    """Come to the question, read it, and press a button."""
    page.goto(app.until("authorize"))
    log_in(page, app)
    page.wait_for_selector("button[name=accept]")
    question = page.inner_text("main")
    assert app.account.name in question
    assert "Edit existing pages" in question
    page.click(f"button[name={button}]")


def agree(page: Page, app: App, callback: str) -> None:
    answer(page, app, "accept")
    page.wait_for_url(f"{callback}?**")
    app.tell(page.url)


def assert_silent(folder: Path, *secrets: str) -> None:
    """Security H5: what the server printed names none of them."""
    log = (folder / "serve.log").read_text()
    assert [secret for secret in secrets if secret in log] == []


def take_back(page: Page, server: Server, app: App) -> None:
    app.until("take back")
    page.goto(f"{server.url.removesuffix('/api.php')}/index.php?title=Special:OAuthManageMyGrants")
    while page.query_selector("main form button"):
        page.click("main form button")
    assert "No app acts for you." in page.inner_text("main")
    app.tell("")


@pytest.mark.parametrize("mode", LIBRARIES)
def test_a_user_agrees_in_his_browser_and_takes_it_back(
    mode: str, server: Server, callback: str, page: Page, begin: Callable[..., App]
) -> None:
    app = begin(mode)
    agree(page, app, callback)
    brought = [value for values in parse_qs(urlsplit(page.url).query).values() for value in values]
    take_back(page, server, app)
    assert app.end() == 0, app.errors.read_text()
    assert app.steps["identity"] == app.account.name
    assert "revoked" in app.steps
    assert ("refresh" in app.steps) == (mode in OAUTH2)
    assert_silent(app.data, app.account.password, app.facts["consumer_secret"], *brought)


@pytest.mark.parametrize("mode", OAUTH2)
def test_an_app_without_a_secret_proves_itself_with_pkce(
    mode: str, callback: str, page: Page, begin: Callable[..., App]
) -> None:
    app = begin(mode, public=True, STOLEN="1")
    agree(page, app, callback)
    assert app.end() == 0, app.errors.read_text()
    assert app.steps["stolen"] == "ended"


@pytest.mark.parametrize("mode", OAUTH2)
def test_a_user_who_says_no_is_sent_back_with_that(
    mode: str, callback: str, page: Page, begin: Callable[..., App]
) -> None:
    app = begin(mode)
    answer(page, app, "cancel")
    page.wait_for_url(f"{callback}?**")
    app.tell(page.url)
    assert app.end() == 4
    assert app.steps["login"] == "User has rejected the request from client application"


@pytest.mark.parametrize("mode", ["oauth1", "authlib-oauth1"])
def test_a_user_who_says_no_to_an_oauth_1_app_is_told_so(mode: str, page: Page, begin: Callable[..., App]) -> None:
    app = begin(mode)
    answer(page, app, "cancel")
    page.wait_for_selector("text=The app was given nothing.")
