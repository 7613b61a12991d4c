"""The SQL state store: the contract, alone and with a second process on the same file."""

import json
import sqlite3
import subprocess
import sys
from pathlib import Path
from subprocess import PIPE

import pytest

from wikigate.primitives.clock import SystemClock
from wikigate.primitives.errors import StoreUnavailable
from wikigate.state.sql import SqlStateStore
from wikigate.store import schema
from wikigate.store.engine import Database
from wikigate.testing.contracts.state_store import StateStoreContract


@pytest.fixture
def url(tmp_path):
    url = f"sqlite:///{tmp_path / 'wiki.sqlite'}"
    database = Database(url)
    schema.create(database)
    database.close()
    return url


@pytest.fixture
def database(url):
    database = Database(url)
    yield database
    database.close()


class TestSqlStateStore(StateStoreContract):
    @pytest.fixture
    def store(self, database, clock):
        return SqlStateStore(database, clock)


class TestTwoStoresOnOneFile(StateStoreContract):
    """As two workers have them, but for the process."""

    @pytest.fixture
    def databases(self, url):
        databases = [Database(url), Database(url)]
        yield databases
        for database in databases:
            database.close()

    @pytest.fixture
    def store(self, databases, clock):
        self.stores = [SqlStateStore(database, clock) for database in databases]
        return self.stores[0]

    def peers(self, store):
        return self.stores


def test_exactly_the_ceiling_gets_through_over_two_processes(url, database):
    """Security B2, N8: 50 guesses in each of two processes, five are evaluated."""
    command = [sys.executable, str(Path(__file__).with_name("guessing_process.py")), url]
    workers = [subprocess.Popen(command, stdin=PIPE, stdout=PIPE, text=True) for _ in range(2)]
    for worker in workers:
        assert worker.stdout.readline() == "ready\n"
    for worker in workers:
        worker.stdin.write("go\n")
        worker.stdin.flush()
    numbers = [number for worker in workers for number in json.loads(worker.communicate(timeout=60)[0])]
    assert len(numbers) == 100
    assert sorted(number for number in numbers if number <= 5) == [1, 2, 3, 4, 5]
    assert SqlStateStore(database, SystemClock()).count("key") == 5


def test_a_refused_increment_writes_nothing(url, database, clock):
    store = SqlStateStore(database, clock)
    store.increment("key", 300, ceiling=1)
    watcher = sqlite3.connect(url.removeprefix("sqlite:///"))
    before = watcher.execute("PRAGMA data_version").fetchone()
    assert store.increment("key", 300, ceiling=1) == 2
    assert watcher.execute("PRAGMA data_version").fetchone() == before
    store.increment("other", 300)
    assert watcher.execute("PRAGMA data_version").fetchone() != before
    watcher.close()


def test_expired_rows_leave_the_table(database, clock):
    store = SqlStateStore(database, clock)
    for number in range(100):
        store.increment(f"old {number}", 1)
    clock.time += 2
    for number in range(128):
        store.increment(f"new {number}", 100)
    with database.read() as connection:
        rows = connection.execute(database.tables.state.select()).fetchall()
    assert len(rows) == 128


def test_counters_outlive_a_restart(url, clock):
    """Security C-2."""
    database = Database(url)
    SqlStateStore(database, clock).increment("key", 300)
    database.close()
    database = Database(url)
    assert SqlStateStore(database, clock).increment("key", 300) == 2
    database.close()


def test_a_lost_database_is_unavailable(database, clock):
    store = SqlStateStore(database, clock)
    database.close()
    for verb in (lambda: store.get("key"), lambda: store.increment("key", 1), lambda: store.take("key")):
        with pytest.raises(StoreUnavailable):
            verb()
