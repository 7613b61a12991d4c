"""The rows around an account's beginning, as recorded of the real MediaWiki (core §9)."""

import pytest
from sqlalchemy import insert

from wikigate.store import log


@pytest.fixture
def tables(database):
    return database.tables


@pytest.mark.parametrize(("text", "number"), [("", 0), ("why", 704810992), ("Zoë asked", -1287602919)])
def test_a_comments_hash_is_mediawikis(text, number):
    assert log.comment_hash(text) == number


def test_a_comment_is_written_once(database, tables, rows_of):
    with database.write() as connection:
        ids = [log.comment_id(connection, tables, text) for text in ("why", "", "why", "x" * 600, "x" * 500)]
    assert ids == [1, 2, 1, 3, 3]
    assert rows_of("comment")[0] == {
        "comment_id": 1,
        "comment_hash": 704810992,
        "comment_text": "why",
        "comment_data": None,
    }


def test_a_comment_with_data_is_another(database, tables):
    with database.write() as connection:
        connection.execute(insert(tables.comment).values(comment_hash=704810992, comment_text="why", comment_data="{}"))
        assert log.comment_id(connection, tables, "why") == 2


def test_an_actor_that_stands_for_nobody_is_taken_over(database, tables, rows_of):
    with database.write() as connection:
        connection.execute(insert(tables.actor).values(actor_name="Zoë"))
        assert log.new_actor(connection, tables, 7, "Zoë") == 1
        assert log.new_actor(connection, tables, 8, "Zoë") is None
        assert log.actor_of(connection, tables, 7, "Zoë") == 1
        made = log.actor_of(connection, tables, 9, "Bob")
        with pytest.raises(LookupError):
            log.actor_of(connection, tables, 10, "Bob")
    assert rows_of("actor") == [
        {"actor_id": 1, "actor_user": 7, "actor_name": "Zoë"},
        {"actor_id": made, "actor_user": 9, "actor_name": "Bob"},
    ]
