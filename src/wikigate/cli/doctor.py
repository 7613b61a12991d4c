"""``wikigate doctor``: is everything as it should be, and if not, what is to be done.

Promises that it makes nothing: no folder, no secret, no table.
"""

from __future__ import annotations

import ipaddress
import os
import stat
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict

import click

from wikigate.app import Wiki, build_application, open_wiki
from wikigate.cli.operator import Operator, operator_command
from wikigate.config import Config
from wikigate.data_folder import has_keys
from wikigate.examination import of_mail, of_settings
from wikigate.primitives.errors import ConfigError, WikigateError
from wikigate.store.engine import Database
from wikigate.store.schema import is_ready
from wikigate.store.sqlite_file import path_of
from wikigate.web.finding import Finding

_MARKS = {"ok": "ok  ", "warning": "look", "fault": "BAD "}
_SLOW_HASH = 1.0


@click.command()
@operator_command
def doctor(operator: Operator) -> None:
    """Look everything over; exit code 1 where something must be mended."""
    config = operator.config()
    findings = [*_folder(config), *_server(config)]
    for wiki_id in config.wikis:
        findings += _wiki(config, wiki_id)
    findings += _together(config)
    lines = [f"{_MARKS[f.state]}  {f.what}{f' — {f.advice}' if f.advice else ''}" for f in findings]
    operator.say([asdict(finding) for finding in findings], "\n".join(lines))
    if any(finding.state == "fault" for finding in findings):
        sys.exit(1)


def _folder(config: Config) -> Iterator[Finding]:
    folder = config.data
    if not folder.exists():
        yield Finding("warning", f"the data folder {folder} does not exist yet", "the first start makes it")
        return
    if not os.access(folder, os.W_OK | os.X_OK):
        yield Finding("fault", f"the data folder {folder} cannot be written", "give this account write permission")
        return
    yield Finding("ok", f"data folder {folder}")
    for name in ("secret.key", "demo.json"):
        file = folder / name
        if file.exists():
            mode = stat.S_IMODE(file.stat().st_mode)
            if mode & 0o077:
                yield Finding("fault", f"{file} can be read by others (mode {mode:o})", f"chmod 600 {file}")
            else:
                yield Finding("ok", f"{name} is its owner's alone")


def _server(config: Config) -> Iterator[Finding]:
    server = config.server
    if server.host not in {"127.0.0.1", "::1", "localhost"}:
        everyone = (
            ipaddress.ip_address(server.host).is_unspecified
            if server.host[:1].isdigit() or ":" in server.host
            else False
        )
        where = "every address of this machine" if everyone else server.host
        yield Finding(
            "warning",
            f"the server listens on {where} without TLS",
            "put a proxy with TLS before it and name it in trusted_proxies",
        )
    if not server.trusted_proxies:
        yield Finding("ok", "X-Forwarded-For is believed from nobody")
    else:
        yield Finding("ok", f"X-Forwarded-For is believed from {', '.join(server.trusted_proxies)}")


def _wiki(config: Config, wiki_id: str) -> Iterator[Finding]:
    try:
        missing = _missing(config, wiki_id)
        if missing is not None:
            yield missing
        else:
            wiki = open_wiki(config, wiki_id)
            try:
                yield from _opened(wiki, wiki_id)
            finally:
                wiki.close()
    except (WikigateError, OSError) as error:
        yield Finding("fault", f"wiki “{wiki_id}” cannot be opened", str(error))
    yield from of_settings(config.wikis[wiki_id])


def _together(config: Config) -> Iterator[Finding]:
    """Say whether several wikis can be served beside one another."""
    if len(config.wikis) == 1 or any(_missing(config, wiki_id) for wiki_id in config.wikis):
        return
    try:
        build_application(config).close()
    except ConfigError as error:
        yield Finding("fault", "the wikis cannot be served by one server", str(error))


def _missing(config: Config, wiki_id: str) -> Finding | None:
    """Say what the first start would make, and make none of it."""
    settings = config.wikis[wiki_id].database
    path = path_of(settings.url)
    if not path.exists():
        return Finding("warning", f"wiki “{wiki_id}”: there is no database {path} yet", "the first start makes it")
    database = Database(settings.url, prefix=settings.prefix, busy_timeout=settings.busy_timeout, create=False)
    try:
        ready = is_ready(database)
    finally:
        database.close()
    if not ready:
        advice = "the first start makes them, and so does “wikigate schema create”"
        return Finding("warning", f"wiki “{wiki_id}”: tables are still to be made in {path}", advice)
    if not has_keys(config.data):
        return Finding("warning", f"there is no secret in {config.data} yet", "the first start makes one")
    return None


def _opened(wiki: Wiki, wiki_id: str) -> Iterator[Finding]:
    whose = "of its own" if wiki.schema == "own" else f"shared with a wiki ({wiki.schema})"
    yield Finding("ok", f"wiki “{wiki_id}”: database {whose}")
    started = time.perf_counter()
    wiki.hasher.run(wiki.scheme.verify_dummy, "what a password check costs")
    cost = time.perf_counter() - started
    profile = wiki.settings.passwords.profile
    if cost > _SLOW_HASH:
        yield Finding(
            "warning",
            f"a password check ({profile}) takes {cost:.1f} s on this machine",
            "choose a lighter passwords.profile",
        )
    else:
        yield Finding("ok", f"a password check ({profile}) takes {cost * 1000:.0f} ms")
    yield from of_mail(wiki.settings, wiki.post)
