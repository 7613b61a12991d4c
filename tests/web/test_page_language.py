"""The language of pages and of the API: address, preference, cookie, browser, wiki."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import quote, urlencode

import pytest

from wikigate.testing.transport import Answer
from wikigate.testing.wiki import Browser, TestWiki

LOGIN = "/w/index.php?title=Special:UserLogin"
PREFERENCES = "/w/index.php?title=Special:Preferences"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
PASSWORD = "correct horse battery"


@pytest.fixture
def wiki() -> Iterator[TestWiki]:
    with TestWiki() as wiki:
        wiki.create_user("Alice", PASSWORD)
        yield wiki


def _html(answer: Answer) -> str:
    return re.sub(r"\s+", " ", answer.body.decode().partition("<head>")[0]).strip()


def _ask(browser: Browser, url: str = LOGIN, **headers: str) -> Answer:
    return browser.send("GET", url, {name.replace("_", "-"): value for name, value in headers.items()})


def _choose(browser: Browser, code: str) -> Answer:
    page = browser.send("GET", PREFERENCES).body.decode()
    token = re.search(r'name="wpEditToken" value="([^"]+)"', page)
    assert token
    return browser.send("POST", PREFERENCES, FORM, urlencode({"wpEditToken": token[1], "wplanguage": code}).encode())


def test_m21_a_page_comes_in_the_language_that_its_address_names(wiki: TestWiki) -> None:
    answer = _ask(wiki, LOGIN + "&uselang=ar")
    assert _html(answer) == '<!DOCTYPE html> <html lang="ar" dir="rtl">'
    assert "<h1>تسجيل الدخول</h1>" in answer.body.decode()
    assert answer.header("content-language") == "ar"


def test_m21_a_visitor_gets_the_language_that_his_browser_likes(wiki: TestWiki) -> None:
    assert "<h1>Anmelden</h1>" in _ask(wiki, Accept_Language="xx, de-CH;q=0.9, fr;q=0.8").body.decode()
    assert _html(_ask(wiki, Accept_Language="zh-CN")) == '<!DOCTYPE html> <html lang="zh-Hans" dir="ltr">'
    assert "<h1>Log in</h1>" in _ask(wiki, Accept_Language="xx").body.decode()


def test_a_language_once_taken_stays_with_the_browser(wiki: TestWiki) -> None:
    browser = wiki.browser()
    _ask(browser, LOGIN + "&uselang=ja")
    assert "<h1>ログイン</h1>" in _ask(browser, Accept_Language="de").body.decode()
    assert "Log in" in _ask(browser, LOGIN + "&uselang=content").body.decode()


@pytest.mark.parametrize("code", ["qqx", "xx", "de-formal", "<b>"])
def test_only_a_language_that_is_here_makes_a_cookie(wiki: TestWiki, code: str) -> None:
    answer = _ask(wiki.browser(), f"{LOGIN}&{urlencode({'uselang': code})}")
    assert not [cookie for cookie in answer.cookies() if "UseLang" in cookie]
    assert "<b>" not in answer.body.decode().replace("<body>", "")


def test_qqx_shows_keys_and_parameters(wiki: TestWiki) -> None:
    page = _ask(wiki, LOGIN + "&uselang=qqx").body.decode()
    assert "<h1>(userlogin)</h1>" in page
    assert "(userlogin-yourname)" in page


def test_the_switch_keeps_the_page_and_names_each_language_in_itself(wiki: TestWiki) -> None:
    page = _ask(wiki, LOGIN + "&returnto=A&uselang=fr").body.decode()
    link = (
        '<a href="?title=Special:UserLogin&amp;returnto=A&amp;uselang=ar" lang="ar" hreflang="ar" dir="rtl">العربية</a>'
    )
    assert link in page
    assert 'hreflang="fr"' not in page


def test_m21_somebody_who_has_chosen_a_language_is_spoken_to_in_it(wiki: TestWiki) -> None:
    browser = wiki.browser()
    browser.log_in("Alice", PASSWORD)
    assert _choose(browser, "de").status == 302
    page = browser.send("GET", PREFERENCES + "&success=1", {"Accept-Language": "fr"}).body.decode()
    assert "<h1>Einstellungen</h1>" in page
    assert "Deine Einstellungen sind gespeichert." in page
    options = browser.get({"action": "query", "meta": "userinfo", "uiprop": "options"})["query"]["userinfo"]["options"]
    assert options["language"] == "de"


def test_the_api_goes_by_the_preference_and_not_by_the_browser(wiki: TestWiki) -> None:
    call = {"action": "query", "meta": "tokens", "type": "nope", "errorformat": "plaintext", "responselanginfo": "1"}
    target = f"/w/api.php?{urlencode({'format': 'json', 'formatversion': '2', **call})}"
    anonymous = wiki.browser().send("GET", target, {"Accept-Language": "de"})
    assert '"uselang":"en","errorlang":"en"' in anonymous.body.decode()
    browser = wiki.browser()
    browser.log_in("Alice", PASSWORD)
    _choose(browser, "de")
    answer = browser.get(call)
    assert (answer["uselang"], answer["errorlang"]) == ("de", "de")
    assert "Unbekannter Wert" in str(answer["warnings"])
    assert browser.get({**call, "uselang": "content"})["errorlang"] == "en"
    assert browser.get({**call, "errorlang": "fr"})["errorlang"] == "fr"


def test_bc_errors_are_english_whatever_the_language(wiki: TestWiki) -> None:
    answer = wiki.get({"action": "login", "uselang": "de", "errorlang": "de"})
    assert answer["error"]["info"] == 'The "login" module requires a POST request.'
    answer = wiki.get({"action": "login", "uselang": "de", "errorformat": "plaintext"})
    assert answer["errors"][0]["text"] == 'Das Modul "login" erfordert eine POST-Anfrage.'


@pytest.mark.parametrize(("changes", "status"), [({"wplanguage": "xx"}, 400), ({"wpEditToken": "0" * 40}, 403)])
def test_preferences_refuse_what_cannot_be_chosen(wiki: TestWiki, changes: dict[str, str], status: int) -> None:
    browser = wiki.browser()
    browser.log_in("Alice", PASSWORD)
    page = browser.send("GET", PREFERENCES).body.decode()
    token = re.search(r'name="wpEditToken" value="([^"]+)"', page)
    assert token
    form = {"wpEditToken": token[1], "wplanguage": "de", **changes}
    assert browser.send("POST", PREFERENCES, FORM, urlencode(form).encode()).status == status
    assert "<h1>Preferences</h1>" in browser.send("GET", PREFERENCES).body.decode()


def test_preferences_belong_to_an_account(wiki: TestWiki) -> None:
    sent = _ask(wiki, PREFERENCES)
    assert (sent.status, "returnto=Special:Preferences" in dict(sent.headers)["Location"]) == (302, True)
    assert wiki.send("POST", PREFERENCES, FORM, b"wplanguage=de").status == 302


def test_a_mail_comes_in_the_language_that_its_reader_has_chosen(wiki: TestWiki) -> None:
    directory, post = wiki.wiki.services.directory, wiki.wiki.post
    account = directory.by_name("Alice")
    assert account is not None
    directory.set_properties(account.id, {"language": "de"})
    post.password_changed(account.id, "alice@example.org", "Alice")
    row = post.rows.newest(1)[0]
    assert row.subject == "Dein Passwort bei Wikigate wurde geändert"
    assert "Das Passwort des Kontos „Alice“" in post.open(row)


def test_m21_names_keep_their_own_direction_on_pages(wiki: TestWiki) -> None:
    wiki.create_user("علي", PASSWORD)
    shown = {}
    for name in ("Alice", "علي"):
        browser = wiki.browser()
        browser.log_in(name, PASSWORD)
        for language in ("ar", "en"):
            login, home = (
                _ask(browser, f"{page}&uselang={language}").body.decode() for page in (LOGIN, "/w/index.php?x")
            )
            shown[name, language] = (
                f"<bdi>{name}</bdi>" in login.partition('role="status"')[2],
                f"\u2068{name}\u2069" in home,
            )
    assert shown == {
        ("Alice", "ar"): (True,) * 2,
        ("علي", "ar"): (True,) * 2,
        ("علي", "en"): (True,) * 2,
        ("Alice", "en"): (False,) * 2,
    }


@pytest.mark.parametrize("style", ["html", "plaintext", "wikitext", "bc"])
def test_names_go_as_they_are_over_the_api(wiki: TestWiki, style: str) -> None:
    url = f"/w/api.php?action=علي&uselang=ar&errorlang=ar&errorformat={style}&format=json&formatversion=2&utf8=1"
    told = _ask(wiki, quote(url, safe="/?&=")).body.decode()
    assert "علي" in told
    assert not {"\u2068", "\u2069"} & {*told}
    assert "bdi" not in told
