"""An SQLite database as a file: which one an address names, whether it can be used, and how a connection to it is opened.

Every complaint about the file is a ``ConfigError`` that says what to do; every complaint of the driver is ``StoreUnavailable`` in one
sentence that holds no value of any row.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
from pathlib import Path
from typing import Final

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from wikigate.primitives.errors import ConfigError, StoreReadOnly, StoreUnavailable

_STATEMENT_CACHE: Final = 256


class SqliteFile:
    """One database file that exists and can be read and written.

    ``create``: make it if there is none, readable by its owner alone. Raises ``ConfigError``.
    """

    def __init__(self, url: str, *, busy_timeout: float, create: bool) -> None:
        self.path: Final = path_of(url)
        self.busy_timeout: Final = busy_timeout
        _prepare(self.path, create=create)
        self._journal_mode = ""
        try:
            with contextlib.closing(self._connect()) as connection:
                connection.execute("SELECT name FROM sqlite_master").fetchone()
                self._journal_mode = connection.execute("PRAGMA journal_mode").fetchone()[0]
        except sqlite3.Error as error:
            raise ConfigError(
                f"{self.path} cannot be used as an SQLite database ({error}); give a wiki's file, or a name not taken yet."
            ) from error

    def open(self) -> sqlite3.Connection:
        """Open a connection in autocommit mode that any thread may use and close. Raises ``StoreUnavailable``."""
        try:
            return self._connect()
        except sqlite3.Error as error:
            raise unavailable(error) from error

    def identity(self) -> tuple[int, int] | None:
        """Say which file now lies at the path; None for none."""
        try:
            found = os.stat(self.path)  # noqa: PTH116  asked at each write: half the cost of Path.stat
        except OSError:
            return None
        return found.st_dev, found.st_ino

    def write_ahead(self) -> None:
        """Let readers and writers not wait for each other from now on (WAL); for a file of our own making, before it is used."""
        try:
            with contextlib.closing(self._connect()) as connection:
                self._journal_mode = connection.execute("PRAGMA journal_mode = WAL").fetchone()[0]
        except sqlite3.Error as error:
            raise unavailable(error) from error

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(
            f"{self.path.as_uri()}?mode=rw",
            uri=True,
            timeout=self.busy_timeout,
            isolation_level=None,
            check_same_thread=False,
            cached_statements=_STATEMENT_CACHE,
        )
        # Safe in WAL mode: a crash of the machine may lose the last moment, never more. Elsewhere SQLite's own default stays.
        if self._journal_mode == "wal":
            connection.execute("PRAGMA synchronous = NORMAL")
        return connection


def unavailable(error: BaseException) -> StoreUnavailable:
    """Say in one sentence what the driver complained of; its own texts name tables and columns, never values."""
    text = str(error)
    if "locked" in text or "busy" in text:
        return StoreUnavailable("the database is busy: another process kept it locked for too long")
    if "readonly" in text:
        return StoreReadOnly("the database cannot be written: the file or its folder is read-only")
    if "is full" in text:
        return StoreUnavailable("the database cannot grow: the disk is full")
    if isinstance(error, sqlite3.IntegrityError):
        return StoreUnavailable(f"the database refuses a row: {text}")
    return StoreUnavailable(f"the database does not answer: {text}")


def path_of(url: str) -> Path:
    """Return the file that an address names. Raises ``ConfigError``."""
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise ConfigError(f"“{url}” is no database address; write sqlite:////absolute/path/to/file.sqlite.") from None
    kind = parsed.get_backend_name()
    if kind != "sqlite":
        raise ConfigError(f"A {kind} database is not served yet; use sqlite:////absolute/path/to/file.sqlite.")
    if not parsed.database or parsed.database == ":memory:" or parsed.database.startswith("file:"):
        raise ConfigError(
            "The database must be a file that every worker can open: sqlite:////absolute/path/to/file.sqlite."
        )
    return Path(parsed.database).absolute()


def _prepare(path: Path, *, create: bool) -> None:
    """See that the file is there and can be written, and its folder too: SQLite keeps its journal beside it."""
    folder = path.parent
    if not folder.is_dir():
        raise ConfigError(f"The folder {folder} does not exist; create it, or choose another.")
    if path.is_dir():
        raise ConfigError(f"{path} is a folder; give the path of a database file in it.")
    if not path.exists():
        if not create:
            raise ConfigError(
                f"There is no database file {path}; check the path, or make one with “wikigate schema create”."
            )
        try:
            os.close(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600))
        except OSError as error:
            raise ConfigError(
                f"{path} cannot be created ({error.strerror}); let this account write to {folder}."
            ) from error
    if not os.access(path, os.R_OK | os.W_OK):
        raise ConfigError(f"The database {path} cannot be read and written by this account; let it do both.")
    if not os.access(folder, os.W_OK):
        raise ConfigError(
            f"SQLite keeps its journal in {folder}, which this account cannot write to; let it write there."
        )
