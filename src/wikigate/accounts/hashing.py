"""Where slow hashes run: a few threads of low priority, and a queue that is bounded and fair.

What it is for: a password check is tens to hundreds of milliseconds of pure computing. Done in the request's own thread, a
flood of logins starves every cheap request; done here, on no more threads than the machine can spare and at a niceness
that yields to all other work, the cheap requests do not notice (measured, spec performance §8).

Promises:

* At most `threads` hashes run and at most `waiting` wait; whoever comes beyond is refused at once with `HashQueueFull`, which
  the API turns into its `ratelimited` refusal. `waiting` must stay well below the number of request threads, since
  each waiting login holds one of them.
* Fair between sources (client addresses, say): they are served in turn, whatever one of them has queued. When the
  queue is full and somebody comes whose source has less waiting than the greediest one, the greediest one's newest is
  refused in their place ("longest queue drop"), so that one source cannot keep the others out.
* A caller that is interrupted while waiting leaves the queue. No lock is held while a hash runs. Threads start with the
  first hash, not with the object, and never hold up the end of the process.

Must not: be called from inside a hash (it could wait for itself), with a database transaction open, or twice for one login.
"""

import os
import sys
import threading
from collections import OrderedDict, deque
from collections.abc import Callable
from dataclasses import dataclass
from queue import SimpleQueue
from typing import Any, Generic, Protocol, TypeVar, TypeVarTuple, Unpack, cast

from wikigate.primitives.errors import WikigateError

T = TypeVar("T")
Ts = TypeVarTuple("Ts")


class HashQueueFull(WikigateError):  # noqa: N818  the name says the state, as the log will
    """Too many hashes wait already, or the pool is closed; nothing was computed. The attempt may be made again later."""


@dataclass(frozen=True, slots=True)
class HashingSettings:
    """How much of the machine hashing may have.

    ``threads``: hashes that run at once; 0: one less than the processors this process may use, but at least one. Never set it above
    the processors: runnable hashes then outweigh the requests, whatever their niceness.
    ``waiting``: hashes that may wait for a thread, over all sources; keep it below the number of request threads.
    ``niceness``: 0 to 19, how far the threads yield to other work; where the platform has it by thread (Linux).

    Raises `ValueError` for numbers outside those ranges.
    """

    threads: int = 0
    waiting: int = 48
    niceness: int = 15

    def __post_init__(self) -> None:
        """Refuse what cannot be."""
        if self.threads < 0 or self.waiting < 1 or not 0 <= self.niceness <= 19:  # noqa: PLR2004  setpriority(2)
            raise ValueError(f"not possible: {self}")


class Hasher(Protocol):
    """Runs slow work and waits for it."""

    def run(self, work: Callable[[Unpack[Ts]], T], *args: *Ts, source: str = "") -> T:
        """Answer `work(*args)`; blocks the calling thread meanwhile. What `work` raises, this raises.

        `source` is who is asking, for fairness: the client's address, an IPv6 one cut to its /64. Raises `HashQueueFull`
        when the work was not begun.
        """
        ...

    def close(self) -> None:
        """Begin nothing more; what waits is refused, what runs is finished. May be called again."""
        ...


class InlineHasher:
    """Runs the work in the calling thread: for tests and for commands that serve nobody else."""

    def run(self, work: Callable[[Unpack[Ts]], T], *args: *Ts, source: str = "") -> T:  # noqa: ARG002
        """Answer `work(*args)`."""
        return work(*args)

    def close(self) -> None:
        """Do nothing."""


class MakesHashes(Protocol):
    """What makes a stored password of a plain one."""

    def make(self, password: str, /) -> str:
        """Return the column's value; slow."""
        ...


class HashesAside:
    """Makes stored passwords in the pool, for those whose thread has other things to do; satisfies `MakesHashes`."""

    def __init__(self, scheme: MakesHashes, hasher: Hasher) -> None:
        self._scheme = scheme
        self._hasher = hasher

    def make(self, password: str, /) -> str:
        """See `MakesHashes`. Raises `HashQueueFull`."""
        return self._hasher.run(self._scheme.make, password)


class HashPool:
    """The pool of this process; satisfies `Hasher`."""

    def __init__(self, settings: HashingSettings) -> None:
        self._thread_count = settings.threads or max(1, _processors() - 1)
        self._niceness = settings.niceness
        self._lock = threading.Lock()
        self._queue = _FairQueue(settings.waiting)
        self._threads: list[threading.Thread] = []
        self._closed = False
        # One token for each job ever queued, or to wake a thread for closing. A job that was dropped leaves its token
        # behind, and the thread that takes it finds nothing to do.
        self._tokens: SimpleQueue[None] = SimpleQueue()

    @property
    def waiting(self) -> int:
        """How many hashes wait for a thread just now."""
        return len(self._queue)

    def run(self, work: Callable[[Unpack[Ts]], T], *args: *Ts, source: str = "") -> T:
        """See `Hasher.run`."""
        job = _Job(lambda: work(*args), source)
        try:
            self._submit(job)
            return job.result()
        except BaseException:
            with self._lock:
                self._queue.discard(job)  # it still waits only if this thread was interrupted
            raise

    def close(self) -> None:
        """See `Hasher.close`."""
        with self._lock:
            self._closed = True
            refused = self._queue.clear()
            threads = len(self._threads)
        for job in refused:
            job.refuse("the hashing pool is closed")
        for _ in range(threads):
            self._tokens.put(None)

    def _submit(self, job: "_Job[Any]") -> None:
        with self._lock:
            if self._closed:
                raise HashQueueFull("the hashing pool is closed")
            if not self._threads:
                self._start()
            dropped = self._queue.put(job)
        if dropped is job:
            raise HashQueueFull("too many hashes wait already")
        if dropped is not None:
            dropped.refuse("sources with fewer hashes were waiting")
        self._tokens.put(None)

    def _start(self) -> None:
        for number in range(self._thread_count):
            thread = threading.Thread(target=self._serve, name=f"hash-{number}", daemon=True)
            thread.start()
            self._threads.append(thread)

    def _serve(self) -> None:
        _yield_to_others(self._niceness)
        while True:
            self._tokens.get()
            with self._lock:
                job = self._queue.take()
                if job is None and self._closed:
                    return
            if job is not None:
                job.execute()
                del job  # or its result would live on until the next one


class _Job(Generic[T]):
    """One piece of work and the place where its caller waits."""

    __slots__ = ("_done", "_error", "_value", "source", "work")

    def __init__(self, work: Callable[[], T], source: str) -> None:
        self.work = work
        self.source = source
        self._value: T | None = None
        self._error: BaseException | None = None
        self._done = threading.Lock()  # held until there is a result: the lightest thing a thread can wait on
        self._done.acquire()

    def execute(self) -> None:
        """Do the work, in a thread of the pool."""
        try:
            self._value = self.work()
        except BaseException as error:  # noqa: BLE001  it belongs to the caller, whatever it is
            self._error = error
        self._done.release()

    def refuse(self, reason: str) -> None:
        """Let the caller go without a result."""
        self._error = HashQueueFull(reason)
        self._done.release()

    def result(self) -> T:
        """Wait for the result and answer or raise it."""
        self._done.acquire()
        if self._error is not None:
            try:
                raise self._error
            finally:
                self._error = None  # a traceback refers to this frame, and this frame to the error
        return cast("T", self._value)


class _FairQueue:
    """Jobs by source, sources in turn. Not locked: its owner does that."""

    def __init__(self, capacity: int) -> None:
        self._capacity = capacity
        self._length = 0
        self._sources: OrderedDict[str, deque[_Job[Any]]] = OrderedDict()

    def __len__(self) -> int:
        return self._length

    def put(self, job: _Job[Any]) -> _Job[Any] | None:
        """Add a job; answer the one that had to make room, which may be this one."""
        dropped = None
        if self._length >= self._capacity:
            greediest = max(self._sources.values(), key=len)
            if len(self._sources.get(job.source, ())) + 1 >= len(greediest):
                return job
            dropped = greediest.pop()
            self._length -= 1
        self._sources.setdefault(job.source, deque()).append(job)
        self._length += 1
        return dropped

    def take(self) -> _Job[Any] | None:
        """Remove the oldest job of the source whose turn it is."""
        if not self._sources:
            return None
        source, jobs = self._sources.popitem(last=False)
        job = jobs.popleft()
        if jobs:
            self._sources[source] = jobs
        self._length -= 1
        return job

    def discard(self, job: _Job[Any]) -> None:
        """Remove a job if it still waits."""
        jobs = self._sources.get(job.source)
        if jobs is not None and job in jobs:
            jobs.remove(job)
            self._length -= 1
            if not jobs:
                del self._sources[job.source]

    def clear(self) -> list[_Job[Any]]:
        """Remove and answer all."""
        jobs = [job for jobs in self._sources.values() for job in jobs]
        self._sources.clear()
        self._length = 0
        return jobs


def _processors() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _yield_to_others(niceness: int) -> None:
    """Lower the priority of this very thread. Elsewhere than on Linux the call would name a process, so it is not made."""
    if sys.platform != "linux":
        return
    thread = threading.get_native_id()
    try:
        if os.getpriority(os.PRIO_PROCESS, thread) < niceness:
            os.setpriority(os.PRIO_PROCESS, thread, niceness)
    except OSError:
        pass  # forbidden here (a sandbox, say): the pool works, only less politely
