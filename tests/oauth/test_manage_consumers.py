"""What operators decide and owners change, by page and by command alike (M13; extensions §3.2; security H6)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from urllib.parse import urlencode

import pytest

from wikigate.accounts.consumer_fields import ConsumerRefused
from wikigate.accounts.consumer_registration import ConsumerRegistration, NewConsumer
from wikigate.accounts.consumers import Consumers
from wikigate.accounts.user import Account
from wikigate.testing.transport import Answer
from wikigate.testing.wiki import Browser, TestWiki

from .conftest import FORM, ME, Bot

PASSWORD = "correct horse battery"
CALLBACK = "https://app.example/cb"
MANAGE = "Special:OAuthManageConsumers"


class Pages:
    """Somebody's browser."""

    def __init__(self, wiki: TestWiki, name: str) -> None:
        self.browser: Browser = wiki.browser()
        if name:
            assert self.browser.log_in(name, PASSWORD)["status"] == "PASS"

    def get(self, title: str) -> Answer:
        return self.browser.send("GET", f"/w/index.php?{urlencode({'title': title})}")

    def post(self, title: str, **form: str) -> Answer:
        body = self.get(title).body.decode()
        hidden = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', body))
        target = f"/w/index.php?{urlencode({'title': title})}"
        return self.browser.send("POST", target, FORM, urlencode({**hidden, **form}).encode())


@pytest.fixture
def operator(wiki: TestWiki, alice: Account) -> Pages:
    """Alice is a sysop."""
    return Pages(wiki, alice.name)


@pytest.fixture
def bob(wiki: TestWiki) -> Account:
    return wiki.create_user("Bob", PASSWORD)


@pytest.fixture
def proposed(bob: Account, registration: ConsumerRegistration) -> NewConsumer:
    return registration.create_app(
        bob, "Bob's app", oauth_version=2, callback=CALLBACK, grants=["editpage"], approved=False
    )


@pytest.fixture
def events(wiki: TestWiki) -> Iterator[Callable[[], list[tuple[str, str]]]]:
    def read() -> list[tuple[str, str]]:
        with wiki.wiki.database.read() as connection:
            rows = connection.execute(wiki.wiki.database.tables.audit.select())
            return [(row.event, row.details) for row in rows if row.event.startswith("consumer.")]

    return read


def test_the_queue_shows_what_waits_and_each_stage_has_its_own(operator: Pages, proposed: NewConsumer) -> None:
    page = operator.get(MANAGE).body.decode()
    assert "Bob&#39;s app" in page
    assert "Edit existing pages" in page
    assert "Proposed (1)" in page
    assert "Bob&#39;s app" not in operator.get(f"{MANAGE}/approved").body.decode()
    one = operator.get(f"{MANAGE}/{proposed.consumer_key}").body.decode()
    assert CALLBACK in one
    assert re.findall(r'name="wpaction" value="(\w+)"', one) == ["approve", "reject"]
    assert proposed.consumer_secret not in one
    assert operator.get(f"{MANAGE}/{'0' * 32}").status == 404


def in_requests(wiki: TestWiki) -> bool:
    """Whether each event about a consumer says in which request it happened, so that the log can be asked for the rest."""
    with wiki.wiki.database.read() as connection:
        rows = connection.execute(wiki.wiki.database.tables.audit.select())
        return all(row.request_id for row in rows if row.event.startswith("consumer."))


def test_an_operator_approves_disables_and_enables_again_with_a_reason(
    wiki: TestWiki,
    operator: Pages,
    proposed: NewConsumer,
    consumers: Consumers,
    events: Callable[[], list[tuple[str, str]]],
) -> None:
    page = f"{MANAGE}/{proposed.consumer_key}"
    for deed, stage in (("approve", 1), ("disable", 4), ("reenable", 1)):
        assert operator.post(page, wpaction=deed, wpreason=f"because {deed}").status == 302
        assert [entry.stage for entry in consumers.entries()] == [stage]
    found = events()
    assert [event for event, _ in found] == ["consumer.approve", "consumer.disable", "consumer.reenable"]
    assert all("Alice" in str(details) and "because" in str(details) for _, details in found)
    assert in_requests(wiki)


def test_of_two_operators_the_first_decides(operator: Pages, proposed: NewConsumer, consumers: Consumers) -> None:
    page = f"{MANAGE}/{proposed.consumer_key}"
    assert operator.post(page, wpaction="reject").status == 302
    late = operator.post(page, wpaction="approve", wpstage="0")
    assert "somebody else has decided" in late.body.decode()
    assert [entry.stage for entry in consumers.entries()] == [2]
    assert operator.post(page, wpaction="disable").status == 200
    assert operator.post(page, wpaction="nonsense").status == 200
    assert operator.post(page, wpaction="approve", wpstage="9").status == 200
    assert [entry.stage for entry in consumers.entries()] == [2]


def test_nobody_else_decides(wiki: TestWiki, operator: Pages, proposed: NewConsumer, consumers: Consumers) -> None:
    page = f"{MANAGE}/{proposed.consumer_key}"
    assert Pages(wiki, "").get(MANAGE).status == 302
    owner = Pages(wiki, "Bob")
    assert owner.get(page).status == 403
    assert owner.post(page, wpaction="approve", wpstage="0").status == 403
    assert operator.post(page, wpaction="approve", wpEditToken="+\\").status == 403
    assert [entry.stage for entry in consumers.entries()] == [0]


def test_a_decision_that_does_not_fit_the_stage_is_refused(
    proposed: NewConsumer, registration: ConsumerRegistration
) -> None:
    with pytest.raises(ConsumerRefused, match="at its stage"):
        registration.decide(proposed.consumer_key, "reenable")
    with pytest.raises(ConsumerRefused, match="no consumer"):
        registration.decide("0" * 32, "approve")


def test_everybody_sees_the_apps_in_use_and_no_address_of_their_owners(
    wiki: TestWiki, proposed: NewConsumer, bob: Account, registration: ConsumerRegistration
) -> None:
    visitor = Pages(wiki, "")
    mine = registration.create_owner_only(bob, "mine alone", oauth_version=2)
    assert "Bob&#39;s app" not in visitor.get("Special:OAuthListConsumers").body.decode()
    registration.decide(proposed.consumer_key, "approve")
    listed = visitor.get("Special:OAuthListConsumers").body.decode()
    assert "Bob&#39;s app" in listed
    assert "mine alone" not in listed
    one = visitor.get(f"Special:OAuthListConsumers/view/{proposed.consumer_key}")
    assert (one.status, CALLBACK in one.body.decode()) == (200, True)
    assert visitor.get(f"Special:OAuthListConsumers/view/{mine.consumer_key}").status == 404


def test_a_private_wikis_apps_are_its_members_to_see(wiki: TestWiki) -> None:
    with TestWiki({"accounts": {"private": True}}) as private:
        assert Pages(private, "").get("Special:OAuthListConsumers").status == 302


@pytest.mark.parametrize("version", [1, 2])
def test_an_owner_says_from_where_and_makes_a_new_secret(
    version: int, wiki: TestWiki, operator: Pages, make: Callable[..., Bot], events: Callable[[], list[tuple[str, str]]]
) -> None:
    bot = make(version)
    page = f"Special:OAuthConsumerRegistration/update/{bot.made.consumer_key}"
    assert "0.0.0.0/0" in operator.get(page).body.decode()
    assert operator.post(page, **{"wprestrictions-ip": "192.0.2.0/24\r\n2001:db8::/32"}).status == 200
    assert bot.get(ME)["error"]["info"].endswith("The request came from an invalid IP address.")
    wrong = operator.post(page, **{"wprestrictions-ip": "nowhere"}).body.decode()
    assert "neither an address nor a range" in wrong
    shown = operator.post(page, **{"wprestrictions-ip": "127.0.0.0/8"}, wpresetSecret="1").body.decode()
    new = dict(re.findall(r'id="mw-(consumer-secret|access-token|access-secret)">([^<]+)<', shown))
    assert new["consumer-secret"] != bot.made.consumer_secret
    assert "error" in bot.get(ME)
    renewed = NewConsumer(
        "bot", bot.made.consumer_key, new["consumer-secret"], new["access-token"], new.get("access-secret", "")
    )
    assert Bot(wiki, renewed).who()["name"] == "Alice"
    assert [event for event, _ in events()] == ["consumer.update"] * 2 + ["consumer.reset"]
    assert {details for _, details in events()} == {'{"app":"bot"}'}
    assert in_requests(wiki)


def test_nobody_changes_anothers_consumer(wiki: TestWiki, make: Callable[..., Bot], bob: Account) -> None:
    page = f"Special:OAuthConsumerRegistration/update/{make().made.consumer_key}"
    other = Pages(wiki, bob.name)
    assert other.get(page).status == 404
    assert other.post(page, wpresetSecret="1").status in {400, 404}


def test_a_bot_password_without_the_grant_registers_no_client(wiki: TestWiki, alice: Account) -> None:
    """A session with less rights than its user cannot make itself one with more."""
    bot = wiki.create_bot_password(alice, "app", "editpage")
    browser = wiki.browser()
    token = browser.token("login")
    form = {"action": "login", "lgname": bot.login, "lgpassword": bot.password, "lgtoken": token}
    assert browser.post(form)["login"]["result"] == "Success"
    asked = (
        b'{"name": "x", "owner_only": true, "scopes": ["editinterface"], "email": "a@b.example", "description": "", '
        b'"is_confidential": true, "grant_types": ["client_credentials"]}'
    )
    answer = browser.send("POST", "/w/rest.php/oauth2/client", {"Content-Type": "application/json"}, asked)
    assert (answer.status, b'"permission_denied"' in answer.body) == (400, True)
