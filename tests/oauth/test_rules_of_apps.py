"""Which apps need no decision, which version may follow which, and what a consumer is restricted to (M13; extensions §3.2)."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlencode

import pytest

from wikigate.accounts.consumer_fields import ConsumerDoubtful, ConsumerRefused
from wikigate.accounts.consumer_registration import ConsumerRegistration
from wikigate.accounts.consumers import APPROVED, PROPOSED, Consumers
from wikigate.accounts.user import Account
from wikigate.testing.wiki import Browser, TestWiki

from .conftest import FORM, ME, Bot

PASSWORD = "correct horse battery"
CALLBACK = "https://app.example/cb"
PAGE = "/w/index.php?title=Special:OAuthConsumerRegistration"


def confirm(wiki: TestWiki, account: Account) -> None:
    with wiki.wiki.database.write() as connection:
        user = wiki.wiki.database.tables.user
        mail = {"user_email": "alice@example.org", "user_email_authenticated": "20260101000000"}
        connection.execute(user.update().where(user.c.user_id == account.id).values(**mail))


def logged_in(wiki: TestWiki) -> Browser:
    browser = wiki.browser()
    assert browser.log_in("Alice", PASSWORD)["status"] == "PASS"
    return browser


def stored(wiki: TestWiki) -> list[Any]:
    table = wiki.wiki.database.tables.oauth_registered_consumer
    with wiki.wiki.database.read() as connection:
        return list(connection.execute(table.select().order_by(table.c.oarc_id)))


class Form:
    """The page that registers, as somebody fills it in."""

    def __init__(self, wiki: TestWiki, account: Account) -> None:
        confirm(wiki, account)
        self.browser = logged_in(wiki)

    def send(self, *, page: str = PAGE, **fields: str) -> str:
        shown = self.browser.send("GET", page).body.decode()
        token = re.search(r'name="wpEditToken" value="([^"]+)"', shown)
        assert token is not None
        asked = {
            "wpEditToken": token[1], "wpname": "app", "wpcallbackUrl": CALLBACK, "wpoauth2IsConfidential": "1",
            "wpgrants[]": "grant-editpage",
        }  # fmt: skip
        return self.browser.send("POST", page, FORM, urlencode({**asked, **fields}).encode()).body.decode()


@pytest.fixture
def form(wiki: TestWiki, alice: Account) -> Form:
    return Form(wiki, alice)


# -- $wgOAuthAutoApprove --------------------------------------------------------------------------------------------------


@pytest.fixture
def lenient() -> Iterator[TestWiki]:
    rules = [{"grants": ["mwoauth-authonly"]}, {"grants": ["basic", "editpage", "rollback"]}]
    with TestWiki({"oauth": {"auto_approve": rules}}) as wiki:
        yield wiki


@pytest.mark.parametrize(
    ("grants", "stage"),
    [
        (["editpage"], APPROVED),
        (["editpage", "rollback"], APPROVED),
        ([], APPROVED),
        (["mwoauth-authonly"], APPROVED),
        (["mwoauth-authonlyprivate"], PROPOSED),
        (["editpage", "protect"], PROPOSED),
    ],
)
def test_an_app_whose_grants_lie_within_one_rule_is_approved_at_once(
    lenient: TestWiki, grants: list[str], stage: int
) -> None:
    assert lenient.wiki.oauth is not None
    owner = lenient.create_user("Alice", PASSWORD)
    lenient.wiki.oauth.registration.create_app(
        owner, "app", oauth_version=2, callback=CALLBACK, grants=grants, approved=False
    )
    assert [entry.stage for entry in lenient.wiki.oauth.consumers.entries()] == [stage]


def test_who_proposes_such_an_app_reads_that_it_is_in_use_and_the_audit_keeps_why(lenient: TestWiki) -> None:
    form = Form(lenient, lenient.create_user("Alice", PASSWORD))
    assert "OAuth 2 – in use" in form.send()
    assert "OAuth 2 – proposed" in form.send(**{"wpname": "other", "wpgrants[]": "grant-protect"})
    with lenient.wiki.database.read() as connection:
        query = "SELECT details FROM wikigate_audit WHERE event = 'consumer.create' ORDER BY id"
        told = [json.loads(row[0]) for row in connection.exec_driver_sql(query)]
    assert told == [{"app": "app", "approved": "yes"}, {"app": "other"}]


def test_without_a_rule_every_app_waits(
    alice: Account, registration: ConsumerRegistration, consumers: Consumers
) -> None:
    registration.create_app(
        alice, "app", oauth_version=2, callback=CALLBACK, grants=["mwoauth-authonly"], approved=False
    )
    assert [entry.stage for entry in consumers.entries()] == [PROPOSED]


# -- versions -------------------------------------------------------------------------------------------------------------


@pytest.fixture
def register(alice: Account, registration: ConsumerRegistration) -> Callable[..., Any]:
    def register(version: str, *, name: str = "app", owner: Account = alice, own: bool = False) -> Any:
        if own:
            return registration.create_owner_only(owner, name, oauth_version=1, version=version)
        return registration.create_app(owner, name, oauth_version=2, callback=CALLBACK, version=version)

    return register


@pytest.mark.parametrize("own", [False, True])
def test_a_version_is_higher_than_the_last_one_of_its_name(register: Callable[..., Any], *, own: bool) -> None:
    for version in ("1.0-beta", "1.0", "1.9", "1.10"):
        register(version, own=own)
    for version, key in (("1.10", ""), ("1.9.9", "version"), ("1.0", "version"), ("1.10-RC1", "version")):
        with pytest.raises(ConsumerRefused, match="already") as refused:
            register(version, own=own)
        assert refused.value.code == "consumer_exists"
        assert refused.value.message is not None
        assert refused.value.message.key == f"mwoauth-consumer-alreadyexists{key}"


def test_names_of_others_and_other_names_do_not_count(wiki: TestWiki, register: Callable[..., Any]) -> None:
    register("2.0")
    register("1.0", name="other")
    register("1.0", owner=wiki.create_user("Bob", PASSWORD))


def test_the_last_version_is_the_one_registered_last_whatever_became_of_it(
    wiki: TestWiki, register: Callable[..., Any], registration: ConsumerRegistration
) -> None:
    made = register("1.0")
    wiki.clock.move(60)
    registration.decide(made.consumer_key, "disable")
    with pytest.raises(ConsumerRefused, match=r"of version 1\.0"):
        register("0.9")
    register("1.1")


def test_the_page_and_rest_tell_that_a_version_is_too_low(wiki: TestWiki, form: Form) -> None:
    form.send(wpversion="2.0")
    assert "of version 2.0; choose another name or a higher version" in form.send(wpversion="1.5")
    asked = {
        "name": "app", "version": "1.0", "description": "d", "owner_only": False, "callback_url": CALLBACK,
        "email": "alice@example.org", "is_confidential": True, "grant_types": ["authorization_code"], "scopes": [],
    }  # fmt: skip
    answer = form.browser.send(
        "POST", "/w/rest.php/oauth2/client", {"Content-Type": "application/json"}, json.dumps(asked).encode()
    )
    assert answer.status == 400
    assert json.loads(answer.body) == {"message": "consumer_exists", "httpCode": 400, "httpReason": "Bad Request"}


# -- what it is restricted to ---------------------------------------------------------------------------------------------


def test_the_pages_that_a_consumer_may_edit_are_kept_as_mediawiki_keeps_them(wiki: TestWiki, form: Form) -> None:
    form.send(**{"wprestrictions-pages": "Main Page\r\n\r\n User:Alice/log \r\n", "wpownerOnly": "1"})
    form.send(**{"wpname": "other", "wprestrictions-ip": "192.0.2.0/24"})
    assert [json.loads(row.oarc_restrictions) for row in stored(wiki)] == [
        {"IPAddresses": ["0.0.0.0/0", "::/0"], "Pages": ["Main Page", "User:Alice/log"]},
        {"IPAddresses": ["192.0.2.0/24"]},
    ]


def test_they_are_shown_changed_and_taken_away(wiki: TestWiki, form: Form) -> None:
    form.send(**{"wprestrictions-pages": "Main Page"})
    page = f"{PAGE}/update/{stored(wiki)[0].oarc_consumer_key}"
    assert ">Main Page</textarea>" in form.browser.send("GET", page).body.decode()
    form.send(page=page, **{"wprestrictions-pages": "Sandbox"})
    assert json.loads(stored(wiki)[0].oarc_restrictions)["Pages"] == ["Sandbox"]
    form.send(page=page, **{"wprestrictions-pages": ""})
    assert "Pages" not in json.loads(stored(wiki)[0].oarc_restrictions)


def test_a_session_hands_on_what_its_consumer_is_restricted_to(
    make: Callable[..., Bot], monkeypatch: pytest.MonkeyPatch, wiki: TestWiki
) -> None:
    """For whatever edits pages; here nothing does, and nothing that is here is refused for it."""
    assert wiki.wiki.oauth is not None
    source, seen = wiki.wiki.oauth.source, []
    claim = source.claim
    monkeypatch.setattr(source, "claim", lambda visit: seen.append(claim(visit)) or seen[-1])
    for version in (1, 2):
        assert make(version, f"bot {version}", pages=["Sandbox"]).who()["name"] == "Alice"
    assert [dict(session.restrictions)["Pages"] for session in seen] == [["Sandbox"], ["Sandbox"]]


@pytest.mark.parametrize("pages", [[f"Page {number}" for number in range(26)], ["é" * 128]])
def test_too_many_pages_or_too_long_ones_make_nothing(
    alice: Account, registration: ConsumerRegistration, pages: list[str]
) -> None:
    with pytest.raises(ConsumerRefused, match="25 pages") as refused:
        registration.create_owner_only(alice, "bot", oauth_version=1, pages=pages)
    assert refused.value.code == "invalid_field_restrictions"


def test_a_consumer_for_this_wiki_alone_is_good_here_and_one_for_another_is_not(
    wiki: TestWiki, make: Callable[..., Bot], alice: Account, registration: ConsumerRegistration
) -> None:
    here = wiki.wiki.settings.site.wiki_id
    for version in (1, 2):
        bot = make(version, f"bot {version}", wiki=here)
        assert bot.who()["name"] == "Alice"
        assert stored(wiki)[-1].oarc_wiki == here
        with wiki.wiki.database.write() as connection:
            table = wiki.wiki.database.tables.oauth_registered_consumer
            connection.execute(table.update().values(oarc_wiki="otherwiki"))
        assert bot.get(ME)["error"]["code"] == "mwoauth-invalid-authorization-wrong-wiki"
    with pytest.raises(ConsumerRefused, match="no wiki “otherwiki”"):
        registration.create_owner_only(alice, "bot 3", oauth_version=1, wiki="otherwiki")


def test_the_form_says_for_which_wiki(wiki: TestWiki, form: Form) -> None:
    form.send(wpwiki=wiki.wiki.settings.site.wiki_id)
    form.send(wpname="other", wpwiki="*")
    assert [row.oarc_wiki for row in stored(wiki)] == [wiki.wiki.settings.site.wiki_id, "*"]
    assert "there is no wiki “nowhere” here" in form.send(wpname="third", wpwiki="nowhere")


# -- where users come back to ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("callback", "version", "good"),
    [
        ("https://app.example/cb", 2, True),
        ("http://app.example/cb", 2, False),
        ("http://app.example/cb", 1, True),
        ("http://localhost:8000/cb", 2, True),
        ("http://127.0.0.1:8000/cb", 2, True),
        ("http://[::1]:8000/cb", 2, True),
        ("http://app.localhost/cb", 2, True),
        ("http://localhost.example/cb", 2, False),
        ("http://127.0.0.1.example/cb", 2, False),
        ("http://evillocalhost/cb", 2, False),
    ],
)
def test_users_of_oauth_2_come_back_by_https_or_to_their_own_machine(
    alice: Account, registration: ConsumerRegistration, callback: str, version: int, *, good: bool
) -> None:
    if good:
        registration.create_app(alice, "app", oauth_version=version, callback=callback)
        return
    with pytest.raises(ConsumerRefused, match="https") as refused:
        registration.create_app(alice, "app", oauth_version=version, callback=callback)
    assert refused.value.code == "invalid_callback_url"


@pytest.mark.parametrize(
    ("callback", "more", "doubt"),
    [
        ("https://app.example", {}, "bare-domain-oauth2"),
        ("https://app.example/", {}, "bare-domain-oauth2"),
        ("https://app.example/?x=1", {}, ""),
        ("https://app.example/", {"oauth_version": 1}, "bare-domain-oauth1"),
        ("https://app.example/", {"oauth_version": 1, "callback_is_prefix": True}, ""),
        ("http://127.0.0.1/back", {}, "server-url"),
        ("http://127.0.0.1/back", {"confidential": False}, ""),
        ("http://127.0.0.1/back", {"oauth_version": 1, "confidential": False}, "server-url"),
        ("http://127.0.0.1:81/back", {}, ""),
    ],
)
def test_an_address_that_is_mostly_a_mistake_is_taken_from_whoever_is_sure(
    alice: Account, registration: ConsumerRegistration, callback: str, more: dict[str, Any], doubt: str
) -> None:
    asked = {"oauth_version": 2, "callback": callback, **more}
    if doubt:
        with pytest.raises(ConsumerDoubtful) as refused:
            registration.create_app(alice, "app", sure=False, **asked)
        assert refused.value.message is not None
        assert refused.value.message.key == f"mwoauth-error-callback-{doubt}"
    registration.create_app(alice, "app", sure=bool(doubt), **asked)


def test_the_form_offers_to_be_sure_only_after_the_doubt(wiki: TestWiki, form: Form) -> None:
    assert "wpignorewarnings" not in form.browser.send("GET", PAGE).body.decode()
    page = form.send(wpcallbackUrl="https://app.example/")
    assert "The callback is a host with no path" in page
    assert 'name="wpignorewarnings"' in page
    assert stored(wiki) == []
    form.send(wpcallbackUrl="https://app.example/", wpignorewarnings="1")
    assert [row.oarc_callback_url for row in stored(wiki)] == ["https://app.example/"]
    assert "wpignorewarnings" not in form.send(wpname="b", wpcallbackUrl="http://app.example/cb")


# -- who registers --------------------------------------------------------------------------------------------------------


def test_the_address_in_the_form_is_the_accounts(wiki: TestWiki, form: Form) -> None:
    assert "must be that of your account" in form.send(wpemail="other@example.org")
    assert stored(wiki) == []
    form.send(wpemail="alice@example.org")
    assert len(stored(wiki)) == 1


def test_who_is_blocked_registers_nothing_but_may_still_disable(wiki: TestWiki, alice: Account, form: Form) -> None:
    form.send()
    wiki.wiki.services.blocks.block_account(alice)
    assert "has blocked you" in form.send(wpname="other")
    [row] = stored(wiki)
    form.send(revoke=row.oarc_consumer_key)
    assert [row.oarc_stage for row in stored(wiki)] == [4]


def test_an_owner_who_took_his_own_consumer_back_has_it_again_with_a_new_secret(
    wiki: TestWiki, make: Callable[..., Bot], alice: Account, registration: ConsumerRegistration
) -> None:
    for version in (1, 2):
        bot = make(version, f"bot {version}", grants=["editpage"])
        with wiki.wiki.database.write() as connection:
            connection.execute(wiki.wiki.database.tables.oauth_accepted_consumer.delete())
        assert "error" in bot.get(ME)
        renewed = registration.reset_secret(alice, bot.made.consumer_key)
        assert renewed is not None
        assert "edit" in Bot(wiki, renewed).who()["rights"]


def test_a_new_secret_leaves_the_name_of_the_access_token(
    wiki: TestWiki, make: Callable[..., Bot], alice: Account, registration: ConsumerRegistration
) -> None:
    bot = make(1)
    renewed = registration.reset_secret(alice, bot.made.consumer_key)
    assert renewed is not None
    assert renewed.access_token == bot.made.access_token
    assert renewed.access_secret != bot.made.access_secret
    assert bot.get(ME)["error"]["code"] == "mwoauth-invalid-authorization"
    assert Bot(wiki, renewed).who()["name"] == "Alice"
