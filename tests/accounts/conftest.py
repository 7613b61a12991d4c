import itertools

import pytest

from wikigate.accounts.bot_passwords import BotPasswords
from wikigate.accounts.directory import Directory
from wikigate.accounts.rights import Rights
from wikigate.accounts.settings import AccountSettings
from wikigate.primitives.names import NameRules
from wikigate.store import schema
from wikigate.store.engine import Database

START = 1_795_221_151.0  # Sat, 21 Nov 2026 00:32:31 GMT


class FakeClock:
    def __init__(self):
        self.time = START

    def now(self):
        return self.time


class PlainScheme:
    """Stores passwords as they are: what a hash is belongs to other tests."""

    def make(self, password):
        return f":plain:{password}"


@pytest.fixture
def clock():
    return FakeClock()


@pytest.fixture
def random_bytes():
    numbers = itertools.count(1)
    return lambda size: next(numbers).to_bytes(size, "big")


@pytest.fixture
def database(tmp_path):
    database = Database(f"sqlite:///{tmp_path / 'wiki.sqlite'}")
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


@pytest.fixture
def directory(database, clock, random_bytes):
    return Directory(database, clock, NameRules(), random_bytes)


@pytest.fixture
def rights(clock):
    return Rights(AccountSettings(), clock)


@pytest.fixture
def bot_passwords(database, rights, random_bytes):
    return BotPasswords(database, rights, PlainScheme(), random_bytes)
