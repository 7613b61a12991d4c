"""The hashing pool: bounded, fair, polite, and never in the way of the end (spec security T4, performance §8)."""

import os
import signal
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest

from wikigate.accounts.hashing import HashingSettings, HashPool, HashQueueFull, InlineHasher

PATIENCE = 20.0


def until(condition):
    """Wait for a condition that nothing announces."""
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, "the condition did not come"
        time.sleep(0.001)


@contextmanager
def pool_of(threads=1, waiting=48):
    pool = HashPool(HashingSettings(threads, waiting))
    try:
        yield pool
    finally:
        pool.close()


class Bottleneck:
    """Occupies every thread of a pool until it is opened, and records what ran in which order."""

    def __init__(self, pool, threads=1):
        self.pool = pool
        self.ran = []
        self.refused = []
        self.opened = threading.Event()
        self._callers = []
        started = threading.Barrier(threads + 1)
        for _ in range(threads):
            self._call(lambda: started.wait(PATIENCE) + self.opened.wait(PATIENCE), "", None)
        started.wait(PATIENCE)

    def queue(self, name, source):
        """Queue a job that records its name; returns when it waits or was refused."""
        before = self.pool.waiting, len(self.refused)
        self._call(lambda: self.ran.append(name), source, name)
        until(lambda: (self.pool.waiting, len(self.refused)) != before)

    def open(self):
        self.opened.set()
        for caller in self._callers:
            caller.join(PATIENCE)
            assert not caller.is_alive()

    def _call(self, work, source, name):
        def call():
            try:
                self.pool.run(work, source=source)
            except HashQueueFull:
                self.refused.append(name)

        caller = threading.Thread(target=call, daemon=True)
        self._callers.append(caller)
        caller.start()


@pytest.fixture(params=["pool", "inline"])
def hasher(request):
    made = HashPool(HashingSettings()) if request.param == "pool" else InlineHasher()
    yield made
    made.close()


def test_the_result_of_the_work_comes_back(hasher):
    assert hasher.run(divmod, 17, 5, source="192.0.2.1") == (3, 2)


def test_what_the_work_raises_is_raised_and_the_next_work_runs(hasher):
    with pytest.raises(ZeroDivisionError) as caught:
        hasher.run(divmod, 1, 0)
    assert caught.value.__context__ is None
    assert hasher.run(divmod, 1, 1) == (1, 0)


def test_work_that_exits_ends_no_thread_of_the_pool():
    with pool_of() as pool:
        for _ in range(3):
            with pytest.raises(SystemExit):
                pool.run(sys.exit, 3)
        assert pool.run(divmod, 1, 1) == (1, 0)


def test_threads_start_with_the_first_hash_and_are_daemons():
    with pool_of(threads=2) as pool:
        assert not pool._threads
        worker = pool.run(threading.current_thread)
        assert worker is not threading.current_thread()
        assert worker.daemon
        assert [thread.is_alive() for thread in pool._threads] == [True, True]


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has a niceness for each thread")
def test_hashes_yield_to_other_work_and_nothing_else_does():
    def niceness():
        return os.getpriority(os.PRIO_PROCESS, threading.get_native_id())

    before = niceness()
    with pool_of() as pool:
        assert pool.run(niceness) == max(15, before)
    assert niceness() == before


def test_no_more_hashes_run_at_once_than_there_are_threads():
    running, most, lock = 0, 0, threading.Lock()

    def work():
        nonlocal running, most
        with lock:
            running += 1
            most = max(most, running)
        os.sched_yield()
        with lock:
            running -= 1

    with pool_of(threads=2) as pool, ThreadPoolExecutor(20) as callers:
        for call in [callers.submit(pool.run, work) for _ in range(200)]:
            call.result(PATIENCE)
    assert most <= 2


def test_t4_of_two_hundred_parallel_logins_all_but_the_queue_are_refused_at_once():
    with pool_of(threads=1, waiting=48) as pool:
        bottleneck = Bottleneck(pool)
        for number in range(199):
            bottleneck.queue(number, "192.0.2.1")
        assert pool.waiting == 48
        assert bottleneck.refused == list(range(48, 199))
        bottleneck.open()
        assert bottleneck.ran == list(range(48))
        assert pool.waiting == 0
        assert pool.run(divmod, 1, 1) == (1, 0)


def test_sources_are_served_in_turn():
    with pool_of() as pool:
        bottleneck = Bottleneck(pool)
        for name, source in [("a1", "a"), ("a2", "a"), ("a3", "a"), ("b1", "b"), ("c1", "c"), ("b2", "b")]:
            bottleneck.queue(name, source)
        bottleneck.open()
        assert bottleneck.ran == ["a1", "b1", "c1", "a2", "b2", "a3"]


def test_a_full_queue_makes_room_for_a_newcomer_at_the_cost_of_the_greediest():
    with pool_of(waiting=4) as pool:
        bottleneck = Bottleneck(pool)
        for name, source in [("b1", "b"), ("a1", "a"), ("a2", "a"), ("a3", "a"), ("c1", "c")]:
            bottleneck.queue(name, source)
        assert bottleneck.refused == ["a3"]
        bottleneck.queue("a4", "a")
        bottleneck.queue("c2", "c")
        assert bottleneck.refused == ["a3", "a4", "c2"]
        bottleneck.open()
        assert bottleneck.ran == ["b1", "a1", "c1", "a2"]


def test_a_full_queue_of_many_sources_refuses_the_newcomer():
    with pool_of(waiting=3) as pool:
        bottleneck = Bottleneck(pool)
        for source in "abcd":
            bottleneck.queue(source, source)
        assert bottleneck.refused == ["d"]
        bottleneck.open()
        assert bottleneck.ran == ["a", "b", "c"]


def test_closing_refuses_what_waits_and_finishes_what_runs():
    with pool_of() as pool:
        bottleneck = Bottleneck(pool)
        bottleneck.queue("waits", "a")
        pool.close()
        until(lambda: bottleneck.refused == ["waits"])
        bottleneck.open()
        assert bottleneck.ran == []
        assert bottleneck.refused == ["waits"]
        with pytest.raises(HashQueueFull, match="closed"):
            pool.run(divmod, 1, 1)


def test_closing_ends_the_threads_also_after_refusals():
    with pool_of(threads=2, waiting=2) as pool:
        bottleneck = Bottleneck(pool, threads=2)
        for source in "abca":
            bottleneck.queue(source, source)
        bottleneck.open()
    for thread in pool._threads:
        thread.join(PATIENCE)
        assert not thread.is_alive()


class InterruptedByTestError(Exception):
    """Stands for an interruption from outside."""


def test_a_caller_that_is_interrupted_while_waiting_leaves_the_queue():
    def interrupt(*_):
        raise InterruptedByTestError

    before = signal.signal(signal.SIGUSR1, interrupt)
    try:
        with pool_of() as pool:
            bottleneck = Bottleneck(pool)
            main = threading.get_ident()

            def send():
                until(lambda: pool.waiting == 1)
                signal.pthread_kill(main, signal.SIGUSR1)

            sender = threading.Thread(target=send, daemon=True)
            sender.start()
            with pytest.raises(InterruptedByTestError):
                pool.run(bottleneck.ran.append, "interrupted", source="a")
            sender.join(PATIENCE)
            assert pool.waiting == 0
            bottleneck.queue("next", "a")
            bottleneck.open()
            assert bottleneck.ran == ["next"]
    finally:
        signal.signal(signal.SIGUSR1, before)


def test_by_default_one_processor_is_left_to_the_requests(monkeypatch):
    for processors, threads in (({0}, 1), ({0, 1}, 1), ({0, 1, 2, 3}, 3)):
        monkeypatch.setattr(os, "sched_getaffinity", lambda _, processors=processors: processors)
        pool = HashPool(HashingSettings())
        pool.run(int)
        assert len(pool._threads) == threads
        pool.close()


@pytest.mark.parametrize(("threads", "waiting", "niceness"), [(-1, 48, 15), (1, 0, 15), (1, 48, 20), (1, 48, -1)])
def test_settings_that_cannot_work_are_refused_at_start(threads, waiting, niceness):
    with pytest.raises(ValueError, match="not possible"):
        HashingSettings(threads, waiting, niceness)
