"""One row for each event, in a form that any reader understands."""

from __future__ import annotations

import json

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
