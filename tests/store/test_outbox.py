"""The outbox as rows: every step names its claim (mission M10, security §4.1)."""

from __future__ import annotations

import threading

import pytest

from wikigate.store.outbox import OutboxRow, OutboxRows


@pytest.fixture
def rows(database):
    return OutboxRows(database)


def put(rows, recipient="alice@example.org", now=100):
    rows.put(kind="password-reset", user_id=5, recipient=recipient, subject="Hello", body="sealed", now=now)


def state(rows, mail=1):
    return rows.get(mail).state


def test_a_mail_goes_from_claim_to_hand_to_sent_and_its_body_is_erased(rows):
    put(rows)
    row = rows.claim("a", now=100, until=200)
    assert row == OutboxRow(1, 100, "password-reset", 5, "alice@example.org", "Hello", "sealed", "claimed", 200, 1, "")
    assert rows.hand_over(1, "a", until=300)
    rows.sent(1, "a", now=150)
    assert (state(rows), rows.get(1).body) == ("sent", "")
    assert rows.claim("b", now=10**6, until=10**6) is None


def test_a_transaction_that_fails_leaves_no_mail(rows, database):
    def half_done():
        with database.transaction():
            put(rows)
            raise KeyError

    with pytest.raises(KeyError):
        half_done()
    assert rows.newest(9) == []


def test_eight_processes_at_once_claim_each_mail_once(rows, database):
    for number in range(20):
        put(rows, f"u{number}@example.org")
    found, start = [], threading.Barrier(8)

    def work(worker):
        own = OutboxRows(database)
        start.wait()
        for turn in range(20):
            row = own.claim(f"{worker}-{turn}", now=100, until=200)
            if row is not None:
                found.append(row.id)

    threads = [threading.Thread(target=work, args=(worker,)) for worker in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(found) == list(range(1, 21))


def test_a_claim_of_a_process_that_ended_is_the_next_ones_after_its_lease(rows):
    put(rows)
    rows.claim("a", now=100, until=200)
    assert rows.claim("b", now=199, until=300) is None
    assert rows.claim("b", now=200, until=300).tries == 2
    assert not rows.hand_over(1, "a", until=400)
    assert rows.hand_over(1, "b", until=400)


def test_what_may_have_been_sent_is_never_taken_up_by_itself(rows):
    put(rows)
    rows.claim("a", now=100, until=200)
    rows.hand_over(1, "a", until=300)
    assert rows.doubt(now=299, error="lost") == 0
    assert rows.doubt(now=300, error="lost") == 1
    assert (state(rows), rows.get(1).error) == ("unsure", "lost")
    assert rows.claim("b", now=10**6, until=10**6) is None
    assert rows.again(1, now=500)
    assert rows.claim("b", now=500, until=600) is not None


def test_who_was_slow_may_still_say_that_it_was_sent(rows):
    put(rows)
    rows.claim("a", now=100, until=200)
    rows.hand_over(1, "a", until=300)
    rows.doubt(now=300, error="lost")
    rows.sent(1, "a", now=301)
    assert state(rows) == "sent"
    assert not rows.again(1, now=400)


def test_only_what_is_over_and_old_is_deleted(rows):
    for recipient in "abc":
        put(rows, recipient)
    rows.claim("x", now=100, until=200)
    rows.end(1, "x", "failed", now=100, error="no")
    rows.claim("y", now=100, until=200)
    assert rows.trim(100) == 0
    assert rows.trim(101) == 1
    assert [row.id for row in rows.newest(9)] == [3, 2]
