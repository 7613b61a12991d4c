"""OAuth 2 apps with users, driven as a browser and a program would (M13; recorded in oauth2_flows; F10, RFC 6749, 7636, 9700)."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from wikigate.accounts.consumer_fields import ConsumerRefused
from wikigate.accounts.consumer_registration import ConsumerRegistration, NewConsumer
from wikigate.accounts.user import Account
from wikigate.testing.transport import Answer
from wikigate.testing.wiki import TestWiki

from .conftest import FORM, ME, PATH

PASSWORD = "correct horse battery"
CALLBACK = "https://app.example/cb?x=1"
VERIFIER = "v" * 50
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()
REST = "/w/rest.php/oauth2"


class App:
    """An app and one user's browser."""

    def __init__(self, wiki: TestWiki, made: NewConsumer, *, public: bool = False) -> None:
        self.wiki = wiki
        self.made = made
        self.browser = wiki.browser()
        self.public = public

    def ask(self, **changes: str | None) -> str:
        query = {
            "response_type": "code", "client_id": self.made.consumer_key, "redirect_uri": CALLBACK, "state": "st&1",
            "code_challenge": CHALLENGE, "code_challenge_method": "S256",
        }  # fmt: skip
        given = {name: value for name, value in {**query, **changes}.items() if value is not None}
        return f"{REST}/authorize?{urlencode(given)}"

    def follow(self, url: str) -> Answer:
        """Follow redirects as long as they stay on the wiki."""
        answer = self.browser.send("GET", url)
        while (location := dict(answer.headers).get("Location", "")).startswith("/"):
            answer = self.browser.send("GET", location)
        return answer

    def press(self, page: Answer, button: str = "accept") -> Answer:
        text = page.body.decode()
        values = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', text))
        values = {name: value.replace("&amp;", "&") for name, value in values.items()}
        form = urlencode({**values, button: "1"}).encode()
        answer = self.browser.send("POST", "/w/index.php?title=Special:OAuth/approve", FORM, form)
        return self.follow(dict(answer.headers)["Location"]) if answer.status == 302 else answer

    def code(self, **changes: str | None) -> str:
        answer = self.press(self.follow(self.ask(**changes)))
        return came_back(answer)["code"]

    def token(self, **form: str) -> tuple[int, Any]:
        secret = {} if self.public else {"client_secret": self.made.consumer_secret}
        sent = {"client_id": self.made.consumer_key, **secret, **form}
        answer = self.wiki.browser().send("POST", f"{REST}/access_token", FORM, urlencode(sent).encode())
        return answer.status, json.loads(answer.body)

    def exchange(self, code: str, **form: str) -> tuple[int, Any]:
        given = {"grant_type": "authorization_code", "code": code, "redirect_uri": CALLBACK, "code_verifier": VERIFIER}
        return self.token(**{**given, **form})

    def tokens(self) -> Any:
        status, tokens = self.exchange(self.code())
        assert status == 200
        return tokens


def came_back(answer: Answer) -> dict[str, str]:
    location = dict(answer.headers)["Location"]
    assert location.startswith(f"{CALLBACK}&")
    return {name: values[0] for name, values in parse_qs(urlsplit(location).query).items()}


def borne(wiki: TestWiki, token: str) -> Any:
    answer = wiki.browser().send("GET", f"{PATH}?format=json&{urlencode(ME)}", {"Authorization": f"Bearer {token}"})
    return json.loads(answer.body)


@pytest.fixture
def register(wiki: TestWiki, alice: Account, registration: ConsumerRegistration) -> Callable[..., App]:
    wiki.create_user("Bob", PASSWORD)

    def register(name: str = "app", *, log_in: bool = True, **more: Any) -> App:
        given = {"oauth_version": 2, "callback": CALLBACK, "grants": ["editpage"], **more}
        made = registration.create_app(alice, name, **given)
        app = App(wiki, made, public=not given.get("confidential", True))
        if log_in:
            assert app.browser.log_in("Bob", PASSWORD)["status"] == "PASS"
        return app

    return register


@pytest.fixture
def app(register: Callable[..., App]) -> Iterator[App]:
    return register()


def test_a_user_agrees_and_the_app_acts_for_him_with_what_he_gave(app: App, wiki: TestWiki) -> None:
    page = app.follow(app.ask())
    assert "Bob, the app “app” asks" in page.body.decode()
    assert "Edit existing pages" in page.body.decode()
    answer = app.press(page)
    given = came_back(answer)
    assert (given["state"], given["x"]) == ("st&1", "1")
    status, tokens = app.exchange(given["code"])
    assert status == 200
    assert (tokens["token_type"], tokens["expires_in"]) == ("Bearer", 3600)
    me = borne(wiki, tokens["access_token"])["query"]["userinfo"]
    assert me["name"] == "Bob"
    assert "edit" in me["rights"]
    assert "editmyoptions" not in me["rights"]


def test_who_is_not_logged_in_logs_in_first_and_comes_back(register: Callable[..., App]) -> None:
    app = register(log_in=False)
    page = app.follow(app.ask())
    text = page.body.decode()
    assert 'id="wpName1"' in text
    action = re.search(r'<form method="post" action="([^"]+)"', text)
    values = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', text))
    assert action is not None
    form = urlencode({**values, "wpName": "Bob", "wpPassword": PASSWORD}).encode()
    answer = app.browser.send("POST", action[1].replace("&amp;", "&"), FORM, form)
    page = app.follow(dict(answer.headers)["Location"])
    assert "asks to do the following" in page.body.decode()
    assert came_back(app.press(page))["code"]


def test_who_does_not_agree_is_sent_back_with_an_error(app: App, wiki: TestWiki) -> None:
    given = came_back(app.press(app.follow(app.ask()), "cancel"))
    assert given["error"] == "unauthorized_client"
    assert "code" not in given
    apps = wiki.wiki.services.directory.by_name("Bob")
    assert apps is not None


def test_following_a_link_never_gives_anything(app: App) -> None:
    """Neither the first time nor after having agreed once: each time the button is pressed."""
    assert app.follow(app.ask(approval_pass="1")).status == 200
    app.code()
    page = app.follow(app.ask(approval_pass="1"))
    assert "asks to do the following" in page.body.decode()


def test_the_form_of_another_session_does_not_count(app: App, register: Callable[..., App]) -> None:
    other = register("other")
    other.made = app.made
    page = other.follow(other.ask())
    assert app.press(page).status == 400


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"client_id": "0" * 32}, 401),
        ({"client_id": None}, 400),
        ({"code_challenge_method": "S512"}, 400),
        ({"response_type": "token"}, 400),
        ({"response_type": None}, 400),
        ({"code_challenge_method": "plain"}, 400),
        ({"code_challenge_method": None}, 400),
    ],
)
def test_what_is_asked_wrongly_is_told_on_a_page(app: App, changes: dict[str, str | None], status: int) -> None:
    assert app.follow(app.ask(**changes)).status == status


def test_a_public_app_must_prove_itself_with_pkce(register: Callable[..., App], wiki: TestWiki) -> None:
    app = register(confidential=False)
    assert app.follow(app.ask(code_challenge=None, code_challenge_method=None)).status == 400
    status, body = app.exchange(app.code(), code_verifier="w" * 50)
    assert (status, body["error"], body["hint"]) == (400, "invalid_grant", "Failed to verify `code_verifier`.")
    status, body = app.exchange(app.code(), code_verifier="")
    assert (status, body["error"], body["hint"]) == (400, "invalid_request", "Check the `code_verifier` parameter")
    status, body = app.exchange(app.code())
    assert borne(wiki, body["access_token"])["query"]["userinfo"]["name"] == "Bob"


def test_a_code_used_twice_ends_what_came_of_it(app: App, wiki: TestWiki) -> None:
    """RFC 6749 §4.1.2, recorded step 18."""
    code = app.code()
    tokens = app.exchange(code)[1]
    status, body = app.exchange(code)
    assert (status, body["error"], body["hint"]) == (400, "invalid_request", "Authorization code has been revoked")
    assert borne(wiki, tokens["access_token"])["error"]["code"] == "mwoauth-invalid-authorization"
    assert app.token(grant_type="refresh_token", refresh_token=tokens["refresh_token"])[0] == 401


def test_of_eight_programs_with_one_code_at_most_one_has_tokens_that_work(app: App, wiki: TestWiki) -> None:
    for _ in range(5):
        code = app.code()
        with ThreadPoolExecutor(8) as pool:
            answers = list(pool.map(app.exchange, [code] * 8))
        given = [body["access_token"] for status, body in answers if status == 200]
        assert len(given) <= 1
        assert sum("query" in borne(wiki, token) for token in given) <= 1


def test_a_code_lives_for_a_minute(app: App, wiki: TestWiki) -> None:
    """F10."""
    code = app.code()
    wiki.clock.move(61)
    assert app.exchange(code)[0] == 400


def test_a_code_belongs_to_its_app_and_its_address(app: App, register: Callable[..., App]) -> None:
    other = register("other")
    assert other.exchange(app.code())[0] == 400
    assert app.exchange(app.code(), redirect_uri="https://app.example/")[0] == 401


def test_a_refresh_token_is_good_once_and_so_is_the_next(app: App, wiki: TestWiki) -> None:
    """RFC 9700 §4.14.2; recorded steps 19 to 21: the access token before it ends too."""
    first = app.tokens()
    status, second = app.token(grant_type="refresh_token", refresh_token=first["refresh_token"])
    assert status == 200
    assert "error" in borne(wiki, first["access_token"])
    assert borne(wiki, second["access_token"])["query"]["userinfo"]["name"] == "Bob"
    status, body = app.token(grant_type="refresh_token", refresh_token=first["refresh_token"])
    assert (status, body["error"], body["hint"]) == (401, "invalid_request", "Token has been revoked")
    assert "error" in borne(wiki, second["access_token"])
    assert app.token(grant_type="refresh_token", refresh_token=second["refresh_token"])[0] == 401


def test_a_refresh_token_is_its_apps_and_ends_after_a_month(
    app: App, register: Callable[..., App], wiki: TestWiki
) -> None:
    tokens = app.tokens()
    other = register("other")
    assert other.token(grant_type="refresh_token", refresh_token=tokens["refresh_token"])[0] == 401
    wiki.clock.move(31 * 86_400)
    assert app.token(grant_type="refresh_token", refresh_token=tokens["refresh_token"])[0] == 401


def test_tokens_whose_month_is_over_are_deleted_by_and_by(app: App, wiki: TestWiki) -> None:
    for _ in range(3):
        app.tokens()
    wiki.clock.move(30 * 86_400 + 1)
    app.browser = wiki.browser()
    app.browser.log_in("Bob", PASSWORD)
    table = wiki.wiki.database.tables.refresh_token
    tokens = app.tokens()
    for _ in range(12):
        tokens = app.token(grant_type="refresh_token", refresh_token=tokens["refresh_token"])[1]
    with wiki.wiki.database.read() as connection:
        ends = [row.expires for row in connection.execute(table.select())]
    assert len(ends) == 13
    assert min(ends) > wiki.clock.now()


def test_an_access_token_ends_after_an_hour(app: App, wiki: TestWiki) -> None:
    token = app.tokens()["access_token"]
    wiki.clock.move(3599)
    assert "query" in borne(wiki, token)
    wiki.clock.move(2)
    assert "error" in borne(wiki, token)


@pytest.mark.parametrize(
    ("form", "status", "error"),
    [
        ({}, 400, "invalid_request"),
        ({"grant_type": "password"}, 400, "invalid_request"),
        ({"grant_type": "client_credentials"}, 401, "invalid_client"),
        ({"grant_type": "authorization_code", "client_secret": "bad"}, 401, "invalid_client"),
        ({"grant_type": "authorization_code", "client_secret": ""}, 401, "invalid_client"),
        ({"grant_type": "authorization_code", "client_id": "x"}, 401, "invalid_client"),
        ({"grant_type": "authorization_code", "code": "x"}, 400, "invalid_request"),
        ({"grant_type": "refresh_token", "refresh_token": "x"}, 401, "invalid_request"),
    ],
)
def test_refusals_of_the_token_endpoint(app: App, form: dict[str, str], status: int, error: str) -> None:
    """RFC 6749 §5.2 in the extension's words; recorded steps 7 to 10."""
    found, body = app.token(**form)
    assert (found, body["error"]) == (status, error)
    assert set(body) <= {"error", "error_description", "hint", "message"}


def test_secrets_in_the_address_do_not_count(app: App) -> None:
    form = {
        "grant_type": "authorization_code",
        "client_id": app.made.consumer_key,
        "client_secret": app.made.consumer_secret,
    }
    answer = app.browser.send("POST", f"{REST}/access_token?{urlencode(form)}", FORM, b"")
    assert answer.status == 400
    assert app.browser.send("GET", f"{REST}/access_token").status == 405


def test_an_app_may_have_a_token_of_its_own_that_is_nobodys(register: Callable[..., App], wiki: TestWiki) -> None:
    """Recorded steps 1 to 4; by HTTP Basic too."""
    app = register(flows=["client_credentials"])
    status, tokens = app.token(grant_type="client_credentials")
    assert (status, "refresh_token" in tokens) == (200, False)
    me = borne(wiki, tokens["access_token"])["query"]["userinfo"]
    assert me["id"] == 0
    basic = base64.b64encode(f"{app.made.consumer_key}:{app.made.consumer_secret}".encode()).decode()
    answer = wiki.browser().send(
        "POST", f"{REST}/access_token", {**FORM, "Authorization": f"Basic {basic}"}, b"grant_type=client_credentials"
    )
    assert answer.status == 200


def test_the_profile_tells_whose_token_it_is(app: App, wiki: TestWiki) -> None:
    token = app.tokens()["access_token"]

    def get(what: str, header: dict[str, str]) -> tuple[int, Any]:
        answer = wiki.browser().send("GET", f"{REST}/resource/{what}", header)
        return answer.status, json.loads(answer.body)

    status, profile = get("profile", {"Authorization": f"Bearer {token}"})
    assert status == 200
    assert list(profile) == [
        "sub", "username", "editcount", "email_verified", "confirmed_email", "blocked", "registered", "groups", "rights", "grants",
    ]  # fmt: skip
    assert (profile["username"], profile["grants"]) == ("Bob", ["basic", "editpage"])
    assert get("scopes", {"Authorization": f"Bearer {token}"}) == (200, {"scopes": ["basic", "editpage"]})
    for header in ({}, {"Authorization": "Bearer x.y.z"}, {"Authorization": "Basic QTpC"}):
        status, body = get("profile", header)
        assert (status, body["error"]) == (401, "access_denied")
    assert get("nothing", {})[0] == 400


def test_the_public_keys_are_published(app: App, wiki: TestWiki) -> None:
    app.tokens()
    keys = json.loads(wiki.send("GET", f"{REST}/jwks").body)["keys"]
    assert [key["kty"] for key in keys] == ["RSA"]
    assert not {"d", "p", "q"} & set(keys[0])


def test_a_user_sees_what_he_has_given_and_takes_it_back_at_once(app: App, wiki: TestWiki) -> None:
    tokens = app.tokens()
    page = app.browser.send("GET", "/w/index.php?title=Special:OAuthManageMyGrants").body.decode()
    assert "Edit existing pages" in page
    values = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', page))
    stranger = wiki.browser()
    stranger.log_in("Alice", PASSWORD)
    form = urlencode(values).encode()
    assert stranger.send("POST", "/w/index.php?title=Special:OAuthManageMyGrants", FORM, form).status == 403
    assert "query" in borne(wiki, tokens["access_token"])
    app.browser.send("POST", "/w/index.php?title=Special:OAuthManageMyGrants", FORM, form)
    assert "error" in borne(wiki, tokens["access_token"])
    assert app.token(grant_type="refresh_token", refresh_token=tokens["refresh_token"])[0] == 401
    assert "No app acts for you." in app.browser.send("GET", "/wiki/Special:OAuthManageMyGrants").body.decode()
    with wiki.wiki.database.read() as connection:
        told = connection.exec_driver_sql(
            "SELECT event, user_name FROM wikigate_audit WHERE event LIKE 'grant%'"
        ).fetchall()
    assert [tuple(row) for row in told] == [("grant.give", "Bob"), ("grant.take-back", "Bob")]


def test_c18_a_bot_password_does_not_see_what_its_owner_has_given(app: App, wiki: TestWiki) -> None:
    app.tokens()
    owner = wiki.wiki.services.directory.by_name("Bob")
    assert owner is not None
    new = wiki.create_bot_password(owner, "app", "basic")
    bot = wiki.browser()
    login = {"action": "login", "lgname": "Bob@app", "lgpassword": new.password, "lgtoken": bot.token("login")}
    assert bot.post(login)["login"]["result"] == "Success"
    for method in ("GET", "POST"):
        answer = bot.send(method, "/w/index.php?title=Special:OAuthManageMyGrants")
        assert (answer.status, b"Edit existing pages" in answer.body) == (403, False)


def test_an_app_cannot_let_itself_in(app: App) -> None:
    """A bearer of a token is not somebody who may agree for the user."""
    token = app.tokens()["access_token"]
    bearer = {"Authorization": f"Bearer {token}"}
    assert app.wiki.browser().send("GET", app.ask(), bearer).status == 401
    page = app.wiki.browser().send("GET", "/w/index.php?title=Special:OAuth/approve", bearer)
    assert page.status == 400


def test_nothing_that_opens_a_door_is_stored(app: App, wiki: TestWiki) -> None:
    code = app.code()
    tokens = app.tokens()
    dumped = b"".join(file.read_bytes() for file in wiki.data.iterdir() if "sqlite" in file.name)
    for secret in (code, tokens["access_token"], tokens["refresh_token"], app.made.consumer_secret):
        assert secret.encode() not in dumped


@pytest.mark.parametrize(
    "callback",
    ["", "app.example", "ftp://a/", "https:///x", "https://u@a/", "https://a/#f", "https://a/ b", "https://a\\b/"],
)
def test_an_app_needs_an_address_that_is_one(alice: Account, registration: ConsumerRegistration, callback: str) -> None:
    with pytest.raises(ConsumerRefused, match="callback"):
        registration.create_app(alice, "app", oauth_version=2, callback=callback)
