"""A process in which many people log in at once with one name, once it is told to start; run by ``test_throttle.py``.

Arguments: database address, number of right attempts, number of wrong ones. Each attempt that gets a place is judged by a slow hash.
"""

import hashlib
import json
import random
import sys
import threading

from wikigate.auth.settings import ThrottleSettings
from wikigate.auth.throttle import Refusal, Throttle
from wikigate.primitives.clock import SystemClock
from wikigate.state.sql import SqlStateStore
from wikigate.store.engine import Database


def attempt(throttle, right):
    """Try once; what it came to."""
    place = throttle.reserve("192.0.2.1", ("Alice",))
    if isinstance(place, Refusal):
        return "throttled"
    hashlib.pbkdf2_hmac("sha512", b"password", b"salt", 10_000)
    if right:
        throttle.forgive(place)
        return "pass"
    throttle.count(place)
    return "wrong"


def at_once(work, arguments):
    """Do all of it from threads that start together; what came back."""
    barrier, results = threading.Barrier(len(arguments)), []

    def run(argument):
        barrier.wait()
        results.append(work(argument))

    threads = [threading.Thread(target=run, args=(argument,)) for argument in arguments]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def main():
    database = Database(sys.argv[1])
    throttle = Throttle("password", ThrottleSettings(patience=60), SqlStateStore(database, SystemClock()))
    attempts = [True] * int(sys.argv[2]) + [False] * int(sys.argv[3])
    random.Random(1).shuffle(attempts)
    print("ready", flush=True)  # noqa: T201
    sys.stdin.readline()
    results = at_once(lambda right: attempt(throttle, right), attempts)
    database.close()
    print(json.dumps(results))  # noqa: T201


if __name__ == "__main__":
    main()
