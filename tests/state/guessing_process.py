"""A process that guesses 50 times from ten threads, once it is told to start; run by ``test_sql.py``."""

import json
import sys

from wikigate.primitives.clock import SystemClock
from wikigate.state.sql import SqlStateStore
from wikigate.store.engine import Database
from wikigate.testing.contracts.state_store import at_once


def main():
    database = Database(sys.argv[1])
    store = SqlStateStore(database, SystemClock())
    print("ready", flush=True)  # noqa: T201
    sys.stdin.readline()
    numbers = at_once(lambda _: store.increment("key", 300, ceiling=5), times=50, threads=10)
    database.close()
    print(json.dumps(numbers))  # noqa: T201


if __name__ == "__main__":
    main()
