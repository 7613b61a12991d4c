"""Sessions and devices as rows: every verb atomic, what was forestalled is reported (security D4, D5, D16, K5, N9)."""

import threading
from dataclasses import replace

import pytest

from wikigate.store.session_row import DeviceRow, Handover, Rotation, SessionRow
from wikigate.store.sessions import SessionTable
from wikigate.store.users import UserRows
from wikigate.testing.contracts.state_store import at_once

NOW = 1_795_221_151
ROW = SessionRow(
    b"k" * 32, 5, "Zoë", b"f" * 32, remember=True, device=b"d" * 32, created=NOW, expires=NOW + 3600, data=b'{"v":1}'
)
DEVICE = DeviceRow(b"d" * 32, 5, NOW, NOW, "192.0.2.1", "Test/1.0")


@pytest.fixture
def sessions(database):
    return SessionTable(database)


@pytest.fixture
def user_id(database):
    with database.write() as connection:
        return UserRows(database).insert(
            connection,
            {
                "user_name": "Zoë", "user_password": "", "user_newpassword": "", "user_email": "", "user_touched": "20260101000000",
                "user_token": "old",
            },
        )  # fmt: skip


def keys(rows_of, table="session"):
    return {row["key"] for row in rows_of(table)}


def test_a_row_is_read_as_it_was_written(sessions):
    assert sessions.insert(ROW, NOW)
    assert sessions.get(ROW.key) == ROW
    assert sessions.get(b"other") is None


def test_a_live_session_holds_its_place_a_dead_one_does_not(sessions):
    assert sessions.insert(ROW, NOW)
    assert not sessions.insert(replace(ROW, user_id=6), NOW + 3599)
    assert sessions.get(ROW.key).user_id == 5
    assert sessions.insert(replace(ROW, user_id=6, created=NOW + 3600), NOW + 3600)
    assert sessions.get(ROW.key).user_id == 6


def test_no_row_shows_a_secret():
    for value in (ROW, DEVICE, Rotation(5, "old token", "new token", b"f1", b"f2", NOW)):
        for secret in ("kkk", "fff", "ddd", "token'", '{"v"'):
            assert secret not in repr(value)


def test_update_is_a_compare_and_swap(sessions):
    sessions.insert(ROW, NOW)
    assert sessions.update(replace(ROW, data=b"first"))
    assert not sessions.update(replace(ROW, data=b"second"))
    assert sessions.get(ROW.key) == replace(ROW, data=b"first", version=2)
    assert not sessions.update(replace(ROW, key=b"other"))


def test_one_of_many_updates_wins(sessions):
    sessions.insert(ROW, NOW)
    won = at_once(lambda n: sessions.update(replace(ROW, data=str(n).encode())))
    assert won.count(True) == 1
    assert sessions.get(ROW.key).version == 2


def test_update_makes_a_device_or_notes_its_use(sessions):
    sessions.insert(replace(ROW, device=None), NOW)
    assert sessions.update(ROW, device=DEVICE)
    assert sessions.get_device(DEVICE.key) == DEVICE
    assert sessions.update(replace(ROW, version=2), device=replace(DEVICE, created=NOW + 9, last_used=NOW + 9))
    assert sessions.get_device(DEVICE.key) == replace(DEVICE, last_used=NOW + 9)


def test_update_drops_the_device_before(sessions):
    sessions.insert(ROW, NOW)
    sessions.update(ROW, device=DEVICE)
    other = replace(DEVICE, key=b"e" * 32)
    assert sessions.update(replace(ROW, device=other.key, version=2), device=other)
    assert sessions.get_device(DEVICE.key) is None
    assert sessions.get_device(other.key) == other


def test_a_forestalled_update_writes_no_device(sessions):
    sessions.insert(ROW, NOW)
    assert not sessions.update(replace(ROW, version=7), device=DEVICE)
    assert sessions.get_device(DEVICE.key) is None


# -- logins -----------------------------------------------------------------------------------------------------------------


def test_a_login_takes_the_place_of_what_was_before(sessions, rows_of):
    old = replace(ROW, key=b"o" * 32, user_id=0, user_name="", device=None)
    tombstone = replace(old, data=b"", expires=NOW + 4000)
    sessions.insert(old, NOW)
    change = Handover(ROW, old=old.key, old_version=1, tombstone=tombstone, device=DEVICE, limit=50)
    assert sessions.hand_over(change, NOW) == 0
    assert sessions.get(ROW.key) == ROW
    assert sessions.get(old.key) == tombstone
    assert sessions.get_device(DEVICE.key) == DEVICE
    assert not sessions.insert(old, NOW)
    assert len(rows_of("session")) == 2


def test_a_forestalled_login_does_nothing(sessions, rows_of):
    """N3: of eight that go on with one session, one gets through."""
    old = replace(ROW, key=b"o" * 32)
    sessions.insert(old, NOW)
    change = Handover(ROW, old=old.key, old_version=1, device=DEVICE, limit=50)

    def log_in(number):
        return sessions.hand_over(replace(change, row=replace(ROW, key=bytes([number]) * 32)), NOW)

    assert sorted(map(str, at_once(log_in, times=8, threads=8))) == ["0"] + ["None"] * 7
    assert len(rows_of("session")) == 1
    assert sessions.hand_over(change, NOW) is None
    assert len(rows_of("session")) == 1


def test_a_login_drops_the_device_before(sessions):
    sessions.insert(ROW, NOW)
    sessions.update(ROW, device=DEVICE)
    new = replace(ROW, key=b"n" * 32, device=None)
    assert sessions.hand_over(Handover(new, old=ROW.key, dropped=DEVICE.key), NOW) == 0
    assert sessions.get_device(DEVICE.key) is None


def test_a_silent_login_needs_its_device(sessions, rows_of):
    """N9: a logout that was faster is not undone."""
    used = replace(DEVICE, created=NOW + 9, last_used=NOW + 9, address="192.0.2.9")
    assert sessions.hand_over(Handover(ROW, used=used), NOW) is None
    assert rows_of("session") == []
    sessions.hand_over(Handover(replace(ROW, key=b"x" * 32), device=DEVICE), NOW)
    assert sessions.hand_over(Handover(ROW, used=replace(used, user_id=6)), NOW) is None
    assert sessions.hand_over(Handover(ROW, used=used), NOW) == 0
    assert sessions.get_device(DEVICE.key) == replace(DEVICE, last_used=NOW + 9, address="192.0.2.9")


def test_the_oldest_sessions_end_beyond_the_limit(sessions, rows_of):
    """D16: with their devices and whatever else hangs on those."""
    for number in range(4):
        device = replace(DEVICE, key=bytes([number]) * 32)
        row = replace(ROW, key=b"s%d" % number, device=device.key, created=NOW + number)
        sessions.hand_over(Handover(row, device=device), NOW)
    sessions.insert(replace(ROW, key=b"dead", created=NOW - 9999, expires=NOW), NOW - 1)
    sessions.insert(replace(ROW, key=b"another's", user_id=6, created=NOW - 1), NOW)
    sessions.insert(replace(ROW, key=b"same device", device=bytes(32), created=NOW + 99), NOW)
    new = replace(ROW, key=b"new", device=None, created=NOW + 100)
    assert sessions.hand_over(Handover(new, limit=4), NOW) == 2
    assert keys(rows_of) == {b"s2", b"s3", b"new", b"dead", b"another's"}
    assert keys(rows_of, "remember") == {bytes([2]) * 32, bytes([3]) * 32}


def test_no_limit_ends_nothing(sessions, rows_of):
    for number in range(5):
        assert sessions.hand_over(Handover(replace(ROW, key=b"%d" % number)), NOW) == 0
    assert len(rows_of("session")) == 5


# -- logouts ----------------------------------------------------------------------------------------------------------------


def test_a_logout_ends_session_and_device_together(sessions, rows_of):
    """K5."""
    sessions.hand_over(Handover(ROW, device=DEVICE), NOW)
    sessions.insert(replace(ROW, key=b"same device"), NOW)
    sessions.insert(replace(ROW, key=b"elsewhere", device=b"e" * 32), NOW)
    sessions.end(ROW.key, DEVICE.key)
    assert keys(rows_of) == {b"elsewhere"}
    assert rows_of("remember") == []


def test_a_logout_without_device_ends_one_session(sessions, rows_of):
    sessions.insert(ROW, NOW)
    sessions.insert(replace(ROW, key=b"elsewhere"), NOW)
    sessions.end(ROW.key, None)
    assert keys(rows_of) == {b"elsewhere"}


def rotation(user_id, **changes):
    return replace(Rotation(user_id, "old", "new", b"f" * 32, b"g" * 32, since=NOW - 100, now=NOW), **changes)


def test_the_last_devices_logout_changes_user_token(sessions, rows_of, user_id):
    """Security 6.3: the wiki's cookies die, our other sessions of that user go on."""
    mine = replace(ROW, user_id=user_id)
    sessions.hand_over(Handover(mine, device=replace(DEVICE, user_id=user_id)), NOW)
    sessions.insert(replace(mine, key=b"elsewhere", device=None), NOW)
    sessions.insert(replace(mine, key=b"long void", device=None, fingerprint=b"x" * 32), NOW)
    sessions.end(mine.key, DEVICE.key, rotation(user_id))
    (user,) = rows_of("user")
    assert (user["user_token"], user["user_touched"]) == ("new", "20261121003231")
    assert sessions.get(b"elsewhere").fingerprint == b"g" * 32
    assert sessions.get(b"long void").fingerprint == b"x" * 32


def test_another_device_in_use_keeps_user_token(sessions, rows_of, user_id):
    other = replace(DEVICE, key=b"e" * 32, user_id=user_id, last_used=NOW - 100)
    sessions.hand_over(Handover(replace(ROW, key=b"elsewhere", user_id=user_id, device=other.key), device=other), NOW)
    sessions.end(ROW.key, DEVICE.key, rotation(user_id))
    assert rows_of("user")[0]["user_token"] == "old"
    sessions.end(ROW.key, DEVICE.key, rotation(user_id, since=NOW - 99))
    assert rows_of("user")[0]["user_token"] == "new"
    assert rows_of("remember") == []


def test_a_token_that_has_changed_meanwhile_is_left_alone(sessions, rows_of, user_id):
    sessions.insert(replace(ROW, user_id=user_id), NOW)
    sessions.end(b"other", None, rotation(user_id, old_token="older"))
    assert rows_of("user")[0]["user_token"] == "old"
    assert sessions.get(ROW.key).fingerprint == ROW.fingerprint


# -- many -------------------------------------------------------------------------------------------------------------------


def test_a_user_sees_his_live_sessions(sessions):
    """D7."""
    for number in (2, 1, 3):
        sessions.insert(replace(ROW, key=b"%d" % number, created=NOW + number), NOW)
    sessions.insert(replace(ROW, key=b"dead", expires=NOW), NOW - 1)
    sessions.insert(replace(ROW, key=b"another's", user_id=6), NOW)
    assert [row.key for row in sessions.of_user(5, NOW)] == [b"1", b"2", b"3"]


def test_all_sessions_of_a_user_end(sessions, rows_of):
    """D8."""
    sessions.hand_over(Handover(ROW, device=DEVICE), NOW)
    sessions.insert(replace(ROW, key=b"elsewhere", device=None), NOW)
    sessions.insert(replace(ROW, key=b"another's", user_id=6, device=None), NOW)
    assert sessions.end_all(5) == 2
    assert keys(rows_of) == {b"another's"}
    assert rows_of("remember") == []


def test_what_is_over_is_swept_in_slices(sessions, rows_of):
    for number in range(5):
        sessions.insert(replace(ROW, key=b"%d" % number, expires=NOW + number), NOW - 1)
    assert sessions.sweep(NOW + 2, 2) == 2
    assert sessions.sweep(NOW + 2, 2) == 1
    assert sessions.sweep(NOW + 2, 2) == 0
    assert keys(rows_of) == {b"3", b"4"}


def test_unused_devices_are_swept(sessions, rows_of):
    for number in range(3):
        device = replace(DEVICE, key=b"%d" % number, last_used=NOW + number)
        sessions.hand_over(Handover(replace(ROW, key=b"%d" % number), device=device), NOW)
    assert sessions.sweep(NOW, 10, devices_unused_since=NOW + 1) == 1
    assert keys(rows_of, "remember") == {b"1", b"2"}


def test_readers_do_not_wait_for_a_writer(sessions, database):
    """P19: while one writes, others read on."""
    sessions.insert(ROW, NOW)
    inside, done = threading.Event(), threading.Event()

    def hold():
        with database.transaction():
            sessions.insert(replace(ROW, key=b"being written"), NOW)
            inside.set()
            done.wait()

    holder = threading.Thread(target=hold)
    holder.start()
    inside.wait()
    assert sessions.get(ROW.key) == ROW
    assert sessions.get(b"being written") is None
    done.set()
    holder.join()
    assert sessions.get(b"being written") is not None
