"""``wikigate bot-password``: the secret is shown once (mission M03)."""

from __future__ import annotations

import sqlite3

import pytest

from .conftest import Operator


@pytest.fixture(autouse=True)
def _alice(operator: Operator) -> None:
    operator.create_user()


def test_a_made_one_is_told_as_username_and_password_alone(operator: Operator) -> None:
    made = operator.facts("bot-password", "create", "alice", "app")
    assert set(made) == {"username", "password"}
    assert made["username"] == "Alice@app"
    assert len(made["password"]) == 32
    assert made["password"].isalnum()


def test_the_secret_is_shown_once_and_kept_nowhere(operator: Operator) -> None:
    """H5: neither a later command nor a file has it."""
    shown = operator.run("bot-password", "create", "Alice", "app").stdout
    secret = next(line.split()[1] for line in shown.splitlines() if line.split()[:1] == ["password"])
    assert shown.count(secret) == 1
    assert "shown only now" in shown
    for words in (("bot-password", "list", "Alice"), ("user", "show", "Alice"), ("user", "list")):
        assert secret not in operator.run(*words).output
        assert secret not in operator.run(*words, "--json").output
    assert all(secret.encode() not in file.read_bytes() for file in operator.data.iterdir())


def test_it_logs_in_with_its_grants_and_addresses(operator: Operator) -> None:
    create = ("bot-password", "create", "Alice", "app", "--grant", "editpage")
    addresses = ("--ip", "192.0.2.0/24", "--ip", "2001:db8::/32")
    operator.facts(*create, *addresses, "--page", "Main Page", "--page", "User:Alice/log")
    assert operator.facts("bot-password", "list", "Alice") == [
        {
            "username": "Alice@app",
            "grants": ["basic", "editpage"],
            "addresses": ["192.0.2.0/24", "2001:db8::/32"],
            "pages": ["Main Page", "User:Alice/log"],
        }
    ]
    assert (
        operator.run("bot-password", "list", "Alice").stdout
        == "Alice@app  basic, editpage  from 192.0.2.0/24, 2001:db8::/32\n"
    )


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("app", "--ip", "1.2.3.4/99"), "“1.2.3.4/99” is neither an address nor a range like 192.0.2.0/24."),
        (("app", "--ip", "here"), "“here” is neither an address nor a range like 192.0.2.0/24."),
        (("app", "--grant", "nope"), "there is no grant “nope”; there are: basic, highvolume, "),
        (("",), "the name of a bot password has 1 to 32 bytes"),
        (("a" * 33,), "the name of a bot password has 1 to 32 bytes"),
    ],
)
def test_what_cannot_be_is_refused_and_not_made(operator: Operator, words: tuple[str, ...], said: str) -> None:
    assert operator.refused("bot-password", "create", "Alice", *words).startswith(said)
    assert operator.facts("bot-password", "list", "Alice") == []


def test_making_one_again_gives_a_new_secret(operator: Operator) -> None:
    """K6."""
    first = operator.facts("bot-password", "create", "Alice", "app")
    second = operator.facts("bot-password", "create", "Alice", "app")
    assert first["username"] == second["username"]
    assert first["password"] != second["password"]
    assert len(operator.facts("bot-password", "list", "Alice")) == 1


def test_a_revoked_one_is_gone(operator: Operator) -> None:
    operator.facts("bot-password", "create", "Alice", "app")
    assert operator.facts("bot-password", "revoke", "Alice", "app") == {"username": "Alice@app", "revoked": True}
    assert operator.run("bot-password", "list", "Alice").stdout == "“Alice” has no bot passwords.\n"
    assert operator.refused("bot-password", "revoke", "Alice", "app").startswith("“Alice” has no bot password “app”; ")
    with sqlite3.connect(operator.data / "wikigate.sqlite") as rows:
        assert rows.execute("select count(*) from bot_passwords").fetchone() == (0,)


@pytest.mark.parametrize("words", [("create", "Nobody", "app"), ("list", "Nobody"), ("revoke", "Nobody", "app")])
def test_nobodys_is_refused(operator: Operator, words: tuple[str, ...]) -> None:
    assert operator.refused("bot-password", *words).startswith("There is no account “Nobody”; ")
