"""What the configuration says of mail."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

HOUR = 3600
DAY = 24 * HOUR


@dataclass(frozen=True, slots=True)
class MailSettings:
    """Mail to users: temporary passwords, confirmations, notices.

    ``enabled``: whether there is any (``$wgEnableEmail``). ``server``: the SMTP server's host name; empty: mails are not sent, they
    wait in the outbox, where ``wikigate outbox`` shows them. ``port``: its port. ``security``: ``starttls``, ``tls`` or ``none``.
    ``user``: as whom to log in there, empty for not at all; the password comes from ``WIKIGATE_SMTP_PASSWORD`` or ``password_file``.
    ``password_file``: a file whose first line is the password. ``sender``: the address that mails come from; empty: ``wikigate@`` and
    the host of ``site.server``. ``ca_file``: certificates believed in place of the system's. ``timeout``: seconds for each step of sending.
    ``retry_for``: seconds for which a mail is tried again. ``keep``: seconds for which the outbox remembers a mail that is over.
    """

    enabled: bool = True
    server: str = ""
    port: int = 587
    security: Literal["starttls", "tls", "none"] = "starttls"
    user: str = ""
    password_file: str = ""
    sender: str = ""
    ca_file: str = ""
    timeout: float = 20.0
    retry_for: int = DAY
    keep: int = 7 * DAY

    def __post_init__(self) -> None:
        """Refuse what cannot be, and a password that would travel in the clear."""
        if not 0 < self.port < 65536:  # noqa: PLR2004  RFC 9293 §3.1
            raise ValueError("“port” is a number from 1 to 65535")
        if any(character in self.server for character in "/ @") or self.server.count(":") == 1:
            raise ValueError("“server” is a host name or address alone, like mail.example.org; its port is “port”")
        if not 0 < self.timeout <= 60:  # noqa: PLR2004  the steps must end before the claim on a mail does
            raise ValueError("“timeout” is a number of seconds, 60 at most")
        if self.retry_for < 0 or self.keep < 0:
            raise ValueError("“retry_for” and “keep” are numbers of seconds, 0 or more")
        if self.user and self.security == "none" and self.server not in {"127.0.0.1", "::1", "localhost"}:
            raise ValueError(
                "“user” with “security” “none” would send the password in the clear; use “starttls” or “tls”"
            )
