"""Special:ApiSandbox in a real browser (M17): the form, the token, the answer, links, and that curl and Python do the same."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.live import address_of, special, totp_code
from tests.identity.parts import served
from wikigate.testing.wiki import TestWiki

PASSWORD = "correct horse battery"
PAGE = "/wiki/Special:ApiSandbox"
READY = "#mw-apisandbox[data-ready]"
MINUTE = 60


@pytest.fixture(scope="module")
def origin() -> Iterator[str]:
    with served() as (origin, answer), TestWiki({"site": {"server": origin}}) as wiki:
        wiki.create_user("Alice", PASSWORD)
        answer(wiki.application)
        yield origin


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    """A window that must not run into an error."""
    with chromium.new_context() as context:
        page = context.new_page()
        troubles: list[str] = []
        page.on("pageerror", lambda error: troubles.append(str(error)))
        page.on("console", lambda said: troubles.append(said.text) if "Content Security" in said.text else None)
        yield page
        assert troubles == []


@pytest.fixture
def sandbox(page: Page, origin: str) -> Page:
    page.goto(origin + PAGE)
    page.wait_for_selector(READY)
    return page


def opened(page: Page, origin: str, fragment: str) -> Page:
    page.goto("about:blank")  # else a change of the fragment alone loads nothing
    page.goto(f"{origin}{PAGE}#{fragment}")
    page.wait_for_selector(READY)
    return page


def sent(page: Page) -> Any:
    """Send the request and return the answer's JSON."""
    page.get_by_role("button", name="Send").click()
    expect(page.locator("#status")).to_contain_text(re.compile(r"^\d{3} "))
    return json.loads(page.locator("#body").inner_text())


def programs(page: Page) -> list[list[str]]:
    """The two spellings of the request as commands."""
    curl, python = (page.locator(f"#{name}").text_content() or "" for name in ("curl", "python"))
    return [["bash", "-c", f"set -euo pipefail\n{curl}"], [sys.executable, "-c", python]]


def ran(command: list[str], folder: Path, **secrets: str) -> Any:
    environment = {"PATH": os.environ["PATH"], "HOME": str(folder), "TMPDIR": str(folder), **secrets}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=MINUTE, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_m17_the_page_opens_with_a_request_that_can_be_sent(sandbox: Page) -> None:
    answer = sent(sandbox)
    assert answer["query"]["userinfo"]["anon"] is True
    status = sandbox.locator("#status")
    expect(status).to_have_attribute("role", "status")
    expect(status).to_contain_text(re.compile(r"200 OK · \d+ ms · \d+ B"))
    expect(sandbox.locator("#answer-head")).to_be_focused()
    sandbox.locator("#answer summary").click()
    expect(sandbox.get_by_role("rowheader", name="x-content-type-options")).to_be_visible()


def test_m17_a_link_opens_filled_in_and_the_address_follows_the_form(page: Page, origin: str) -> None:
    opened(
        page,
        origin,
        "action=query&format=xml&meta=tokens|siteinfo&type=csrf|login&siprop=general&titles=A+%26+B&nope=%3Cb%3E",
    )
    expect(page.get_by_label("action", exact=True)).to_have_value("query")
    expect(page.get_by_label("format", exact=True)).to_have_value("xml")
    expect(page.get_by_role("group", name="meta").get_by_label("tokens")).to_be_checked()
    expect(page.get_by_role("group", name="siprop").get_by_label("general", exact=True)).to_be_checked()
    expect(page.get_by_label("titles", exact=True)).to_have_value("A & B")
    expect(page.get_by_label("Value of the parameter nope")).to_have_value("<b>")
    page.get_by_label("titles", exact=True).fill("C")
    page.get_by_role("group", name="meta").get_by_label("siteinfo").uncheck()
    expect(page.get_by_role("group", name="siprop")).to_have_count(0)
    fragment = page.evaluate("location.hash")
    assert fragment == "#action=query&format=xml&meta=tokens&titles=C&type=csrf|login&nope=%3Cb%3E"
    page.get_by_role("group", name="meta").get_by_label("siteinfo").check()
    expect(page.get_by_role("group", name="siprop").get_by_label("general", exact=True)).to_be_checked()


def test_m17_the_examples_of_the_documentation_open_here(page: Page, origin: str) -> None:
    page.goto(f"{origin}/w/api.php?action=help&modules=query%2Btokens")
    page.locator('a[href*="Special:ApiSandbox#"]').first.click()
    page.wait_for_selector(READY)
    answer = sent(page)
    assert "csrftoken" in answer["query"]["tokens"]


@pytest.mark.parametrize("module", ["login", "clientlogin", "logout", "createaccount", "webauthn", "help", "paraminfo"])
def test_m17_every_action_has_its_form(sandbox: Page, module: str) -> None:
    sandbox.get_by_label("action", exact=True).select_option(module)
    expect(sandbox.get_by_role("heading", name=f"action={module}")).to_be_visible()
    expect(sandbox.locator("#url")).to_contain_text(f"action={module}&")


def test_m17_every_input_has_a_name_for_those_who_do_not_see(page: Page, origin: str) -> None:
    opened(page, origin, "action=query&meta=siteinfo|authmanagerinfo|tokens&list=users&nope=1")
    unnamed = page.evaluate(
        """[...document.querySelectorAll('form input, form select, form textarea, form button')].filter(one =>
             !one.labels?.length && !one.getAttribute('aria-label') && !one.textContent.trim()).map(one => one.outerHTML)"""
    )
    assert unnamed == []


def test_m17_a_login_by_keyboard_with_its_token_fetched_by_itself(page: Page, origin: str) -> None:
    """What the module must have posted is posted; secrets are masked in what is shown and never in the address."""
    opened(page, origin, f"action=clientlogin&loginreturnurl={origin}/")
    page.get_by_role("button", name="Ask the wiki for the fields").press("Enter")
    expect(page.get_by_label("username")).to_be_focused()
    page.keyboard.type("Alice")
    page.get_by_label("password", exact=False).fill(PASSWORD)
    shown = page.locator("#url").inner_text()
    assert shown.startswith(f"POST {origin}/w/api.php\naction=clientlogin&")
    assert "&password=•••" in shown
    assert "&logintoken=•••" in shown
    with page.expect_request(lambda request: request.method == "POST") as posted:
        page.keyboard.press("Control+Enter")
    assert f"&password={PASSWORD.replace(' ', '+')}" in (posted.value.post_data or "")
    expect(page.locator("#body")).to_contain_text('"status": "PASS"')
    everything = page.evaluate("location.href + document.documentElement.innerText")
    assert PASSWORD not in everything.replace("+", " ")
    answer = sent(opened(page, origin, "action=query&meta=userinfo"))
    assert answer["query"]["userinfo"]["name"] == "Alice"


def test_m17_a_click_fetches_a_token(page: Page, origin: str) -> None:
    opened(page, origin, "action=logout")
    token = page.get_by_role("textbox", name="token")
    expect(token).to_have_value("")
    page.get_by_role("button", name="Fetch a token: token").click()
    expect(token).to_have_value("+\\")
    expect(page.locator("#url")).to_contain_text("token=•••")
    assert "error" not in sent(page)


def test_m17_an_answer_that_asks_for_more_can_be_filled_in(page: Page, origin: str) -> None:
    """A conversation goes on in the form: its fields, and that it is a continuation."""
    asked = {
        "clientlogin": {
            "status": "UI",
            "requests": [
                {
                    "id": "x",
                    "fields": {
                        "OATHToken": {"type": "string", "label": "Code", "help": "Six digits."},
                        "captchaId": {"type": "hidden", "value": "4711", "label": "Id", "help": "<b>Id</b>"},
                        "captchaInfo": {"type": "null", "value": "28−10 =", "label": "Sum"},
                    },
                }
            ],
        }
    }
    page.route(
        lambda url: "api.php" in url,
        lambda route: (
            route.fulfill(json=asked) if "clientlogin" in (route.request.post_data or "") else route.continue_()
        ),
    )
    opened(page, origin, "action=clientlogin&username=Alice")
    sent(page)
    page.get_by_role("button", name="Fill in what the answer asks for").click()
    expect(page.get_by_label("OATHToken")).to_be_focused()
    expect(page.get_by_label("logincontinue")).to_be_checked()
    expect(page.get_by_label("captchaId Id")).to_have_value("4711")
    expect(page.get_by_text("<b>Id</b>", exact=True)).to_be_visible()
    expect(page.get_by_text("Sum 28−10 =", exact=True)).to_be_visible()


def test_m17_a_refusal_is_told_and_nothing_in_an_answer_acts(page: Page, origin: str) -> None:
    opened(
        page,
        origin,
        "action=query&meta=userinfo&assert=user&errorformat=html&requestid=%3Cimg+src=x+onerror=alert(1)%3E",
    )
    answer = sent(page)
    assert answer["requestid"].startswith("<img")
    expect(page.locator("#answer .message.error")).to_have_text("The API refused: assertuserfailed")
    expect(page.locator("#answer img")).to_have_count(0)
    opened(page, origin, "action=query&meta=userinfo&format=xml")
    page.get_by_role("button", name="Send").click()
    expect(page.locator("#body")).to_contain_text('<query>\n    <userinfo id="0"')


def test_m17_no_answer_is_told_too(sandbox: Page) -> None:
    sandbox.route("**/api.php*", lambda route: route.abort())
    sandbox.get_by_role("button", name="Send").click()
    expect(sandbox.get_by_role("alert")).to_contain_text("No answer came")


def test_m17_curl_and_python_get_the_answer_that_the_page_gets(page: Page, origin: str, tmp_path: Path) -> None:
    """Signs that shells and Python take for their own come through as they are."""
    opened(
        page,
        origin,
        "action=query&meta=userinfo&uiprop=groups&requestid=%27+%22%24HOME%60%5C%C3%A9%26%3D%23+%25+%F0%9F%A6%89",
    )
    answer = sent(page)
    assert answer["requestid"] == "' \"$HOME`\\é&=# % 🦉"
    for command in programs(page):
        assert ran(command, tmp_path) == answer


def test_m17_curl_and_python_log_in_with_a_secret_from_the_environment(page: Page, origin: str, tmp_path: Path) -> None:
    opened(
        page,
        origin,
        f"action=clientlogin&loginreturnurl={origin}/&username=Alice&password=typed&requestid=%27%24%28id%29",
    )
    assert "typed" not in page.evaluate("location.href")
    for command in programs(page):
        assert "typed" not in command[-1]
        answer = ran(command, tmp_path, MW_PASSWORD=PASSWORD)
        assert answer["clientlogin"]["status"] == "PASS"
        assert answer["requestid"] == "'$(id)"


def test_m17_the_form_fits_a_phone(page: Page, origin: str) -> None:
    page.set_viewport_size({"width": 320, "height": 640})
    opened(page, origin, "action=query&meta=siteinfo|tokens&prop=&formatversion=2")
    sent(page)
    assert page.evaluate("document.documentElement.scrollWidth") == 320


def test_m09_a_login_with_captcha_and_second_factor_goes_on_in_the_form(
    guarded_wiki: TestWiki, open_page: Callable[..., Page]
) -> None:
    """The captcha's id is filled in, its sum is shown; the code is asked for in the next step."""
    page = open_page(guarded_wiki)
    page.goto(f"{special('ApiSandbox')}#action=clientlogin&loginreturnurl={address_of(guarded_wiki)}/")
    page.wait_for_selector(READY)
    page.get_by_role("button", name="Ask the wiki for the fields").click()
    page.get_by_role("textbox", name="username").fill("Alice")
    page.get_by_role("textbox", name="password").fill(PASSWORD)
    first, sign, second = re.findall(r"(\d+)\s*([+−])\s*(\d+)", page.locator("#modules").inner_text())[0]
    page.get_by_role("textbox", name="captchaWord").fill(str(int(first) + int(second) * (1 if sign == "+" else -1)))
    assert sent(page)["clientlogin"]["status"] == "UI"
    page.get_by_role("button", name="Fill in what the answer asks for").click()
    page.get_by_role("textbox", name="OATHToken").fill(totp_code(guarded_wiki))
    page.get_by_role("button", name="Send").click()
    expect(page.locator("#body")).to_contain_text('"status": "PASS"')


@pytest.mark.parametrize("dark", [False, True])
def test_m17_the_checker_objects_to_nothing(
    live: Callable[..., TestWiki], open_page: Callable[..., Page], axe: Callable[[Page], list[str]], *, dark: bool
) -> None:
    """WCAG 2.2 AA: the form with everything unfolded and an answer; the documentation; an answer as a page."""
    wiki = live()
    page = open_page(wiki, dark=dark)
    page.goto(f"{special('ApiSandbox')}#action=query&meta=siteinfo|tokens|userinfo&assert=user&nope=1")
    page.wait_for_selector(READY)
    page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")
    page.get_by_role("button", name="Send").click()
    page.wait_for_selector("#body")
    page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")
    assert axe(page) == []
    for query in ("action=help&recursivesubmodules=1&toc=1", "action=query&meta=userinfo&assert=user"):
        page.goto(f"/w/api.php?{query}")
        assert axe(page) == [], query
