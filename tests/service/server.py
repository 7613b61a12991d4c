"""A real server for tests: ``wikigate serve`` in processes of its own, on a free port, stopped whatever happens."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import queue
import re
import select
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO, Any, Self, TypeVar
from urllib.parse import urlencode

COMMAND = Path(sys.executable).with_name("wikigate")
LISTENING = re.compile(r"Wikigate is listening on http://127\.0\.0\.1:(\d+)/w/api\.php")
PATIENCE = 30
PASSWORD = "correct horse battery"
CONFIG = '[passwords]\nprofile = "mediawiki"\n'

_In = TypeVar("_In")
_Out = TypeVar("_Out")


class Server:
    """A running server; ``output`` is everything it wrote so far."""

    def __init__(
        self, folder: Path, *words: str, config: str = CONFIG, environment: Mapping[str, str] | None = None
    ) -> None:
        self.data = folder / "data"
        self._config = folder / "wikigate.toml"
        # Beside another suite's work the hashes of a polite server would wait for longer than these tests do.
        self._config.write_text(f"{config}[hashing]\nniceness = 0\n")
        self._words = words
        self._environment = {**os.environ, "PYTHONUNBUFFERED": "1", **(environment or {})}
        self._lines: queue.Queue[str | None] = queue.Queue()
        self._said: list[str] = []

    def command(self, *words: str, stdin: str = "") -> str:
        """Run an operator's command that must go well."""
        done = subprocess.run(
            [COMMAND, *words, "--data", self.data, "--config", self._config],
            input=stdin,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
            env=self._environment,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def start(self) -> Self:
        """Start it and wait until it says that it answers."""
        self.process = subprocess.Popen(
            [COMMAND, "serve", "--data", self.data, "--config", self._config, "--port", "0", *self._words],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env=self._environment,
        )
        assert self.process.stdout is not None
        self._reader = threading.Thread(target=self._read, args=(self.process.stdout,), daemon=True)
        self._reader.start()
        while (line := self._lines.get(timeout=PATIENCE)) is not None:
            if (found := LISTENING.match(line)) is not None:
                self.port = int(found[1])
                return self
        raise AssertionError(f"the server did not start: {self.output}")

    def _read(self, stream: IO[str]) -> None:
        for line in stream:
            self._said.append(line)
            self._lines.put(line)
        self._lines.put(None)

    def wait_for(self, beginning: str) -> None:
        """Wait until it has written a line that begins so."""
        while (line := self._lines.get(timeout=PATIENCE)) is not None:
            if line.startswith(beginning):
                return
        raise AssertionError(f"the server ended without “{beginning}”: {self.output}")

    @property
    def output(self) -> str:
        return "".join(self._said)

    def stop(self) -> int:
        """Ask it to end, wait for the end, and return its exit code."""
        self.process.terminate()
        try:
            code = self.process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            for process in (*self.workers(), self.process.pid):
                os.kill(process, signal.SIGKILL)
            self.process.wait()
            raise
        self._reader.join(PATIENCE)
        return code

    def workers(self) -> list[int]:
        """Return the process ids of the workers."""
        children: list[int] = []
        for task in Path(f"/proc/{self.process.pid}/task").iterdir():
            # A thread that was listed may have ended by now, and with it its file; its children are another's.
            with contextlib.suppress(OSError):
                children += map(int, (task / "children").read_text().split())
        found = []
        for child in children:
            with contextlib.suppress(OSError):
                words = Path(f"/proc/{child}/cmdline").read_bytes()
                if words and b"resource_tracker" not in words:  # who has ended and is not buried yet has none
                    found.append(child)
        return found

    def raw(self, data: bytes) -> bytes:
        """Send bytes and return all that comes until the server closes; what it no longer wants to read is not sent."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE) as connection:
            with contextlib.suppress(OSError):
                connection.sendall(data)
            received = b""
            with contextlib.suppress(ConnectionResetError):
                while chunk := connection.recv(65536):
                    received += chunk
        return received


class Client:
    """A visitor with cookies and one connection of its own."""

    def __init__(self, server: Server) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=PATIENCE)
        self.cookies: dict[str, str] = {}

    def send(
        self, method: str, target: str, body: bytes = b"", headers: Mapping[str, str] | None = None
    ) -> tuple[int, bytes]:
        """Send one request; takes the cookies of the answer."""
        sent = dict(headers or {})
        if self.cookies:
            sent.setdefault("Cookie", "; ".join(f"{name}={value}" for name, value in self.cookies.items()))
        self._request(method, target, body, sent)
        answer = self._connection.getresponse()
        content = answer.read()
        for cookie in answer.headers.get_all("Set-Cookie") or []:
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        return answer.status, content

    def _request(self, method: str, target: str, body: bytes, headers: Mapping[str, str]) -> None:
        # A connection on which no head came for ten seconds is closed by now; the next request wants a new one, as with every client.
        if (idle := self._connection.sock) is not None and select.select([idle], [], [], 0)[0]:
            self._connection.close()
        self._connection.request(method, target, body or None, headers)

    def get(self, query: Mapping[str, str]) -> Any:
        return json.loads(
            self.send("GET", f"/w/api.php?{urlencode({'format': 'json', 'formatversion': '2', **query})}")[1]
        )

    def post(self, form: Mapping[str, str]) -> Any:
        body = urlencode({"format": "json", "formatversion": "2", **form}).encode()
        return json.loads(
            self.send("POST", "/w/api.php", body, {"Content-Type": "application/x-www-form-urlencoded"})[1]
        )

    def prepare(self) -> Self:
        """Fetch the token for a login."""
        self.token = self.get({"action": "query", "meta": "tokens", "type": "login"})["query"]["tokens"]["logintoken"]
        return self

    def begin_login(self, name: str, password: str) -> Callable[[], Any]:
        """Send a login in full; what is returned reads the answer."""
        body = urlencode({
            "action": "clientlogin", "username": name, "password": password, "loginreturnurl": "http://example.org/", "format": "json",
            "logintoken": self.token,
        })  # fmt: skip
        cookies = "; ".join(f"{cookie}={value}" for cookie, value in self.cookies.items())
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Cookie": cookies}
        self._request("POST", "/w/api.php", body.encode(), headers)
        return lambda: json.loads(self._connection.getresponse().read())["clientlogin"]

    def log_in(self, name: str, password: str) -> Any:
        """Log in with the token fetched before."""
        return self.post({
            "action": "clientlogin", "username": name, "password": password, "loginreturnurl": "http://example.org/",
            "logintoken": self.token,
        })["clientlogin"]  # fmt: skip

    def close(self) -> None:
        self._connection.close()


@contextlib.contextmanager
def serving(folder: Path, *words: str, users: Sequence[str] = (), **settings: Any) -> Iterator[Server]:
    """Serve until the block ends."""
    server = Server(folder, *words, **settings)
    for user in users:
        server.command("user", "create", user, "--password-stdin", stdin=PASSWORD)
    server.start()
    try:
        yield server
    finally:
        if server.process.poll() is None:
            server.stop()


def eventually(condition: Callable[[], bool], what: str) -> None:
    """Wait until something holds; fails with ``what`` if it never does."""
    pause, end = threading.Event(), time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end, what
        pause.wait(0.02)


def has_ended(process: int) -> bool:
    """Whether a process runs no more; one that nobody has buried yet has ended too."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] in {"Z", "X"}
    except OSError:
        return True


def at_once(work: Callable[[_In], _Out], arguments: Sequence[_In]) -> list[_Out]:
    """Do all of it from threads that start together; what came back, in order."""
    barrier = threading.Barrier(len(arguments))
    results: list[_Out | Exception] = [AssertionError("not run")] * len(arguments)

    def run(place: int) -> None:
        barrier.wait()
        try:
            results[place] = work(arguments[place])
        except Exception as error:  # noqa: BLE001  told below, in the test's own thread
            results[place] = error

    threads = [threading.Thread(target=run, args=(place,)) for place in range(len(arguments))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    found: list[_Out] = []
    for result in results:
        if isinstance(result, Exception):
            raise result
        found.append(result)
    return found
