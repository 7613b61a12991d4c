"""A real MediaWiki 1.43, installed on SQLite and served on loopback for as long as it is needed.

``scripts/mediawiki.sh`` brings PHP and unpacks Debian's package; nothing of it is changed. A first installation is kept under
``.cache/reference`` and copied for every run. Run as a module it serves one to look at: ``python -m tests.conformance.reference_wiki``.
"""

from __future__ import annotations

import argparse
import fcntl
import http.client
import json
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / ".cache/mediawiki/usr/share/mediawiki"
TEMPLATE = ROOT / ".cache/reference"
INSTALLED = TEMPLATE / "installed"
SETTINGS = Path(__file__).with_name("reference_settings.php")
ADMIN, ADMIN_PASSWORD = "Admin", "AdminPass12345!"
START_SECONDS = 60


@dataclass(frozen=True, slots=True)
class ReferenceWiki:
    """A running MediaWiki: its address without a path and its database file."""

    base: str
    database: Path


def catalogue(*languages: str) -> dict[str, dict[str, str]]:
    """Return MediaWiki's own messages by language, read where the package lies; needed to tell which message a text is."""
    out: dict[str, dict[str, str]] = {}
    for language in languages:
        messages: dict[str, str] = {}
        for folder in ("languages", "includes", "extensions-core/ConfirmEdit"):
            for path in sorted((PACKAGE / folder).rglob(f"i18n/**/{language}.json")):
                if "installer" not in path.parts:
                    data = json.loads(path.read_text("utf-8"))
                    messages.update({key: value for key, value in data.items() if isinstance(value, str)})
        out[language] = messages
    return out


@contextmanager
def serving(folder: Path, port: int = 0) -> Iterator[ReferenceWiki]:
    """Serve a new wiki out of ``folder`` until the block ends; raises ``RuntimeError`` with the log's end where it does not start."""
    _install()
    shutil.copytree(INSTALLED, folder, dirs_exist_ok=True)
    with (folder / "LocalSettings.php").open("a") as settings:
        settings.write("\n" + SETTINGS.read_text("utf-8").removeprefix("<?php\n"))
    (folder / "w").symlink_to(PACKAGE)
    port = port or _free_port()
    base = f"http://127.0.0.1:{port}"
    environment = {
        **os.environ,
        "MW_CONFIG_FILE": str(folder / "LocalSettings.php"),
        "REFERENCE_FOLDER": str(folder),
        "REFERENCE_SERVER": base,
        "PHP_CLI_SERVER_WORKERS": "2",
    }
    command = [
        "php",
        "-d",
        "opcache.enable_cli=1",
        "-d",
        "apc.enable_cli=1",
        "-d",
        "error_reporting=1",
        "-S",
        f"127.0.0.1:{port}",
    ]
    log = folder / "server.log"
    server = subprocess.Popen(
        [*command, "-t", str(folder)],
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    started = threading.Event()
    reader = threading.Thread(target=_keep_log, args=(server, log, started), daemon=True)
    reader.start()
    try:
        if not started.wait(START_SECONDS) or server.poll() is not None:
            raise RuntimeError(f"PHP did not start:\n{log.read_text('utf-8', 'replace')[-2000:]}")
        _check_answer(base)
        yield ReferenceWiki(base, folder / "db/my_wiki.sqlite")
    finally:
        # The server's workers are its children; they share its session and nothing else does.
        os.killpg(server.pid, signal.SIGTERM)
        server.wait(timeout=10)
        reader.join(timeout=10)


def _install() -> None:
    """Install the wiki that every run copies, once."""
    TEMPLATE.mkdir(parents=True, exist_ok=True)
    with (TEMPLATE / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if INSTALLED.exists():
            return
        subprocess.run([ROOT / "scripts/mediawiki.sh"], check=True)
        fresh = Path(tempfile.mkdtemp(dir=TEMPLATE))
        (fresh / "db").mkdir()
        command = [
            "php", "-d", "error_reporting=1", str(PACKAGE / "maintenance/run.php"), "install", "--confpath", str(fresh),
            "--dbtype", "sqlite", "--dbpath", str(fresh / "db"), "--dbname", "my_wiki", "--server", "http://127.0.0.1",
            "--scriptpath", "/w", "--pass", ADMIN_PASSWORD, "--skins", "", "TestWiki", ADMIN,
        ]  # fmt: skip
        # An absent configuration file tells MediaWiki that it is not installed yet.
        environment = {**os.environ, "MW_CONFIG_FILE": str(fresh / "absent.php")}
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        if done.returncode:
            shutil.rmtree(fresh)
            raise RuntimeError(f"MediaWiki could not be installed:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
        fresh.rename(INSTALLED)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _keep_log(server: subprocess.Popen[bytes], log: Path, started: threading.Event) -> None:
    """Write the server's log down and tell when it listens, or that it never will."""
    with log.open("wb") as out:
        for line in server.stderr or ():
            out.write(line)
            out.flush()
            if line.rstrip().endswith(b"started"):
                started.set()
    started.set()


def _check_answer(base: str) -> None:
    connection = http.client.HTTPConnection(base.removeprefix("http://"), timeout=START_SECONDS)
    connection.request("GET", "/w/api.php?action=query&meta=siteinfo&format=json")
    response = connection.getresponse()
    body = response.read()
    connection.close()
    if response.status != http.HTTPStatus.OK or b'"generator"' not in body:
        raise RuntimeError(f"MediaWiki answered {response.status}: {body[:2000]!r}")


def has_our_settings(database: Path) -> bool:
    """Tell whether the wiki that a database belongs to was started by this module, here or in another process."""
    settings = database.parent.parent / "LocalSettings.php"
    return settings.exists() and "HTTP_X_REFERENCE_VARIANT" in settings.read_text("utf-8")


def main() -> None:
    """Serve a wiki until interrupted."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=0)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, serving(Path(folder), arguments.port) as wiki:
        print(f"account {ADMIN}, password {ADMIN_PASSWORD}")  # noqa: T201
        print(f"WIKIGATE_ORACLE={wiki.base}/w/api.php WIKIGATE_ORACLE_DATABASE={wiki.database}", flush=True)  # noqa: T201
        # Blocked only now: the server's process was made before and ends by the signals that it is used to.
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM})
        signal.sigwait({signal.SIGINT, signal.SIGTERM})


if __name__ == "__main__":
    main()
