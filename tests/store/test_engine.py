"""One connection for each thread, one writer at a time, and failures by their names (security D-1 to D-3, C-6)."""

import sqlite3
import threading

import pytest
from sqlalchemy import bindparam, insert, select, text

from wikigate.primitives.errors import StoreUnavailable
from wikigate.store import schema
from wikigate.store.engine import Database
from wikigate.store.upsert import insert_row


@pytest.fixture
def put(database):
    return database.hot(insert_row(database.tables.meta, ("key", "value")))


@pytest.fixture
def value_of(database):
    meta = database.tables.meta.c
    return database.hot(select(meta.value).where(meta.key == bindparam("key")))


def test_hot_statements_run_by_name(database, put, value_of):
    assert put.run(key="a", value="x") == 1
    assert value_of.one(key="a") == ("x",)
    assert value_of.one(key="b") is None
    assert value_of.all(key="a") == [("x",)]


def test_hot_statements_keep_their_constants(database, put):
    put.run(key="a", value="x")
    meta = database.tables.meta
    nothing = database.hot(select(meta.c.key).where(meta.c.value == "x", meta.c.key.in_(["a", "b"])).limit(5))
    assert nothing.all() == [("a",)]
    change = database.hot(meta.update().where(meta.c.key == bindparam("the_key")).values(value="y"))
    assert change.run(the_key="a") == 1


@pytest.mark.parametrize("key", ["\ud800", 2**70])
def test_no_row_is_equal_to_what_no_column_can_hold(value_of, key):
    """E8: nothing that a client may send raises."""
    assert value_of.one(key=key) is None
    assert value_of.all(key=key) == []


def test_a_transaction_is_all_or_nothing(database, put, value_of):
    with pytest.raises(KeyError):
        _break_off(database.transaction(), lambda _: put.run(key="a", value="x"))
    assert value_of.one(key="a") is None
    with database.transaction():
        put.run(key="a", value="x")
        put.run(key="b", value="y")
    assert value_of.one(key="b") == ("y",)


def test_a_transaction_within_one_is_part_of_it(database, put, value_of):
    def work(_):
        with database.transaction():
            put.run(key="a", value="x")
        assert value_of.one(key="a") == ("x",)

    with pytest.raises(KeyError):
        _break_off(database.transaction(), work)
    assert value_of.one(key="a") is None


def test_write_commits_or_rolls_back(database, value_of):
    meta = database.tables.meta
    with database.write() as connection:
        connection.execute(insert(meta).values(key="a", value="x"))
    with pytest.raises(KeyError):
        _break_off(database.write(), lambda connection: connection.execute(insert(meta).values(key="b", value="y")))
    assert value_of.one(key="a") == ("x",)
    assert value_of.one(key="b") is None


def test_hot_statements_within_write_belong_to_it(database, put, value_of):
    def work(_):
        put.run(key="a", value="x")
        with database.transaction():
            put.run(key="b", value="y")
        with database.read() as connection:
            assert connection.execute(select(database.tables.meta.c.value)).scalars().all().count("y") == 1

    with pytest.raises(KeyError):
        _break_off(database.write(), work)
    assert value_of.one(key="a") is None
    assert value_of.one(key="b") is None


def test_a_write_inside_a_read_is_a_mistake(database, put):
    with database.read():
        with pytest.raises(RuntimeError, match="inside a read"):
            put.run(key="a", value="x")
        with pytest.raises(RuntimeError), database.write():
            pass
    with database.write(), pytest.raises(RuntimeError), database.write():
        pass
    put.run(key="a", value="x")


def test_a_read_sees_one_state(database, put):
    meta = database.tables.meta
    with database.read() as connection:
        before = connection.execute(select(meta)).all()
        writer = threading.Thread(target=lambda: put.run(key="a", value="x"))
        writer.start()
        writer.join()
        assert connection.execute(select(meta)).all() == before
    with database.read() as connection:
        assert len(connection.execute(select(meta)).all()) == len(before) + 1


def test_many_threads_write_at_once(database, put):
    errors, done = [], []

    def work(number):
        try:
            for turn in range(20):
                put.run(key=f"{number} {turn}", value="x")
                with database.transaction():
                    put.run(key=f"{number} {turn} a", value="x")
                with database.write() as connection:
                    connection.execute(insert(database.tables.meta).values(key=f"{number} {turn} b", value="x"))
        except StoreUnavailable as error:
            errors.append(error)
        done.append(number)

    workers = [threading.Thread(target=work, args=(number,)) for number in range(12)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert errors == []
    assert len(done) == 12
    with database.read() as connection:
        assert (
            connection.execute(text("SELECT count(*) FROM wikigate_meta WHERE key LIKE '% %'")).scalar_one()
            == 12 * 20 * 3
        )


def test_connections_end_with_their_threads(database, put):
    def work():
        put.run(key=threading.current_thread().name, value="x")

    drivers = []
    for _ in range(5):
        worker = threading.Thread(target=lambda: (work(), drivers.append(database.thread().driver)))
        worker.start()
        worker.join()
    assert len(database._open) == 2  # this thread's, and that of the last one
    for driver in drivers[:-1]:
        with pytest.raises(sqlite3.ProgrammingError, match="closed"):
            driver.execute("SELECT 1")


def test_nothing_of_ours_runs_while_a_thread_ends(database, put):
    """K9: in a thread that Python did not start it would crash the process."""
    ended = []

    def work():
        put.run(key="a", value="x")
        ended.append(database.thread())

    worker = threading.Thread(target=work)
    worker.start()
    worker.join()
    driver = ended.pop().driver
    assert driver.execute("SELECT 1").fetchone() == (1,)


def test_waits_for_another_process_and_says_so_if_in_vain(url):
    """D-3: as long as it was told, then unavailable; never a traceback of the driver's."""
    database = Database(url, busy_timeout=0.05)
    schema.create(database)
    put = database.hot(insert_row(database.tables.meta, ("key", "value")))
    other = sqlite3.connect(database.file.path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    for attempt in (
        lambda: put.run(key="a", value="x"),
        lambda: _enter(database.write()),
        lambda: _enter(database.transaction()),
    ):
        with pytest.raises(StoreUnavailable, match="the database is busy"):
            attempt()
    other.execute("COMMIT")
    assert put.run(key="a", value="x") == 1
    other.close()
    database.close()


def test_waits_in_line_no_longer_than_it_was_told(url):
    database = Database(url, busy_timeout=0.05)
    schema.create(database)
    put = database.hot(insert_row(database.tables.meta, ("key", "value")))
    inside, done = threading.Event(), threading.Event()

    def hold():
        with database.transaction():
            inside.set()
            done.wait()

    holder = threading.Thread(target=hold)
    holder.start()
    inside.wait()
    with pytest.raises(StoreUnavailable, match="other writers did not finish"):
        put.run(key="a", value="x")
    done.set()
    holder.join()
    assert put.run(key="a", value="x") == 1
    database.close()


def test_who_stood_in_line_gets_through(database, put, value_of):
    inside, done = threading.Event(), threading.Event()

    def hold():
        with database.transaction():
            inside.set()
            done.wait()

    holder = threading.Thread(target=hold)
    holder.start()
    inside.wait()
    waiter = threading.Thread(target=lambda: put.run(key="late", value="x"))
    waiter.start()
    assert value_of.one(key="late") is None
    done.set()
    holder.join()
    waiter.join()
    assert value_of.one(key="late") == ("x",)


def test_a_refused_row_is_unavailable_without_its_values(database, put):
    put.run(key="secret", value="x")
    for attempt in (
        lambda: put.run(key="secret", value="hunter2"),
        lambda: _insert(database, key="secret", value="hunter2"),
    ):
        with pytest.raises(StoreUnavailable, match="refuses a row") as caught:
            attempt()
        assert "hunter2" not in str(caught.value)
        assert "hunter2" not in repr(caught.value.__cause__)
    assert put.run(key="free", value="x") == 1


def test_a_closed_database_is_unavailable(database, put, value_of):
    value_of.one(key="a")
    database.close()
    for attempt in (
        lambda: value_of.one(key="a"),
        lambda: put.run(key="a", value="x"),
        lambda: _enter(database.write()),
    ):
        with pytest.raises(StoreUnavailable):
            attempt()
    failures = []

    def elsewhere():
        try:
            value_of.one(key="a")
        except StoreUnavailable as error:
            failures.append(str(error))

    worker = threading.Thread(target=elsewhere)
    worker.start()
    worker.join()
    assert failures == ["the database has been closed"]


def test_no_secret_in_a_repr(database, put):
    assert repr(database) == f"<Database {database.file.path}>"
    assert repr(put).startswith("<Hot INSERT INTO wikigate_meta")


def _enter(context):
    with context:
        pass


def _break_off(context, work):
    with context as entered:
        work(entered)
        raise KeyError


def _insert(database, **values):
    with database.write() as connection:
        connection.execute(insert(database.tables.meta).values(**values))
