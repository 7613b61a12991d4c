"""``wikigate factor``: what is made is shown once (mission M09)."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing

import pytest

from wikigate.accounts.totp import key_of

from .conftest import Operator


@pytest.fixture(autouse=True)
def _alice(operator: Operator) -> None:
    operator.create_user()


def test_a_made_one_is_told_as_secret_uri_and_codes(operator: Operator) -> None:
    made = operator.facts("factor", "add-totp", "alice", "--name", "phone")
    assert set(made) == {"id", "secret", "uri", "recovery_codes"}
    key = key_of(made["secret"])
    assert key
    assert len(key) == 20
    assert made["uri"].startswith("otpauth://totp/")
    assert f"secret={made['secret']}" in made["uri"]
    assert len(set(made["recovery_codes"])) == 10
    [listed] = operator.facts("factor", "list", "Alice")
    assert listed == {
        "id": made["id"],
        "kind": "totp",
        "name": "phone",
        "created": listed["created"],
        "recovery_codes": 10,
    }
    assert listed["created"]


def test_h5_secrets_are_shown_once_and_kept_nowhere_in_plain(operator: Operator) -> None:
    made = operator.facts("factor", "add-totp", "Alice")
    assert "totp" in operator.run("factor", "list", "Alice").stdout
    for secret in (made["secret"], *made["recovery_codes"]):
        assert secret not in operator.run("factor", "list", "Alice").output
        assert all(secret.encode() not in file.read_bytes() for file in operator.data.iterdir())


def test_for_people_everything_is_there_to_be_copied(operator: Operator) -> None:
    shown = operator.run("factor", "add-totp", "Alice").stdout
    assert "secret" in shown
    assert "otpauth://totp/" in shown
    assert "shown only now" in shown


def test_new_codes_take_the_place_of_all_the_old(operator: Operator) -> None:
    first = operator.facts("factor", "add-totp", "Alice")
    operator.facts("factor", "add-totp", "Alice")
    codes = operator.facts("factor", "recovery-codes", "Alice")["recovery_codes"]
    assert not set(codes) & set(first["recovery_codes"])
    assert [one["recovery_codes"] for one in operator.facts("factor", "list", "Alice")] == [10, 0]


def test_one_is_called_otherwise(operator: Operator) -> None:
    first = operator.facts("factor", "add-totp", "Alice", "--name", "phone")["id"]
    assert operator.facts("factor", "rename", "Alice", "old phone") == {"id": first, "name": "old phone"}
    second = operator.facts("factor", "add-totp", "Alice")["id"]
    assert "several" in operator.run("factor", "rename", "Alice", "tablet").output
    operator.facts("factor", "rename", "Alice", "tablet", "--id", str(second))
    names = {one["id"]: one["name"] for one in operator.facts("factor", "list", "Alice")}
    assert names == {first: "old phone", second: "tablet"}


def test_c13_every_change_is_in_the_audit(operator: Operator) -> None:
    ident = operator.facts("factor", "add-totp", "Alice")["id"]
    operator.facts("factor", "recovery-codes", "Alice")
    operator.facts("factor", "remove", "Alice")
    with closing(sqlite3.connect(operator.data / "wikigate.sqlite")) as connection:
        query = "SELECT event, user_name, details FROM wikigate_audit WHERE event LIKE 'factor.%' ORDER BY rowid"
        noted = [(event, name, json.loads(details)) for event, name, details in connection.execute(query)]
    assert noted == [
        ("factor.add", "Alice", {"factor": ident, "kind": "totp"}),
        ("factor.recovery-codes", "Alice", {}),
        ("factor.remove", "Alice", {"factor": ident, "kind": "totp"}),
    ]


def test_one_is_removed_or_all(operator: Operator) -> None:
    first, second, third = (operator.facts("factor", "add-totp", "Alice")["id"] for _ in range(3))
    assert operator.facts("factor", "remove", "Alice", "--id", str(second)) == {"name": "Alice", "removed": [second]}
    assert operator.facts("factor", "remove", "Alice") == {"name": "Alice", "removed": [first, third]}
    assert operator.facts("factor", "list", "Alice") == []
    assert "no second factor" in operator.run("factor", "list", "Alice").stdout


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("add-totp", "Nobody"), "There is no account “Nobody”"),
        (("list", "Nobody"), "There is no account “Nobody”"),
        (("recovery-codes", "Alice"), "“Alice” has no second factor that such codes"),
        (("remove", "Alice"), "“Alice” has no second factor;"),
        (("remove", "Alice", "--id", "9"), "“Alice” has no second factor 9;"),
    ],
)
def test_what_cannot_be_is_refused(operator: Operator, words: tuple[str, ...], said: str) -> None:
    assert operator.refused("factor", *words).startswith(said)
