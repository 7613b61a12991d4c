"""Wikigate as its users start it: the command, a configuration file, a data folder."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

COMMAND = Path(sys.executable).with_name("wikigate")
LISTENING = re.compile(rb"Wikigate is listening on (http://[^/\s]+)")
STOP_SECONDS = 20


@dataclass(frozen=True, slots=True)
class WikigateServer:
    """A running Wikigate: its address without a path, and how to reach the same wiki by command."""

    base: str
    options: tuple[str, ...]

    def run(self, *arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
        """Run one of the operator's commands on the same wiki."""
        return operate(*arguments, *self.options, stdin=stdin)


def operate(*arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
    """Run an operator's command and return what it said."""
    return subprocess.run([COMMAND, *arguments], input=stdin, capture_output=True, text=True, check=False, timeout=60)


@contextmanager
def serving(folder: Path, config: Mapping[str, Any], *, database: Path | None = None) -> Iterator[WikigateServer]:
    """Serve until the block ends; raises ``RuntimeError`` with the log where it does not start."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "wikigate.toml"
    # Beside another suite's work the hashes of a polite server would wait for long.
    file.write_text("".join(_tables({"hashing": {"niceness": 0}, **config})), "utf-8")
    options = ["--data", str(folder), "--config", str(file)]
    if database is not None:
        options += ["--database", f"sqlite:///{database}"]
    log = folder / "serve.log"
    with log.open("wb") as errors:
        server = subprocess.Popen(
            [COMMAND, "serve", *options, "--host", "127.0.0.1", "--port", "0"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=errors,
            env={**os.environ, "PYTHONUNBUFFERED": "1"},
        )
    try:
        yield WikigateServer(_address(server, log), tuple(options))
    finally:
        server.terminate()
        try:
            server.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def _address(server: subprocess.Popen[bytes], log: Path) -> str:
    said: list[bytes] = []
    for line in server.stdout or ():
        said.append(line)
        if (found := LISTENING.search(line)) is not None:
            return found[1].decode()
    raise RuntimeError(f"Wikigate did not start:\n{b''.join(said).decode()}{log.read_text('utf-8', 'replace')}")


def _tables(config: Mapping[str, Any], path: str = "") -> Iterator[str]:
    """Spell nested tables in TOML."""
    if path:
        yield f"[{path}]\n"
    yield from (f"{key} = {_value(value)}\n" for key, value in config.items() if not isinstance(value, Mapping))
    for key, value in config.items():
        if isinstance(value, Mapping):
            yield from _tables(value, f"{path}.{key}" if path else key)


def _value(value: Any) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case int() | float():
            return str(value)
        case list() | tuple():
            return f"[{', '.join(map(_value, value))}]"
        case Mapping():
            return f"{{{', '.join(f'{key} = {_value(item)}' for key, item in value.items())}}}"
        case _:
            escaped = str(value).replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
            return f'"{escaped}"'
