"""The hash alone: what a login cannot do without. ``python -m bench.servers.hashing THREADS SECONDS`` prints hashes per second."""

from __future__ import annotations

import hashlib
import sys
import threading
import time
from collections.abc import Callable

from cryptography.hazmat.primitives.hashes import SHA512
from cryptography.hazmat.primitives.kdf.pbkdf2 import PBKDF2HMAC


def derivations() -> list[Callable[[], object]]:
    """Return MediaWiki's default hash by each library at hand."""
    return [
        lambda: hashlib.pbkdf2_hmac("sha512", b"password", b"salt" * 4, 30000, 64),
        lambda: PBKDF2HMAC(SHA512(), 64, b"salt" * 4, 30000).derive(b"password"),
    ]


def timed(derive: Callable[[], object]) -> float:
    """Return the CPU seconds of one hash."""
    before = time.thread_time()
    derive()
    return time.thread_time() - before


def rate(threads: int, seconds: float) -> float:
    """Return hashes per second of threads that do nothing else, by the fastest library."""
    fastest = min(derivations(), key=lambda derive: min(timed(derive) for _ in range(5)))
    counts = [0] * threads
    started = time.perf_counter()
    deadline = started + seconds

    def work(index: int) -> None:
        while time.perf_counter() < deadline:
            fastest()
            counts[index] += 1

    workers = [threading.Thread(target=work, args=(index,)) for index in range(threads)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    return sum(counts) / (time.perf_counter() - started)


if __name__ == "__main__":
    print(rate(int(sys.argv[1]), float(sys.argv[2])))
