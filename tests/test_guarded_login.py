"""What a login gives away, and what it does not: the checklist of spec security §2, through the wire of a whole wiki."""

from __future__ import annotations

import json
import threading
import unicodedata
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from wikigate.accounts.bot_passwords import NewBotPassword
from wikigate.testing.wiki import Browser, TestWiki

PASSWORD = "correct horse battery"


@pytest.fixture
def wiki() -> Iterator[TestWiki]:
    with TestWiki() as wiki:
        wiki.create_user("Alice", PASSWORD)
        yield wiki


def bot_of(wiki: TestWiki) -> NewBotPassword:
    account = wiki.wiki.services.directory.by_name("Alice")
    assert account is not None
    return wiki.create_bot_password(account, "bot", "highvolume")


def log_in(browser: Browser, name: str, password: str) -> dict[str, Any]:
    form = {"action": "login", "lgname": name, "lgpassword": password, "lgtoken": browser.token("login")}
    node: dict[str, Any] = browser.post(form)["login"]
    return node


def at_once(count: int, work: Callable[[int], Any]) -> list[Any]:
    """Do the same in several threads that start together."""
    barrier = threading.Barrier(count)
    found: list[Any] = [None] * count

    def run(index: int) -> None:
        barrier.wait()
        found[index] = work(index)

    threads = [threading.Thread(target=run, args=(index,)) for index in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


def clientlogin(browser: Browser, token: str, name: str, password: str) -> str:
    """Post a login with a token fetched before; the message code, or PASS."""
    form = {
        "action": "clientlogin",
        "username": name,
        "password": password,
        "loginreturnurl": "http://e/",
        "logintoken": token,
    }
    node = browser.post(form)["clientlogin"]
    return str(node.get("messagecode", node["status"]))


def test_five_of_many_parallel_guesses_are_judged(wiki: TestWiki) -> None:
    """B2."""
    browsers = [wiki.browser() for _ in range(20)]
    tokens = [browser.token("login") for browser in browsers]
    codes = at_once(20, lambda n: clientlogin(browsers[n], tokens[n], "Alice", "wrong"))
    assert sorted(codes) == ["login-throttled"] * 15 + ["wrongpassword"] * 5


def test_parallel_right_logins_all_pass_beside_wrong_ones(wiki: TestWiki) -> None:
    """B3: valid logins are no collateral."""
    browsers = [wiki.browser() for _ in range(12)]
    tokens = [browser.token("login") for browser in browsers]
    codes = at_once(12, lambda n: clientlogin(browsers[n], tokens[n], "Alice", "wrong" if n < 4 else PASSWORD))
    assert codes[4:] == ["PASS"] * 8


def test_twenty_parallel_right_logins_all_pass(wiki: TestWiki) -> None:
    """B3: more of them than the limit of guesses."""
    browsers = [wiki.browser() for _ in range(20)]
    tokens = [browser.token("login") for browser in browsers]
    assert at_once(20, lambda n: clientlogin(browsers[n], tokens[n], "Alice", PASSWORD)) == ["PASS"] * 20


def test_the_same_name_is_limited_over_all_addresses() -> None:
    """B4, with a limit that a test can reach."""
    with TestWiki({"auth": {"throttle": {"per_name": 7}}, "server": {"trusted_proxies": ["127.0.0.1"]}}) as wiki:
        wiki.create_user("Alice", PASSWORD)
        codes = []
        for number in range(8):
            browser = wiki.browser()
            token = browser.token("login")
            body = f"action=clientlogin&format=json&username=Alice&password=wrong&loginreturnurl=http://e/&logintoken={token[:-2]}%2B%5C"
            headers = {"Content-Type": "application/x-www-form-urlencoded", "X-Forwarded-For": f"192.0.2.{number}"}
            answer = browser.send("POST", "/w/api.php", headers, body.encode())
            codes.append(json.loads(answer.body)["clientlogin"]["messagecode"])
        assert codes == ["wrongpassword"] * 7 + ["login-throttled"]


def test_one_address_is_limited_over_all_names() -> None:
    """B5: spraying one password over many names."""
    with TestWiki({"auth": {"throttle": {"per_address": 6}}}) as wiki:
        codes = [wiki.log_in(f"Nobody {number}", "spray")["messagecode"] for number in range(8)]
        assert codes == ["wrongpassword"] * 6 + ["login-throttled"] * 2


@pytest.mark.parametrize("spelling", ["alice", "Alice ", "_Alice_", "User:Alice", "Alice\u200e", " user: alice"])
def test_every_spelling_of_a_name_shares_one_counter(wiki: TestWiki, spelling: str) -> None:
    """B6."""
    for _ in range(5):
        wiki.log_in("Alice", "wrong")
    assert wiki.log_in(spelling, PASSWORD)["messagecode"] == "login-throttled"


def test_login_and_clientlogin_share_one_counter_and_bot_passwords_have_their_own(wiki: TestWiki) -> None:
    """B7, F5."""
    bot = bot_of(wiki)
    for _ in range(5):
        wiki.log_in("Alice", "wrong")
    assert "wait" in log_in(wiki.browser(), "Alice", PASSWORD)["reason"]
    assert log_in(wiki.browser(), bot.login, bot.password)["result"] == "Success"
    wrong = bot.password[:-1] + ("0" if bot.password[-1] != "0" else "1")
    for _ in range(5):
        assert log_in(wiki.browser(), bot.login, wrong)["result"] == "Failed"
    assert "wait" in log_in(wiki.browser(), bot.login, bot.password)["reason"]


@pytest.mark.parametrize("password", ["wrong", "x" * 5000, "", "\u0000"])
def test_a_missing_and_an_existing_account_get_the_same_answer(wiki: TestWiki, password: str) -> None:
    """B8, B10: the same bytes, and no length oracle."""
    assert wiki.browser().log_in("Alice", password) == wiki.browser().log_in("Nobody", password)
    assert log_in(wiki.browser(), "Alice", password) == log_in(wiki.browser(), "Nobody", password)


def test_a_throttle_ends_with_its_window(wiki: TestWiki) -> None:
    """B1: 300 seconds after the first guess, however many came since."""
    for _ in range(8):
        wiki.log_in("Alice", "wrong")
        wiki.clock.move(30)
    wiki.clock.move(61)
    assert wiki.log_in("Alice", PASSWORD)["status"] == "PASS"


@pytest.mark.parametrize(
    "password",
    ["  two spaces around, " + "x" * 180 + "  ", "emoji \U0001f600 and e\u0301", "Пароль с буквами"],
)
def test_any_password_is_taken_as_it_is(wiki: TestWiki, password: str) -> None:
    """A2: no truncation, no trimming, NFC alone."""
    wiki.create_user("Bob", password)
    assert wiki.log_in("Bob", unicodedata.normalize("NFC", password))["status"] == "PASS"
    assert wiki.log_in("Bob", unicodedata.normalize("NFD", password))["status"] == "PASS"
    for other in {password[:-1], password.strip() + "!", password.swapcase()}:
        assert wiki.log_in("Bob", other)["status"] == "FAIL"


@pytest.mark.parametrize("action", ["login", "clientlogin", "logout"])
def test_nothing_that_changes_a_session_answers_a_get(wiki: TestWiki, action: str) -> None:
    """E1, D13."""
    assert wiki.get({"action": action})["error"]["code"] in {"mustbeposted", "missingparam"}
    fields = {"token": "x", "logintoken": "x"}
    assert wiki.get({"action": action, **fields})["error"]["code"] in {"mustbeposted", "mustpostparams"}


def test_a_token_is_good_in_its_own_session_only(wiki: TestWiki) -> None:
    """E3: no login CSRF."""
    token, other = wiki.token("login"), wiki.browser()
    form = {
        "action": "clientlogin",
        "username": "Alice",
        "password": PASSWORD,
        "loginreturnurl": "http://e/",
        "logintoken": token,
    }
    assert other.post(form)["error"]["code"] == "badtoken"
    assert other.post({**form, "logintoken": "+\\"})["error"]["code"] == "badtoken"
    stranger = wiki.browser()
    assert (
        stranger.post({"action": "login", "lgname": "Alice", "lgpassword": PASSWORD, "lgtoken": token})["login"][
            "result"
        ]
        == "Failed"
    )


def test_the_last_of_repeated_parameters_wins(wiki: TestWiki) -> None:
    """E11."""
    token = wiki.token("login")[:-2] + "%2B%5C"
    body = f"action=clientlogin&format=json&username=Nobody&username=Alice&password={PASSWORD}&loginreturnurl=http://e/&logintoken=x&logintoken={token}"
    answer = wiki.send("POST", "/w/api.php", {"Content-Type": "application/x-www-form-urlencoded"}, body.encode())
    assert json.loads(answer.body)["clientlogin"] == {"status": "PASS", "username": "Alice"}


@pytest.mark.parametrize(
    ("method", "status"),
    [("GET", 200), ("HEAD", 200), ("OPTIONS", 200), ("PUT", 405), ("DELETE", 405), ("PATCH", 405), ("TRACE", 405)],
)
def test_only_four_methods_are_served(wiki: TestWiki, method: str, status: int) -> None:
    """E12."""
    assert wiki.send(method, "/w/api.php?action=query&format=json").status == status


def test_tokens_have_mediawiki_s_shape_and_fail_under_another_key(wiki: TestWiki) -> None:
    """H2: 32 hex digits, the time, and the suffix; SHA-256 behind them."""
    token = wiki.token("login")
    assert len(token) == 42
    assert token.endswith("+\\")
    forged = ("0" if token[0] != "0" else "1") + token[1:]
    form = {"action": "clientlogin", "username": "Alice", "password": PASSWORD, "loginreturnurl": "http://e/"}
    assert wiki.post({**form, "logintoken": forged})["error"]["code"] == "badtoken"
    assert wiki.post({**form, "logintoken": token})["clientlogin"]["status"] == "PASS"


def test_a_fault_in_a_password_check_never_logs_in(wiki: TestWiki, monkeypatch: pytest.MonkeyPatch) -> None:
    """H8: fail closed, without details."""

    def broken(*_args: object, **_kwargs: object) -> bool:
        raise RuntimeError("canary")

    monkeypatch.setattr(type(wiki.wiki.scheme), "verify", broken)
    token = wiki.token("login")
    form = {
        "action": "clientlogin",
        "username": "Alice",
        "password": PASSWORD,
        "loginreturnurl": "http://e/",
        "logintoken": token,
    }
    answer = wiki.post(form)
    assert answer["clientlogin"]["status"] == "FAIL"
    assert "canary" not in json.dumps(answer)
    assert wiki.who() == "127.0.0.1"
