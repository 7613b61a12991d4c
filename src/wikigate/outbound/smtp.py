"""A mail handed to a mail server (RFC 5321, STARTTLS RFC 3207, login RFC 4954).

Promises: a wrong certificate or a server without STARTTLS gets neither password nor mail; every step ends within its time limit; whatever
goes wrong is one of the errors below, whose text holds neither password nor mail. ``MailUnsure`` alone means that it may have been taken.
Must not be called while a database transaction is open.
"""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Callable
from typing import Final, Protocol

from wikigate.outbound.mail import Mail
from wikigate.outbound.settings import MailSettings
from wikigate.primitives.errors import WikigateError

_OK: Final = 250
_TAKEN: Final = (250, 251)
_PERMANENT: Final = 500
_LONGEST: Final = 200


class MailError(WikigateError):
    """A mail was not handed over, or nobody knows."""


class MailDelayed(MailError):  # noqa: N818  the name says what happened
    """It was certainly not taken; another try may go better."""


class MailRefused(MailError):  # noqa: N818  the name says what happened
    """It was certainly not taken and never will be."""


class MailUnsure(MailError):  # noqa: N818  the name says what happened
    """The connection broke while the mail was being handed over: it may have been taken or not."""


class Carrier(Protocol):
    """How mails leave; a test gives another one."""

    def carry(self, mail: Mail, hand_over: Callable[[], bool]) -> bool:
        """Hand a mail to a mail server.

        ``hand_over`` is called at the last moment at which the mail has certainly not been sent; where it says False nothing is sent
        and False is returned. Raises ``MailError``.
        """
        ...


class SmtpCarrier:
    """Hands mails to the configured server, one connection for each; shared by all threads."""

    def __init__(self, settings: MailSettings, password: str = "") -> None:
        self._settings = settings
        self._password = password
        self._tls = ssl.create_default_context(cafile=settings.ca_file or None)

    def __repr__(self) -> str:
        return f"<SmtpCarrier {self._settings.server}:{self._settings.port}>"

    def carry(self, mail: Mail, hand_over: Callable[[], bool]) -> bool:
        """Hand a mail over; see ``Carrier``."""
        try:
            data = mail.as_bytes()
            server = self._connect(mail.sender.rpartition("@")[2])
        except (OSError, smtplib.SMTPException, ValueError) as error:
            raise MailDelayed(f"the mail server cannot be used: {_told(error)}") from error
        try:
            return self._hand(server, mail, data, hand_over)
        finally:
            server.close()

    def _connect(self, name: str) -> smtplib.SMTP:
        own = self._settings
        if own.security == "tls":
            server: smtplib.SMTP = smtplib.SMTP_SSL(
                own.server, own.port, local_hostname=name, timeout=own.timeout, context=self._tls
            )
        else:
            server = smtplib.SMTP(own.server, own.port, local_hostname=name, timeout=own.timeout)
        try:
            if own.security == "starttls":
                server.starttls(context=self._tls)
            if own.user:
                server.login(own.user, self._password)
            server.ehlo_or_helo_if_needed()
        except BaseException:
            server.close()
            raise
        return server

    def _hand(self, server: smtplib.SMTP, mail: Mail, data: bytes, hand_over: Callable[[], bool]) -> bool:
        try:
            _check(server.mail(mail.sender), (_OK,))
            _check(server.rcpt(mail.recipient), _TAKEN)
        except (OSError, smtplib.SMTPException, ValueError) as error:
            raise MailDelayed(f"the mail server cannot be used: {_told(error)}") from error
        if not hand_over():
            return False
        try:
            answer = server.data(data)
        except smtplib.SMTPDataError as error:
            answer = error.smtp_code, error.smtp_error if isinstance(error.smtp_error, bytes) else b""
        except (OSError, smtplib.SMTPException) as error:
            raise MailUnsure(f"the connection broke while the mail was handed over: {_told(error)}") from error
        _check(answer, (_OK,))
        return True


def _check(answer: tuple[int, bytes], good: tuple[int, ...]) -> None:
    """Raise what an answer of the server means, unless it is a good one."""
    code, said = answer
    if code in good:
        return
    words = "".join(c if c.isprintable() else " " for c in said.decode("ascii", "replace"))[:_LONGEST]
    kind = MailRefused if code >= _PERMANENT else MailDelayed
    raise kind(f"the mail server answered {code} {words}".strip())


def _told(error: Exception) -> str:
    """Say an error without what the server said in a login, where it may repeat what it was given."""
    if isinstance(error, smtplib.SMTPResponseException):
        return f"{type(error).__name__} {error.smtp_code}"
    return str(getattr(error, "strerror", None) or type(error).__name__)
