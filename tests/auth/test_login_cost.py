"""B9: what a refused login costs tells nothing of the account; counted in slow checks, not timed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from wikigate.accounts.hashing import InlineHasher
from wikigate.testing.wiki import TestWiki

PASSWORD = "correct horse battery"
APP_SECRET = "v" * 32


class CountingHasher(InlineHasher):
    """Counts the slow checks."""

    def __init__(self) -> None:
        self.count = 0

    def run(self, work: Callable[..., Any], *args: Any, source: str = "") -> Any:
        self.count += 1
        return super().run(work, *args, source=source)


@pytest.fixture
def hasher() -> CountingHasher:
    return CountingHasher()


@pytest.fixture
def wiki(hasher: CountingHasher) -> Iterator[TestWiki]:
    with TestWiki(hasher=hasher) as wiki:
        alice = wiki.create_user("Alice", PASSWORD)
        wiki.create_bot_password(alice, "app")
        wiki.wiki.registration.create_bot_password(alice, "elsewhere", addresses=["192.0.2.1"])
        wiki.wiki.registration.lock(wiki.create_user("Locked", PASSWORD))
        pending = wiki.create_user("Pending", PASSWORD)
        wiki.wiki.services.directory.set_temporary_password(pending.id, wiki.wiki.scheme.make("t" * 32))
        yield wiki


def cost(hasher: CountingHasher, attempt: Callable[[], Any]) -> tuple[int, Any]:
    before = hasher.count
    answer = attempt()
    return hasher.count - before, answer


@pytest.mark.parametrize(
    ("password", "checks"), [("wrong", 1), ("wrong, whatever it is", 1), ("wrongwrong1", 2), ("v" * 32, 2)]
)
@pytest.mark.parametrize("name", ["Alice", "Nobody", "Locked", "Pending", "alice", "Nobody at all"])
def test_b8_b9_a_refused_clientlogin_costs_what_the_password_looks_like_whoever_it_names(
    wiki: TestWiki, hasher: CountingHasher, name: str, password: str, checks: int
) -> None:
    """What may be a temporary password costs a second check, whether one is pending or not."""
    spent, answer = cost(hasher, lambda: wiki.browser().log_in(name, password))
    assert (spent, answer["status"], answer["messagecode"]) == (checks, "FAIL", "wrongpassword")


@pytest.mark.parametrize("password", [PASSWORD, "Vq7Kx2Lm9Tz4"])
def test_a_right_password_costs_one_check(wiki: TestWiki, hasher: CountingHasher, password: str) -> None:
    wiki.create_user("Bob", password)
    spent, answer = cost(hasher, lambda: wiki.browser().log_in("Bob", password))
    assert (spent, answer["status"]) == (1, "PASS")


@pytest.mark.parametrize(
    ("name", "checks"),
    [
        ("Alice", 2),
        ("Nobody", 2),
        ("Locked", 2),
        ("Alice@app", 3),
        ("Alice@nothing", 3),
        ("Alice@elsewhere", 3),
        ("Nobody@app", 3),
    ],
)
def test_b9_a_refused_login_by_name_costs_the_same_whoever_it_names(
    wiki: TestWiki, hasher: CountingHasher, name: str, checks: int
) -> None:
    """What looks like a bot password is tried as one and then as a password, whether there is such a bot password or not."""
    visitor = wiki.browser()
    form = {"action": "login", "lgname": name, "lgpassword": APP_SECRET, "lgtoken": visitor.token("login")}
    spent, answer = cost(hasher, lambda: visitor.post(form)["login"])
    assert (spent, answer["result"]) == (checks, "Failed")
