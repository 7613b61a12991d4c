"""``wikigate schema``: the tables, shown or made; one that we do not know is refused in one sentence."""

from __future__ import annotations

import sqlite3

import pytest

from .conftest import Operator


def test_the_shown_statements_make_the_tables(operator: Operator) -> None:
    text = operator.run("schema", "show").stdout
    assert not operator.data.exists(), "showing makes nothing"
    assert operator.facts("schema", "show") == {"sql": text.removesuffix("\n")}
    rows = sqlite3.connect(":memory:")
    rows.executescript(text)
    names = {name for (name,) in rows.execute("select name from sqlite_master where type = 'table'")}
    assert {
        "user",
        "user_groups",
        "bot_passwords",
        "block",
        "logging",
        "actor",
        "wikigate_session",
        "wikigate_state",
    } <= names


def test_the_tables_are_made_once_and_left_alone_afterwards(operator: Operator) -> None:
    said = operator.facts("schema", "create")
    assert said == {"database": f"sqlite:///{operator.data}/wikigate.sqlite", "schema": "own"}
    operator.create_user()
    assert operator.facts("schema", "create") == said
    assert len(operator.facts("user", "list")) == 1


@pytest.mark.parametrize(
    ("tables", "said"),
    [
        (["create table posts (id integer)"], "has tables, but none of MediaWiki's with the prefix “”"),
        (
            ["create table user (user_id integer)"],
            "of MediaWiki 1.43; update the wiki with its own update script first.",
        ),
        (
            ["create table user (user_id integer)", "create table ipblocks (ipb_id integer)"],
            "is the database of a MediaWiki older than 1.42",
        ),
        (
            ["create table w_user (user_id integer)", "create table w_user_groups (a integer)"],
            "those with the prefix “w_” are there",
        ),
    ],
)
def test_tables_that_we_do_not_know_are_refused_and_not_touched(
    operator: Operator, tables: list[str], said: str
) -> None:
    file = operator.data.parent / "other.sqlite"
    with sqlite3.connect(file) as rows:
        for statement in tables:
            rows.execute(statement)
    before = file.read_bytes()
    assert said in operator.refused("schema", "create", "--database", f"sqlite:///{file}")
    assert file.read_bytes() == before


def test_a_data_folder_that_cannot_be_made_is_told_in_one_sentence(operator: Operator) -> None:
    operator.data.write_text("")
    assert operator.refused("schema", "create").startswith(f"The data folder {operator.data} cannot be used")


def test_the_chosen_wiki_is_the_one_that_is_made(operator: Operator) -> None:
    operator.config.write_text("[wikis.red]\n[wikis.blue]\n")
    assert operator.refused("schema", "create").startswith("Several wikis are configured")
    assert operator.facts("schema", "create", "--wiki", "blue")["database"].endswith("/blue.sqlite")
    assert not (operator.data / "red.sqlite").exists()
