"""Starting, dying and ending."""

from __future__ import annotations

import contextlib
import http.client
import os
import signal
import socket
import sqlite3
import subprocess
import threading
import time
from pathlib import Path

import pytest

from .server import COMMAND, PASSWORD, PATIENCE, Client, at_once, eventually, has_ended, serving


def _wait_until_taken_up(folder: Path, count: int) -> None:
    """Wait until the server is at work on so many logins: each takes a place of the throttle before its hash."""
    (file,) = folder.rglob("*.sqlite")
    with contextlib.closing(sqlite3.connect(file)) as connection:
        while (connection.execute("SELECT MAX(number) FROM wikigate_state").fetchone()[0] or 0) < count:
            threading.Event().wait(0.01)


@pytest.mark.parametrize("workers", ["1", "2"])
def test_k10_sigterm_lets_what_has_begun_end_and_exits_with_0(tmp_path: Path, workers: str) -> None:
    """The logins wait for a slow hash when the signal comes; each is answered in full."""
    config = '[passwords]\nprofile = "argon2id-php"\n[auth.throttle]\nconditions = []\n'
    with serving(tmp_path, "--workers", workers, users=["Alice"], config=config) as server:
        clients = [Client(server).prepare() for _ in range(6)]
        endings = [client.begin_login("Alice", PASSWORD) for client in clients]
        _wait_until_taken_up(tmp_path, len(clients))
        code = server.stop()
        answers = [end() for end in endings]
        assert code == 0
        assert [answer["status"] for answer in answers] == ["PASS"] * len(clients)
        assert "ERROR" not in server.output
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", server.port), timeout=PATIENCE)


def test_k10_a_worker_that_is_still_starting_ends_at_once(tmp_path: Path) -> None:
    """The first of eight workers answers while the others still build their application."""
    with serving(tmp_path, "--workers", "8") as server:
        assert server.stop() == 0
        assert "ERROR" not in server.output


def test_k9_a_killed_worker_is_replaced(tmp_path: Path) -> None:
    with serving(tmp_path, "--workers", "2", users=["Alice"]) as server:
        # The first worker answers before the second is there.
        eventually(lambda: len(server.workers()) == 2, "there are not two workers")
        before = set(server.workers())
        for worker in before:
            os.kill(worker, signal.SIGKILL)

        def replaced() -> bool:
            assert server.process.poll() is None
            now = set(server.workers())
            return len(now) == 2 and not now & before

        def logs_in() -> bool:
            try:
                return bool(Client(server).prepare().log_in("Alice", PASSWORD)["status"] == "PASS")
            except (OSError, http.client.HTTPException):
                return False

        eventually(replaced, "the workers are not replaced")
        eventually(logs_in, "nobody can log in")
        assert server.stop() == 0


def test_workers_end_when_the_process_that_started_them_is_killed(tmp_path: Path) -> None:
    """Nobody would replace, stop or count them any more, and they would keep the port."""
    with serving(tmp_path, "--workers", "2", users=["Alice"]) as server:
        eventually(lambda: len(server.workers()) == 2, "there are not two workers")
        workers = server.workers()
        server.process.kill()
        server.process.wait(PATIENCE)
        eventually(lambda: all(map(has_ended, workers)), "workers live on")
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", server.port), timeout=PATIENCE)


def test_a_busy_port_is_told_in_one_sentence(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = subprocess.run(
            [COMMAND, "serve", "--data", tmp_path / "data", "--port", str(port)],
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
    assert (done.returncode, done.stdout) == (1, "")
    assert (
        done.stderr
        == f"wikigate: 127.0.0.1:{port} cannot be listened on (Address already in use); choose another with --port or --host.\n"
    )
    assert not (tmp_path / "data").exists(), "nothing is made before the port is known to be free"


def test_k9_threads_that_end_after_a_burst_take_no_worker_with_them(tmp_path: Path) -> None:
    with serving(tmp_path, users=("Alice",)) as server:
        (worker,) = server.workers()
        tasks = Path(f"/proc/{worker}/task")
        usual = len(list(tasks.iterdir()))
        clients = [Client(server) for _ in range(40)]
        at_once(lambda client: client.get({"action": "query", "list": "users", "ususers": "Alice"}), clients)
        for client in clients:
            client.close()
        assert len(list(tasks.iterdir())) > usual
        deadline = time.monotonic() + 2 * PATIENCE
        while tasks.exists() and len(list(tasks.iterdir())) > usual + 2:
            assert time.monotonic() < deadline
            threading.Event().wait(0.2)
        assert server.workers() == [worker]
        assert "Unexpected exit" not in server.output
