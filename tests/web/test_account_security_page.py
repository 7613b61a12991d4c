"""Special:AccountSecurity: a user's own second factors, from the QR code to the end (M09, M18; security C13, D6)."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from urllib.parse import urlencode

import pytest

from wikigate.accounts.totp import hotp, key_of
from wikigate.store.audit import AuditTable
from wikigate.testing.authenticator import Authenticator
from wikigate.testing.transport import Answer
from wikigate.testing.wiki import Browser, TestWiki

FORM = {"Content-Type": "application/x-www-form-urlencoded"}
PAGE = "/w/index.php?title=Special:AccountSecurity"
APP = f"{PAGE}&action=enable&module=totp"
KEY = f"{PAGE}&action=enable&module=webauthn"
PASSWORD = "correct horse battery"
SERVER = "https://wiki.example.org"


@pytest.fixture
def wiki() -> Iterator[TestWiki]:
    with TestWiki({"site": {"server": SERVER}}) as wiki:
        wiki.create_user("Alice", PASSWORD)
        assert wiki.log_in("Alice", PASSWORD)["status"] == "PASS"
        yield wiki


def get(browser: Browser, url: str = PAGE) -> str:
    answer = browser.send("GET", url)
    assert answer.status == 200
    assert len(answer.body) < 50_000
    return answer.body.decode()


def field(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found is not None
    return html.unescape(found[1])


def post(browser: Browser, **form: str) -> Answer:
    token = browser.token()
    return browser.send("POST", PAGE, FORM, urlencode({"wpEditToken": token, **form}).encode())


def secret_of(page: str) -> str:
    found = re.search(r'id="mw-oathauth-secret">([^<]+)<', page)
    assert found is not None
    return found[1]


def code(wiki: TestWiki, secret: str, ahead: int = 0) -> str:
    key = key_of(secret)
    assert key is not None
    return hotp(key, int(wiki.clock.now()) // 30 + ahead)


def codes_in(page: str) -> list[str]:
    shown = re.search(r'id="mw-recovery-codes">(.*?)</ul>', page, re.DOTALL)
    return re.findall(r"<code>([^<]+)</code>", shown[1]) if shown else []


def factors(wiki: TestWiki) -> list[tuple[str, str]]:
    alice = wiki.wiki.services.directory.by_name("Alice")
    assert alice is not None
    return [(one.kind, one.name) for one in wiki.wiki.factors.of(alice.id) if one.kind in {"totp", "webauthn"}]


def number(page: str) -> str:
    found = re.search(r"factor=(\d+)", page)
    assert found is not None
    return found[1]


def enrol(wiki: TestWiki, name: str = "phone") -> tuple[str, list[str]]:
    """Give Alice an app by the page: its secret, and the recovery codes shown."""
    secret = secret_of(get(wiki, APP))
    answer = post(wiki, deed="totp", token=code(wiki, secret), name=name)
    assert answer.status in {200, 302}
    wiki.clock.move(30)
    return secret, codes_in(answer.body.decode())


def step(browser: Browser, **fields: str) -> str:
    token = browser.token("login")
    return str(
        browser.post({"action": "clientlogin", "logincontinue": "1", "logintoken": token, **fields})["clientlogin"][
            "status"
        ]
    )


def events(wiki: TestWiki) -> list[str]:
    return [row.event for row in AuditTable(wiki.wiki.database).read() if row.event.startswith("factor.")]


# -- the authenticator app ------------------------------------------------------------------------------------------------


def test_an_app_is_enrolled_by_picture_or_text_and_guards_the_login(wiki: TestWiki) -> None:
    page = get(wiki, APP)
    assert "<svg" in page
    secret = secret_of(page)
    assert factors(wiki) == []
    answer = post(wiki, deed="totp", token=code(wiki, secret), name="phone")
    codes = codes_in(answer.body.decode())
    assert len(set(codes)) == 10
    assert factors(wiki) == [("totp", "phone")]
    wiki.clock.move(30)
    stranger = wiki.browser()
    assert stranger.log_in("Alice", PASSWORD)["status"] == "UI"
    assert step(stranger, OATHToken=code(wiki, secret)) == "PASS"
    other = wiki.browser()
    other.log_in("Alice", PASSWORD)
    assert step(other, OATHToken=codes[0]) == "PASS"


def test_the_secret_stays_the_same_until_it_counts_and_is_shown_no_more_then(wiki: TestWiki) -> None:
    secret = secret_of(get(wiki, APP))
    assert secret_of(get(wiki, APP)) == secret
    _, codes = enrol(wiki)
    page = get(wiki)
    assert secret not in page
    assert all(one not in page for one in codes)
    assert secret_of(get(wiki, APP)) != secret


def test_the_secret_lies_nowhere_before_it_counts(wiki: TestWiki) -> None:
    secret = secret_of(get(wiki, APP)).replace(" ", "").encode()
    assert all(secret not in file.read_bytes() for file in wiki.data.rglob("*") if file.is_file())


@pytest.mark.parametrize("typed", ["", "000000", "12345", "abcdef", "١٢٣٤٥٦"])
def test_c13_a_wrong_first_code_adds_nothing(wiki: TestWiki, typed: str) -> None:
    secret = secret_of(get(wiki, APP))
    answer = post(wiki, deed="totp", token=typed, name="phone")
    assert answer.status == 400
    assert 'role="alert"' in answer.body.decode()
    assert secret_of(answer.body.decode()) == secret
    assert 'value="phone"' in answer.body.decode()
    assert factors(wiki) == []
    assert events(wiki) == []


def test_the_first_code_is_used_up(wiki: TestWiki) -> None:
    secret = secret_of(get(wiki, APP))
    used = code(wiki, secret)
    post(wiki, deed="totp", token=used)
    stranger = wiki.browser()
    stranger.log_in("Alice", PASSWORD)
    assert step(stranger, OATHToken=used) == "UI"


def test_a_code_without_an_offer_adds_nothing(wiki: TestWiki) -> None:
    assert post(wiki, deed="totp", token="123456").status == 400
    assert factors(wiki) == []


def test_d6_every_other_session_ends_and_this_one_stays(wiki: TestWiki) -> None:
    other = wiki.browser()
    other.log_in("Alice", PASSWORD)
    enrol(wiki)
    assert other.who() != "Alice"
    assert wiki.who() == "Alice"
    assert get(wiki)


def test_a_second_app_leaves_the_recovery_codes(wiki: TestWiki) -> None:
    _, codes = enrol(wiki)
    _, more = enrol(wiki, "tablet")
    assert (len(codes), more) == (10, [])
    assert factors(wiki) == [("totp", "phone"), ("totp", "tablet")]
    assert "10 recovery codes are left" in get(wiki)


# -- recovery codes -------------------------------------------------------------------------------------------------------


def test_recovery_codes_are_made_anew_and_the_old_are_void(wiki: TestWiki) -> None:
    _, old = enrol(wiki)
    new = codes_in(post(wiki, deed="codes").body.decode())
    assert len(set(new) - set(old)) == 10
    assert all(one not in get(wiki) for one in new)
    stranger = wiki.browser()
    stranger.log_in("Alice", PASSWORD)
    assert step(stranger, OATHToken=old[0]) == "UI"
    assert step(stranger, OATHToken=new[0]) == "PASS"
    assert "9 recovery codes are left" in get(wiki)
    assert events(wiki) == ["factor.add", "factor.recovery-codes"]


def test_without_an_app_there_are_no_recovery_codes(wiki: TestWiki) -> None:
    assert codes_in(post(wiki, deed="codes").body.decode()) == []
    assert events(wiki) == []


# -- renaming and removing ------------------------------------------------------------------------------------------------


def test_a_factor_is_called_otherwise(wiki: TestWiki) -> None:
    enrol(wiki)
    ident = number(get(wiki))
    assert post(wiki, deed="rename", factor=ident, name="<old> phone").status == 302
    assert factors(wiki) == [("totp", "<old> phone")]
    assert "&lt;old&gt; phone" in get(wiki)
    assert post(wiki, deed="rename", factor=ident, name="  ").status == 400
    assert factors(wiki) == [("totp", "<old> phone")]


def test_an_app_is_removed_by_a_code(wiki: TestWiki) -> None:
    secret, codes = enrol(wiki)
    ident = number(get(wiki))
    other = wiki.browser()
    other.log_in("Alice", PASSWORD)
    assert step(other, OATHToken=codes[0]) == "PASS"
    answer = post(wiki, deed="remove", factor=ident, token="000000")
    assert answer.status == 400
    assert post(wiki, deed="remove", factor=ident).status == 400
    assert factors(wiki) == [("totp", "phone")]
    assert post(wiki, deed="remove", factor=ident, token=code(wiki, secret)).status == 302
    assert factors(wiki) == []
    assert wiki.who() == "Alice"
    assert other.who() != "Alice"
    assert wiki.browser().log_in("Alice", PASSWORD)["status"] == "PASS"
    assert events(wiki) == ["factor.add", "factor.remove"]


def test_a_recovery_code_removes_an_app_too(wiki: TestWiki) -> None:
    _, codes = enrol(wiki)
    assert post(wiki, deed="remove", factor=number(get(wiki)), token=codes[3]).status == 302
    assert factors(wiki) == []


def test_c11_codes_cannot_be_guessed_here(wiki: TestWiki) -> None:
    secret, _ = enrol(wiki)
    ident = number(get(wiki))
    for _ in range(10):
        assert post(wiki, deed="remove", factor=ident, token="000000").status == 400
    answer = post(wiki, deed="remove", factor=ident, token=code(wiki, secret))
    assert "Too many attempts" in answer.body.decode()
    assert factors(wiki) == [("totp", "phone")]


@pytest.mark.parametrize("deed", ["rename", "remove"])
@pytest.mark.parametrize("ident", ["", "0", "x", "999999", "9" * 40, "١"])
def test_a_factor_that_is_not_there_is_said_to_be_gone(wiki: TestWiki, deed: str, ident: str) -> None:
    answer = post(wiki, deed=deed, factor=ident, name="mine", token="123456")
    assert answer.status == 400
    assert "There is no such second factor" in answer.body.decode()


def test_what_is_another_users_is_not_there(wiki: TestWiki) -> None:
    bob = wiki.create_user("Bob", PASSWORD)
    ident = wiki.wiki.factors.add(bob.id, "webauthn", {"friendlyName": "blue"}, name="blue")
    assert "blue" not in get(wiki, f"{PAGE}&action=manage&factor={ident}")
    assert post(wiki, deed="remove", factor=str(ident)).status == 400
    assert post(wiki, deed="rename", factor=str(ident), name="mine").status == 400
    assert [one.name for one in wiki.wiki.factors.of(bob.id)] == ["blue"]


# -- security keys --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("passkey", ["", "1"])
def test_a_key_is_registered_with_what_the_browser_made(wiki: TestWiki, passkey: str) -> None:
    """The whole of it with a real browser: tests/browser."""
    page = get(wiki, f"{KEY}&passkey={passkey}")
    assert "security_keys.js" in page
    key = Authenticator(SERVER)
    answer = post(wiki, deed="webauthn", credential=key.create(field(page, "auth_info")), name="blue", passkey=passkey)
    assert answer.status == 302
    assert factors(wiki) == [("webauthn", "blue")]
    assert wiki.who() == "Alice"
    assert events(wiki) == ["factor.add"]


@pytest.mark.parametrize("credential", ["", "{}", "null", "[1]", "x" * 1000])
def test_what_is_no_answer_of_a_key_is_refused_with_a_new_question(wiki: TestWiki, credential: str) -> None:
    before = field(get(wiki, KEY), "auth_info")
    answer = post(wiki, deed="webauthn", credential=credential, name="blue")
    assert answer.status == 400
    assert field(answer.body.decode(), "auth_info") != before
    assert factors(wiki) == []


def test_c17_an_answer_is_good_once_and_for_five_minutes(wiki: TestWiki) -> None:
    key = Authenticator(SERVER)
    made = key.create(field(get(wiki, KEY), "auth_info"))
    wiki.clock.move(301)
    assert post(wiki, deed="webauthn", credential=made).status == 400
    made = key.create(field(get(wiki, KEY), "auth_info"))
    assert post(wiki, deed="webauthn", credential=made).status == 302
    assert post(wiki, deed="webauthn", credential=made).status == 400
    assert len(factors(wiki)) == 1


def test_a_key_is_removed_without_a_code(wiki: TestWiki) -> None:
    """The login a short while ago took the key itself."""
    key = Authenticator(SERVER)
    post(wiki, deed="webauthn", credential=key.create(field(get(wiki, KEY), "auth_info")))
    assert post(wiki, deed="remove", factor=number(get(wiki))).status == 302
    assert factors(wiki) == []


def test_a_wiki_that_does_not_know_its_address_has_no_keys() -> None:
    with TestWiki() as wiki:
        wiki.create_user("Alice", PASSWORD)
        wiki.log_in("Alice", PASSWORD)
        assert "module=webauthn" not in get(wiki)
        assert "auth_info" not in get(wiki, KEY)
        assert post(wiki, deed="webauthn", credential="{}").status == 400


def test_the_login_page_asks_for_a_key(wiki: TestWiki) -> None:
    key = Authenticator(SERVER)
    post(wiki, deed="webauthn", credential=key.create(field(get(wiki, KEY), "auth_info")))
    browser = wiki.browser()
    login = "/w/index.php?title=Special:UserLogin"
    page = get(browser, login)
    form = {
        "wpLoginToken": field(page, "wpLoginToken"),
        "authAction": "login",
        "wpName": "Alice",
        "wpPassword": PASSWORD,
    }
    answer = browser.send("POST", login, FORM, urlencode(form).encode())
    asked = answer.body.decode()
    assert 'data-key="get"' in asked
    nonce = asked.partition("security_keys.js")[2].partition('nonce="')[2].partition('"')[0]
    assert f"script-src 'nonce-{nonce}'" in (answer.header("Content-Security-Policy") or "")
    form = {
        "wpLoginToken": field(asked, "wpLoginToken"),
        "authAction": field(asked, "authAction"),
        "auth_info": field(asked, "auth_info"),
        "credential": key.get(field(asked, "auth_info")),
    }
    assert browser.send("POST", login, FORM, urlencode(form).encode()).status == 302
    assert browser.who() == "Alice"


# -- who may --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["OATHManage", "Manage_Two-factor_authentication"])
def test_the_other_names_lead_here(wiki: TestWiki, name: str) -> None:
    answer = wiki.send("GET", f"/w/index.php?title=Special:{name}&action=enable&module=totp")
    assert answer.header("Location") == APP


def test_a_visitor_is_sent_to_log_in(wiki: TestWiki) -> None:
    for method, url in (("GET", PAGE), ("GET", APP), ("POST", PAGE)):
        answer = wiki.browser().send(method, url)
        assert answer.status == 302
        assert (answer.header("Location") or "").startswith(
            "/w/index.php?title=Special:UserLogin&returnto=Special:AccountSecurity"
        )


def test_c13_a_login_of_an_hour_ago_is_not_enough(wiki: TestWiki) -> None:
    secret = secret_of(get(wiki, APP))
    for _ in range(2):
        wiki.clock.move(1900)
        assert wiki.who() == "Alice"
    for method, url in (("GET", PAGE), ("GET", APP)):
        assert "force=OATHManage" in (wiki.send(method, url).header("Location") or "")
    assert "force=OATHManage" in (post(wiki, deed="totp", token=code(wiki, secret)).header("Location") or "")
    assert factors(wiki) == []


def test_a_form_of_another_session_is_not_taken(wiki: TestWiki) -> None:
    secret = secret_of(get(wiki, APP))
    body = urlencode({"deed": "totp", "token": code(wiki, secret), "wpEditToken": "x+\\"}).encode()
    assert wiki.send("POST", PAGE, FORM, body).status == 403
    assert factors(wiki) == []


def test_an_operator_may_keep_a_group_from_enrolling() -> None:
    """Who has a factor still gets rid of it."""
    refused = {"accounts": {"groups": [{"name": "user", "without": ["oathauth-enable"]}]}, "site": {"server": SERVER}}
    with TestWiki(refused) as wiki:
        wiki.create_user("Alice", PASSWORD)
        wiki.log_in("Alice", PASSWORD)
        assert "action=enable" not in get(wiki)
        assert wiki.send("GET", APP).status == 403
        assert wiki.send("GET", KEY).status == 403
        assert post(wiki, deed="totp", token="123456").status == 403
        assert post(wiki, deed="webauthn", credential="{}").status == 403


def test_a_wiki_without_second_factors_has_no_such_page() -> None:
    with TestWiki({"auth": {"providers": ["local-password"]}}) as wiki:
        assert wiki.send("GET", PAGE).status == 404
