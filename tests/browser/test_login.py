"""Special:UserLogin and Special:UserLogout in a real browser (M18): the straight way, and each way of being refused.

The windows run no JavaScript where the accessibility checker is not asked: every step must do without.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.live import PASSWORD, fill_login, log_in, solve_captcha, special, totp_code
from wikigate.testing.wiki import TestWiki


@pytest.fixture
def page(wiki: TestWiki, open_page: Callable[..., Page]) -> Page:
    return open_page(wiki, javascript=False)


@pytest.fixture
def guarded_page(guarded_wiki: TestWiki, open_page: Callable[..., Page]) -> Page:
    """With JavaScript, which the accessibility checker needs."""
    page = open_page(guarded_wiki)
    page.goto(special("UserLogin"))
    return page


def personal(page: Page) -> str:
    """What stands at the top of the page about its visitor."""
    return page.inner_text("header nav")


def test_logs_in_by_the_inputs_that_browser_suites_know(page: Page) -> None:
    page.goto(special("UserLogin"))
    expect(page.locator("#wpName1")).to_be_focused()
    assert "Log in" in personal(page)
    log_in(page, "Alice", PASSWORD)
    assert "Alice" in personal(page)
    assert "You are logged in as Alice." in page.inner_text("main")


def test_the_keyboard_is_enough(wiki: TestWiki, open_page: Callable[..., Page]) -> None:
    """WCAG 2.1.1, 2.4.1: the first stop is the way to the content, the form is sent by Enter."""
    page = open_page(wiki)
    page.goto("/w/index.php")
    page.keyboard.press("Tab")
    expect(page.locator("a.skip")).to_be_focused()
    expect(page.locator("a.skip")).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()
    page.goto(special("UserLogin"))
    page.keyboard.type("Alice")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "UserLogin" not in url)
    assert "Alice" in personal(page)


def test_logs_out_by_a_form(page: Page) -> None:
    """M39: the link in the frame asks, the button does it."""
    log_in(page, "Alice", PASSWORD)
    page.click("#pt-userlogout a")
    assert "Alice" in personal(page)
    page.click("#mw-logout")
    assert "Alice" not in personal(page)
    page.goto("/w/index.php")
    assert "You are not logged in." in page.inner_text("main")


def test_comes_back_to_where_it_was_sent_from(page: Page) -> None:
    """A page that needs an account leads to the login and from there back to itself."""
    page.goto(special("Accounts", user="Ol"))
    fill_login(page, "Olga", PASSWORD)
    page.wait_for_url("**Special:Accounts**")
    assert page.inner_text("h1") == "Accounts"


def test_a_wrong_password_is_said_where_it_is_heard(
    wiki: TestWiki, open_page: Callable[..., Page], axe: Callable[[Page], list[str]]
) -> None:
    page = open_page(wiki)
    page.goto(special("UserLogin"))
    fill_login(page, "Alice", "not her password")
    expect(page.get_by_role("alert")).to_contain_text("Incorrect username or password")
    expect(page.locator("#wpName1")).to_have_value("Alice")
    expect(page.locator("#wpPassword1")).to_have_value("")
    expect(page.locator("#wpPassword1")).to_be_focused()
    assert axe(page) == []
    fill_login(page, "Alice", PASSWORD)
    page.wait_for_url(lambda url: "UserLogin" not in url)


def test_too_many_wrong_passwords_have_to_wait(wiki: TestWiki, page: Page) -> None:
    page.goto(special("UserLogin"))
    for _ in range(5):
        fill_login(page, "Alice", "not her password")
    fill_login(page, "Alice", PASSWORD)
    expect(page.get_by_role("alert")).to_contain_text("too many attempts to log in")
    assert "Alice" not in personal(page)
    wiki.clock.move(5 * 60 + 1)
    log_in(page, "Alice", PASSWORD)


def test_a_wrong_answer_to_the_captcha_asks_another(guarded_page: Page, axe: Callable[[Page], list[str]]) -> None:
    page = guarded_page
    assert axe(page) == []
    page.fill("#mw-input-captchaWord", "0815")
    fill_login(page, "Olga", PASSWORD)
    expect(page.get_by_role("alert")).to_be_visible()
    expect(page.locator("#mw-input-captchaWord")).to_have_value("")
    solve_captcha(page)
    fill_login(page, "Olga", PASSWORD)
    page.wait_for_url(lambda url: "UserLogin" not in url)
    assert "Olga" in personal(page)


def test_a_second_factor_is_asked_until_it_is_right(
    guarded_wiki: TestWiki, guarded_page: Page, axe: Callable[[Page], list[str]]
) -> None:
    page = guarded_page
    solve_captcha(page)
    fill_login(page, "Alice", PASSWORD)
    code = page.locator("#mw-input-OATHToken")
    expect(code).to_be_focused()
    expect(code).to_have_attribute("autocomplete", "one-time-code")
    assert axe(page) == []
    right = totp_code(guarded_wiki)
    code.fill("000000" if right != "000000" else "111111")
    page.click("#wpLoginAttempt")
    expect(page.locator(".message")).to_be_visible()
    assert "Alice" not in personal(page)
    code.fill(right)
    page.click("#wpLoginAttempt")
    page.wait_for_url(lambda url: "UserLogin" not in url)
    assert "Alice" in personal(page)
