"""OAuth 1.0a apps with users (M13; recorded in oauth1_three_legged; RFC 5849 §2, extensions §3.4)."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from wikigate.accounts.consumer_registration import ConsumerRegistration, NewConsumer
from wikigate.accounts.user import Account
from wikigate.testing.transport import Answer
from wikigate.testing.wiki import TestWiki

from .conftest import FORM, ME, Bot
from .signing import Signer

PASSWORD = "correct horse battery"
CALLBACK = "https://app.example/cb"
INDEX = "/w/index.php"


class App:
    """An app of OAuth 1.0a and one user's browser."""

    def __init__(self, wiki: TestWiki, made: NewConsumer) -> None:
        self.wiki = wiki
        self.made = made
        self.browser = wiki.browser()
        self.browser.log_in("Bob", PASSWORD)

    def step(self, name: str, token: tuple[str, str] = ("", ""), *, raw: bool = False, **more: str | None) -> Any:
        """Send a signed request of the app."""
        query = urlencode({"title": f"Special:OAuth/{name}", **({} if raw else {"format": "json"})})
        moment = int(self.wiki.clock.now())
        signer = Signer(self.made.consumer_key, self.made.consumer_secret, token[0], token[1], moment)
        if not token[0]:
            more = {"oauth_token": None, **more}
        header = signer.header("GET", f"http://127.0.0.1{INDEX}", query, **more)
        body = self.wiki.browser().send("GET", f"{INDEX}?{query}", header).body.decode()
        return body if raw or (name == "identify" and body.startswith("ey")) else json.loads(body)

    def begin(self, callback: str = CALLBACK) -> tuple[str, str]:
        made = self.step("initiate", oauth_callback=callback)
        assert made["oauth_callback_confirmed"] == "true"
        return made["key"], made["secret"]

    def page(self, token: str, step: str = "authorize", **changes: str) -> Answer:
        query = {"title": f"Special:OAuth/{step}", "oauth_token": token, "oauth_consumer_key": self.made.consumer_key}
        return self.browser.send("GET", f"{INDEX}?{urlencode({**query, **changes})}")

    def press(self, page: Answer, button: str = "accept") -> Answer:
        values = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', page.body.decode()))
        form = urlencode({**values, button: "1"}).encode()
        return self.browser.send("POST", f"{INDEX}?title=Special:OAuth/authorize", FORM, form)

    def verifier(self, token: tuple[str, str]) -> str:
        location = dict(self.press(self.page(token[0])).headers)["Location"]
        given = parse_qs(urlsplit(location).query)
        assert given["oauth_token"] == [token[0]]
        return given["oauth_verifier"][0]

    def access(self) -> tuple[str, str]:
        token = self.begin()
        made = self.step("token", token, oauth_verifier=self.verifier(token))
        return made["key"], made["secret"]

    def bot(self, access: tuple[str, str]) -> Bot:
        return Bot(self.wiki, NewConsumer("", self.made.consumer_key, self.made.consumer_secret, *access))


@pytest.fixture
def register(wiki: TestWiki, alice: Account, registration: ConsumerRegistration) -> Callable[..., App]:
    wiki.create_user("Bob", PASSWORD)

    def register(name: str = "app", **more: Any) -> App:
        given = {"callback": CALLBACK, "callback_is_prefix": True, "grants": ["editpage"], **more}
        return App(wiki, registration.create_app(alice, name, oauth_version=1, **given))

    return register


@pytest.fixture
def app(register: Callable[..., App]) -> App:
    return register()


def test_three_legs_lead_to_an_access_token_for_the_user(app: App) -> None:
    """Steps 0, 10 to 13, 18."""
    token = app.begin()
    assert [len(part) for part in token] == [32, 32]
    page = app.page(token[0])
    assert "Bob, the app “app” asks" in page.body.decode()
    location = dict(app.press(page).headers)["Location"]
    assert location.startswith(f"{CALLBACK}?oauth_verifier=")
    verifier = parse_qs(urlsplit(location).query)["oauth_verifier"][0]
    made = app.step("token", token, oauth_verifier=verifier)
    assert [len(made[name]) for name in ("key", "secret")] == [32, 40]
    me = app.bot((made["key"], made["secret"])).who()
    assert me["name"] == "Bob"
    assert "edit" in me["rights"]
    assert "editmyoptions" not in me["rights"]


def test_the_steps_answer_as_text_too(app: App) -> None:
    """Steps 1 and 6."""
    given = parse_qs(app.step("initiate", raw=True, oauth_callback="oob"))
    assert set(given) == {"oauth_token", "oauth_token_secret", "oauth_callback_confirmed"}
    wrong = app.step("initiate", raw=True, oauth_callback="oob", oauth_signature="AAAA")
    assert wrong == "Error: An error occurred in the OAuth protocol: Invalid signature"


@pytest.mark.parametrize(
    ("changes", "key"),
    [
        ({"oauth_signature": "AAAA"}, "mwoauth-oauth-exception"),
        ({"oauth_consumer_key": "1" * 32}, "mwoauth-oauth-exception"),
        ({"oauth_timestamp": "1"}, "mwoauth-oauth-exception"),
        ({"oauth_callback": None}, "mwoauth-callback-not-oob-or-prefix"),
        ({"oauth_callback": "https://evil.example/"}, "mwoauth-callback-not-oob-or-prefix"),
    ],
)
def test_what_is_wrong_with_a_beginning_is_told_by_its_message_key(app: App, changes: dict[str, Any], key: str) -> None:
    """Steps 3 to 7."""
    assert app.step("initiate", **{"oauth_callback": CALLBACK, **changes})["error"] == key


@pytest.mark.parametrize(
    "callback", ["https://app.example/cb", "https://app.example/cb/a/b", "https://app.example/cb?a=b"]
)
def test_an_address_below_the_registered_one_is_kept_with_its_query(app: App, callback: str) -> None:
    token = app.begin(callback)
    location = dict(app.press(app.page(token[0])).headers)["Location"]
    assert location.startswith(callback + ("&" if "?" in callback else "?") + "oauth_verifier=")


def test_without_a_prefix_only_oob_is_taken_and_leads_to_the_registered_address(register: Callable[..., App]) -> None:
    app = register(callback_is_prefix=False)
    assert app.step("initiate", oauth_callback=CALLBACK)["error"] == "mwoauth-callback-not-oob"
    token = app.begin("oob")
    assert dict(app.press(app.page(token[0])).headers)["Location"].startswith(f"{CALLBACK}?oauth_verifier=")


def test_a_verifier_is_needed_and_a_token_is_good_once(app: App) -> None:
    """Steps 12, 14, 15."""
    token = app.begin()
    assert app.step("token", token, oauth_verifier="")["error"] == "mwoauthdatastore-bad-token"
    verifier = app.verifier(token)
    assert app.step("token", token, oauth_verifier="bad")["error"] == "mwoauthdatastore-bad-verifier"
    assert app.step("token", token, oauth_verifier=verifier)["key"]
    again = app.step("token", token, oauth_verifier=verifier)["error"]
    assert again == "mwoauthdatastore-request-token-already-used"
    unknown = app.step("token", ("2" * 32, token[1]), oauth_verifier=verifier)["error"]
    assert unknown == "mwoauthdatastore-request-token-not-found"


def test_of_eight_programs_with_one_verifier_one_is_let_in(app: App) -> None:
    token = app.begin()
    verifier = app.verifier(token)
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: app.step("token", token, oauth_verifier=verifier), range(8)))
    assert sum("key" in answer for answer in answers) == 1


def test_a_request_token_lives_for_ten_minutes_and_is_its_apps_alone(app: App, register: Callable[..., App]) -> None:
    token = app.begin()
    other = register("other")
    assert other.page(token[0]).status == 400
    app.wiki.clock.move(601)
    assert app.page(token[0]).status == 400


def test_an_owner_only_consumer_has_no_users_to_ask(make: Callable[..., Bot], wiki: TestWiki, app: App) -> None:
    """Step 8."""
    other = App(wiki, make().made)
    assert other.step("initiate", oauth_callback="oob")["error"] == "mwoauthserver-consumer-owner-only"


def test_who_is_not_logged_in_is_sent_to_log_in(app: App) -> None:
    """Step 9."""
    token = app.begin()
    app.browser = app.wiki.browser()
    location = dict(app.page(token[0]).headers)["Location"]
    assert location.startswith("/w/index.php?title=Special:UserLogin&returnto=Special:OAuth/authorize&returntoquery=")


def test_who_does_not_agree_gives_nothing(app: App) -> None:
    token = app.begin()
    answer = app.press(app.page(token[0]), "cancel")
    assert (answer.status, "Location" in dict(answer.headers)) == (200, False)
    assert app.step("token", token, oauth_verifier="")["error"] == "mwoauthdatastore-bad-token"


def test_a_form_of_another_session_does_not_count(app: App, register: Callable[..., App]) -> None:
    token = app.begin()
    page = app.page(token[0])
    assert register("other").press(page).status == 400


def test_authenticate_asks_once_where_only_the_name_is_wanted(register: Callable[..., App]) -> None:
    app = register(grants=["mwoauth-authonly"])
    app.access()
    token = app.begin()
    assert "oauth_verifier=" in dict(app.page(token[0], "authenticate").headers)["Location"]
    assert app.page(app.begin()[0], "authorize").status == 200
    rich = register("rich")
    rich.access()
    assert rich.page(rich.begin()[0], "authenticate").status == 200


def test_identify_tells_who_it_is_in_a_token_signed_with_the_apps_secret(app: App) -> None:
    """Step 16."""
    token = app.step("identify", app.access(), oauth_nonce="nonce-of-mine")
    head, body, signature = token.split(".")
    decode = lambda part: base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))  # noqa: E731
    assert json.loads(decode(head)) == {"typ": "JWT", "alg": "HS256"}
    good = hmac.new(app.made.consumer_secret.encode(), f"{head}.{body}".encode(), hashlib.sha256).digest()
    assert decode(signature) == good
    claims = json.loads(decode(body))
    assert (claims["username"], claims["aud"], claims["nonce"]) == ("Bob", app.made.consumer_key, "nonce-of-mine")
    assert claims["exp"] - claims["iat"] == 100
    assert claims["grants"] == ["basic", "editpage"]
    assert "email" not in claims
    assert app.step("identify", ("0" * 32, "x"))["error"] == "mwoauthdatastore-access-token-not-found"


def test_a_disabled_app_is_out_at_once(app: App, registration: ConsumerRegistration) -> None:
    """Step 20."""
    bot = app.bot(app.access())
    assert bot.who()["name"] == "Bob"
    registration.revoke(1, app.made.consumer_key)
    error = bot.get(ME)["error"]
    assert error["code"] == "mwoauth-invalid-authorization-not-approved"
    assert error["info"].endswith('Contact the author of "app" for help.')


def test_other_pages_stay_closed_to_signed_requests(app: App) -> None:
    bot = app.bot(app.access())
    header = bot.signer.header("GET", f"http://127.0.0.1{INDEX}", "title=Special:UserLogin")
    assert app.wiki.browser().send("GET", f"{INDEX}?title=Special:UserLogin", header).status == 400


_NO_TOKEN = "mwoauthdatastore-access-token-not-found"


@pytest.mark.parametrize(
    ("state", "error"),
    [
        ("locked", "blocked-user"),
        ("deleted", "invalid-user"),
        ("elsewhere", "wrong-wiki"),
        ("disabled", "not-approved"),
        ("rejected", "not-approved"),
        ("taken back", ""),
    ],
)
def test_identify_tells_nothing_of_who_may_not_use_the_app(app: App, wiki: TestWiki, state: str, error: str) -> None:
    """R63; the errors of the API."""
    access = app.access()
    assert app.step("identify", access).startswith("ey")
    tables = wiki.wiki.database.tables
    user, consumer, accepted = tables.user, tables.oauth_registered_consumer, tables.oauth_accepted_consumer
    statements = {
        "locked": user.update().where(user.c.user_name == "Bob").values(user_token="*** INVALID ***"),
        "deleted": user.delete().where(user.c.user_name == "Bob"),
        "elsewhere": accepted.update().values(oaac_wiki="otherwiki"),
        "disabled": consumer.update().values(oarc_stage=4),
        "rejected": consumer.update().values(oarc_stage=2),
        "taken back": accepted.delete(),
    }
    with wiki.wiki.database.write() as connection:
        connection.execute(statements[state])
    refused = app.step("identify", access)
    assert refused["error"] == (f"mwoauth-invalid-authorization-{error}" if error else _NO_TOKEN)
    assert "Bob" not in json.dumps(refused)


def test_of_a_hidden_user_identify_tells_that_he_is_blocked_and_no_more(app: App, wiki: TestWiki) -> None:
    access = app.access()
    bob = wiki.wiki.services.directory.by_name("Bob")
    assert bob is not None
    block = wiki.wiki.services.blocks.block_account(bob)
    with wiki.wiki.database.write() as connection:
        table = wiki.wiki.database.tables.block
        connection.execute(table.update().where(table.c.bl_id == block).values(bl_deleted=1))
    body = app.step("identify", access, oauth_nonce="mine").split(".")[1]
    claims = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    assert set(claims) == {"iss", "aud", "exp", "iat", "sub", "blocked", "nonce"}
    assert (claims["sub"], claims["blocked"]) == (str(bob.id), True)
