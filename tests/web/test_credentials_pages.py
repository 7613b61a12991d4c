"""Special:ChangeCredentials, Special:RemoveCredentials and the fresh login that they ask for (M10, M18; spec core §8.3, §10)."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.web.form_page import FormPage, follow, grow_old, send, show

from wikigate.testing.wiki import Browser, TestWiki

OLD, NEW = "correct horse battery", "another horse battery"
PASSWORD = r"MediaWiki\Auth\PasswordAuthenticationRequest"
TEMPORARY = r"MediaWiki\Auth\TemporaryPasswordAuthenticationRequest"
PAGES = ("ChangeCredentials", "RemoveCredentials")


@pytest.fixture
def wiki() -> Iterator[TestWiki]:
    with TestWiki() as wiki:
        wiki.create_user("Alice", OLD)
        yield wiki


@pytest.fixture
def alice(wiki: TestWiki) -> Browser:
    browser = wiki.browser()
    assert browser.log_in("Alice", OLD)["status"] == "PASS"
    return browser


def change(browser: Browser, **typed: str) -> FormPage:
    return send(browser, show(browser, "ChangeCredentials"), **{"wpPassword": NEW, "wpRetype": NEW, **typed})


def knows(wiki: TestWiki, password: str) -> bool:
    return bool(wiki.browser().log_in("Alice", password)["status"] == "PASS")


def test_m10_d6_a_new_password_keeps_this_session_and_ends_the_others(wiki: TestWiki, alice: Browser) -> None:
    other = wiki.browser()
    other.log_in("Alice", OLD)
    done = change(alice)
    assert (done.status, done.action) == (200, "")
    assert (alice.who(), other.who()) == ("Alice", "127.0.0.1")
    assert (knows(wiki, OLD), knows(wiki, NEW)) == (False, True)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"wpRetype": OLD}, "not the same"),
        ({"wpPassword": "short", "wpRetype": "short"}, "at least"),
        ({"wpPassword": "", "wpRetype": ""}, "credential"),
    ],
)
def test_a_password_that_cannot_be_is_refused_and_never_shown(
    wiki: TestWiki, alice: Browser, typed: dict[str, str], said: str
) -> None:
    page = change(alice, **typed)
    assert page.alert
    assert (page.values["wpPassword"], page.values["wpRetype"]) == ("", "")
    assert knows(wiki, OLD)


def test_the_password_s_page_has_its_old_name_too(alice: Browser) -> None:
    way = show(alice, "ChangePassword", returnto="Special:Sessions")
    assert way.status == 302
    page = follow(alice, way.location)
    assert page.text.count('autocomplete="new-password"') == 2
    done = send(alice, page, wpPassword=NEW, wpRetype=NEW)
    assert done.location == "/w/index.php?title=Special:Sessions"


@pytest.mark.parametrize("subpage", [TEMPORARY, "Nothing"])
def test_what_cannot_be_changed_is_not_offered_by_name_either(wiki: TestWiki, alice: Browser, subpage: str) -> None:
    page = show(alice, f"ChangeCredentials/{subpage}")
    assert (page.status, page.action) == (404, "")
    assert page.alert
    assert f"/w/index.php?title=Special:ChangeCredentials/{PASSWORD}".replace("\\", "%5C") in page.links


def test_a_temporary_password_is_taken_away_by_a_button_and_the_password_never_is(
    wiki: TestWiki, alice: Browser
) -> None:
    account = wiki.wiki.services.directory.by_name("Alice")
    assert account is not None
    wiki.wiki.services.directory.set_temporary_password(account.id, wiki.wiki.scheme.make("TempPass123xyz"))
    page = show(alice, "RemoveCredentials")
    assert page.values["request"] == TEMPORARY
    assert PASSWORD not in page.text
    assert send(alice, page, deed="remove", request=PASSWORD).status == 400
    assert send(alice, page, deed="remove", request="Nothing").status == 400
    assert send(alice, page, deed="remove").status == 200
    assert wiki.browser().log_in("Alice", "TempPass123xyz")["status"] == "FAIL"
    assert knows(wiki, OLD)


def test_e2_a_form_of_another_session_changes_nothing(wiki: TestWiki, alice: Browser) -> None:
    page = show(alice, "ChangeCredentials")
    page.values["wpEditToken"] = "x"
    assert send(alice, page, wpPassword=NEW, wpRetype=NEW).alert
    listed = show(alice, "RemoveCredentials")
    listed.values["wpEditToken"] = "x"
    assert send(alice, listed, deed="remove").status == 403
    assert knows(wiki, OLD)


@pytest.mark.parametrize("page", PAGES)
def test_a_visitor_is_sent_to_log_in_and_back(wiki: TestWiki, page: str) -> None:
    shown = show(wiki, page)
    assert (shown.status, shown.location) == (302, f"/w/index.php?title=Special:UserLogin&returnto=Special:{page}")


@pytest.mark.parametrize("page", PAGES)
def test_a_bot_password_changes_nothing_about_its_account(wiki: TestWiki, page: str) -> None:
    account = wiki.wiki.services.directory.by_name("Alice")
    assert account is not None
    made = wiki.create_bot_password(account, "app", "basic")
    form = {"action": "login", "lgname": made.login, "lgpassword": made.password, "lgtoken": wiki.token("login")}
    assert wiki.post(form)["login"]["result"] == "Success"
    assert show(wiki, page).status == 403


@pytest.mark.parametrize("page", PAGES)
def test_d9_an_old_login_is_renewed_on_the_way(wiki: TestWiki, alice: Browser, page: str) -> None:
    """Spec core §8.3: to the login page by ``force``, with the name filled in, and back."""
    grow_old(wiki, alice)
    sent = show(alice, page)
    where = f"/w/index.php?title=Special:UserLogin&returnto=Special:{page}&force={page}"
    assert (sent.status, sent.location) == (302, where)
    login = follow(alice, sent.location)
    assert login.values["wpName"] == "Alice"
    assert "confirm that you are Alice" in login.words
    wrong = send(alice, login, wpPassword="hunter2 hunter2")
    assert wrong.alert
    assert wrong.values["wpName"] == "Alice"
    back = send(alice, wrong, wpPassword=OLD)
    assert back.location == f"/w/index.php?title=Special:{page}"
    assert follow(alice, back.location).status == 200


def test_d9_a_form_that_grew_old_changes_nothing_and_comes_back_to_where_it_was(wiki: TestWiki, alice: Browser) -> None:
    page = show(alice, f"ChangeCredentials/{PASSWORD}", returnto="Special:Sessions", returntoquery="a=b")
    grow_old(wiki, alice)
    sent = send(alice, page, wpPassword=NEW, wpRetype=NEW)
    assert sent.status == 302
    back = send(alice, follow(alice, sent.location), wpPassword=OLD)
    again = follow(alice, back.location)
    assert again.action == page.action
    assert send(alice, again, wpPassword=NEW, wpRetype=NEW).location == "/w/index.php?title=Special:Sessions&a=b"
    assert knows(wiki, NEW)


def test_whoever_has_logged_in_a_moment_ago_is_not_asked_again(alice: Browser) -> None:
    way = show(alice, "UserLogin", force="ChangeCredentials", returnto="Special:ChangeCredentials")
    assert (way.status, way.location) == (302, "/w/index.php?title=Special:ChangeCredentials")
