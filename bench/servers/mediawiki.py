"""The real MediaWiki beside: the one of the conformance tests, on the server's core, with the same accounts.

PHP's own server with opcache and APCu and two workers, sessions in SQLite, throttles as MediaWiki has them: right passwords do not meet
them. Its accounts are written into its database by Wikigate, with passwords hashed as MediaWiki's default is.
"""

from __future__ import annotations

import contextlib
import os
from pathlib import Path
from urllib.parse import urlsplit

from tests.conformance.reference_wiki import serving

from bench.accounts import prepare_wikigate
from bench.harness import SERVER_CORE, Server, children


def start_mediawiki(data: Path, accounts: int) -> Server:
    """Serve a new wiki out of a folder below ``data``. Raises ``RuntimeError`` where it does not start."""
    running = contextlib.ExitStack()
    cores, others = os.sched_getaffinity(0), children(os.getpid())
    os.sched_setaffinity(0, {SERVER_CORE})
    try:
        wiki = running.enter_context(serving(data / "mediawiki"))
    finally:
        os.sched_setaffinity(0, cores)
    users = prepare_wikigate(data / "mediawiki-accounts", accounts, database=wiki.database)
    (pid,) = children(os.getpid()) - others
    return Server("MediaWiki", urlsplit(wiki.base).port or 80, "/w/api.php", pid, running.close, facts={"users": users})
