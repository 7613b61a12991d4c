"""Mails from the outbox to a mail server (mission M10; security K1, O9)."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from wikigate.accounts.mail_sender import LEASE, MailSender
from wikigate.outbound.mail import Mail
from wikigate.outbound.smtp import MailDelayed, MailRefused, MailUnsure
from wikigate.testing.wiki import TestWiki


class Carrier:
    """Takes mails, or does what it is told."""

    def __init__(self) -> None:
        self.taken: list[Mail] = []
        self.fault: Exception | None = None
        self.before: Callable[[], None] = lambda: None

    def carry(self, mail: Mail, hand_over: Callable[[], bool]) -> bool:
        self.before()
        if self.fault is not None and not isinstance(self.fault, MailUnsure):
            raise self.fault
        assert hand_over()
        if self.fault is not None:
            raise self.fault
        self.taken.append(mail)
        return True


@pytest.fixture
def carrier() -> Carrier:
    return Carrier()


@pytest.fixture
def wiki(carrier: Carrier) -> Iterator[TestWiki]:
    tables = {"site": {"server": "http://wiki.example.org", "site_name": "Example"}}
    with TestWiki(tables, carrier=carrier) as wiki:
        wiki.wiki.post.password_changed(5, "alice@example.org", "Alice")
        yield wiki


def sender(wiki: TestWiki) -> MailSender:
    assert wiki.wiki.mail_sender is not None
    return wiki.wiki.mail_sender


def states(wiki: TestWiki) -> list[str]:
    return [row.state for row in wiki.wiki.post.rows.newest(9)]


def test_a_mail_is_opened_and_sent_once(wiki: TestWiki, carrier: Carrier) -> None:
    assert sender(wiki).send_due().sent == 1
    assert sender(wiki).send_due().sent == 0
    [mail] = carrier.taken
    assert (mail.sender, mail.sender_name, mail.recipient) == (
        "wikigate@wiki.example.org",
        "Example",
        "alice@example.org",
    )
    assert "“Alice”" in mail.body
    [row] = wiki.wiki.post.rows.newest(9)
    assert (row.state, row.body) == ("sent", "")


def test_o9_a_server_that_is_down_is_tried_less_and_less_often_for_a_day(wiki: TestWiki, carrier: Carrier) -> None:
    carrier.fault = MailDelayed("down")
    began, tries = wiki.clock.now(), 0
    while states(wiki) == ["waiting"]:
        [row] = wiki.wiki.post.rows.newest(9)
        wiki.clock.move(max(0, row.due - int(wiki.clock.now())))
        tries += 1
        sender(wiki).send_due()
    assert states(wiki) == ["failed"]
    assert 22 * 3600 < wiki.clock.now() - began <= 24 * 3600
    assert 20 < tries < 40
    [row] = wiki.wiki.post.rows.newest(9)
    assert row.error == "down"


def test_a_mail_server_that_comes_back_gets_the_mail(wiki: TestWiki, carrier: Carrier) -> None:
    carrier.fault = MailDelayed("down")
    assert sender(wiki).send_due().delayed == 1
    carrier.fault = None
    assert sender(wiki).send_due().sent == 0
    wiki.clock.move(60)
    assert sender(wiki).send_due().sent == 1


def test_o9_a_fault_that_nobody_thought_of_does_not_end_the_sending(
    wiki: TestWiki, carrier: Carrier, caplog: pytest.LogCaptureFixture
) -> None:
    """It is logged; the mail is due again when nobody has it in hand any more."""
    mails, fault = sender(wiki), RuntimeError("a bug")
    carrier.before = mails.end
    carrier.fault = fault
    mails.run()
    assert [record.exc_info[1] for record in caplog.records if record.exc_info] == [fault]
    assert states(wiki) == ["claimed"]


def test_each_mail_is_one_processs_however_long_those_before_it_took(wiki: TestWiki, carrier: Carrier) -> None:
    rows = wiki.wiki.post.rows
    wiki.wiki.post.password_changed(6, "bob@example.org", "Bob")
    others = []

    def linger() -> None:
        if not carrier.taken:
            wiki.clock.move(2 * LEASE)
            return
        now = int(wiki.clock.now())
        others.append(rows.claim("another", now=now, until=now + LEASE))

    carrier.before = linger
    assert sender(wiki).send_due().sent == 2
    assert others == [None]


def test_the_log_says_of_each_mail_whether_it_may_be_tried_again(
    wiki: TestWiki, carrier: Carrier, caplog: pytest.LogCaptureFixture
) -> None:
    wiki.wiki.post.password_changed(6, "bob@example.org", "Bob")
    faults = [MailDelayed("down"), MailRefused("550 nobody")]

    def fail() -> None:
        carrier.fault = faults.pop(0)

    carrier.before = fail
    tally = sender(wiki).send_due()
    assert (tally.delayed, tally.failed) == (1, 1)
    said = [record.getMessage() for record in caplog.records if record.name == "wikigate.mail"]
    assert [text.partition("(")[2] for text in said] == ["it may be tried again)", "see the outbox)"]


def test_a_refusal_is_final(wiki: TestWiki, carrier: Carrier) -> None:
    carrier.fault = MailRefused("550 nobody")
    assert sender(wiki).send_due().failed == 1
    carrier.fault = None
    wiki.clock.move(10_000)
    assert sender(wiki).send_due().sent == 0
    assert states(wiki) == ["failed"]


def test_what_may_have_been_sent_is_not_sent_again_silently(wiki: TestWiki, carrier: Carrier) -> None:
    carrier.fault = MailUnsure("broken")
    assert sender(wiki).send_due().unsure == 1
    carrier.fault = None
    wiki.clock.move(10_000)
    assert sender(wiki).send_due().sent == 0
    assert states(wiki) == ["unsure"]


@pytest.mark.parametrize(("handed", "after"), [(False, "sent"), (True, "unsure")])
def test_k1_a_process_that_is_killed_while_sending(wiki: TestWiki, *, handed: bool, after: str) -> None:
    rows, now = wiki.wiki.post.rows, int(wiki.clock.now())
    rows.claim("killed", now=now, until=now + LEASE)
    if handed:
        rows.hand_over(1, "killed", until=now + LEASE)
    assert sender(wiki).send_due().sent == 0
    wiki.clock.move(LEASE)
    sender(wiki).send_due()
    assert states(wiki) == [after]


def test_a_body_lies_sealed_and_is_bound_to_its_address(wiki: TestWiki) -> None:
    [row] = wiki.wiki.post.rows.newest(9)
    assert "Alice" not in row.body
    assert "Alice" in wiki.wiki.post.open(row)
    with wiki.wiki.database.write() as connection:
        connection.exec_driver_sql("UPDATE wikigate_outbox SET recipient = 'mallory@example.org'")
    sender(wiki).send_due()
    assert states(wiki) == ["failed"]


def test_old_mails_are_forgotten(wiki: TestWiki) -> None:
    sender(wiki).send_due()
    wiki.clock.move(8 * 24 * 3600)
    sender(wiki).send_due()
    assert states(wiki) == []
