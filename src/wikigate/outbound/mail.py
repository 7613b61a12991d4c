"""A mail as bytes (RFC 5322): plain text, from the wiki, to one address.

Promises: nothing in an address or a subject becomes a header of its own; the same mail has the same ``Message-ID`` each time, so that one
that came twice is known for the same; no automatic answer is asked for (RFC 3834).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import formatdate

from wikigate.primitives.emails import is_email


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail. ``moment``: seconds. ``ident``: what is unique about it in this wiki. Raises ``ValueError`` where it cannot be one."""

    sender: str
    sender_name: str
    recipient: str
    subject: str
    body: str = field(repr=False)
    moment: float
    ident: str

    def __post_init__(self) -> None:
        """Refuse addresses that are none, and a subject of several lines."""
        if not is_email(self.sender) or not is_email(self.recipient):
            raise ValueError("not an e-mail address")
        if not self.subject.isprintable():
            raise ValueError("a subject is one line of text")

    def as_bytes(self) -> bytes:
        """Write it as a mail server takes it."""
        user, _, domain = self.sender.rpartition("@")
        message = EmailMessage(policy=SMTP)
        message["From"] = Address(self.sender_name, user, domain)
        message["To"] = self.recipient
        message["Subject"] = self.subject
        message["Date"] = formatdate(self.moment)
        message["Message-ID"] = f"<{self.ident}@{domain}>"
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(self.body, cte="quoted-printable")
        return message.as_bytes()
