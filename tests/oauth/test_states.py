"""Whose request it is, and in which state he and his consumer are (M13; security F2, F3, F4, R23, R63, R66; extensions §0.5, §3.3)."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlencode

import pytest

from wikigate.accounts.consumer_registration import ConsumerRegistration
from wikigate.accounts.consumers import Consumers
from wikigate.accounts.user import Account
from wikigate.testing.wiki import TestWiki

from .conftest import ME, PATH, Bot

Make = Callable[..., Bot]
BOTH = pytest.mark.parametrize("version", [1, 2])
INVALID = "mwoauth-invalid-authorization"
QUERY = urlencode({"format": "json", "formatversion": "2", **ME})
SOURCE = r"MediaWiki\Extension\OAuth\SessionProvider"


def open_wiki(signing_key: bytes, tables: dict[str, Any]) -> TestWiki:
    wiki = TestWiki({"site": {"server": "http://127.0.0.1"}, **tables})
    (wiki.data / "oauth2.pem").write_bytes(signing_key)
    return wiki


def made_by(wiki: TestWiki, owner: Account, version: int, **more: Any) -> Bot:
    assert wiki.wiki.oauth is not None
    return Bot(wiki, wiki.wiki.oauth.registration.create_owner_only(owner, "bot", oauth_version=version, **more))


# -- the user -------------------------------------------------------------------------------------------------------------


@BOTH
@pytest.mark.parametrize("sitewide", [True, False])
def test_a_blocked_owner_may_read_as_with_a_cookie(
    make: Make, alice: Account, wiki: TestWiki, version: int, sitewide: bool
) -> None:
    bot = make(version)
    wiki.wiki.services.blocks.block_account(alice, sitewide=sitewide)
    assert bot.who()["id"] == 1


@pytest.fixture
def strict(signing_key: bytes) -> Iterator[TestWiki]:
    with open_wiki(signing_key, {"accounts": {"block_disables_login": True}}) as wiki:
        yield wiki


@BOTH
def test_where_a_block_disables_the_login_it_disables_the_consumer_too(strict: TestWiki, version: int) -> None:
    """R23: one error, nothing told of who it is; a partial block is none of these."""
    owner = strict.create_user("Alice", "correct horse battery")
    bot = made_by(strict, owner, version)
    blocks = strict.wiki.services.blocks
    partial = blocks.block_account(owner, sitewide=False)
    answer = bot.browser.send("GET", f"{PATH}?{QUERY}", bot.authorization("GET", QUERY, ""))
    assert json.loads(answer.body)["query"]["userinfo"]["id"] == owner.id
    # A block that was looked up follows the browser, as in MediaWiki; it is the only cookie that ever comes.
    [cookie] = answer.cookies()
    assert cookie.split("=")[0].endswith("BlockID")
    bot.browser.cookies.clear()
    blocks.lift(partial)
    whole = blocks.block_account(owner)
    answer = bot.get(ME)
    assert answer["error"]["code"] == f"{INVALID}-blocked-user"
    assert "Alice" not in json.dumps(answer)
    blocks.lift(whole)
    assert bot.who()["id"] == owner.id


@BOTH
def test_a_renamed_owner_keeps_his_consumers_under_his_new_name(make: Make, wiki: TestWiki, version: int) -> None:
    """They belong to the account's number; a real wiki renames in the same row."""
    bot = make(version)
    assert bot.get({**ME, "assertuser": "Alice"})["query"]["userinfo"]["name"] == "Alice"
    with wiki.wiki.database.write() as connection:
        user = wiki.wiki.database.tables.user
        connection.execute(user.update().values(user_name="Alicia"))
    assert bot.who()["name"] == "Alicia"
    assert bot.get({**ME, "assertuser": "Alice"})["error"]["code"] == "assertnameduserfailed"


@BOTH
def test_a_consumer_whose_owner_is_no_more_is_dead(make: Make, wiki: TestWiki, version: int) -> None:
    bot = make(version)
    with wiki.wiki.database.write() as connection:
        connection.execute(wiki.wiki.database.tables.user.delete())
    assert bot.get(ME)["error"]["code"] == f"{INVALID}-invalid-user"


@BOTH
def test_a_changed_password_leaves_it_as_mediawiki_does(
    make: Make, wiki: TestWiki, alice: Account, version: int
) -> None:
    """It is no session of the password's, which ends here: who wants it ended revokes it."""
    bot = make(version)
    browser = wiki.browser()
    assert browser.log_in("Alice", "correct horse battery")["status"] == "PASS"
    wiki.wiki.registration.set_password(alice, "another good horse")
    assert browser.who() != "Alice"
    assert bot.who()["id"] == alice.id


# -- the consumer ---------------------------------------------------------------------------------------------------------


@BOTH
def test_a_consumer_that_is_disabled_between_two_requests_is_dead_and_lives_again_when_enabled(
    make: Make, registration: ConsumerRegistration, version: int
) -> None:
    """The token that was fetched before is good again, for the session is the same."""
    bot = make(version)
    csrf = bot.get({"action": "query", "meta": "tokens"})["query"]["tokens"]["csrftoken"]
    check = {"action": "checktoken", "type": "csrf", "token": csrf}
    registration.decide(bot.made.consumer_key, "disable")
    dead = bot.post(check)["error"]
    assert (dead["code"], dead["info"]) == (
        f"{INVALID}-not-approved",
        'The app that you are trying to connect seems to be set up incorrectly. Contact the author of "bot" for help.',
    )
    registration.decide(bot.made.consumer_key, "reenable")
    assert bot.post(check)["checktoken"]["result"] == "valid"


@BOTH
def test_a_reset_secret_ends_what_was_before(
    make: Make, alice: Account, registration: ConsumerRegistration, version: int
) -> None:
    bot = make(version)
    fresh = registration.reset_secret(alice, bot.made.consumer_key)
    assert fresh is not None
    assert bot.get(ME)["error"]["code"] == INVALID
    assert Bot(bot.wiki, fresh).who()["id"] == 1


@BOTH
def test_one_of_another_wiki_does_not_work_here(make: Make, wiki: TestWiki, version: int) -> None:
    bot = make(version)
    with wiki.wiki.database.write() as connection:
        table = wiki.wiki.database.tables.oauth_accepted_consumer
        connection.execute(table.update().values(oaac_wiki="otherwiki"))
    assert bot.get(ME)["error"]["code"] == f"{INVALID}-wrong-wiki"


# -- the address ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def proxied(signing_key: bytes) -> Iterator[TestWiki]:
    with open_wiki(signing_key, {"server": {"trusted_proxies": ["127.0.0.1", "192.0.2.7"]}}) as wiki:
        wiki.create_user("Alice", "correct horse battery")
        yield wiki


@BOTH
@pytest.mark.parametrize(
    ("allowed", "forwarded", "good"),
    [
        ("198.51.100.0/24", "198.51.100.9", True),
        ("198.51.100.0/24", "198.51.101.9", False),
        ("198.51.100.0/24", "::ffff:198.51.100.9", True),
        ("2001:db8::/32", "2001:db8::1", True),
        ("2001:db8::/32", "2001:DB8:0:0:0:0:0:1", True),
        ("2001:db8::/32", "2001:db9::1", False),
        ("2001:db8::/32", "198.51.100.9", False),
        ("198.51.100.9", "198.51.100.9", True),
        ("198.51.100.9", "203.0.113.1, 198.51.100.9", True),
        ("198.51.100.9", "198.51.100.9, 203.0.113.1", False),
        ("198.51.100.9", "198.51.100.9, 192.0.2.7", True),
        ("198.51.100.9", "", False),
        ("127.0.0.1", "198.51.100.9", False),
    ],
)
def test_it_works_from_where_it_may_be_used_as_a_trusted_proxy_tells(
    proxied: TestWiki, version: int, allowed: str, forwarded: str, good: bool
) -> None:
    """F3, B12: what stands left of the last hop that is not ours is anybody's claim."""
    owner = proxied.wiki.services.directory.by_name("Alice")
    assert owner is not None
    bot = made_by(proxied, owner, version, addresses=[allowed])
    headers = bot.authorization("GET", QUERY, "") | ({"X-Forwarded-For": forwarded} if forwarded else {})
    answer = json.loads(bot.browser.send("GET", f"{PATH}?{QUERY}", headers).body)
    if good:
        assert answer["query"]["userinfo"]["id"] == owner.id
    else:
        assert answer["error"]["info"].endswith("The request came from an invalid IP address.")


@BOTH
def test_nobody_says_himself_where_he_comes_from(make: Make, version: int) -> None:
    bot = make(version, addresses=["198.51.100.9"])
    headers = bot.authorization("GET", QUERY, "") | {"X-Forwarded-For": "198.51.100.9"}
    answer = json.loads(bot.browser.send("GET", f"{PATH}?{QUERY}", headers).body)
    assert answer["error"]["code"] == INVALID


@BOTH
@pytest.mark.parametrize(
    "restrictions", ["", "{}", "null", "[]", '{"IPAddresses": []}', '{"IPAddresses": ["here"]}', "x"]
)
def test_restrictions_that_cannot_be_read_allow_nobody(
    make: Make, wiki: TestWiki, version: int, restrictions: str
) -> None:
    bot = make(version)
    with wiki.wiki.database.write() as connection:
        table = wiki.wiki.database.tables.oauth_registered_consumer
        connection.execute(table.update().values(oarc_restrictions=restrictions))
    assert bot.get(ME)["error"]["code"] == INVALID


# -- rights ---------------------------------------------------------------------------------------------------------------


@BOTH
def test_it_is_a_bot_where_the_account_and_a_grant_say_so(make: Make, wiki: TestWiki, version: int) -> None:
    assert (
        make(version, "one", grants=["highvolume"]).get({**ME, "assert": "bot"})["error"]["code"] == "assertbotfailed"
    )
    with wiki.wiki.database.write() as connection:
        groups = wiki.wiki.database.tables.user_groups
        connection.execute(groups.insert().values(ug_user=1, ug_group="bot"))
    assert make(version, "two", grants=["highvolume"]).get({**ME, "assert": "bot"})["query"]["userinfo"]["id"] == 1
    assert make(version, "three").get({**ME, "assert": "bot"})["error"]["code"] == "assertbotfailed"


@BOTH
def test_the_hidden_grant_is_always_there_and_no_other(make: Make, consumers: Consumers, version: int) -> None:
    bot = make(version)
    [one] = consumers.owned(1)
    assert one.acceptance is not None
    assert one.acceptance.grants == ("basic",)
    rights = set(bot.who()["rights"])
    assert "read" in rights
    assert not rights & {"edit", "block", "createaccount", "editmyoptions", "viewmyprivateinfo", "userrights"}


@BOTH
def test_grants_that_the_wiki_does_not_know_give_nothing(make: Make, wiki: TestWiki, version: int) -> None:
    bot = make(version, grants=["editpage"])
    with wiki.wiki.database.write() as connection:
        table = wiki.wiki.database.tables.oauth_accepted_consumer
        connection.execute(table.update().values(oaac_grants='{"0":"useoauth","3":"nonsense","7":5}'))
    assert "edit" not in bot.who()["rights"]
    assert "read" in bot.who()["rights"]


@BOTH
@pytest.mark.parametrize(
    "form",
    [
        {"action": "changeauthenticationdata", "changeauthrequest": "x"},
        {"action": "removeauthenticationdata", "request": "x"},
        {"action": "linkaccount", "linkreturnurl": "http://127.0.0.1/"},
        {"action": "unlinkaccount", "request": "x"},
    ],
    ids=lambda form: form["action"],
)
def test_with_every_grant_there_is_it_does_not_reach_credentials(
    make: Make, wiki: TestWiki, version: int, form: dict[str, str]
) -> None:
    grants = [grant.name for grant in wiki.wiki.services.rights.grants]
    bot = make(version, grants=grants)
    csrf = bot.get({"action": "query", "meta": "tokens"})["query"]["tokens"]["csrftoken"]
    field = (
        "changeauthtoken"
        if form["action"].startswith("change")
        else "linktoken"
        if "linkreturnurl" in form
        else "token"
    )
    assert bot.post({**form, field: csrf})["error"]["code"] in {"permissiondenied", "cannotcreate", "notloggedin"}


# -- other sites and sessions -----------------------------------------------------------------------------------------------


@BOTH
def test_crossorigin_is_a_parameter_of_a_later_mediawiki(make: Make, version: int) -> None:
    """Recorded step 17: 1.43 does not know it; the request is the consumer's all the same."""
    answer = make(version).get({**ME, "crossorigin": ""})
    assert "crossorigin" in json.dumps(answer["warnings"])
    assert answer["query"]["userinfo"]["id"] == 1


@pytest.fixture
def crossed(signing_key: bytes) -> Iterator[TestWiki]:
    with open_wiki(signing_key, {"api": {"cross_site_domains": ["app.example"]}}) as wiki:
        wiki.create_user("Alice", "correct horse battery")
        yield wiki


@BOTH
@pytest.mark.parametrize(("origin", "good"), [("https://app.example", True), ("https://evil.example", False)])
def test_a_page_of_another_site_may_read_the_answer_where_that_site_may_use_the_api(
    crossed: TestWiki, version: int, origin: str, good: bool
) -> None:
    owner = crossed.wiki.services.directory.by_name("Alice")
    assert owner is not None
    bot = made_by(crossed, owner, version)
    query = f"{QUERY}&{urlencode({'origin': origin})}"
    asked = {
        "Origin": origin,
        "Access-Control-Request-Method": "GET",
        "Access-Control-Request-Headers": "authorization",
    }
    allowed = bot.browser.send("OPTIONS", f"{PATH}?{query}", asked)
    answer = bot.browser.send("GET", f"{PATH}?{query}", bot.authorization("GET", query, "") | {"Origin": origin})
    assert (answer.header("Access-Control-Allow-Origin"), allowed.header("Access-Control-Allow-Origin")) == (
        (origin, origin) if good else (None, None)
    )
    assert ("authorization" in (allowed.header("Access-Control-Allow-Headers") or "").lower()) == good
    assert (answer.header("MediaWiki-CORS-Rejection") is None) == good


@BOTH
def test_for_the_star_of_origins_it_is_a_visitors_and_says_so(make: Make, version: int) -> None:
    bot = make(version)
    query = f"{QUERY}&origin=%2A"
    headers = bot.authorization("GET", query, "") | {"Origin": "https://any.example"}
    answer = bot.browser.send("GET", f"{PATH}?{query}", headers)
    assert json.loads(answer.body)["query"]["userinfo"]["id"] == 0
    assert answer.header("MediaWiki-Login-Suppressed") == "true"


@BOTH
def test_a_cookie_beside_it_is_neither_read_nor_ended(wiki: TestWiki, make: Make, version: int) -> None:
    """R66: the header wins, whole; the session of the cookie knows nothing of it."""
    bot = make(version)
    wiki.create_user("Bob", "correct horse battery")
    assert bot.browser.log_in("Bob", "correct horse battery")["status"] == "PASS"
    his = bot.browser.token()
    mine = bot.get({"action": "query", "meta": "tokens"})["query"]["tokens"]["csrftoken"]
    assert his != mine
    check = {"action": "checktoken", "type": "csrf"}
    assert bot.get({**check, "token": his})["checktoken"]["result"] == "invalid"
    assert bot.post({"action": "logout", "token": mine})["error"]["info"].endswith(f"when using {SOURCE} sessions.")
    assert bot.browser.who() == "Bob"
    assert bot.browser.get({**check, "token": mine})["checktoken"]["result"] == "invalid"
