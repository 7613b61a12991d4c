"""Special:BotPasswords: a user's own bot passwords, from the making to the taking away (M03, M18; spec core §6)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import pytest

from wikigate.store.audit import AuditTable
from wikigate.testing.transport import Answer
from wikigate.testing.wiki import Browser, TestWiki

FORM = {"Content-Type": "application/x-www-form-urlencoded"}
PAGE = "/w/index.php?title=Special:BotPasswords"
PASSWORD = "correct horse battery"


@pytest.fixture
def wiki() -> Iterator[TestWiki]:
    with TestWiki() as wiki:
        wiki.create_user("Alice", PASSWORD)
        assert wiki.log_in("Alice", PASSWORD)["status"] == "PASS"
        yield wiki


def get(browser: Browser, url: str = PAGE) -> str:
    answer = browser.send("GET", url)
    assert answer.status == 200
    assert len(answer.body) < 50_000
    return answer.body.decode()


def post(browser: Browser, **form: str) -> Answer:
    token = re.search(r'name="wpEditToken" value="([^"]+)"', get(browser))
    assert token is not None
    return browser.send("POST", PAGE, FORM, urlencode({"wpEditToken": token[1], **form}).encode())


def shown(page: str) -> tuple[str, str]:
    found = dict(re.findall(r'id="mw-botpasswords-(login|password)">([^<]+)<', page))
    return found["login"], found["password"]


def make(browser: Browser, **form: str) -> tuple[str, str]:
    return shown(post(browser, wpmode="create", wpappId="r1", **form).body.decode())


def bot_login(wiki: TestWiki, login: str, password: str) -> Any:
    bot = wiki.browser()
    return bot.post({"action": "login", "lgname": login, "lgpassword": password, "lgtoken": bot.token("login")})[
        "login"
    ]


def rows(wiki: TestWiki) -> list[Any]:
    alice = wiki.wiki.services.directory.by_name("Alice")
    assert alice is not None
    return list(wiki.wiki.bot_passwords.list(alice))


def events(wiki: TestWiki) -> list[str]:
    return [row.event for row in AuditTable(wiki.wiki.database).read() if row.event.startswith("botpassword.")]


def test_one_is_made_shown_once_and_logs_in(wiki: TestWiki) -> None:
    login, password = make(wiki, **{"wpgrants-editpage": "1", "wprestrictions-ip": "127.0.0.0/8\r\n::1\r\n"})
    assert login == "Alice@r1"
    assert bot_login(wiki, login, password)["result"] == "Success"
    assert password not in get(wiki)
    [made] = rows(wiki)
    assert (made.grants, made.addresses) == (("basic", "editpage"), ("127.0.0.0/8", "::1"))
    assert "Edit existing pages" in get(wiki)
    assert events(wiki) == ["botpassword.create"]


def test_an_old_program_finds_the_other_spelling_too(wiki: TestWiki) -> None:
    page = post(wiki, wpmode="create", wpappId="r1").body.decode()
    spelling = re.search(r"<code>(r1@[^<]+)</code>", page)
    assert spelling is not None
    assert bot_login(wiki, "Alice", spelling[1])["result"] == "Success"


def test_the_one_is_changed_and_its_password_stays(wiki: TestWiki) -> None:
    login, password = make(wiki, **{"wpgrants-editpage": "1"})
    form = get(wiki, f"{PAGE}&appid=r1")
    assert 'name="wpgrants-editpage" value="1" checked' in form
    answer = post(wiki, wpmode="update", wpappId="r1", **{"wpgrants-rollback": "1", "wprestrictions-ip": "127.0.0.1"})
    assert answer.status == 302
    [changed] = rows(wiki)
    assert (changed.grants, changed.addresses) == (("basic", "rollback"), ("127.0.0.1",))
    assert bot_login(wiki, login, password)["result"] == "Success"
    assert events(wiki) == ["botpassword.create", "botpassword.update"]


def test_a_new_password_makes_the_old_one_void_and_keeps_the_rest(wiki: TestWiki) -> None:
    login, password = make(wiki, **{"wpgrants-editpage": "1", "wprestrictions-ip": "127.0.0.1"})
    again, fresh = shown(post(wiki, wpmode="reset", wpappId="r1").body.decode())
    assert again == login
    assert bot_login(wiki, login, password)["result"] == "Failed"
    assert bot_login(wiki, login, fresh)["result"] == "Success"
    [kept] = rows(wiki)
    assert (kept.grants, kept.addresses) == (("basic", "editpage"), ("127.0.0.1",))


def test_one_is_deleted_and_its_sessions_end(wiki: TestWiki) -> None:
    login, password = make(wiki)
    bot = wiki.browser()
    bot.post({"action": "login", "lgname": login, "lgpassword": password, "lgtoken": bot.token("login")})
    assert bot.who() == "Alice"
    assert post(wiki, wpmode="delete", wpappId="r1").status == 302
    assert rows(wiki) == []
    assert bot.who() != "Alice"
    assert events(wiki)[-1] == "botpassword.revoke"


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"wpmode": "create", "wpappId": ""}, "cannot be the name"),
        ({"wpmode": "create", "wpappId": "x" * 33}, "cannot be the name"),
        ({"wpmode": "create", "wpappId": "r2", "wprestrictions-ip": "here"}, "“here” is neither an address"),
        ({"wpmode": "create", "wpappId": "r1"}, "one of that name already"),
        ({"wpmode": "update", "wpappId": "r1", "wprestrictions-ip": "300.1.1.1"}, "“300.1.1.1” is neither"),
        ({"wpmode": "update", "wpappId": "none"}, "You have no bot password"),
        ({"wpmode": "reset", "wpappId": "none"}, "You have no bot password"),
        ({"wpmode": "delete", "wpappId": "none"}, "You have no bot password"),
        ({"wpmode": "dance", "wpappId": "r1"}, "You have no bot password"),
        ({}, "You have no bot password"),
    ],
)
def test_what_cannot_be_is_said_and_changes_nothing(wiki: TestWiki, form: dict[str, str], said: str) -> None:
    make(wiki)
    before = rows(wiki)
    answer = post(wiki, **form)
    page = answer.body.decode()
    assert answer.status == 400
    assert said in page
    assert 'role="alert"' in page
    assert rows(wiki) == before


def test_what_was_typed_wrong_is_there_to_be_mended(wiki: TestWiki) -> None:
    typed = {"wprestrictions-ip": "<here>", "wpgrants-rollback": "1"}
    page = post(wiki, wpmode="create", wpappId="r2", **typed).body.decode()
    assert 'value="r2"' in page
    assert "&lt;here&gt;</textarea>" in page
    assert 'name="wpgrants-rollback" value="1" checked' in page


def test_a_form_of_another_session_is_not_taken(wiki: TestWiki) -> None:
    answer = wiki.send("POST", PAGE, FORM, b"wpmode=create&wpappId=r1&wpEditToken=x")
    assert answer.status == 403
    assert rows(wiki) == []


def test_a_visitor_is_sent_to_log_in(wiki: TestWiki) -> None:
    for method in ("GET", "POST"):
        answer = wiki.browser().send(method, PAGE)
        assert answer.status == 302
        assert (answer.header("Location") or "").startswith(
            "/w/index.php?title=Special:UserLogin&returnto=Special:BotPasswords"
        )


def test_a_login_of_yesterday_is_not_enough(wiki: TestWiki) -> None:
    """Spec core §8.3: whoever logged in too long ago logs in once more, and finds his name filled in."""
    for _ in range(2):
        wiki.clock.move(1900)
        assert wiki.who() == "Alice"
    where = wiki.send("GET", PAGE).header("Location")
    assert where == "/w/index.php?title=Special:UserLogin&returnto=Special:BotPasswords&force=BotPasswords"
    page = wiki.send("GET", where).body.decode()
    assert 'name="wpName" value="Alice"' in page
    assert "Log in once more to go on: confirm that you are" in page
    assert wiki.log_in("Alice", PASSWORD)["status"] == "PASS"
    get(wiki)


def test_a_bot_cannot_make_itself_another_bot_password(wiki: TestWiki) -> None:
    """No grant gives the right to private information."""
    login, password = make(wiki, **{"wpgrants-privateinfo": "1"})
    bot = wiki.browser()
    bot.post({"action": "login", "lgname": login, "lgpassword": password, "lgtoken": bot.token("login")})
    assert bot.send("GET", PAGE).status == 403
    assert bot.send("POST", PAGE, FORM, b"wpmode=delete&wpappId=r1").status == 403
    assert len(rows(wiki)) == 1


def test_a_wiki_without_bot_passwords_has_no_such_page() -> None:
    with TestWiki({"accounts": {"bot_passwords": False}}) as wiki:
        assert wiki.send("GET", PAGE).status == 404


def test_the_pages_that_one_may_edit_are_written_shown_and_changed(wiki: TestWiki) -> None:
    """Spec core §6.3: in the row as MediaWiki writes them; none are no restriction."""
    make(wiki, **{"wprestrictions-pages": "Main Page\r\n\r\n User:Alice/log \r\n"})
    [made] = rows(wiki)
    assert made.pages == ("Main Page", "User:Alice/log")
    assert made.restrictions == {"IPAddresses": ["0.0.0.0/0", "::/0"], "Pages": ["Main Page", "User:Alice/log"]}
    assert "Edits only: Main Page, User:Alice/log" in get(wiki)
    assert "Main Page\nUser:Alice/log</textarea>" in get(wiki, f"{PAGE}&appid=r1")
    post(wiki, wpmode="update", wpappId="r1", **{"wprestrictions-pages": "Sandbox"})
    assert rows(wiki)[0].pages == ("Sandbox",)
    post(wiki, wpmode="reset", wpappId="r1")
    assert rows(wiki)[0].pages == ("Sandbox",)
    post(wiki, wpmode="update", wpappId="r1", **{"wprestrictions-pages": ""})
    assert rows(wiki)[0].restrictions == {"IPAddresses": ["0.0.0.0/0", "::/0"]}


@pytest.mark.parametrize("pages", ["\n".join(f"Page {n}" for n in range(26)), "é" * 128])
@pytest.mark.parametrize("mode", ["create", "update"])
def test_too_many_pages_or_too_long_ones_change_nothing(wiki: TestWiki, mode: str, pages: str) -> None:
    make(wiki)
    answer = post(wiki, wpmode=mode, wpappId="r2" if mode == "create" else "r1", **{"wprestrictions-pages": pages})
    assert answer.status == 400
    assert "25 pages at most" in answer.body.decode()
    assert [(one.app, one.pages) for one in rows(wiki)] == [("r1", ())]


def test_more_addresses_than_the_column_holds_are_refused(wiki: TestWiki) -> None:
    addresses = "\n".join(f"10.{n // 256}.{n % 256}.0/24" for n in range(5000))
    answer = post(wiki, wpmode="create", wpappId="r1", **{"wprestrictions-ip": addresses})
    assert answer.status == 400
    assert "too many addresses" in answer.body.decode()
    assert rows(wiki) == []
