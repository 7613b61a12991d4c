"""One row for each event, in a form that any reader understands."""

from __future__ import annotations

import json

import pytest

from wikigate.auth.audit import Audit, AuditEvent

from .world import AuditList


def test_h6_an_event_becomes_one_row():
    rows = AuditList()
    Audit(rows).record(
        AuditEvent("login.fail", 12.9, "192.0.2.1", "req", 4, "Alice", {"reason": "blocked", "code": "x"})
    )
    [row] = rows.rows
    assert (row.moment, row.event, row.address, row.request_id) == (12, "login.fail", "192.0.2.1", "req")
    assert (row.user_id, row.user_name, json.loads(row.details)) == (4, "Alice", {"reason": "blocked", "code": "x"})


def test_h7_no_log_injection():
    rows = AuditList()
    Audit(rows).record(AuditEvent("botlogin.fail", 0, "::1", details={"app": "a\r\nb\x1b\u2028"}))
    assert rows.rows[0].details == '{"app":"a\\r\\nb\\u001b\\u2028"}'


def test_an_event_that_no_reader_knows_is_refused():
    with pytest.raises(ValueError, match="perhaps"):
        AuditEvent("login.perhaps", 0, "::1")


@pytest.mark.parametrize(("days", "left"), [(30, 64), (0, 65)])
def test_events_older_than_they_are_kept_go_as_others_are_written(days, left):
    rows = AuditList()
    audit = Audit(rows, keep_days=days)
    for moment in (0, *[100 * 86_400] * 64):
        audit.record(AuditEvent("logout", moment, "::1"))
    assert len(rows.rows) == left
