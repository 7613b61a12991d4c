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
        yield wiki


def cost(hasher: CountingHasher, attempt: Callable[[], Any]) -> tuple[int, Any]:
    before = hasher.count
    answer = attempt()
    return hasher.count - before, answer


@pytest.mark.parametrize("name", ["Alice", "Nobody", "Locked", "alice", "Nobody at all"])
def test_b9_a_refused_clientlogin_costs_one_check_whoever_it_names(
    wiki: TestWiki, hasher: CountingHasher, name: str
) -> None:
    spent, answer = cost(hasher, lambda: wiki.browser().log_in(name, "wrong"))
    assert (spent, answer["status"], answer["messagecode"]) == (1, "FAIL", "wrongpassword")


@pytest.mark.parametrize(
    ("name", "checks"),
    [
        ("Alice", 1),
        ("Nobody", 1),
        ("Locked", 1),
        ("Alice@app", 2),
        ("Alice@nothing", 2),
        ("Alice@elsewhere", 2),
        ("Nobody@app", 2),
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
