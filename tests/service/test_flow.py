"""A login that goes on from one process to the other (security §4.1, §4.3): two servers, one SQLite file, a provider of somebody else's."""

from __future__ import annotations

import os
import signal
import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from ..third_party import INSTALLED  # noqa: TID252  the plug-in package that these tests install
from .server import CONFIG, PASSWORD, Client, Server, at_once, serving

ROUNDS = 50
PROVIDERS = '[auth]\nproviders = ["dummy", "local-password", "second-factor", "dummy-rules"]\n'
OTHER_ORDER = '[auth]\nproviders = ["local-password", "dummy", "second-factor", "dummy-rules"]\n'
ENVIRONMENT = {"PYTHONPATH": os.pathsep.join([str(INSTALLED), os.environ.get("PYTHONPATH", "")])}
UNLIMITED = "[auth.throttle]\nconditions = [{ count = 10000, seconds = 60 }]\n"


@dataclass(frozen=True)
class Pair:
    """Two servers that know nothing of each other but the file."""

    first: Server
    second: Server
    folder: Path


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    folder = tmp_path_factory.mktemp("pair")
    settings: dict[str, Any] = {"config": CONFIG + PROVIDERS + UNLIMITED, "environment": ENVIRONMENT}
    with serving(folder, users=("Alice", "Bob"), **settings) as first, serving(folder, **settings) as second:
        yield Pair(first, second, folder)


def at(server: Server, client: Client) -> Client:
    """Let a visitor go on at another server."""
    other = Client(server)
    other.cookies = dict(client.cookies)
    return other


def begun(server: Server, name: str = "Alice") -> Client:
    client = Client(server).prepare()
    assert client.log_in(name, PASSWORD)["status"] == "UI"
    return client


def go_on(client: Client, **fields: str) -> Any:
    client.prepare()
    return answered(client, **fields)


def answered(client: Client, **fields: str) -> Any:
    form = {"action": "clientlogin", "logincontinue": "1", "logintoken": client.token, **fields}
    answer = client.post(form)
    # Whoever comes when the winner has been given a new session holds a token of a session that is no more.
    return answer.get("clientlogin") or {"status": answer["error"]["code"]}


def who(client: Client) -> str:
    return str(client.get({"action": "query", "meta": "userinfo"})["query"]["userinfo"]["name"])


def sessions_of(pair: Pair, name: str) -> int:
    with closing(sqlite3.connect(pair.first.data / "wikigate.sqlite")) as connection:
        sql = "SELECT count(*) FROM wikigate_session WHERE user_name = ?"
        return int(connection.execute(sql, (name,)).fetchone()[0])


def test_n1_every_step_may_go_to_another_process(pair: Pair) -> None:
    token = Client(pair.first).prepare()
    second = at(pair.second, token)
    second.token = token.token
    assert second.log_in("Alice", PASSWORD)["status"] == "UI"
    first = at(pair.first, second)
    assert go_on(first, word="right") == {"status": "PASS", "username": "Alice"}
    assert who(at(pair.second, first)) == "Alice"


def test_n3_one_login_continued_eight_times_at_once_over_both_gives_one_session(pair: Pair) -> None:
    before = sessions_of(pair, "Alice")
    for _ in range(ROUNDS):
        client = begun(pair.first).prepare()
        several = [at((pair.first, pair.second)[number % 2], client) for number in range(8)]
        for each in several:
            each.token = client.token
        answers = at_once(lambda each: answered(each, word="right"), several)
        found = Counter(answer.get("messagecode", answer["status"]) for answer in answers)
        assert found.pop("PASS") == 1
        assert found.keys() <= {"authmanager-authn-not-in-progress", "badtoken"}
        [winner] = [each for each in several if who(each) == "Alice"]
        assert sessions_of(pair, "Alice") == before + 1
        query = {"action": "query", "meta": "tokens"}
        winner.post({"action": "logout", "token": winner.get(query)["query"]["tokens"]["csrftoken"]})
        for each in (*several, client):
            each.close()
    assert sessions_of(pair, "Alice") == before


def test_n3_one_code_brought_to_both_is_burnt_once(pair: Pair) -> None:
    for number in range(5):
        several = [Client((pair.first, pair.second)[place % 2]).prepare() for place in range(4)]
        for each in several:
            form = {"action": "clientlogin", "dummylogin": "1", "loginreturnurl": "http://example.org/"}
            assert each.post({**form, "logintoken": each.token})["clientlogin"]["status"] == "REDIRECT"
            each.prepare()
        answers = at_once(lambda each, code=f"ext/{number}": answered(each, code=code), several)
        assert Counter(answer["status"] for answer in answers) == {"RESTART": 1, "FAIL": 3}


def test_n5_of_two_beginnings_at_once_one_is_gone_on_with_and_users_never_mix(pair: Pair) -> None:
    for _ in range(10):
        client = begun(pair.first, "Bob").prepare()
        several = [at(pair.first, client), at(pair.second, client)]
        for each in several:
            each.token = client.token
        at_once(lambda pair_: pair_[0].log_in(pair_[1], PASSWORD), list(zip(several, ("Alice", "Bob"), strict=True)))
        last = at(pair.first, client)
        answer = go_on(last, word="right", username="Mallory")
        assert answer["status"] == "PASS"
        assert who(last) == answer["username"]


def test_a_process_that_is_killed_takes_no_login_with_it(pair: Pair) -> None:
    """K9: whoever is between two steps goes on at the other process, and at the first when it is back."""
    settings: dict[str, Any] = {"config": CONFIG + PROVIDERS + UNLIMITED, "environment": ENVIRONMENT}
    with serving(pair.folder, **settings) as third:
        clients = [begun(third), begun(third)]
        for process in (*third.workers(), third.process.pid):
            os.kill(process, signal.SIGKILL)
        third.process.wait()
        assert go_on(at(pair.second, clients[0]), word="right")["status"] == "PASS"
    with serving(pair.folder, **settings) as again:
        assert go_on(at(again, clients[1]), word="right")["status"] == "PASS"


def test_a_changed_order_of_providers_ends_a_login_with_an_answer(pair: Pair, tmp_path: Path) -> None:
    """Issue 3 point 8: the flow is bound to a fingerprint of the order; the client begins again and comes in."""
    client = begun(pair.first)
    (tmp_path / "data").symlink_to(pair.first.data)
    with serving(tmp_path, config=CONFIG + OTHER_ORDER, environment=ENVIRONMENT) as changed:
        other = at(changed, client)
        query = {"action": "query", "meta": "authmanagerinfo", "amirequestsfor": "login-continue"}
        assert other.get(query)["query"]["authmanagerinfo"].get("requests", []) == []
        assert go_on(other, word="right")["messagecode"] == "authmanager-authn-not-in-progress"
        other.prepare()
        assert other.log_in("Alice", PASSWORD)["status"] == "UI"
        assert go_on(other, word="right")["status"] == "PASS"
