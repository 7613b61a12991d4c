"""The server that the clients are driven against: a new Wikigate, or the one that the environment names."""

import json
import os
import queue
import re
import secrets
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

WIKIGATE = Path(sys.executable).with_name("wikigate")
LISTENING = re.compile(r"^Wikigate is listening on (http://\S+)")
START_SECONDS = 60
STRANGERS = 7


@dataclass(frozen=True)
class Credentials:
    name: str
    password: str


@dataclass(frozen=True)
class Server:
    """``accounts``: main, bot (main's bot password), consumer and bearer (main's OAuth consumers, as JSON), unicode.

    ``strangers``: names for wrong passwords, which throttle them.
    """

    url: str
    accounts: dict[str, Credentials]
    strangers: list[str]

    def credentials(self, account: str) -> Credentials:
        """``stranger 2`` is the third stranger with a password that is not its own; ``stranger 2@app`` the same as a bot password."""
        kind, _, number = account.partition(" ")
        if kind != "stranger":
            return self.accounts[account]
        number, at, app = number.partition("@")
        return Credentials(self.strangers[int(number)] + at + app, "not-the-password-of-anyone")


@contextmanager
def serving(folder: Path, *options: str) -> Iterator[Server]:
    url = os.environ.get("WIKIGATE_CLIENTS_URL")
    if url and not options:
        yield _named(url, Path(os.environ["WIKIGATE_CLIENTS_ACCOUNTS"]))
        return
    accounts, strangers = _people(folder)
    errors = folder / "serve.log"
    with (
        errors.open("wb") as log,
        subprocess.Popen(
            [WIKIGATE, "serve", "--data", folder, "--host", "127.0.0.1", "--port", "0", *options],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        ) as process,
    ):
        try:
            yield Server(_address(process, errors), accounts, strangers)
        finally:
            process.terminate()
            try:
                process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                process.kill()
                raise


def _named(url: str, path: Path) -> Server:
    given = json.loads(path.read_text())
    accounts = {kind: Credentials(**given[kind]) for kind in ("main", "bot", "consumer", "bearer", "unicode")}
    return Server(url, accounts, given["strangers"])


def _people(folder: Path) -> tuple[dict[str, Credentials], list[str]]:
    main = _create(folder, "Client")
    made = json.loads(
        _command(folder, "bot-password", "create", main.name, "app", "--grant", "basic", "--grant", "highvolume")
    )
    accounts = {
        "main": main,
        "bot": Credentials(made["username"], made["password"]),
        "consumer": Credentials(main.name, _consumer(folder, main.name, "--oauth1")),
        "bearer": Credentials(main.name, _consumer(folder, main.name, "--oauth2")),
        "unicode": _create(folder, "Zoë d'Arc", 'pâss + &=%|"word'),
    }
    return accounts, [_create(folder, f"Stranger {number}").name for number in range(1, STRANGERS + 1)]


def _consumer(folder: Path, owner: str, version: str) -> str:
    return _command(folder, "consumer", "create", "--owner-only", version, owner, f"client {version}")


def _create(folder: Path, name: str, password: str | None = None) -> Credentials:
    password = password or secrets.token_urlsafe(18)
    _command(folder, "user", "create", name, "--password-stdin", secret=password)
    return Credentials(name, password)


def _command(folder: Path, *words: str, secret: str = "") -> str:
    done = subprocess.run(
        [WIKIGATE, *words, "--data", folder, "--json"],
        input=secret,
        capture_output=True,
        text=True,
        timeout=START_SECONDS,
        check=False,
    )
    assert done.returncode == 0, f"wikigate {' '.join(words)}: {done.stdout}{done.stderr}"
    return done.stdout


def _address(process: subprocess.Popen[str], errors: Path) -> str:
    """The address the server prints once it accepts requests; what it printed instead is the failure's text."""
    lines: queue.Queue[str | None] = queue.Queue()
    assert process.stdout
    threading.Thread(target=_read, args=(process.stdout, lines), daemon=True).start()
    printed = []
    try:
        while (line := lines.get(timeout=START_SECONDS)) is not None:
            printed.append(line)
            if found := LISTENING.match(line):
                return found[1]
    except queue.Empty:
        pass
    raise AssertionError(f"wikigate serve does not answer: {''.join(printed)}{errors.read_text()}")


def _read(stream: IO[str], lines: queue.Queue[str | None]) -> None:
    for line in stream:
        lines.put(line)
    lines.put(None)
