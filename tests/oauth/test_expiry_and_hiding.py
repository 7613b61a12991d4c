"""Proposals that nobody decides, and consumers that operators hide (M13; extensions §3.1, §3.2)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization

from wikigate.accounts.consumer_fields import ConsumerRefused
from wikigate.accounts.consumer_registration import ConsumerRegistration, NewConsumer
from wikigate.accounts.consumers import APPROVED, DISABLED, EXPIRED, PROPOSED, REJECTED, Consumers
from wikigate.accounts.user import Account
from wikigate.testing.wiki import TestWiki

from .conftest import ME, Bot
from .test_manage_consumers import CALLBACK, MANAGE, PASSWORD, Pages

MONTH = 30 * 86_400
LIST = "Special:OAuthListConsumers"


@pytest.fixture
def bob(wiki: TestWiki) -> Account:
    return wiki.create_user("Bob", PASSWORD)


@pytest.fixture
def propose(bob: Account, registration: ConsumerRegistration) -> Callable[..., NewConsumer]:
    def propose(name: str = "calendar", **more: Any) -> NewConsumer:
        asked = {"oauth_version": 2, "callback": CALLBACK, "approved": False, **more}
        return registration.create_app(bob, name, **asked)

    return propose


@pytest.fixture
def proposed(propose: Callable[..., NewConsumer]) -> NewConsumer:
    return propose()


def stored(wiki: TestWiki) -> list[tuple[int, str]]:
    """What a wiki beside us reads."""
    table = wiki.wiki.database.tables.oauth_registered_consumer
    with wiki.wiki.database.read() as connection:
        rows = connection.execute(table.select().order_by(table.c.oarc_id))
        return [(row.oarc_stage, row.oarc_stage_timestamp) for row in rows]


# -- proposals ------------------------------------------------------------------------------------------------------------


def test_a_proposal_expires_after_a_month_to_the_second(
    wiki: TestWiki, proposed: NewConsumer, consumers: Consumers, registration: ConsumerRegistration
) -> None:
    wiki.clock.move(MONTH)
    assert [one.stage for one in consumers.entries()] == [PROPOSED]
    wiki.clock.move(1)
    assert [one.stage for one in consumers.entries()] == [EXPIRED]
    [(stage, _)] = stored(wiki)
    assert stage == EXPIRED
    with pytest.raises(ConsumerRefused, match="at its stage"):
        registration.decide(proposed.consumer_key, "reject")
    with pytest.raises(ConsumerRefused, match="cannot be changed"):
        registration.update(_owner(wiki), proposed.consumer_key, addresses=[])
    with pytest.raises(ConsumerRefused, match="cannot be changed"):
        registration.reset_secret(_owner(wiki), proposed.consumer_key)
    registration.decide(proposed.consumer_key, "approve")
    assert [one.stage for one in consumers.entries()] == [APPROVED]


def _owner(wiki: TestWiki) -> Account:
    found = wiki.wiki.services.directory.by_name("Bob")
    assert found is not None
    return found


def test_who_decided_about_what_he_saw_before_it_expired_is_told(
    wiki: TestWiki, proposed: NewConsumer, registration: ConsumerRegistration
) -> None:
    wiki.clock.move(MONTH + 1)
    with pytest.raises(ConsumerRefused, match="look again"):
        registration.decide(proposed.consumer_key, "approve", seen=PROPOSED)


def test_its_owner_cannot_use_it_any_more_though_nobody_has_looked(
    wiki: TestWiki, bob: Account, proposed: NewConsumer
) -> None:
    assert wiki.wiki.oauth is not None
    apps = wiki.wiki.oauth.apps
    before = apps.find(proposed.consumer_key)
    assert before is not None
    assert before.usable_by(bob.id)
    wiki.clock.move(MONTH + 1)
    after = apps.find(proposed.consumer_key)
    assert after is not None
    assert not after.usable_by(bob.id)
    assert [stage for stage, _ in stored(wiki)] == [PROPOSED]


def test_a_token_of_an_expired_proposal_is_refused(
    wiki: TestWiki, bob: Account, propose: Callable[..., NewConsumer], consumers: Consumers
) -> None:
    made = propose("signer", oauth_version=1)
    assert wiki.wiki.oauth is not None
    apps = wiki.wiki.oauth.apps
    app = apps.find(made.consumer_key)
    assert app is not None
    apps.accept(app, bob, ("basic",))
    [found] = consumers.owned(bob.id)
    assert found.acceptance is not None
    shown = consumers.secrets(found.acceptance.secret)[0]
    bot = Bot(wiki, NewConsumer("signer", made.consumer_key, made.consumer_secret, found.acceptance.token, shown))
    assert bot.who()["name"] == "Bob"
    wiki.clock.move(MONTH + 1)
    assert bot.get(ME)["error"]["code"] == "mwoauth-invalid-authorization-not-approved"


def test_what_was_decided_and_what_needs_no_decision_do_not_expire(
    wiki: TestWiki, alice: Account, proposed: NewConsumer, consumers: Consumers, registration: ConsumerRegistration
) -> None:
    registration.create_owner_only(alice, "own", oauth_version=1)
    registration.decide(proposed.consumer_key, "approve")
    wiki.clock.move(12 * MONTH)
    assert [one.stage for one in consumers.entries()] == [APPROVED, APPROVED]


@pytest.fixture
def patient(signing_key: bytes) -> Iterator[TestWiki]:
    assert serialization.load_pem_private_key(signing_key, None)
    with TestWiki({"oauth": {"proposal_lifetime": 0}}) as wiki:
        yield wiki


def test_a_wiki_may_let_proposals_wait_for_ever(patient: TestWiki) -> None:
    assert patient.wiki.oauth is not None
    owner = patient.create_user("Bob", PASSWORD)
    patient.wiki.oauth.registration.create_app(owner, "app", oauth_version=2, callback=CALLBACK, approved=False)
    patient.clock.move(100 * MONTH)
    assert [one.stage for one in patient.wiki.oauth.consumers.entries()] == [PROPOSED]


def test_the_queue_shows_it_among_the_expired(wiki: TestWiki, alice: Account, proposed: NewConsumer) -> None:
    wiki.clock.move(MONTH + 1)
    operator = Pages(wiki, alice.name)
    assert "Expired (1)" in operator.get(MANAGE).body.decode()
    assert "calendar" in operator.get(f"{MANAGE}/expired").body.decode()
    page = operator.get(f"{MANAGE}/{proposed.consumer_key}").body.decode()
    assert 'value="approve"' in page
    assert 'value="reject"' not in page


# -- hidden ---------------------------------------------------------------------------------------------------------------


@pytest.fixture
def oversighter(wiki: TestWiki) -> Pages:
    wiki.create_user("Olga", PASSWORD, groups=("sysop", "suppress"))
    return Pages(wiki, "Olga")


@pytest.mark.usefixtures("alice")
def test_a_hidden_consumer_is_seen_by_those_alone_who_may(
    wiki: TestWiki, proposed: NewConsumer, oversighter: Pages, consumers: Consumers
) -> None:
    page = f"{MANAGE}/{proposed.consumer_key}"
    form = oversighter.get(page).body.decode()
    assert 'name="wpsuppress"' in form
    assert oversighter.post(page, wpaction="reject", wpsuppress="1", wpreason="abusive name").status == 302
    [entry] = consumers.entries()
    assert (entry.stage, entry.hidden) == (REJECTED, True)
    assert consumers.entries(hidden=False) == ()

    assert "calendar" in oversighter.get(f"{MANAGE}/rejected").body.decode()
    assert "hidden" in oversighter.get(page).body.decode()
    operator, owner, visitor = Pages(wiki, "Alice"), Pages(wiki, "Bob"), Pages(wiki, "")
    assert "Rejected (0)" in operator.get(MANAGE).body.decode()
    assert operator.get(page).status == 404
    own = "Special:OAuthConsumerRegistration"
    assert "calendar" not in owner.get(own).body.decode()
    assert owner.get(f"{own}/update/{proposed.consumer_key}").status == 404
    assert b"calendar" not in owner.browser.send("GET", "/w/rest.php/oauth2/client").body
    assert visitor.get(f"{LIST}/view/{proposed.consumer_key}").status == 404


def test_an_app_in_use_that_is_hidden_leaves_the_lists_and_its_users_grants(
    wiki: TestWiki, alice: Account, bob: Account, proposed: NewConsumer, registration: ConsumerRegistration
) -> None:
    registration.decide(proposed.consumer_key, "approve")
    assert wiki.wiki.oauth is not None
    apps = wiki.wiki.oauth.apps
    app = apps.find(proposed.consumer_key)
    assert app is not None
    apps.accept(app, bob, ("basic",))
    owner = Pages(wiki, bob.name)
    assert "calendar" in owner.get(LIST).body.decode()
    assert "calendar" in owner.get("Special:OAuthManageMyGrants").body.decode()
    registration.decide(proposed.consumer_key, "disable", hide=True)
    assert "calendar" not in owner.get(LIST).body.decode()
    assert "calendar" not in owner.get("Special:OAuthManageMyGrants").body.decode()
    registration.decide(proposed.consumer_key, "reenable")
    assert "calendar" in owner.get(LIST).body.decode()
    assert "calendar" in owner.get("Special:OAuthManageMyGrants").body.decode()


def test_an_operator_without_the_right_neither_hides_nor_shows(
    wiki: TestWiki, alice: Account, proposed: NewConsumer, consumers: Consumers, registration: ConsumerRegistration
) -> None:
    operator = Pages(wiki, alice.name)
    page = f"{MANAGE}/{proposed.consumer_key}"
    assert 'name="wpsuppress"' not in operator.get(page).body.decode()
    answer = operator.post(page, wpaction="reject", wpsuppress="1")
    assert "may not hide" in answer.body.decode()
    assert [(one.stage, one.hidden) for one in consumers.entries()] == [(PROPOSED, False)]
    registration.decide(proposed.consumer_key, "reject", hide=True)
    with pytest.raises(ConsumerRefused, match="may not hide"):
        registration.decide(proposed.consumer_key, "approve", may_hide=False)


def test_one_out_of_use_is_disabled_once_more_only_to_hide_or_show_it(
    proposed: NewConsumer, consumers: Consumers, registration: ConsumerRegistration
) -> None:
    registration.decide(proposed.consumer_key, "reject")
    with pytest.raises(ConsumerRefused, match="at its stage"):
        registration.decide(proposed.consumer_key, "disable")
    for hide in (True, False):
        registration.decide(proposed.consumer_key, "disable", hide=hide)
        assert [(one.stage, one.hidden) for one in consumers.entries()] == [(DISABLED, hide)]


def test_to_approve_one_shows_it(
    proposed: NewConsumer, consumers: Consumers, registration: ConsumerRegistration
) -> None:
    registration.decide(proposed.consumer_key, "reject", hide=True)
    registration.decide(proposed.consumer_key, "approve", hide=True)
    assert [(one.stage, one.hidden) for one in consumers.entries()] == [(APPROVED, False)]
