"""The database: how a thread talks to it, and what its failures are called.

Two ways in, one connection for each thread. ``read`` and ``write`` give a SQLAlchemy connection, for whatever is asked seldom. ``hot``
compiles a statement once and runs it straight on the driver, for what every request asks; ``transaction`` joins several hot statements.

Promises

* many threads and several processes at once: a write takes the file's write lock when it begins (``BEGIN IMMEDIATE``), so that it never
  fails half-way for another's; within the process writers wait in line, and nobody waits much longer than ``busy_timeout``;
* whatever the driver raises becomes ``StoreUnavailable`` with one sentence; a file that cannot be used is a ``ConfigError``;
* what is written goes to the file that lies at the path: a connection to one that was moved away or replaced, by a backup say, is given up
  before anything is written to it, and the next request opens the one that lies there then;
* the journal mode of a file that somebody else made is left as it is;
* a hot statement inside ``write`` belongs to that transaction.

Must not begin ``write`` inside a transaction, or any write inside ``read``: a mistake in the program that raises ``RuntimeError``.
"""

from __future__ import annotations

import contextlib
import sqlite3
import threading
import time
import weakref
from collections.abc import Callable, Iterator
from typing import Any, Final, TypeAlias

from sqlalchemy import Connection, Executable, bindparam, column, create_engine, event, select, table
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import ConnectionPoolEntry, Pool
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.expression import ClauseElement

from wikigate.primitives.errors import StoreUnavailable
from wikigate.store.sqlite_file import SqliteFile, unavailable
from wikigate.store.tables import Tables

Row: TypeAlias = tuple[Any, ...]

_NOTICED_WAIT: Final = 0.05
_UNSTORABLE: Final = (UnicodeEncodeError, OverflowError)


class Database:
    """One wiki's database; shared by all threads.

    ``url``: ``sqlite:////absolute/path`` or ``sqlite:///relative/path``. ``prefix``: what stands before the table names (``$wgDBprefix``).
    ``busy_timeout``: seconds that a write waits for others. ``create``: make the file if there is none. Raises ``ConfigError``.
    """

    name = "sqlite"

    def __init__(self, url: str, *, prefix: str = "", busy_timeout: float = 5.0, create: bool = True) -> None:
        self.file: Final = SqliteFile(url, busy_timeout=busy_timeout, create=create)
        self.tables: Final = Tables(prefix)
        self._local = threading.local()
        self._writers = threading.Lock()
        self._open: list[tuple[weakref.ref[_ThreadConnection], sqlite3.Connection]] = []
        self._opening = threading.Lock()
        self._closed = False
        self._age = 0
        self.engine: Final = create_engine(
            "sqlite://",
            pool=_OneForEachThread(lambda: self.thread().driver),
            hide_parameters=True,
            paramstyle="named",
        )
        event.listen(self.engine, "begin", _begin)
        master = table("sqlite_master", column("type"), column("name"))
        known = select(master.c.name).where(master.c.type == "table", master.c.name == bindparam("name"))
        self._table: Final = self.hot(known)

    def __repr__(self) -> str:
        return f"<Database {self.file.path}>"

    def close(self) -> None:
        """Close every thread's connection; afterwards everything raises ``StoreUnavailable``."""
        self._closed = True
        with self._opening:
            for _, driver in self._open:
                _close(driver)
            self._open.clear()

    # -- seldom -----------------------------------------------------------------------------------------------------------

    @contextlib.contextmanager
    def read(self) -> Iterator[Connection]:
        """Give a connection that sees one state of the database; inside ``write`` it is the same one. Raises ``StoreUnavailable``."""
        thread = self.thread()
        if thread.seldom is not None:
            yield thread.seldom
            return
        thread.refuse_nesting()
        with _translated(), self.engine.connect() as connection:
            thread.inside, thread.seldom = "read", connection
            try:
                yield connection
            finally:
                thread.inside, thread.seldom = "", None

    @contextlib.contextmanager
    def write(self) -> Iterator[Connection]:
        """Give a connection in a transaction that holds the write lock; it is committed at the end, rolled back by an exception."""
        thread = self.thread()
        thread.refuse_nesting()
        with _translated(), self._in_line(thread), self.engine.connect() as connection:
            with thread.patience():
                transaction = connection.execution_options(wikigate_begin="BEGIN IMMEDIATE").begin()
            thread.inside, thread.seldom = "write", connection
            try:
                with transaction:
                    yield connection
            finally:
                thread.inside, thread.seldom = "", None

    # -- hot --------------------------------------------------------------------------------------------------------------

    def hot(self, statement: Executable) -> Hot:
        """Compile a statement for use at every request. Its parameters are ``bindparam``s; values go to the driver as they are."""
        return Hot(self, statement)

    def has_table(self, name: str) -> bool:
        """Whether there is a table of a name, prefix included; may be asked inside a transaction. Raises ``StoreUnavailable``."""
        return self._table.one(name=name) is not None

    @contextlib.contextmanager
    def transaction(self) -> Iterator[None]:
        """Join the hot statements that this thread runs inside into one transaction that holds the write lock.

        Inside ``write`` or another ``transaction`` it is part of that one, which alone commits or rolls back.
        """
        thread = self.thread()
        if thread.inside == "write":
            yield
            return
        thread.refuse_nesting()
        driver = thread.driver
        with _translated(), self._in_line(thread):
            thread.inside = "write"
            try:
                with thread.patience():
                    driver.execute("BEGIN IMMEDIATE")
                yield
                driver.execute("COMMIT")
            except BaseException:
                with contextlib.suppress(sqlite3.Error):
                    driver.execute("ROLLBACK")
                raise
            finally:
                thread.inside = ""

    def thread(self) -> _ThreadConnection:
        """Return this thread's own connection, opened at first use."""
        local = self._local
        try:
            connection: _ThreadConnection = local.connection
            if connection.age == self._age:
                return connection
        except AttributeError:
            pass
        if self._closed:
            raise StoreUnavailable("the database has been closed")
        connection = local.connection = _ThreadConnection(self.file, self._age)
        with self._opening:
            self._close_the_ended_ones()
            self._open.append((weakref.ref(connection), connection.driver))
        return connection

    def _insist_on_file(self, thread: _ThreadConnection) -> None:
        """Give every connection up where the file was taken from under them."""
        if thread.identity != self.file.identity():
            if thread.age == self._age:
                self._age += 1
            raise StoreUnavailable("the database file was moved away or replaced")

    def _close_the_ended_ones(self) -> None:
        """Close the connections of threads that have ended; see ``_ThreadConnection``."""
        for owner, driver in self._open:
            if owner() is None:
                _close(driver)
        self._open = [one for one in self._open if one[0]() is not None]

    def write_once(self, sql: str, params: dict[str, Any]) -> tuple[list[Row], int]:
        """Run one hot statement that writes: its rows and the number of rows that it touched."""
        thread = self.thread()
        if thread.inside == "write":
            cursor = thread.driver.execute(sql, params)
            return cursor.fetchall(), cursor.rowcount
        thread.refuse_nesting()
        with self._in_line(thread), thread.patience():
            cursor = thread.driver.execute(sql, params)
            return cursor.fetchall(), cursor.rowcount

    @contextlib.contextmanager
    def _in_line(self, thread: _ThreadConnection) -> Iterator[None]:
        """Wait for the one writer's place in this process: cheaper and fairer than SQLite's own waiting, which sleeps and retries."""
        self._insist_on_file(thread)
        writers, limit = self._writers, self.file.busy_timeout
        if not writers.acquire(blocking=False):
            began = time.monotonic()
            if not writers.acquire(timeout=limit):
                raise StoreUnavailable("the database is busy: other writers did not finish in time")
            waited = time.monotonic() - began
            thread.time_left = limit - waited if waited > _NOTICED_WAIT else None
        try:
            yield
        finally:
            thread.time_left = None
            writers.release()


class Hot:
    """A statement compiled at start; every call runs it on the calling thread's own connection.

    Parameters are given by name and must be what the driver takes: str, bytes, int, None. To a value that no column can hold (a lone
    surrogate, a number beyond 64 bits) no row is equal. Every verb raises ``StoreUnavailable``.
    """

    __slots__ = ("_database", "_defaults", "_sql", "_thread")

    def __init__(self, database: Database, statement: Executable) -> None:
        if not isinstance(statement, ClauseElement):
            raise TypeError("a hot statement is a Core expression")
        compiled = statement.compile(dialect=database.engine.dialect, compile_kwargs={"render_postcompile": True})
        if not isinstance(compiled, SQLCompiler):
            raise TypeError("a hot statement has parameters and rows, it is no DDL")
        wanted = {name for bind, name in compiled.bind_names.items() if bind.required}
        self._sql: Final = str(compiled)
        self._defaults: Final = {name: value for name, value in compiled.params.items() if name not in wanted}
        self._database = database
        self._thread = database.thread

    def __repr__(self) -> str:
        return f"<Hot {self._sql}>"

    def one(self, **params: Any) -> Row | None:
        """Run a statement that only reads; its first row, or None."""
        if self._defaults:
            params = self._defaults | params
        try:
            row: Row | None = self._thread().driver.execute(self._sql, params).fetchone()
        except sqlite3.Error as error:
            raise unavailable(error) from error
        except _UNSTORABLE:
            return None
        return row

    def all(self, **params: Any) -> list[Row]:
        """Run a statement that only reads; all its rows."""
        if self._defaults:
            params = self._defaults | params
        try:
            return self._thread().driver.execute(self._sql, params).fetchall()
        except sqlite3.Error as error:
            raise unavailable(error) from error
        except _UNSTORABLE:
            return []

    def run(self, **params: Any) -> int:
        """Run a statement that writes; the number of rows that it touched."""
        return self._write(params)[1]

    def returning(self, **params: Any) -> list[Row]:
        """Run a statement that writes and ends in ``RETURNING``; its rows."""
        return self._write(params)[0]

    def _write(self, params: dict[str, Any]) -> tuple[list[Row], int]:
        if self._defaults:
            params = self._defaults | params
        try:
            return self._database.write_once(self._sql, params)
        except sqlite3.Error as error:
            raise unavailable(error) from error


class _ThreadConnection:
    """One thread's connection and what the thread is doing with it.

    When its thread ends it is let go, and its driver is closed by the next thread that opens one. No code of ours may run at the end of a
    thread, not even ``__del__``: in one that Python did not start it finds the thread's state half taken down, and the process crashes.
    """

    __slots__ = ("__weakref__", "_usual_patience", "age", "driver", "identity", "inside", "seldom", "time_left")

    def __init__(self, file: SqliteFile, age: int) -> None:
        self.age: Final = age
        self.identity: Final = file.identity()
        self.driver: Final = file.open()
        self.inside = ""
        self.seldom: Connection | None = None
        self.time_left: float | None = None
        self._usual_patience = int(file.busy_timeout * 1000)

    def refuse_nesting(self) -> None:
        """Refuse what would wait for itself."""
        if self.inside:
            raise RuntimeError(f"a transaction inside a {self.inside} of the same thread")

    @contextlib.contextmanager
    def patience(self) -> Iterator[None]:
        """Let SQLite wait for other processes only for what is left of the time; costs nothing where nobody stood in line."""
        left = self.time_left
        if left is None:
            yield
            return
        self.driver.execute(f"PRAGMA busy_timeout = {max(1, int(left * 1000))}")
        try:
            yield
        finally:
            self.driver.execute(f"PRAGMA busy_timeout = {self._usual_patience}")


class _OneForEachThread(Pool):
    """Hands SQLAlchemy the connection that the thread has already."""

    def __init__(self, creator: Callable[[], sqlite3.Connection]) -> None:
        super().__init__(creator)  # type: ignore[arg-type]  # a driver's connection, whatever SQLAlchemy calls it
        self._thread_has = creator
        self._local = threading.local()

    def _do_get(self) -> ConnectionPoolEntry:
        entry: ConnectionPoolEntry | None = getattr(self._local, "entry", None)
        has: object = self._thread_has()
        if entry is None or entry.dbapi_connection is not has:
            entry = self._local.entry = self._create_connection()
        return entry

    def _do_return_conn(self, record: ConnectionPoolEntry) -> None:
        """Keep it: the thread will want it again."""


def _close(driver: sqlite3.Connection) -> None:
    """Close a connection; whoever uses it afterwards gets ``StoreUnavailable``."""
    with contextlib.suppress(sqlite3.Error):
        driver.close()


@contextlib.contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except DBAPIError as error:
        raise unavailable(error.orig or error) from error
    except sqlite3.Error as error:
        raise unavailable(error) from error


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql(connection.get_execution_options().get("wikigate_begin", "BEGIN"))
