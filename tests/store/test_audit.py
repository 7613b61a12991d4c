"""The audit as rows (security H6)."""

import pytest

from wikigate.store.audit import AuditRow, AuditTable


@pytest.fixture
def audit(database):
    return AuditTable(database)


def note(audit, moment, event="login.pass"):
    audit.append(
        moment=moment, event=event, user_id=5, user_name="Zoë", address="192.0.2.1", request_id="r", details="{}"
    )


def test_events_are_read_in_their_order(audit):
    for moment in (10, 30, 20):
        note(audit, moment)
    assert list(audit.read()) == [
        AuditRow(number, moment, "login.pass", 5, "Zoë", "192.0.2.1", "r", "{}")
        for number, moment in enumerate((10, 30, 20), 1)
    ]
    assert [row.moment for row in audit.read(since=20)] == [30, 20]


def test_more_events_than_a_page_holds(audit, database):
    with database.transaction():
        for moment in range(1203):
            note(audit, moment)
    assert [row.moment for row in audit.read()] == list(range(1203))


def test_only_old_events_go_and_in_slices(audit):
    for moment in (10, 20, 30, 40):
        note(audit, moment)
    assert audit.trim(35, 2) == 2
    assert audit.trim(35, 2) == 1
    assert audit.trim(35, 2) == 0
    assert [row.moment for row in audit.read()] == [40]
    note(audit, 50)
    assert [row.id for row in audit.read()] == [4, 5]
