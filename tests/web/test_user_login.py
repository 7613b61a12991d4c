"""Special:UserLogin and Special:UserLogout: the same conversation as the API's, in a browser without scripts (M18)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from urllib.parse import urlencode

import pytest

from wikigate.accounts.recovery_codes import CODES
from wikigate.testing.transport import Answer
from wikigate.testing.wiki import Browser, TestWiki

FORM = {"Content-Type": "application/x-www-form-urlencoded"}
PASSWORD = "correct horse battery"


class Page(HTMLParser):
    """The form of a page: where it goes, its inputs' values by name, and the ids there are."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.action, self.values, self.ids, self.text = "", {}, set(), text
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.action = found["action"]
        if "id" in found:
            self.ids.add(found["id"])
        if tag == "input" and found.get("type") != "checkbox":
            self.values[found["name"]] = found.get("value", "")


def header(answer: Answer, name: str) -> str:
    return dict(answer.headers).get(name, "")


def show(browser: Browser, url: str = "/w/index.php?title=Special:UserLogin") -> Page:
    answer = browser.send("GET", url)
    assert answer.status == 200
    return Page(answer.body.decode())


def send(browser: Browser, page: Page, **typed: str) -> Answer:
    return browser.send("POST", page.action, FORM, urlencode({**page.values, **typed}).encode())


@pytest.fixture
def wiki() -> Iterator[TestWiki]:
    with TestWiki() as wiki:
        wiki.create_user("Alice", PASSWORD)
        yield wiki


def test_name_and_password_log_in_and_lead_back(wiki: TestWiki) -> None:
    page = show(wiki, "/w/index.php?title=Special:UserLogin&returnto=Special:UserLogout&returntoquery=a%3Db%26c")
    assert {"wpName1", "wpPassword1", "wpRemember", "wpLoginAttempt"} <= page.ids
    answer = send(wiki, page, wpName="alice", wpPassword=PASSWORD)
    assert (answer.status, header(answer, "Location")) == (302, "/w/index.php?title=Special:UserLogout&a=b&c")
    assert wiki.who() == "Alice"


@pytest.mark.parametrize("target", ["//evil.example", "https://evil.example/", "\\\\evil", "javascript:1", "a\r\nX: y"])
def test_what_names_where_to_go_back_never_leads_elsewhere(wiki: TestWiki, target: str) -> None:
    """E7."""
    for given in ({"returnto": target}, {"returntoquery": target}, {"returnto": "Main", "returntoquery": target}):
        page = show(wiki.browser(), "/w/index.php?title=Special:UserLogin&" + urlencode(given))
        browser = wiki.browser()
        page = show(browser, "/w/index.php?title=Special:UserLogin&" + urlencode(given))
        location = header(send(browser, page, wpName="Alice", wpPassword=PASSWORD), "Location")
        assert location.startswith("/w/index.php?title=")
        assert "\n" not in location


@pytest.mark.parametrize(
    ("asked", "led"),
    [
        ("Login", "UserLogin"),
        ("Logout", "UserLogout"),
        ("Userlogin&returnto=Foo&returntoquery=a%3Db", "UserLogin&returnto=Foo&returntoquery=a%3Db"),
        ("Userlogin/signup", "UserLogin/signup"),
        ("UserLogin/signup&returnto=Foo", "CreateAccount&returnto=Foo"),
        ("UserLogin&type=signup&uselang=de", "CreateAccount&uselang=de"),
    ],
)
def test_m18_the_old_addresses_of_the_pages_lead_to_the_new_ones(wiki: TestWiki, asked: str, led: str) -> None:
    answer = wiki.browser().send("GET", f"/w/index.php?title=Special:{asked}")
    assert answer.status == 302
    assert header(answer, "Location") == f"/w/index.php?title=Special:{led}"


def test_a_wrong_password_is_told_and_the_name_stays_and_the_password_does_not(wiki: TestWiki) -> None:
    answer = send(wiki, show(wiki), wpName="Alice", wpPassword="hunter2 hunter2")
    page = Page(answer.body.decode())
    assert 'role="alert"' in page.text
    assert (page.values["wpName"], page.values["wpPassword"]) == ("Alice", "")
    assert "hunter2" not in page.text
    assert wiki.who() != "Alice"


def test_a_second_factor_is_asked_on_the_same_page(wiki: TestWiki) -> None:
    """The page differs from the API in its first and last step only."""
    alice = wiki.wiki.services.directory.by_name("Alice")
    assert alice is not None
    wiki.wiki.factors.add(alice.id, "totp", {"secret": "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", CODES: ["AAAABBBBCCCCDDDD"]})
    asked = Page(send(wiki, show(wiki), wpName="Alice", wpPassword=PASSWORD).body.decode())
    assert {"OATHToken", "authAction", "wpLoginToken"} <= set(asked.values)
    assert 'autocomplete="one-time-code"' in asked.text
    wrong = Page(send(wiki, asked, OATHToken="000000").body.decode())
    assert "OATHToken" in wrong.values
    assert wiki.who() != "Alice"
    assert send(wiki, wrong, OATHToken="AAAABBBBCCCCDDDD").status == 302
    assert wiki.who() == "Alice"


def test_a_form_of_another_session_is_not_taken(wiki: TestWiki) -> None:
    """No login by somebody else's form (login CSRF)."""
    page = show(wiki)
    victim = wiki.browser()
    show(victim)
    answer = send(victim, page, wpName="Alice", wpPassword=PASSWORD)
    assert answer.status == 200
    assert 'role="alert"' in answer.body.decode()
    assert victim.who() != "Alice"


def test_what_is_typed_is_shown_escaped(wiki: TestWiki) -> None:
    answer = send(wiki, show(wiki), wpName='"><script>alert(1)</script>', wpPassword="x")
    assert "<script>alert" not in answer.body.decode()


def test_logging_out_takes_a_press_of_a_button(wiki: TestWiki) -> None:
    """M39: following a link changes nothing."""
    assert wiki.log_in("Alice", PASSWORD)["status"] == "PASS"
    page = show(wiki, "/w/index.php?title=Special:UserLogout")
    assert wiki.who() == "Alice"
    assert send(wiki, page, wpEditToken="x").status == 403
    assert wiki.who() == "Alice"
    assert send(wiki, page).status == 200
    assert wiki.who() != "Alice"
    assert "You are not logged in" in show(wiki, "/w/index.php?title=Special:UserLogout").text


def test_the_main_page_says_who_one_is(wiki: TestWiki) -> None:
    assert "You are not logged in." in show(wiki, "/w/index.php").text
    wiki.log_in("Alice", PASSWORD)
    page = show(wiki, "/wiki/Main_Page")
    assert "You are logged in as Alice." in page.text
    assert "Special:UserLogout" in page.text


def test_a_page_is_small_and_asks_nobody_else_for_anything(wiki: TestWiki) -> None:
    """Under 50 kB with its style; every address in it is on this host."""
    page = show(wiki)
    style = re.search(r'href="([^"]+\.css[^"]*)"', page.text)
    assert style is not None
    sheet = wiki.send("GET", style[1])
    assert (sheet.status, header(sheet, "Cache-Control")) == (200, "public, max-age=31536000, immutable")
    assert len(page.text) + len(sheet.body) < 50_000
    assert not re.search(r'(?:href|src|action)="(?:https?:)?//', page.text)
    assert "@import" not in sheet.body.decode()
    assert "url(" not in sheet.body.decode()
    for path in ("../style.css", "nothing.css", "", "style.css/"):
        assert wiki.send("GET", f"/w/resources/wikigate/{path}").status == 404


def test_m10_a_temporary_password_leads_to_a_new_one_on_the_same_page(wiki: TestWiki) -> None:
    account = wiki.wiki.services.directory.by_name("Alice")
    assert account is not None
    wiki.wiki.services.directory.set_temporary_password(account.id, wiki.wiki.scheme.make("TempPass123xyz"))
    asked = Page(send(wiki, show(wiki), wpName="Alice", wpPassword="TempPass123xyz").body.decode())
    assert {"wpPassword", "wpRetype"} <= set(asked.values)
    assert "wpName" not in asked.values
    wrong = Page(send(wiki, asked, wpPassword="a new horse battery", wpRetype="another").body.decode())
    assert 'role="alert"' in wrong.text
    assert wiki.who() != "Alice"
    assert send(wiki, wrong, wpPassword="a new horse battery", wpRetype="a new horse battery").status == 302
    assert wiki.who() == "Alice"


def test_a_password_that_has_become_too_weak_can_be_kept_by_a_button() -> None:
    with TestWiki() as wiki:
        account = wiki.create_user("Alice", PASSWORD)
        column = wiki.wiki.scheme.make("short7!")
        assert wiki.wiki.services.directory.set_password(account.id, column, expires=None)
        asked = Page(send(wiki, show(wiki), wpName="Alice", wpPassword="short7!").body.decode())
        assert 'name="skipReset" value="1" formnovalidate' in asked.text
        assert send(wiki, asked, skipReset="1").status == 302
        assert wiki.who() == "Alice"


def test_of_several_directories_one_is_chosen_or_none() -> None:
    """M36: without a choice the accounts of the wiki itself are meant."""
    domains = [
        {"name": name, "uri": "ldaps://127.0.0.1:1", "bind": "direct", "dn_template": "uid={username}"}
        for name in ("CORP", "PARTNERS")
    ]
    auth = {"providers": ["ldap", "local-password"], "ldap": {"domains": domains}}
    with TestWiki({"auth": auth}) as wiki:
        wiki.create_user("Alice", PASSWORD)
        page = show(wiki)
        assert re.findall(r'<option value="(\w*)"', page.text) == ["", "CORP", "PARTNERS"]
        there = send(wiki, page, wpName="Alice", wpPassword=PASSWORD, domain="CORP")
        assert 'role="alert"' in there.body.decode()
        assert send(wiki, page, wpName="Alice", wpPassword=PASSWORD, domain="").status == 302
        assert wiki.who() == "Alice"


def test_a_session_that_can_have_no_other_user_is_told_so(wiki: TestWiki) -> None:
    account = wiki.wiki.services.directory.by_name("Alice")
    assert account is not None
    made = wiki.create_bot_password(account, "app", "basic")
    form = {"action": "login", "lgname": made.login, "lgpassword": made.password, "lgtoken": wiki.token("login")}
    assert wiki.post(form)["login"]["result"] == "Success"
    answer = wiki.send("GET", "/w/index.php?title=Special:UserLogin")
    assert answer.status == 403
    assert "its user is fixed" in answer.body.decode()
