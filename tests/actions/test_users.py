"""``list=users`` (core §17; recorded in user-list and blocks)."""

from __future__ import annotations

import sqlite3

import pytest

from wikigate.testing.clock import ManualClock
from wikigate.testing.wiki import TestWiki

NOW = 1_795_221_140.0  # 2026-11-21T00:32:20Z
PASSWORD = "correct horse battery"


@pytest.fixture
def wiki():
    with TestWiki(clock=ManualClock(NOW)) as wiki:
        wiki.alice = wiki.create_user("Alice", PASSWORD)
        wiki.boss = wiki.create_user("Boss", PASSWORD, groups=("sysop", "suppress"))
        yield wiki


@pytest.fixture
def ask(wiki):
    def users(names="Alice", *props, browser=None, **more):
        query = {"action": "query", "list": "users", "ususers": names, "usprop": "|".join(props), **more}
        return (browser or wiki).get({key: value for key, value in query.items() if value is not None})["query"][
            "users"
        ]

    return users


def test_names_are_told_in_the_order_asked_for_and_what_is_none_before_them(wiki, ask):
    assert ask("alice|Nobody_here|127.0.0.1|User:Alice|a#b|~2026-1|::1") == [
        {"name": "127.0.0.1", "invalid": True},
        {"name": "a#b", "invalid": True},
        {"name": "::1", "invalid": True},
        {"userid": wiki.alice.id, "name": "Alice"},
        {"name": "Nobody here", "missing": True},
        {"userid": wiki.alice.id, "name": "Alice"},
        {"name": "~2026-1", "missing": True},
    ]


def test_accounts_are_found_by_number(wiki, ask):
    assert ask(None, ususerids=f"0|{wiki.alice.id}|99999|-1|9223372036854775807") == [
        {"userid": 0, "missing": True},
        {"userid": wiki.alice.id, "name": "Alice"},
        {"userid": 99999, "missing": True},
        {"userid": -1, "missing": True},
        {"userid": 9223372036854775807, "missing": True},
    ]


def test_nobody_asked_for_is_an_empty_list(ask):
    assert ask(None) == []
    assert ask("") == []


def test_names_and_numbers_at_once_are_refused(wiki):
    answer = wiki.get({"action": "query", "list": "users", "ususers": "Alice", "ususerids": "1"})
    assert answer["error"]["code"] == "invalidparammix"


def test_everything_about_an_account_in_the_order_of_the_wire(wiki, ask):
    (answer,) = ask(
        "Boss", "centralids", "gender", "emailable", "registration", "editcount", "rights", "implicitgroups", "groupmemberships", "groups",
        "cancreate", "blockinfo", usattachedwiki="my_wiki",
    )  # fmt: skip
    rights = answer.pop("rights")
    assert rights[:2] == ["hideuser", "suppressrevision"]
    expected = {
        "userid": wiki.boss.id,
        "name": "Boss",
        "editcount": 0,
        "registration": "2026-11-21T00:32:20Z",
        "groups": ["suppress", "sysop", "*", "user", "autoconfirmed"],
        "groupmemberships": [{"group": "suppress", "expiry": "infinity"}, {"group": "sysop", "expiry": "infinity"}],
        "implicitgroups": ["*", "user", "autoconfirmed"],
        "emailable": False,
        "gender": "unknown",
        "centralids": {"local": wiki.boss.id},
        "attachedlocal": {"local": True},
        "attachedwiki": {"local": True},
    }
    assert answer == expected
    assert list(answer) == list(expected)


def test_preferences_and_mail(wiki, ask):
    directory = wiki.wiki.services.directory
    directory.set_email(wiki.alice.id, "alice@example.org", authenticated=NOW)
    directory.set_properties(wiki.alice.id, {"gender": "female"})
    assert ask("Alice", "emailable", "gender")[0]["emailable"] is True
    assert ask("Alice", "emailable", "gender")[0]["gender"] == "female"
    directory.set_properties(wiki.alice.id, {"disablemail": "1"})
    assert ask("Alice", "emailable")[0]["emailable"] is False


def test_an_unconfirmed_address_takes_no_mail(wiki, ask):
    wiki.wiki.services.directory.set_email(wiki.alice.id, "alice@example.org")
    assert ask("Alice", "emailable")[0]["emailable"] is False


def test_cancreate_is_told_of_missing_names_alone(wiki, ask):
    error = {"message": "noname", "params": [], "code": "invaliduser", "type": "error"}
    refused = {"missing": True, "cancreate": False, "cancreateerror": [error]}
    long = "L" * 236
    assert ask(f"Alice|Nobody|Foo@bar|Foo=b|~2026-1|MediaWiki default|{long}", "cancreate") == [
        {"userid": wiki.alice.id, "name": "Alice"},
        {"name": "Nobody", "missing": True, "cancreate": True},
        {"name": "Foo@bar", **refused},
        {"name": "Foo=b", **refused},
        {"name": "~2026-1", **refused},
        {"name": "MediaWiki default", **refused},
        {"name": long, **refused},
    ]
    (raw,) = ask("Foo@bar", "cancreate", errorformat="raw")
    assert raw["cancreateerror"] == [{"code": "invaliduser", "key": "noname", "params": []}]


def test_a_block_on_an_account_is_told_and_one_on_the_callers_address_is_not(wiki, ask):
    blocks = wiki.wiki.services.blocks
    blocks.block_address("127.0.0.1", by=wiki.boss)
    assert "blockid" not in ask("Alice", "blockinfo")[0]
    number = blocks.block_account(wiki.alice, by=wiki.boss, reason="noise")
    assert ask("Alice", "blockinfo")[0]["blockid"] == number
    assert "blockid" not in ask("Alice")[0]


def test_an_account_that_nobody_can_use_is_a_system_user(wiki, ask):
    wiki.wiki.services.directory.lock(wiki.alice.id)
    assert ask("Alice") == [{"userid": wiki.alice.id, "name": "Alice", "systemuser": True}]


def test_a_suppressed_name_exists_only_for_who_may_see_it(wiki, ask):
    number = wiki.wiki.services.blocks.block_account(wiki.alice, by=wiki.boss)
    url = next(iter(wiki.config.wikis.values())).database.url
    with sqlite3.connect(url.removeprefix("sqlite:///")) as connection:
        connection.execute("UPDATE block SET bl_deleted = 1 WHERE bl_id = ?", (number,))
    assert ask("Alice|Boss") == [{"name": "Alice", "missing": True}, {"userid": wiki.boss.id, "name": "Boss"}]
    assert ask(None, ususerids=str(wiki.alice.id)) == [{"userid": wiki.alice.id, "missing": True}]
    (taken,) = ask("Alice", usprop="cancreate")
    assert taken["cancreate"] is False
    assert [error["code"] for error in taken["cancreateerror"]] == ["userexists"]
    browser = wiki.browser()
    browser.log_in("Boss", PASSWORD)
    assert ask("Alice", browser=browser) == [{"userid": wiki.alice.id, "name": "Alice", "hidden": True}]


def test_xml_lists_users(wiki):
    target = "/w/api.php?action=query&list=users&ususers=Alice|Nobody&usprop=groups&format=xml"
    xml = wiki.send("GET", target).body.decode()
    assert (
        f'<query><users><user userid="{wiki.alice.id}" name="Alice"><groups><g>*</g><g>user</g><g>autoconfirmed</g></groups></user>'
        '<user name="Nobody" missing="" /></users></query>'
    ) in xml


def test_m12_fifty_names_and_five_hundred_with_high_limits(wiki):
    names = "|".join(f"N{number}" for number in range(51))
    query = {"action": "query", "list": "users", "ususers": names}
    assert wiki.get(query)["error"]["code"] == "toomanyvalues"
    browser = wiki.browser()
    browser.log_in("Boss", PASSWORD)
    assert len(browser.get(query)["query"]["users"]) == 51
