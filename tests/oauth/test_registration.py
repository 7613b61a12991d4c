"""Registering consumers by page and by REST: proposed, decided, renewed (M13; extensions §3.2; recorded in oauth2_owner_only)."""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import urlencode

import pytest

from wikigate.accounts.consumer_registration import ConsumerRegistration
from wikigate.accounts.consumers import APPROVED, PROPOSED, Consumers
from wikigate.accounts.user import Account
from wikigate.testing.wiki import Browser, TestWiki

from .conftest import FORM, ME, PATH

PASSWORD = "correct horse battery"
CLIENT = "/w/rest.php/oauth2/client"
PAGE = "/w/index.php?title=Special:OAuthConsumerRegistration"
ASKED: dict[str, Any] = {
    "name": "app", "description": "d", "owner_only": False, "callback_url": "https://app.example/cb", "email": "alice@example.org",
    "is_confidential": True, "grant_types": ["authorization_code"], "scopes": ["editpage"],
}  # fmt: skip


@pytest.fixture
def browser(wiki: TestWiki, alice: Account) -> Browser:
    """Alice with a confirmed address."""
    with wiki.wiki.database.write() as connection:
        user = wiki.wiki.database.tables.user
        values = {"user_email": "alice@example.org", "user_email_authenticated": "20260101000000"}
        connection.execute(user.update().where(user.c.user_id == alice.id).values(**values))
    browser = wiki.browser()
    assert browser.log_in("Alice", PASSWORD)["status"] == "PASS"
    return browser


def rest(browser: Browser, path: str = CLIENT, body: Any = None, kind: str = "application/json") -> tuple[int, Any]:
    data = b"" if body is None else json.dumps(body).encode()
    answer = browser.send("GET" if body is None else "POST", path, {"Content-Type": kind}, data)
    return answer.status, json.loads(answer.body)


def form_token(page: str) -> str:
    """Return the token that a page's form bears."""
    found = re.search(r'name="wpEditToken" value="([^"]+)"', page)
    assert found is not None
    return found[1]


def test_whoever_cannot_be_reached_learns_it_before_he_fills_the_form(
    wiki: TestWiki, alice: Account, browser: Browser
) -> None:
    assert b"Confirm your e-mail address first" not in browser.send("GET", PAGE).body
    wiki.wiki.services.directory.set_email(alice.id, "alice@example.org")
    page = browser.send("GET", PAGE).body.decode()
    assert "Confirm your e-mail address first" in page
    assert "Special:ChangeEmail" in page.partition("Confirm your e-mail address first")[2].partition("</div>")[0]


def test_an_app_is_proposed_and_an_operator_decides(
    browser: Browser, consumers: Consumers, registration: ConsumerRegistration
) -> None:
    status, made = rest(browser, body=ASKED)
    assert status == 200
    assert set(made) == {"name", "client_key", "secret"}
    assert [(entry.stage, entry.flows) for entry in consumers.entries()] == [(PROPOSED, ("authorization_code",))]
    registration.decide(made["client_key"], "approve")
    assert [entry.stage for entry in consumers.entries(1)] == [APPROVED]
    assert consumers.entries(2) == ()


def test_an_owner_only_client_comes_with_its_token_and_both_are_renewed(wiki: TestWiki, browser: Browser) -> None:
    made = rest(browser, body={**ASKED, "owner_only": True})[1]

    def bears(token: str) -> bool:
        header = {"Authorization": f"Bearer {token}"}
        return b'"query"' in wiki.browser().send("GET", f"{PATH}?format=json&{urlencode(ME)}", header).body

    assert bears(made["access_token"])
    status, renewed = rest(browser, f"{CLIENT}/{made['client_key']}/reset_secret", {"reason": "lost"})
    assert status == 200
    assert renewed["secret"] != made["secret"]
    assert not bears(made["access_token"])
    assert bears(renewed["access_token"])


def test_no_other_client_is_renewed(wiki: TestWiki, browser: Browser, registration: ConsumerRegistration) -> None:
    """Which client it is, is looked at before who asks."""
    other = wiki.create_user("Bob", PASSWORD)
    bobs = registration.create_app(other, "bobs", oauth_version=2, callback="https://b.example/cb").consumer_key
    mine = rest(browser, body=ASKED)[1]["client_key"]
    registration.decide(mine, "reject", hide=True)
    for asker, key, status, error in (
        (browser, "0" * 32, 400, "mwoauth-invalid-consumer-key"),
        (browser, "x", 400, "mwoauth-invalid-consumer-key"),
        (browser, bobs, 400, "mwoauth-consumer-user-mismatch"),
        (wiki.browser(), bobs, 400, "mwoauth-consumer-user-mismatch"),
        (browser, mine, 401, "mwoauth-consumer-deleted-error"),
    ):
        found, body = rest(asker, f"{CLIENT}/{key}/reset_secret", {})
        assert (found, body["errorKey"], list(body["messageTranslations"])) == (status, error, ["en"]), key
    registration.decide(mine, "approve")
    registration.decide(mine, "disable")
    assert rest(browser, f"{CLIENT}/{mine}/reset_secret", {}) == (
        400,
        {"message": "permission_denied", "httpCode": 400, "httpReason": "Bad Request"},
    )


def test_clients_are_listed_the_newest_first(browser: Browser) -> None:
    for name in ("one", "two"):
        rest(browser, body={**ASKED, "name": name})
    status, found = rest(browser)
    assert (status, found["total"]) == (200, 2)
    assert [client["name"] for client in found["clients"]] == ["two", "one"]
    assert list(found["clients"][0]) == [
        "email", "name", "version", "callback_url", "description", "client_key", "owner_only", "stage", "oauth_version",
        "registration_formatted", "allowed_grants", "scopes",
    ]  # fmt: skip
    assert re.fullmatch(r"\d\d:\d\d, \d{1,2} [A-Z][a-z]+ \d{4}", found["clients"][0]["registration_formatted"])
    assert [client["name"] for client in rest(browser, f"{CLIENT}?limit=1&offset=1")[1]["clients"]] == ["one"]
    assert rest(browser, f"{CLIENT}?oauth_version=1")[1]["total"] == 0


def test_the_list_is_of_oauth_2_and_tells_the_address_to_those_who_decide_alone(
    wiki: TestWiki, browser: Browser, alice: Account, registration: ConsumerRegistration
) -> None:
    registration.create_owner_only(alice, "signs", oauth_version=1)
    assert rest(browser)[1] == {"clients": [], "total": 0}
    [client] = rest(browser, f"{CLIENT}?oauth_version=1")[1]["clients"]
    assert "allowed_grants" not in client
    assert client["name"] == "signs"
    assert "email" in client, "a sysop decides"
    with wiki.wiki.database.write() as connection:
        connection.execute(wiki.wiki.database.tables.user_groups.delete())
    other = wiki.browser()
    assert other.log_in("Alice", PASSWORD)["status"] == "PASS"
    assert "email" not in rest(other, f"{CLIENT}?oauth_version=1")[1]["clients"][0]


@pytest.mark.parametrize(
    ("query", "code", "said"),
    [
        ("limit=x", "badinteger", 'Invalid value "x" for integer parameter "limit".'),
        ("offset=-1", "badinteger", 'Invalid value "-1" for integer parameter "offset".'),
        ("oauth_version=3", "badvalue", 'Unrecognized value for parameter "oauth_version": 3.'),
    ],
)
def test_a_list_that_cannot_be_is_refused_as_mediawikis_rest_does(
    browser: Browser, query: str, code: str, said: str
) -> None:
    status, body = rest(browser, f"{CLIENT}?{query}")
    name, value = query.split("=")
    assert (status, body) == (
        400,
        {
            "error": "parameter-validation-failed", "name": name, "value": value, "failureCode": code, "failureData": [],
            "errorKey": code, "messageTranslations": {"en": said}, "httpCode": 400, "httpReason": "Bad Request",
        },
    )  # fmt: skip


@pytest.mark.parametrize("name", ["name", "description", "email", "is_confidential", "grant_types", "scopes"])
def test_what_a_client_must_have_is_asked_for_by_name(browser: Browser, name: str) -> None:
    asked = {key: value for key, value in ASKED.items() if key != name}
    status, body = rest(browser, body=asked)
    assert (status, body["error"], body["name"], body["value"]) == (400, "parameter-validation-failed", name, None)
    assert (body["failureCode"], body["errorKey"]) == ("missingparam", "rest-body-validation-error")
    assert body["messageTranslations"] == {"en": f'Invalid request body: The "{name}" parameter must be set.'}


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"scopes": "basic"}, "multivalue-must-be-array"),
        ({"is_confidential": "yes"}, "badbool-type"),
        ({"scopes": [1]}, "badvalue"),
    ],
)
def test_what_has_another_type_is_refused(browser: Browser, changes: dict[str, Any], code: str) -> None:
    status, body = rest(browser, body={**ASKED, **changes})
    assert (status, body["failureCode"]) == (400, code)


def test_a_body_that_is_no_json_object_is_refused(browser: Browser) -> None:
    for body in (b"{", b"[]", b"1", b"\xff"):
        answer = browser.send("POST", CLIENT, {"Content-Type": "application/json"}, body)
        assert (answer.status, json.loads(answer.body)["error"]) == (400, "rest-json-body-parse-error")


def test_a_visitor_registers_and_lists_nothing(wiki: TestWiki, consumers: Consumers) -> None:
    visitor = wiki.browser()
    refused = {"message": "not_logged_in", "httpCode": 400, "httpReason": "Bad Request"}
    assert rest(visitor, body=ASKED) == (400, refused)
    status, body = rest(visitor)
    assert (status, body["errorKey"]) == (404, "rest-nonexistent-user")
    assert consumers.entries() == ()
    answer = visitor.send("PUT", CLIENT)
    assert (answer.status, dict(answer.headers)["Allow"]) == (405, "GET, HEAD, POST")


@pytest.mark.parametrize(
    ("changes", "status", "said"),
    [
        ({"email": "other@example.org"}, 400, "email_mismatched"),
        ({"scopes": ["nosuch"]}, 400, "parameter-validation-failed"),
        ({"scopes": "basic"}, 400, "parameter-validation-failed"),
        ({"grant_types": []}, 400, "invalid_field_oauth2GrantTypes"),
        ({"callback_url": ""}, 400, "mwoauth-error-missing-callback-url-non-owner"),
        ({"callback_url": "http://app.example/cb"}, 400, "invalid_callback_url"),
        ({"callback_url": "https://app.example/"}, 400, "invalid_callback_url"),
        ({"wiki": "nowhere"}, 400, "invalid_field_wiki"),
        ({"grant_types": ["password"]}, 400, "parameter-validation-failed"),
        ({"callback_url": "nowhere"}, 400, "invalid_field_callbackUrl"),
        ({"name": ""}, 400, "invalid_field_name"),
    ],
)
def test_what_cannot_be_is_told(browser: Browser, changes: dict[str, Any], status: int, said: str) -> None:
    found, body = rest(browser, body={**ASKED, **changes})
    assert found == status
    assert said in json.dumps(body)


def test_what_an_app_may_do_is_read_once(
    alice: Account, consumers: Consumers, registration: ConsumerRegistration
) -> None:
    registration.create_app(
        alice,
        "app",
        oauth_version=2,
        callback="https://app.example/cb",
        grants=iter(["editpage"]),
        flows=iter(["client_credentials"]),
    )
    [entry] = consumers.entries()
    assert (entry.grants, entry.flows) == (("basic", "editpage"), ("client_credentials",))
    registration.create_owner_only(alice, "own", oauth_version=2, grants=iter(["editpage"]))
    assert [entry.grants for entry in consumers.entries()] == [("basic", "editpage")] * 2


def test_half_a_character_is_stored_as_none(browser: Browser, consumers: Consumers) -> None:
    """JSON can spell what UTF-8 cannot."""
    assert rest(browser, body={**ASKED, "name": "a\ud800b", "description": "\udfff", "version": "\ud800"})[0] == 400
    assert rest(browser, body={**ASKED, "name": "a\ud800b", "description": "\udfff"})[0] == 200
    assert [(entry.name, entry.description) for entry in consumers.entries()] == [("a\ufffdb", "\ufffd")]


def test_what_is_no_text_counts_as_missing(browser: Browser, consumers: Consumers) -> None:
    assert rest(browser, body={**ASKED, "name": {"x": ["y"]}})[0] == 400
    assert rest(browser, body={**ASKED, "name": 5, "description": ["y"], "version": None})[0] == 200
    assert [(entry.name, entry.description, entry.version) for entry in consumers.entries()] == [("5", "", "1.0")]


def test_a_form_of_another_site_registers_nothing(wiki: TestWiki, browser: Browser, consumers: Consumers) -> None:
    for kind in ("text/plain", "application/x-www-form-urlencoded"):
        assert rest(browser, body=ASKED, kind=kind)[0] == 415
    assert rest(wiki.browser(), body=ASKED)[0] == 400
    assert consumers.entries() == ()


def test_a_page_registers_shows_the_secrets_once_and_disables(wiki: TestWiki, browser: Browser) -> None:
    page = browser.send("GET", PAGE).body.decode()
    token = form_token(page)
    form = {
        "wpEditToken": token,
        "wpname": "mine",
        "wpownerOnly": "1",
        "wpgrants[]": "grant-editpage",
        "wpoauthVersion": "2",
    }
    page = browser.send("POST", PAGE, FORM, urlencode(form).encode()).body.decode()
    bearer = re.search(r'id="mw-access-token">([^<]+)<', page)
    assert bearer is not None
    header = {"Authorization": f"Bearer {bearer[1]}"}
    assert b'"Alice"' in wiki.browser().send("GET", f"{PATH}?format=json&{urlencode(ME)}", header).body
    page = browser.send("GET", PAGE).body.decode()
    assert bearer[1] not in page
    key = re.search(r'name="revoke" value="([0-9a-f]{32})"', page)
    assert key is not None
    assert browser.send("POST", PAGE, FORM, urlencode({"wpEditToken": "x", "revoke": key[1]}).encode()).status == 403
    browser.send("POST", PAGE, FORM, urlencode({"wpEditToken": token, "revoke": key[1]}).encode())
    assert b'"error"' in wiki.browser().send("GET", f"{PATH}?format=json&{urlencode(ME)}", header).body


def test_the_page_wants_a_login_and_a_confirmed_address(wiki: TestWiki, alice: Account, consumers: Consumers) -> None:
    location = dict(wiki.browser().send("GET", PAGE).headers)["Location"]
    assert location.startswith("/w/index.php?title=Special:UserLogin")
    browser = wiki.browser()
    browser.log_in("Alice", PASSWORD)
    page = browser.send("GET", PAGE).body.decode()
    token = form_token(page)
    form = urlencode({"wpEditToken": token, "wpname": "mine", "wpownerOnly": "1"}).encode()
    assert "Confirm your e-mail address first" in browser.send("POST", PAGE, FORM, form).body.decode()
    assert consumers.entries(alice.id) == ()


def test_a_script_that_fills_in_mediawikis_form_is_understood(browser: Browser, consumers: Consumers) -> None:
    """§3.2: the names of the fields, recorded."""
    page = browser.send("GET", f"{PAGE}/propose/oauth2").body.decode()
    token = form_token(page)
    form = [
        ("wpEditToken", token), ("wpaction", "propose"), ("wpoauthVersion", "2"), ("wpname", "script"), ("wpversion", "2.1-beta"),
        ("wpdescription", "does things"), ("wpcallbackUrl", "https://app.example/cb"), ("wpemail", "alice@example.org"), ("wpwiki", "*"),
        ("wpgranttype", "normal"), ("wpgrants[]", "grant-editpage"), ("wpgrants[]", "grant-rollback"),
        ("wprestrictions-ip", "192.0.2.0/24"), ("wprestrictions-pages", "Main Page"),
        ("wpoauth2IsConfidential", "1"), ("wpoauth2GrantTypes[]", "authorization_code"),
        ("wpoauth2GrantTypes[]", "client_credentials"),
        ("wpagreement", "1"),
    ]  # fmt: skip
    assert all(
        f'name="{name}"' in page for name, _ in form if name not in {"wpemail", "wpagreement"} and "[]" not in name
    )
    browser.send("POST", f"{PAGE}/propose/oauth2", FORM, urlencode(form).encode())
    [entry] = consumers.entries()
    assert (entry.name, entry.version, entry.stage) == ("script", "2.1-beta", PROPOSED)
    assert entry.grants == ("basic", "editpage", "rollback")
    assert entry.flows == ("authorization_code", "client_credentials")

    changed = {**dict(form), "wpname": "who", "wpgranttype": "authonlyprivate"}
    browser.send("POST", PAGE, FORM, urlencode(changed).encode())
    assert consumers.entries()[0].grants == ("mwoauth-authonlyprivate",)
    for wrong in ("two", "1.2.3.4.5", "1.0-gamma", ""):
        answer = browser.send("POST", PAGE, FORM, urlencode({**changed, "wpname": "n", "wpversion": wrong}).encode())
        assert (b"is no version" in answer.body) == (wrong != "")
    again = browser.send("POST", PAGE, FORM, urlencode({**changed, "wpversion": "2.2"}).encode())
    assert b'role="alert"' not in again.body
    twice = browser.send("POST", PAGE, FORM, urlencode({**changed, "wpversion": "2.2"}).encode())
    assert b"choose another name or version" in twice.body


@pytest.mark.parametrize(
    ("changes", "english", "german"),
    [
        ({"wpname": "x" * 129}, "The name of a consumer has 1 to 128", "Der Name eines Verbrauchers hat 1 bis 128"),
        ({"wpversion": "two"}, "“two” is no version", "„two“ ist keine Version"),
        ({"wpdescription": "x" * 65_535}, "A description has at most 65,534", "Eine Beschreibung hat höchstens 65.534"),
        ({"wpcallbackUrl": "here"}, "of at most 2,000 bytes", "mit höchstens 2.000 Bytes"),
        ({"wprestrictions-ip": "here"}, "“here” is neither an address", "„here“ ist weder eine Adresse"),
        ({"wpoauthVersion": "1", "wprsaKey": "x"}, "of 2,048 bits or more", "mindestens 2.048 Bits"),
    ],
)
def test_an_owner_reads_in_his_language_why_a_consumer_cannot_be(
    browser: Browser, consumers: Consumers, changes: dict[str, str], english: str, german: str
) -> None:
    page = browser.send("GET", PAGE).body.decode()
    token = form_token(page)
    form = {
        "wpEditToken": token,
        "wpoauthVersion": "2",
        "wpname": "n",
        "wpcallbackUrl": "https://app.example/cb",
        **changes,
    }
    for language, said in (("en", english), ("de", german)):
        page = browser.send("POST", f"{PAGE}&uselang={language}", FORM, urlencode(form).encode()).body.decode()
        assert said in page.partition('role="alert"')[2].partition("</div>")[0]
    assert consumers.entries() == ()


def test_a_client_has_the_version_that_it_is_registered_with(browser: Browser) -> None:
    for version in ("1.0", "1.1"):
        assert rest(browser, body={**ASKED, "version": version})[0] == 200
    assert [client["version"] for client in rest(browser)[1]["clients"]] == ["1.1", "1.0"]
    assert rest(browser, body={**ASKED, "version": "x"})[0] == 400
