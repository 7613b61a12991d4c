"""``wikigate block``: MediaWiki's rows and log by the operator's hand (mission M16, issue of blocks)."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator
from typing import Any

import pytest

from wikigate.app import Wiki, open_wiki
from wikigate.auth.audit import AuditEvent
from wikigate.config import load_config

from .conftest import Operator


@contextlib.contextmanager
def opened(operator: Operator) -> Iterator[Wiki]:
    wiki = open_wiki(load_config(operator.config, operator.data), "my_wiki")
    try:
        yield wiki
    finally:
        wiki.close()


def log(operator: Operator) -> list[tuple[Any, ...]]:
    connection = sqlite3.connect(operator.data / "wikigate.sqlite")
    rows = connection.execute(
        "select log_action, log_namespace, log_title, log_params, actor_name from logging"
        " join actor on actor_id = log_actor where log_type = 'block' order by log_id"
    ).fetchall()
    connection.close()
    return [tuple(value.decode() if isinstance(value, bytes) else value for value in row) for row in rows]


@pytest.fixture(autouse=True)
def _accounts(operator: Operator) -> None:
    operator.create_user("Alice")
    operator.create_user("Admin", "--group", "sysop")


def test_an_account_is_blocked_shown_listed_and_free_again(operator: Operator) -> None:
    made = operator.facts("block", "add", "alice", "--reason", "why", "--no-create", "--by", "Admin")
    assert made | {"timestamp": ""} == {
        "id": 1, "kind": "user", "target": "Alice", "by": "Admin", "reason": "why", "timestamp": "", "expiry": "infinity",
        "sitewide": True, "no_create": True, "autoblock": False, "anon_only": False, "no_email": False, "no_talk": False,
        "parent": None,
    }  # fmt: skip
    assert operator.facts("block", "show", "Alice") == operator.facts("block", "list") == [made]
    assert operator.run("block", "list").stdout == "     1  Alice  for ever  no-create  why\n"
    assert operator.facts("block", "remove", "Alice", "--reason", "over") == {"removed": [1]}
    assert operator.facts("block", "list") == []
    assert operator.run("block", "show", "Alice").stdout == "“Alice” is not blocked.\n"


def test_the_log_is_mediawiki_s(operator: Operator) -> None:
    """Core §15: type, title, parameters, and in whose name."""
    operator.facts("block", "add", "Alice", "--expiry", "2 weeks", "--by", "Admin", "--no-email")
    operator.facts("block", "add", "Alice", "--no-create", "--autoblock", "--no-talk", "--reblock")
    operator.facts("block", "add", "198.51.100.77/24", "--anon-only")
    operator.facts("block", "remove", "198.51.100.0/24")
    params = 'a:3:{s:11:"5::duration";s:%d:"%s";s:8:"6::flags";s:%d:"%s";s:8:"sitewide";b:1;}'
    assert log(operator) == [
        ("block", 2, "Alice", params % (7, "2 weeks", 19, "noautoblock,noemail"), "Admin"),
        ("reblock", 2, "Alice", params % (8, "infinity", 19, "nocreate,nousertalk"), "Maintenance script"),
        ("block", 2, "198.51.100.0/24", params % (8, "infinity", 8, "anononly"), "Maintenance script"),
        ("unblock", 2, "198.51.100.0/24", "a:0:{}", "Maintenance script"),
    ]


def test_a_second_block_takes_the_place_of_the_first_only_when_told(operator: Operator) -> None:
    operator.facts("block", "add", "Alice")
    said = operator.refused("block", "add", "Alice")
    assert said == "“Alice” is blocked already (number 1); --reblock takes its place."
    operator.facts("block", "add", "Alice", "--reason", "anew", "--reblock")
    [one] = operator.facts("block", "list")
    assert one["reason"] == "anew"


@pytest.mark.parametrize(
    ("target", "stored", "hit"),
    [
        ("192.0.2.7", "192.0.2.7", "192.0.2.7"),
        ("198.51.100.77/24", "198.51.100.0/24", "198.51.100.9"),
        ("2001:db8:1::/48", "2001:DB8:1:0:0:0:0:0/48", "2001:db8:1::5"),
    ],
)
def test_addresses_and_ranges(operator: Operator, target: str, stored: str, hit: str) -> None:
    assert operator.facts("block", "add", target)["target"] == stored
    assert [one["target"] for one in operator.facts("block", "show", hit)] == [stored]
    assert operator.facts("block", "show", "203.0.113.1") == []
    assert operator.facts("block", "remove", target) == {"removed": [1]}


def test_several_blocks_on_one_address_are_all_shown(operator: Operator) -> None:
    operator.facts("block", "add", "192.0.2.7")
    operator.facts("block", "add", "192.0.2.0/24")
    assert [one["id"] for one in operator.facts("block", "show", "192.0.2.7")] == [1, 2]


def logged_in(operator: Operator, address: str) -> None:
    with opened(operator) as wiki:
        now = wiki.services.clock.now()
        wiki.services.audit.record(AuditEvent("login.pass", now, address, user_id=1, user_name="Alice"))


def test_an_autoblock_spreads_to_the_last_known_address_for_a_day(operator: Operator) -> None:
    """Core §15; without a login nothing is known, and nothing spreads."""
    operator.facts("block", "add", "Alice", "--autoblock")
    assert [one["kind"] for one in operator.facts("block", "list")] == ["user"]
    logged_in(operator, "192.0.2.1")
    logged_in(operator, "192.0.2.7")
    operator.facts("block", "add", "Alice", "--autoblock", "--no-create", "--reason", "why", "--reblock")
    parent, auto = operator.facts("block", "list")
    assert (auto["kind"], auto["target"], auto["parent"], auto["no_create"]) == ("auto", "", parent["id"], True)
    assert auto["expiry"] != "infinity"
    assert "“Alice”" in auto["reason"]
    assert operator.facts("block", "show", "192.0.2.1") == []
    assert "192.0.2.7" not in operator.run("block", "list").output, "whose address it is stays unsaid"
    operator.facts("block", "remove", "Alice")
    assert operator.facts("block", "list") == []


def test_one_automatic_block_is_ended_by_its_number(operator: Operator) -> None:
    logged_in(operator, "192.0.2.7")
    operator.facts("block", "add", "Alice", "--autoblock")
    assert operator.facts("block", "remove", "--id", "2") == {"removed": [2]}
    assert log(operator)[-1][2] == "#2"
    assert [one["id"] for one in operator.facts("block", "list")] == [1]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("Alice", "--expiry", "soon"), "“soon” is no expiry"),
        (("Alice", "--expiry", "20200101000000"), "is over already"),
        (("Alice", "--anon-only"), "--anon-only is for addresses"),
        (("192.0.2.7", "--autoblock"), "are for accounts"),
        (("192.0.2.7", "--no-email"), "are for accounts"),
        (("10.0.0.0/15",), "is too wide; a range has 16 fixed bits at least"),
        (("2001:db8::/18",), "is too wide; a range has 19 fixed bits at least"),
        (("Nobody",), "There is no account “Nobody”"),
        (("Alice", "--by", "Nobody"), "There is no account “Nobody”"),
    ],
)
def test_what_cannot_be_is_refused_and_not_made(operator: Operator, words: tuple[str, ...], said: str) -> None:
    assert said in operator.refused("block", "add", *words)
    assert operator.facts("block", "list") == []


def test_removing_needs_one_target_and_a_block_on_it(operator: Operator) -> None:
    assert "There is no such block" in operator.refused("block", "remove", "Alice")
    assert "There is no such block" in operator.refused("block", "remove", "--id", "9")
    assert "Name a target" in operator.refused("block", "remove", exit_code=2)
    assert "Name a target" in operator.refused("block", "remove", "Alice", "--id", "1", exit_code=2)
