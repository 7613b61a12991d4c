"""A mail as bytes (RFC 5322): no address and no subject smuggles a header in (security 2.B)."""

from __future__ import annotations

from typing import Any

import pytest

from wikigate.outbound.mail import Mail

GOOD = {
    "sender": "wiki@example.org", "sender_name": "Wiki", "recipient": "alice@example.org", "subject": "Hello", "body": "x\n",
    "moment": 0.0, "ident": "1",
}  # fmt: skip


def mail(**other: Any) -> Mail:
    return Mail(**{**GOOD, **other})


@pytest.mark.parametrize(
    "address",
    ["", "a", "a@b\r\nBcc: c@d", "a@b, c@d", "a@b>", "<a@b>", "a b@c", "ä@example.org", "a@b\n", f"{'a' * 250}@b.org"],
)
@pytest.mark.parametrize("field", ["sender", "recipient"])
def test_an_address_is_one_address(field: str, address: str) -> None:
    with pytest.raises(ValueError, match="not an e-mail address"):
        mail(**{field: address})


@pytest.mark.parametrize("subject", ["a\nBcc: c@d", "a\r\n\r\nbody", "a\x00b", "a\u2028b"])
def test_a_subject_is_one_line(subject: str) -> None:
    with pytest.raises(ValueError, match="one line"):
        mail(subject=subject)


def test_a_body_shows_in_no_repr() -> None:
    assert "hidden" not in repr(mail(body="hidden"))


def test_a_long_and_foreign_name_makes_no_new_header() -> None:
    lines = mail(sender_name="Ä" * 200, subject="Ü" * 300).as_bytes().partition(b"\r\n\r\n")[0].split(b"\r\n")
    headers = [line.partition(b":")[0] for line in lines if not line.startswith(b" ")]
    assert headers == [
        b"From", b"To", b"Subject", b"Date", b"Message-ID", b"Auto-Submitted", b"Content-Type",
        b"Content-Transfer-Encoding", b"MIME-Version",
    ]  # fmt: skip
