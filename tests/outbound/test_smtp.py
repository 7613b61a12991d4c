"""Mails handed to a real SMTP server (mission M10; RFC 5321, 3207, 4954)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from wikigate.outbound.mail import Mail
from wikigate.outbound.settings import MailSettings
from wikigate.outbound.smtp import MailDelayed, MailRefused, MailUnsure, SmtpCarrier

from .mail_server import PASSWORD, USER, MailServer

MAIL = Mail(
    "wiki@example.org", "Zoë's wiki", "alice@example.org", "Grüße", "Ein Wort: ÄÖÜ\n.\nEnde\n", 1_795_000_000, "id.1"
)


def carrier(server: MailServer, password: str = "", **settings: Any) -> SmtpCarrier:
    return SmtpCarrier(MailSettings(server="127.0.0.1", port=server.port, timeout=5.0, **settings), password)


def carried(sending: SmtpCarrier) -> bool:
    return sending.carry(MAIL, lambda: True)


def test_a_mail_arrives_as_it_was_written(tmp_path: Path) -> None:
    with MailServer(tmp_path) as server:
        assert carried(carrier(server, security="none"))
    [(sender, recipients, message)] = server.taken
    assert (sender, recipients) == ("wiki@example.org", ["alice@example.org"])
    assert message["From"] == "Zoë's wiki <wiki@example.org>"
    assert message["To"] == "alice@example.org"
    assert message["Subject"] == "Grüße"
    assert message["Message-ID"] == "<id.1@example.org>"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message.get_content().replace("\r\n", "\n") == MAIL.body


@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_it_goes_encrypted_and_with_a_login(tmp_path: Path, security: str) -> None:
    with MailServer(tmp_path, security=security, login=True) as server:
        own = {"security": security, "user": USER, "ca_file": str(server.certificate)}
        assert carried(carrier(server, PASSWORD, **own))
        with pytest.raises(MailDelayed, match="535") as wrong:
            carried(carrier(server, "another", **own))
    assert len(server.taken) == 1
    assert server.logins[0] == (USER.encode(), PASSWORD.encode())
    assert "another" not in str(wrong.value)


@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_a_certificate_that_nobody_vouches_for_gets_neither_password_nor_mail(tmp_path: Path, security: str) -> None:
    with MailServer(tmp_path, security=security, login=True) as server, pytest.raises(MailDelayed):
        carried(carrier(server, PASSWORD, security=security, user=USER))
    assert (server.taken, server.logins) == ([], [])


def test_a_server_without_starttls_gets_no_mail(tmp_path: Path) -> None:
    with MailServer(tmp_path) as server, pytest.raises(MailDelayed):
        carried(carrier(server))
    assert server.taken == []


@pytest.mark.parametrize("step", ["MAIL", "RCPT", "DATA"])
def test_a_refusal_for_now_and_one_for_good_are_told_apart(tmp_path: Path, step: str) -> None:
    with MailServer(tmp_path) as server:
        sending = carrier(server, security="none")
        server.faults[step] = "451 4.3.0 come back later"
        with pytest.raises(MailDelayed, match=r"451 4\.3\.0 come back later"):
            carried(sending)
        server.faults[step] = "550 5.1.1 nobody of that name"
        with pytest.raises(MailRefused, match=r"550 5\.1\.1 nobody of that name"):
            carried(sending)
        assert carried(sending)
    assert len(server.taken) == 1


def test_a_connection_that_breaks_while_handing_over_leaves_it_unsure(tmp_path: Path) -> None:
    with MailServer(tmp_path) as server:
        server.faults["DATA"] = "HANG UP"
        with pytest.raises(MailUnsure):
            carried(carrier(server, security="none"))


def test_nothing_is_sent_where_the_claim_is_lost(tmp_path: Path) -> None:
    with MailServer(tmp_path) as server:
        assert carrier(server, security="none").carry(MAIL, lambda: False) is False
    assert server.taken == []


def test_a_server_that_is_down_is_a_delay(tmp_path: Path) -> None:
    with MailServer(tmp_path) as server:
        sending = carrier(server, security="none")
    with pytest.raises(MailDelayed):
        carried(sending)


def test_the_password_shows_in_no_repr() -> None:
    assert PASSWORD not in repr(SmtpCarrier(MailSettings(server="mail.example.org"), PASSWORD))
