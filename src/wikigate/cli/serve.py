"""``wikigate serve``: granian's WSGI interface on native threads, one process a worker.

Each worker builds its own application after the fork, so that no database connection, thread or lock is shared, and ends when the process
that has started it ends, however that comes about. The port is tried
before anything is started, and the address is printed when the server really answers.
"""

from __future__ import annotations

import functools
import gc
import http.client
import os
import resource
import signal
import socket
import threading
from collections.abc import Callable
from dataclasses import asdict, replace
from typing import Any, Final
from urllib.parse import urlsplit

import click
from granian import Granian
from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.log import LogLevels

from wikigate.app import Application, build_application
from wikigate.cli.demo import Demo, prepare_demo
from wikigate.cli.operator import Operator, operator_command
from wikigate.cli.worker_signals import heed_signals, let_forks_end
from wikigate.config import Config
from wikigate.dialects.builtin import dialect_of
from wikigate.primitives.errors import ConfigError
from wikigate.web.body_places import MOST_BODIES

# Whoever holds connections open and says nothing on them must not use up what the others need (spec security T1): there are more
# than one machine opens by the way, a head that does not come is not waited for, and threads are left beside those that read bodies.
_MOST_CONNECTIONS: Final = 8192
_HEADER_PATIENCE: Final = 10_000  # milliseconds
_FILES_BESIDE_CONNECTIONS: Final = 4096
_GRACE: Final = 30
"""Seconds in which a worker that is told to end finishes what it has begun."""


@click.command()
@click.option("--host", default=None, help="Address to listen on.  [default: 127.0.0.1]")
@click.option("--port", type=click.IntRange(0, 65535), default=None, help="Port; 0 takes a free one.  [default: 8080]")
@click.option("--workers", type=click.IntRange(1, 256), default=None, help="Processes.  [default: 1]")
@click.option("--dialect", default="", help="Era of the API: 1.12, 1.16, 1.27, a release, or current.")
@click.option("--demo", is_flag=True, help="Make an account and a bot password to try, and say how.")
@operator_command
def serve(
    operator: Operator, *, host: str | None, port: int | None, workers: int | None, dialect: str, demo: bool
) -> None:
    """Start the server.

    With --wiki it serves that wiki alone. With --json it prints its address, and the demo account, as JSON when it answers.
    """
    config = operator.config()
    host = host or config.server.host
    port = config.server.port if port is None else port
    address = _address(host)
    port = _free_port(address) if port == 0 else _require_free(address, port)
    config = _with_addresses(config, _url(address, port))
    if dialect:
        wikis = {wiki_id: replace(wiki, dialect=dialect) for wiki_id, wiki in config.wikis.items()}
        config = replace(config, wikis=wikis)
    shown = prepare_demo(config) if demo else None
    # Everything that can be wrong with the wikis is found here, before a worker could fail out of sight.
    build_application(config).close()
    server = Granian(
        "wikigate",
        address=address,
        port=port,
        interface=Interfaces.WSGI,
        http=HTTPModes.http1,
        workers=workers or config.server.workers,
        blocking_threads=config.server.threads + MOST_BODIES,
        backpressure=_MOST_CONNECTIONS,
        http1_settings=HTTP1Settings(header_read_timeout=_HEADER_PATIENCE),
        websockets=False,
        log_level=LogLevels.error,
        log_access=False,
        respawn_failed_workers=True,
        workers_kill_timeout=_GRACE,
    )
    _allow_files()
    _announce_when_ready(operator, address, port, config, shown)
    lifeline, held = os.pipe()
    let_forks_end()
    os.register_at_fork(after_in_child=functools.partial(_leave_lifeline, [held]))
    # Workers share the memory of what is imported as long as nobody writes to it, and looking for garbage writes.
    gc.collect()
    gc.freeze()
    server.serve(target_loader=functools.partial(_load, config, lifeline))


def _leave_lifeline(held: list[int]) -> None:
    """Leave the end of the lifeline to the process that starts the workers."""
    while held:  # once: what a worker itself may start later has nothing to close
        os.close(held.pop())


def _allow_files() -> None:
    """Let this process and its workers have as many files open as connections need, as far as the system lets them."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _MOST_CONNECTIONS + _FILES_BESIDE_CONNECTIONS
    if hard != resource.RLIM_INFINITY:
        wanted = min(wanted, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def _end_with_parent(lifeline: int) -> None:
    """End this worker once the process that started it has ended: nobody writes to the lifeline, and no other process holds its far end."""

    def wait() -> None:
        os.read(lifeline, 1)
        os.kill(os.getpid(), signal.SIGTERM)
        threading.Event().wait(_GRACE)
        os.kill(os.getpid(), signal.SIGKILL)

    threading.Thread(target=wait, name="lifeline", daemon=True).start()


def _load(config: Config, lifeline: int, *_args: Any, **_kwargs: Any) -> Callable[..., Any]:
    """Build the application in the worker.

    granian copies the process environment into every request's environ: what is there is not a request header, and copying it costs.
    """
    application = build_application(config)
    heed_signals()
    _send_mails(application)
    for name in list(os.environ):
        del os.environ[name]
    # What was made at start stays for good: the garbage collector need not look at it again and again.
    gc.collect()
    gc.freeze()
    _end_with_parent(lifeline)
    return application


def _send_mails(application: Application) -> None:
    """Let each wiki that has a mail server send what lies in its outbox; of several workers one sends a mail."""
    for sender in [wiki.mail_sender for wiki in application.wikis if wiki.mail_sender is not None]:
        threading.Thread(target=sender.run, name="mail", daemon=True).start()


def _address(host: str) -> str:
    """Return the numeric address of a host name: granian listens on nothing else."""
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise ConfigError(f"There is no address for the host “{host}”; choose another with --host.") from None
    # IPv4 first: “localhost” is 127.0.0.1 for most who type it.
    return str(min(found, key=lambda entry: entry[0] != socket.AF_INET)[4][0])


def _require_free(host: str, port: int) -> int:
    try:
        with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((host, port))
    except PermissionError:
        raise ConfigError(
            f"Port {port} needs more rights than this account has; choose one above 1023 with --port."
        ) from None
    except OSError as error:
        raise ConfigError(
            f"{host}:{port} cannot be listened on ({error.strerror}); choose another with --port or --host."
        ) from error
    return port


def _free_port(host: str) -> int:
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        try:
            probe.bind((host, 0))
        except OSError as error:
            raise ConfigError(
                f"{host} cannot be listened on ({error.strerror}); choose another with --host."
            ) from error
        port: int = probe.getsockname()[1]
        return port


def _url(host: str, port: int) -> str:
    """Return the address under which this machine reaches the server."""
    local = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104  compared with, not bound to
    return f"http://{f'[{local}]' if ':' in local else local}:{port}"


def _with_addresses(config: Config, url: str) -> Config:
    """Let wikis that are not told where they are reached be reached where they are served."""
    wikis = {
        wiki_id: wiki if wiki.site.server else replace(wiki, site=replace(wiki.site, server=url))
        for wiki_id, wiki in config.wikis.items()
    }
    return replace(config, wikis=wikis)


def _announce_when_ready(operator: Operator, host: str, port: int, config: Config, demo: Demo | None) -> None:
    """Print the address as soon as the server answers; a server that stops before is reported by granian itself."""
    wiki = next(iter(config.wikis.values()))
    url = f"{_url(host, port)}{wiki.site.script_path}/api.php"
    told = f"\n{demo.text(url, dialect_of(wiki.dialect))}" if demo is not None else ""
    fact = {"url": url, "demo": asdict(demo) if demo is not None else None}
    say = functools.partial(operator.say, fact, f"Wikigate is listening on {url}{told}")
    threading.Thread(target=_announce, args=(url, say), daemon=True).start()


def _announce(url: str, say: Callable[[], None]) -> None:
    parts = urlsplit(url)
    while True:
        try:
            connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=1)
            connection.request("OPTIONS", parts.path)
            connection.getresponse().read()
            connection.close()
            break
        except OSError:
            threading.Event().wait(0.02)
    say()
