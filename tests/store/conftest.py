import pytest

from wikigate.store import schema
from wikigate.store.engine import Database


@pytest.fixture
def url(tmp_path):
    return f"sqlite:///{tmp_path / 'wiki.sqlite'}"


@pytest.fixture
def database(url):
    database = Database(url)
    schema.create(database)
    yield database
    database.close()


@pytest.fixture
def rows_of(database):
    """Read every row of a table as a dictionary, by its attribute of ``Tables``."""

    def read(name):
        with database.read() as connection:
            return [dict(row._mapping) for row in connection.execute(getattr(database.tables, name).select())]

    return read
