"""The consumers of a wiki that has none of OAuth's tables, or has them since a moment."""

from __future__ import annotations

import pytest

from wikigate.store import schema
from wikigate.store.consumers import ConsumerRows
from wikigate.store.engine import Database


@pytest.fixture
def database(tmp_path):
    database = Database(f"sqlite:///{tmp_path / 'wiki.sqlite'}")
    schema.create(database)
    yield database
    database.close()


def test_tables_that_are_missing_may_be_missed_inside_a_transaction(database):
    """Whoever asks may be in the middle of a change."""
    rows = ConsumerRows(database)
    with database.write() as connection:
        database.tables.oauth_accepted_consumer.drop(connection)
    with database.transaction():
        assert not rows.present()
        assert not rows.any()
        assert rows.signed("key", "token") is None


def test_tables_that_came_later_are_found(database):
    rows = ConsumerRows(database)
    with database.write() as connection:
        database.tables.oauth_accepted_consumer.drop(connection)
    assert not rows.present()
    with database.write() as connection:
        database.tables.oauth_accepted_consumer.create(connection)
    assert rows.present()
