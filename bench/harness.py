"""Processes pinned to a core, their CPU time read from the kernel, and rounds that are interleaved.

The primary figure is the server's CPU per request over all threads of its process tree (``/proc/<pid>/task/*/schedstat``, and
``/proc/<pid>/stat`` as a floor so that threads which ended are counted): wall-clock suffers from neighbours, CPU much less.
"""

from __future__ import annotations

import contextlib
import functools
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

SERVER_CORE = 0
LOAD_CORE = 1 if (os.cpu_count() or 1) > 1 else 0
_TICKS = os.sysconf("SC_CLK_TCK")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def children(pid: int) -> set[int]:
    """Return the processes that a process has started and not buried."""
    return {
        int(child) for task in Path(f"/proc/{pid}/task").iterdir() for child in (task / "children").read_text().split()
    }


@dataclass
class Server:
    """A server process and all its children."""

    name: str
    port: int
    path: str
    pid: int
    stop: Callable[[], None]
    forwarded: bool = False
    facts: dict[str, Any] = field(default_factory=dict)

    def pids(self) -> list[int]:
        """Return the process and its descendants."""
        found, queue = [], [self.pid]
        while queue:
            pid = queue.pop()
            found.append(pid)
            with contextlib.suppress(OSError):
                queue += children(pid)
        return found

    def cpu(self) -> float:
        """Return the CPU seconds that the process tree has used."""
        total = 0.0
        for pid in self.pids():
            with contextlib.suppress(OSError):
                threads = (
                    sum(
                        int((task / "schedstat").read_text().split()[0]) for task in Path(f"/proc/{pid}/task").iterdir()
                    )
                    / 1e9
                )
                stat = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
                total += max(threads, (int(stat[11]) + int(stat[12])) / _TICKS)
        return total

    def pss(self) -> float:
        """Return the proportional memory of the processes below the first one, the workers, in MiB."""
        total = 0
        for pid in self.pids()[1:]:
            with contextlib.suppress(OSError):
                for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
                    if line.startswith("Pss:"):
                        total += int(line.split()[1])
        return total / 1024


def _stop(process: subprocess.Popen[str]) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGTERM)
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def start(
    name: str, command: Sequence[str], port: int, path: str, *, cores: set[int] | None = None, **more: Any
) -> Server:
    """Start a server on the given cores (the server's own, unless said) and wait until it takes connections."""
    pinned = cores or {SERVER_CORE}
    errors = tempfile.TemporaryFile("w+")
    process = subprocess.Popen(
        command, start_new_session=True, text=True, stdout=subprocess.DEVNULL, stderr=errors,
        preexec_fn=lambda: os.sched_setaffinity(0, pinned), **more.pop("popen", {}),
    )  # fmt: skip
    server = Server(name, port, path, process.pid, functools.partial(_stop, process), **more)
    deadline = time.monotonic() + 60
    while True:
        if process.poll() is not None:
            errors.seek(0)
            raise RuntimeError(f"{name} ended at once: {' '.join(command)}\n{errors.read()[-2000:]}")
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)
        else:
            return server


@dataclass
class Measured:
    """One run of a conversation against one server."""

    cpu_per_request: float
    cpu_per_flow: float
    report: dict[str, Any]


def load_process(
    server: Server, conversation: str, connections: int, seconds: float, *, core: int | None = None, **more: Any
) -> subprocess.Popen[str]:
    """Start the load generator; read its report with ``finish``."""
    spec = {
        "host": "127.0.0.1", "port": server.port, "path": server.path, "conversation": conversation, "connections": connections,
        "seconds": seconds, "core": LOAD_CORE if core is None else core, "forwarded": server.forwarded, **server.facts, **more,
    }  # fmt: skip
    process = subprocess.Popen(
        [sys.executable, "-m", "bench.load"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert process.stdin is not None
    process.stdin.write(json.dumps(spec))
    process.stdin.close()
    return process


def finish(process: subprocess.Popen[str], what: str) -> dict[str, Any]:
    """Wait for a load generator and return its report; a wrong answer ends the benchmark."""
    assert process.stdout is not None
    output = process.stdout.read()
    process.wait()
    if not output:
        raise RuntimeError(f"{what}: the load generator failed")
    report: dict[str, Any] = json.loads(output)
    if report["error_count"]:
        raise RuntimeError(f"{what}: {report['error_count']} wrong answers, the first: {report['errors'][0]}")
    return report


def measure(server: Server, conversation: str, connections: int, seconds: float, **more: Any) -> Measured:
    """Play one conversation and return what it cost the server."""
    before = server.cpu()
    report = finish(load_process(server, conversation, connections, seconds, **more), f"{server.name} {conversation}")
    used = server.cpu() - before
    return Measured(used / max(1, report["requests"]), used / max(1, report["flows"]), report)


@contextlib.contextmanager
def running(servers: list[Server]) -> Iterator[list[Server]]:
    """Stop the servers whatever happens."""
    try:
        yield servers
    finally:
        for server in servers:
            server.stop()
