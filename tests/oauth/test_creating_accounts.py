"""``createaccount`` in an OAuth session: the grant gives the right, its own token is asked for, whoever asks stays who he is (M13)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from wikigate.accounts.consumer_registration import ConsumerRegistration
from wikigate.sessions.session import Session
from wikigate.testing.wiki import TestWiki
from wikigate.wire.http import Request, Response

from .conftest import PATH, Bot

FORM = {
    "action": "createaccount", "username": "Carol", "password": "another good horse", "retype": "another good horse",
    "createreturnurl": "http://127.0.0.1/",
}  # fmt: skip


def token(bot: Bot) -> str:
    found: Any = bot.get({"action": "query", "meta": "tokens", "type": "createaccount"})
    return str(found["query"]["tokens"]["createaccounttoken"])


@pytest.mark.parametrize("version", [1, 2])
def test_a_consumer_with_the_grant_makes_accounts_and_stays_who_it_is(version: int, make: Callable[..., Bot]) -> None:
    bot = make(version, grants=["createaccount"])
    made = bot.post({**FORM, "createtoken": token(bot)})["createaccount"]
    assert (made["status"], made["username"]) == ("PASS", "Carol")
    assert bot.who()["name"] == "Alice"
    tables = bot.wiki.wiki.database.tables
    with bot.wiki.wiki.database.read() as connection:
        assert connection.execute(tables.session.select()).fetchall() == []


def test_without_a_good_token_nothing_is_made(make: Callable[..., Bot], wiki: TestWiki) -> None:
    bot = make(grants=["createaccount"])
    for wrong in (
        "+\\",
        "0" * 32 + "+\\",
        bot.get({"action": "query", "meta": "tokens"})["query"]["tokens"]["csrftoken"],
    ):
        assert bot.post({**FORM, "createtoken": wrong})["error"]["code"] == "badtoken"
    assert wiki.wiki.services.directory.by_name("Carol") is None


def test_without_the_grant_the_right_of_the_account_does_not_count(make: Callable[..., Bot], wiki: TestWiki) -> None:
    bot = make(grants=["editpage"])
    answer = bot.post({**FORM, "createtoken": token(bot)})
    assert answer.get("error", {}).get("code") == "permissiondenied" or answer["createaccount"]["status"] == "FAIL"
    assert wiki.wiki.services.directory.by_name("Carol") is None


@pytest.mark.parametrize("version", [1, 2])
def test_what_a_step_keeps_is_there_in_the_next_request_of_the_same_consumer(
    version: int, make: Callable[..., Bot]
) -> None:
    """A conversation of several steps goes on: what is kept lies under the acceptance, and a request that asks for nothing reads none."""
    bot, other = make(version), make(version, "other")
    sessions = bot.wiki.wiki.services.sessions

    def load(one: Bot) -> Session:
        headers = {"host": "127.0.0.1", "authorization": one.authorization("GET", "", "")["Authorization"]}
        return sessions.load(Request("GET", PATH, headers=headers))

    for number, before in ((1, None), (2, 1), (3, 2)):
        session = load(bot)
        assert session.get("step") == before
        session.set("step", number)
        response = Response(200, [])
        sessions.commit(session, response)
        assert response.headers == []
    assert load(other).get("step") is None
    assert load(bot).take("step") == 3


class TestInSteps:
    """A captcha is asked for in one request and answered in another."""

    @pytest.fixture
    def wiki(self, signing_key: bytes) -> Iterator[TestWiki]:
        auth = {"providers": ["captcha", "local-password"], "captcha": {"triggers": {"createaccount": True}}}
        with TestWiki({"site": {"server": "http://127.0.0.1"}, "auth": auth}) as wiki:
            (wiki.data / "oauth2.pem").write_bytes(signing_key)
            (wiki.data / "oauth2.pem").chmod(0o600)
            yield wiki

    @pytest.mark.parametrize("version", [1, 2])
    def test_what_was_asked_in_one_request_is_answered_in_the_next(
        self, version: int, wiki: TestWiki, registration: ConsumerRegistration
    ) -> None:
        """Bob's captcha: nobody of those who need none."""
        bob = wiki.create_user("Bob", "correct horse battery")
        bot = Bot(wiki, registration.create_owner_only(bob, "bot", oauth_version=version, grants=["createaccount"]))
        refused = bot.post({**FORM, "createtoken": token(bot)})["createaccount"]
        assert refused["messagecode"] == "captcha-createaccount-fail"
        query = {"action": "query", "meta": "authmanagerinfo", "amirequestsfor": "create"}
        requests = bot.get(query)["query"]["authmanagerinfo"]["requests"]
        fields = {name: one for request in requests for name, one in request["fields"].items()}
        found = re.fullmatch(r"(\d+)([+−])(\d+) =", fields["captchaInfo"]["value"])
        assert found is not None
        word = int(found[1]) + int(found[3]) * (1 if found[2] == "+" else -1)
        filled = {"captchaId": fields["captchaId"]["value"], "captchaWord": str(word)}
        made = bot.post({**FORM, **filled, "createtoken": token(bot)})["createaccount"]
        assert (made["status"], made["username"]) == ("PASS", "Carol")
        assert bot.who()["name"] == "Bob"
