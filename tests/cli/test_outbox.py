"""``wikigate outbox``: mails are listed, shown and sent (mission M10)."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.outbound.mail_server import MailServer

from .conftest import PASSWORD, Operator


@pytest.fixture(autouse=True)
def _mail(operator: Operator) -> None:
    """Give Alice another password, of which she is told."""
    operator.create_user("Alice", "--email", "alice@example.org")
    operator.facts("user", "password", "Alice", "--password-stdin", stdin=f"{PASSWORD}x\n")


def test_the_outbox_is_listed_without_what_is_in_it(operator: Operator) -> None:
    [fact] = operator.facts("outbox", "list")
    assert (fact["kind"], fact["state"], fact["recipient"], fact["tries"]) == (
        "password-changed", "waiting", "alice@example.org", 0,
    )  # fmt: skip
    assert "body" not in fact


def test_one_is_shown_as_its_reader_would_see_it(operator: Operator) -> None:
    text = operator.run("outbox", "show", "1").stdout
    assert text.startswith("To: alice@example.org\nSubject: ")
    assert "“Alice”" in text
    assert "There is no mail 2" in operator.refused("outbox", "show", "2")


def test_without_a_mail_server_nothing_is_sent(operator: Operator) -> None:
    assert "mail.server" in operator.refused("outbox", "send")


def test_what_is_due_is_sent_once(operator: Operator, tmp_path: Path) -> None:
    with MailServer(tmp_path) as server:
        with operator.config.open("a") as config:
            config.write(f'[mail]\nserver = "127.0.0.1"\nport = {server.port}\nsecurity = "none"\n')
        server.faults["RCPT"] = "550 nobody"
        assert operator.facts("outbox", "send") == {"sent": 0, "delayed": 0, "failed": 1, "unsure": 0}
        assert "1 mails did not go out" in operator.run("doctor").stdout
        assert operator.facts("outbox", "send", "--again", "1") == {"sent": 1, "delayed": 0, "failed": 0, "unsure": 0}
        assert "not sent again" in operator.refused("outbox", "send", "--again", "1")
    assert [recipients for _, recipients, _ in server.taken] == [["alice@example.org"]]
    assert "no longer kept" in operator.run("outbox", "show", "1").stdout
