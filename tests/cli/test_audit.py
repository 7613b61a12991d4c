"""``wikigate audit``: what happened is listed, exported and made shorter (security H6)."""

from __future__ import annotations

import json
import time

import pytest

from wikigate.auth.audit import Audit, AuditEvent
from wikigate.store.audit import AuditTable
from wikigate.store.engine import Database

from .conftest import Operator

DAY = 86_400


@pytest.fixture(autouse=True)
def _events(operator: Operator) -> None:
    """Beside the making of the account a moment ago three events: a failure long ago, then two of yesterday."""
    operator.create_user("Alice")
    database = Database(f"sqlite:///{operator.data / 'wikigate.sqlite'}")
    audit, now = Audit(AuditTable(database)), time.time()
    audit.record(AuditEvent("login.fail", now - 100 * DAY, "192.0.2.1", "", 1, "Alice", {"reason": "password"}))
    audit.record(AuditEvent("login.pass", now - DAY, "192.0.2.2", "", 1, "Alice"))
    audit.record(AuditEvent("logout", now - DAY, "192.0.2.2", "", 1, "Alice"))
    database.close()


def test_the_newest_come_first(operator: Operator) -> None:
    assert [fact["event"] for fact in operator.facts("audit", "list")] == [
        "logout",
        "login.pass",
        "login.fail",
        "account.created",
    ]
    assert [fact["event"] for fact in operator.facts("audit", "list", "--most", "1")] == ["logout"]


@pytest.mark.parametrize(
    ("words", "events"),
    [
        (("--user", "alice"), 4),
        (("--user", "Bob"), 0),
        (("--event", "login.fail"), 1),
        (("--address", "192.0.2.2"), 2),
        (("--address", "192.0.2.2", "--event", "logout"), 1),
    ],
)
def test_they_are_filtered(operator: Operator, words: tuple[str, ...], events: int) -> None:
    assert len(operator.facts("audit", "list", *words)) == events


def test_a_line_says_what_and_why(operator: Operator) -> None:
    line = operator.run("audit", "list", "--event", "login.fail").stdout
    assert "login.fail" in line
    assert "Alice  192.0.2.1  reason: password" in line
    assert operator.run("audit", "list", "--user", "Bob").stdout == "Nothing of this kind has happened.\n"


def test_an_event_that_there_is_not_is_refused(operator: Operator) -> None:
    assert operator.run("audit", "list", "--event", "login.perhaps").exit_code == 2


def test_export_is_a_line_of_json_for_each_the_oldest_first(operator: Operator) -> None:
    lines = operator.run("audit", "export").stdout.splitlines()
    assert [json.loads(line)["event"] for line in lines] == ["account.created", "login.fail", "login.pass", "logout"]
    assert json.loads(lines[1])["details"] == {"reason": "password"}
    since = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() - 10 * DAY))
    assert len(operator.run("audit", "export", "--since", since).stdout.splitlines()) == 3
    assert "is no moment" in operator.refused("audit", "export", "--since", "lately", exit_code=2)


def test_old_events_are_deleted_and_the_others_stay(operator: Operator) -> None:
    assert operator.facts("audit", "trim", "--older-than", "30") == {"deleted": 1}
    assert [fact["event"] for fact in operator.facts("audit", "list")] == ["logout", "login.pass", "account.created"]


def test_an_address_is_found_in_any_spelling_and_what_is_none_is_told(operator: Operator) -> None:
    database = Database(f"sqlite:///{operator.data / 'wikigate.sqlite'}")
    Audit(AuditTable(database)).record(AuditEvent("login.pass", time.time(), "2001:db8::1", "", 1, "Alice"))
    database.close()
    assert len(operator.facts("audit", "list", "--address", "2001:DB8:0::1")) == 1
    said = operator.refused("audit", "list", "--address", "192.0.2.256", exit_code=2)
    assert said == "“192.0.2.256” is no address; write one like 192.0.2.7 or 2001:db8::1."
