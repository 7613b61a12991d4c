"""Owner-only consumers over HTTP: recorded in oauth1_owner_only and oauth2_owner_only (M13; extensions §3.3, §3.5)."""

from __future__ import annotations

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import urlencode

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from wikigate.accounts.consumer_fields import ConsumerRefused
from wikigate.accounts.consumer_registration import ConsumerRegistration
from wikigate.accounts.consumers import DISABLED, Consumers
from wikigate.accounts.user import Account
from wikigate.testing.wiki import TestWiki

from .conftest import ADDRESS, FORM, ME, PATH, Bot
from .signing import Signer

Make = Callable[..., Bot]
BOTH = pytest.mark.parametrize("version", [1, 2])
INVALID = "mwoauth-invalid-authorization"
SAID = "The authorization headers in your request are not valid: "


@BOTH
def test_a_request_that_bears_one_is_its_owners_with_the_rights_of_its_grants(make: Make, version: int) -> None:
    """F2: real groups, rights of the account that a grant has too."""
    me = make(version, grants=["editpage"]).who()
    assert (me["id"], me["name"]) == (1, "Alice")
    assert "sysop" in me["groups"]
    assert {"read", "edit", "minoredit"} <= set(me["rights"])
    assert not {"delete", "block", "createpage", "editmyprivateinfo"} & set(me["rights"])


@BOTH
def test_it_fetches_tokens_that_are_good_in_its_later_requests(make: Make, version: int) -> None:
    """A csrf token is required although no cookie rides along, and the visitor's token is none (§3.3)."""
    bot = make(version)
    tokens = bot.get({"action": "query", "meta": "tokens", "type": "csrf|login"})["query"]["tokens"]
    check = {"action": "checktoken", "type": "csrf"}
    assert bot.get({**check, "token": tokens["csrftoken"]})["checktoken"]["result"] == "valid"
    assert bot.get({**check, "token": "+\\"})["checktoken"]["result"] == "invalid"


@BOTH
def test_assertions_hold(make: Make, version: int) -> None:
    bot = make(version)
    assert bot.get({**ME, "assert": "user"})["query"]["userinfo"]["id"] == 1
    assert bot.get({**ME, "assertuser": "Nobody"})["error"]["code"] == "assertnameduserfailed"
    assert bot.get({**ME, "assert": "anon"})["error"]["code"] == "assertanonfailed"


@BOTH
def test_the_session_cannot_change_hands_nor_end(make: Make, version: int) -> None:
    r"""§0.5: logout, login and clientlogin are refused in MediaWiki's words, and the token stays good."""
    bot = make(version)
    tokens = bot.get({"action": "query", "meta": "tokens", "type": "csrf|login"})["query"]["tokens"]
    name = r"MediaWiki\Extension\OAuth\SessionProvider"
    error = bot.post({"action": "logout", "token": tokens["csrftoken"]})["error"]
    assert error["code"] == "cannotlogout"
    assert error["info"] == f"Logging out is not possible when using {name} sessions."
    aborted = {"result": "Aborted", "reason": f"Cannot log in when using {name} sessions."}
    assert bot.post({"action": "login", "lgname": "Alice", "lgpassword": "x"})["login"] == aborted
    form = {"action": "clientlogin", "loginreturnurl": "http://127.0.0.1/", "username": "Alice", "password": "x"}
    failed = bot.post({**form, "logintoken": tokens["logintoken"]})["clientlogin"]
    assert (failed["status"], failed["messagecode"]) == ("FAIL", "userlogin-cannot-login")
    assert bot.post({**form, "logintoken": "+\\"})["error"]["code"] == "badtoken"
    info = {"action": "query", "meta": "authmanagerinfo"}
    assert bot.get(info)["query"]["authmanagerinfo"]["canauthenticatenow"] is False
    assert bot.who()["id"] == 1


@BOTH
def test_it_never_reaches_credentials(make: Make, version: int) -> None:
    bot = make(version, grants=["editpage", "highvolume"])
    csrf = bot.get({"action": "query", "meta": "tokens"})["query"]["tokens"]["csrftoken"]
    change = {"action": "changeauthenticationdata", "changeauthrequest": "x", "changeauthtoken": csrf}
    assert bot.post(change)["error"]["code"] == "permissiondenied"


@BOTH
def test_the_header_wins_over_the_cookies_of_somebody_else(wiki: TestWiki, make: Make, version: int) -> None:
    bot = make(version)
    wiki.create_user("Bob", "correct horse battery")
    assert bot.browser.log_in("Bob", "correct horse battery")["status"] == "PASS"
    assert bot.who()["name"] == "Alice"
    assert bot.browser.who() == "Bob"


@BOTH
def test_origin_star_makes_a_visitor_of_it(make: Make, version: int) -> None:
    bot = make(version)
    assert bot.get({**ME, "origin": "*"})["query"]["userinfo"]["id"] == 0


@BOTH
def test_a_revoked_one_is_dead_with_the_next_request(
    make: Make, consumers: Consumers, registration: ConsumerRegistration, version: int
) -> None:
    """F8."""
    bot = make(version)
    assert bot.who()["id"] == 1
    assert registration.revoke(1, bot.made.consumer_key)
    assert bot.get(ME)["error"]["code"] == INVALID
    assert not registration.revoke(2, bot.made.consumer_key)
    assert [one.consumer.stage for one in consumers.owned(1)] == [DISABLED]


@BOTH
def test_one_that_has_ended_is_dead(wiki: TestWiki, make: Make, version: int) -> None:
    bot = make(version, expires=wiki.clock.now() + 100)
    wiki.clock.move(99)
    assert bot.who()["id"] == 1
    wiki.clock.move(1)
    assert bot.get(ME)["error"]["code"] == INVALID


@BOTH
def test_it_works_from_its_addresses_alone(make: Make, version: int) -> None:
    """F3."""
    bot = make(version, addresses=["192.0.2.0/24"])
    assert bot.get(ME)["error"]["info"] == f"{SAID}The request came from an invalid IP address."
    assert make(version, "other", addresses=["127.0.0.0/8"]).who()["id"] == 1


@BOTH
def test_a_locked_owner_locks_his_consumers(wiki: TestWiki, make: Make, version: int) -> None:
    """F4."""
    bot = make(version)
    with wiki.wiki.database.write() as connection:
        user = wiki.wiki.database.tables.user
        connection.execute(user.update().values(user_token="*** INVALID ***"))
    assert bot.get(ME)["error"]["code"] == f"{INVALID}-blocked-user"


@BOTH
def test_its_use_is_noted_once_an_hour(wiki: TestWiki, make: Make, consumers: Consumers, version: int) -> None:
    bot = make(version)
    bot.who()
    first = int(wiki.clock.now())
    wiki.clock.move(3599)
    bot.who()
    assert [one.acceptance.last_used for one in consumers.owned(1) if one.acceptance] == [first]
    wiki.clock.move(1)
    bot.who()
    assert [one.acceptance.last_used for one in consumers.owned(1) if one.acceptance] == [first + 3600]


def test_pages_are_closed_to_it(make: Make) -> None:
    bot = make(2)
    if bot.wiki.wiki.pages:
        answer = bot.browser.send("GET", "/w/index.php?title=Main_Page", bot.authorization("GET", "", ""))
        assert answer.status == 400


# -- OAuth 1.0a -----------------------------------------------------------------------------------------------------------


def test_every_fault_of_a_signed_request_is_told_in_the_words_of_the_extension(make: Make, wiki: TestWiki) -> None:
    """§3.3, in the order of its checks; recorded steps 18 to 29."""
    bot = make()
    now = int(wiki.clock.now())
    methods = "not supported try one of the following: HMAC-SHA1, RSA-SHA1"
    said: list[tuple[dict[str, Any], str]] = [
        ({"oauth_signature": "7zyOIzx+xEEHHuyUzdDKY8rwRWM="}, "Invalid signature"),
        ({"oauth_consumer_key": "0" * 32}, "Invalid consumer"),
        ({"oauth_consumer_key": None}, "Invalid consumer key"),
        ({"oauth_token": "0" * 32}, "No approved grant was found for that authorization token."),
        ({"oauth_token": None}, "No approved grant was found for that authorization token."),
        ({"oauth_signature_method": "HMAC-SHA256"}, f"Signature method 'HMAC-SHA256' {methods}"),
        ({"oauth_signature_method": "PLAINTEXT"}, f"Signature method 'PLAINTEXT' {methods}"),
        ({"oauth_signature_method": None}, "No signature method parameter. This parameter is required"),
        ({"oauth_timestamp": str(now - 301)}, f"Expired timestamp, yours {now - 301}, ours {now}"),
        ({"oauth_timestamp": "x"}, f"Expired timestamp, yours x, ours {now}"),
        ({"oauth_timestamp": None}, "Missing timestamp parameter. The parameter is required"),
        ({"oauth_nonce": None}, "Missing nonce parameter. The parameter is required"),
        ({"oauth_version": "2.0"}, "OAuth version '2.0' not supported"),
    ]
    for changes, text in said:
        assert bot.get(ME, **changes)["error"] | {"docref": ""} == {"code": INVALID, "info": SAID + text, "docref": ""}
    assert bot.get(ME, oauth_timestamp=str(now - 300))["query"]["userinfo"]["id"] == 1


def test_a_nonce_is_good_once_and_is_burnt_by_a_wrong_signature(make: Make) -> None:
    """F9."""
    bot = make()
    assert bot.get(ME, oauth_nonce="n")["query"]["userinfo"]["id"] == 1
    assert bot.get(ME, oauth_nonce="n")["error"]["info"] == f"{SAID}Nonce already used: n"
    assert bot.get(ME, oauth_nonce="m", oauth_signature="AAAA")["error"]["info"] == f"{SAID}Invalid signature"
    assert bot.get(ME, oauth_nonce="m")["error"]["info"] == f"{SAID}Nonce already used: m"
    assert make(1, "other").get(ME, oauth_nonce="n")["query"]["userinfo"]["id"] == 1


def test_of_eight_requests_at_once_with_one_nonce_one_is_answered(make: Make) -> None:
    bot = make()
    query = urlencode({"format": "json", **ME})
    header = bot.authorization("GET", query, "", oauth_nonce="same")
    browsers = [bot.wiki.browser() for _ in range(8)]
    with ThreadPoolExecutor(8) as pool:
        bodies = pool.map(lambda browser: browser.send("GET", f"{PATH}?{query}", header).body, browsers)
        assert sum("query" in json.loads(body) for body in bodies) == 1


@pytest.mark.parametrize(
    "query",
    [
        "b=2&a=1&a=0", "x=%E2%98%BA%20%2B", "x=a+b", "empty=&none", "a%5B%5D=1", "x=%7E-._%2a!'()", "a=b=c&&d", "x=%", "ü=ä",
    ],
)  # fmt: skip
def test_signatures_over_any_query_are_verified(make: Make, query: str) -> None:
    """RFC 5849 §3.4.1.3; whatever comes in the address is signed, whatever it means."""
    bot = make()
    whole = f"{query}&{urlencode({'format': 'json', **ME})}"
    signed = whole.replace("x=%&", "x=%25&")
    header = bot.signer.header("GET", ADDRESS, signed)
    answer = json.loads(bot.browser.send("GET", f"{PATH}?{whole}", header).body)
    assert answer["query"]["userinfo"]["id"] == 1


def test_a_form_is_signed_and_a_multipart_body_is_not(make: Make) -> None:
    bot = make()
    assert bot.post(ME)["query"]["userinfo"]["id"] == 1
    form = urlencode({"format": "json", **ME})
    header = bot.signer.header("POST", ADDRESS, form=form)
    changed = form.replace("json", "xml").encode()
    body = bot.browser.send("POST", PATH, {**FORM, **header}, changed).body
    assert b"Invalid signature" in body
    boundary = "".join(f'--b\r\nContent-Disposition: form-data; name="{k}"\r\n\r\n{v}\r\n' for k, v in ME.items())
    multipart = {"Content-Type": "multipart/form-data; boundary=b"}
    header = bot.signer.header("POST", ADDRESS, "format=json")
    body = bot.browser.send(
        "POST", f"{PATH}?format=json", {**multipart, **header}, f"{boundary}--b--\r\n".encode()
    ).body
    assert json.loads(body)["query"]["userinfo"]["id"] == 1


def test_rsa_signatures_are_verified_with_the_consumers_key(make: Make) -> None:
    """Step 35; such a consumer may use HMAC-SHA1 as well (step 36)."""
    private = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = private.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    bot = make(rsa_key=pem.decode())
    assert bot.who()["id"] == 1
    query = urlencode({"format": "json", **ME})

    def ask(signer: Signer) -> Any:
        return json.loads(bot.browser.send("GET", f"{PATH}?{query}", signer.header("GET", ADDRESS, query)).body)

    signer = bot.signer
    signer.method, signer.rsa_key = "RSA-SHA1", private
    assert ask(signer)["query"]["userinfo"]["id"] == 1
    signer.rsa_key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    assert ask(signer)["error"]["*" if "*" in ask(signer)["error"] else "info"]
    assert ask(signer)["error"]["code"] == INVALID


@pytest.mark.parametrize(
    "header",
    [
        "OAuth",
        "OAuth ",
        'OAuth foo="bar"',
        "OAuth oauth_consumer_key=",
        'OAuth oauth_token="a", oauth_token="a"',
        "Bearer",
    ],
)
def test_a_header_of_the_scheme_that_says_nothing_good_is_an_error_and_never_a_visitor(
    wiki: TestWiki, make: Make, header: str
) -> None:
    make()
    body = wiki.send("GET", f"{PATH}?format=json&{urlencode(ME)}", {"Authorization": header}).body
    expected = "query" if header == "OAuth" else "error"
    assert expected in json.loads(body)


@pytest.mark.parametrize("header", ["oauth oauth_token=x", "bearer x", "Basic QTpC", ""])
def test_another_scheme_says_nothing(wiki: TestWiki, make: Make, header: str) -> None:
    """Step 33: the scheme is case-sensitive."""
    make()
    body = wiki.send("GET", f"{PATH}?format=json&{urlencode(ME)}", {"Authorization": header}).body
    assert json.loads(body)["query"]["userinfo"]["id"] == 0


def test_where_no_consumer_was_ever_registered_the_header_says_nothing(wiki: TestWiki) -> None:
    """Recorded in auth-bearer: a wiki without the extension."""
    for header in ("Bearer abc", 'OAuth oauth_token="x"'):
        body = wiki.send("GET", f"{PATH}?format=json&{urlencode(ME)}", {"Authorization": header}).body
        assert json.loads(body)["query"]["userinfo"]["id"] == 0


@pytest.mark.parametrize(
    ("params", "shown"),
    [
        ("format=json&formatversion=1", b'"info":"The authorization headers'),
        ("format=xml", b'<error code="mwoauth-invalid-authorization" info="The authorization headers'),
        ("format=json&errorformat=plaintext&formatversion=2", b'"text":"The authorization headers'),
    ],
)
def test_the_error_comes_in_the_format_asked_for_before_the_action_runs(
    wiki: TestWiki, make: Make, params: str, shown: bytes
) -> None:
    make()
    answer = wiki.send("GET", f"{PATH}?{params}&action=nonsense", {"Authorization": "Bearer garbage"})
    assert shown in answer.body
    assert dict(answer.headers)["MediaWiki-API-Error"] == INVALID


# -- making them ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ({"grants": ["nope"]}, "there is no grant “nope”"),
        ({"addresses": ["here"]}, "neither an address nor a range"),
        ({"name": " "}, "1 to 128 bytes"),
        ({"name": "a" * 129}, "1 to 128 bytes"),
        ({"name": "a\nb"}, "printable"),
        ({"rsa_key": "x"}, "no public key in PEM form"),
        ({"name": "bot"}, "has a consumer “bot” already"),
    ],
)
def test_what_cannot_be_is_refused_and_not_made(
    make: Make, alice: Account, registration: ConsumerRegistration, words: dict[str, Any], said: str
) -> None:
    make()
    with pytest.raises(ConsumerRefused, match=said):
        registration.create_owner_only(alice, **{"name": "new", "oauth_version": 1, **words})
    assert len(make(1, "second").wiki.wiki.oauth.consumers.owned(alice.id)) == 2  # type: ignore[union-attr]


def test_what_is_stored_is_not_what_is_shown(make: Make, wiki: TestWiki) -> None:
    """§3.1: a dump of the database gives nobody a secret."""
    shown = [make(1, "one").made, make(2, "two").made]
    dumped = b"".join(file.read_bytes() for file in wiki.data.iterdir() if "sqlite" in file.name)
    for made in shown:
        assert made.consumer_secret.encode() not in dumped
        assert made.consumer_secret not in repr(made)
    assert shown[0].access_secret.encode() not in dumped
    assert shown[1].access_token.encode() not in dumped
