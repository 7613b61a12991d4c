"""A real SMTP server on loopback, for tests: TLS with a certificate of its own, a login, and faults when told to make some."""

from __future__ import annotations

import ssl
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from ipaddress import IPv4Address
from pathlib import Path
from typing import Any, Self

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

USER, PASSWORD = "wiki", "s3cret-of-the-server"


class MailServer:
    """Takes mails.

    ``faults`` are answers to give instead, by step (``MAIL``, ``RCPT``, ``DATA``), each once; ``HANG UP`` ends the connection. ``on_mail``
    is called for each that was taken.
    """

    def __init__(self, folder: Path, *, security: str = "none", login: bool = False) -> None:
        self.taken: list[tuple[str, list[str], EmailMessage]] = []
        self.faults: dict[str, str] = {}
        self.on_mail: Callable[[], object] = lambda: None
        self.logins: list[tuple[bytes, bytes]] = []
        self.certificate = folder / "mail.pem"
        options: dict[str, Any] = {}
        if security != "none":
            tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            _make_certificate(self.certificate)
            tls.load_cert_chain(self.certificate)
            options = {"ssl_context": tls} if security == "tls" else {"tls_context": tls, "require_starttls": True}
        if login:
            options |= {
                "authenticator": self._authenticate,
                "auth_required": True,
                "auth_require_tls": security == "starttls",
            }
        self._controller = _Controller(self, hostname="127.0.0.1", port=0, **options)

    @property
    def port(self) -> int:
        """The free port it took."""
        return int(self._controller.server.sockets[0].getsockname()[1])

    def __enter__(self) -> Self:
        self._controller.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._controller.stop()

    def _authenticate(self, _s: SMTP, _se: Session, _e: Envelope, _m: str, data: Any) -> AuthResult:
        assert isinstance(data, LoginPassword)
        self.logins.append((data.login, data.password))
        return AuthResult(success=data.login == USER.encode() and data.password == PASSWORD.encode(), handled=False)

    async def handle_MAIL(self, _s: SMTP, _se: Session, envelope: Envelope, address: str, _o: list[str]) -> str:  # noqa: N802
        """Take the sender."""
        if (fault := self.faults.pop("MAIL", None)) is not None:
            return fault
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(self, _s: SMTP, _se: Session, envelope: Envelope, address: str, _o: list[str]) -> str:  # noqa: N802
        """Take the recipient."""
        if (fault := self.faults.pop("RCPT", None)) is not None:
            return fault
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, _se: Session, envelope: Envelope) -> str:  # noqa: N802
        """Take the mail."""
        fault = self.faults.pop("DATA", None)
        if fault == "HANG UP":
            assert server.transport is not None
            server.transport.abort()
        elif fault is not None:
            return fault
        assert isinstance(envelope.content, bytes)
        message = message_from_bytes(envelope.content, policy=policy.default)
        self.taken.append((envelope.mail_from or "", list(envelope.rcpt_tos), message))
        self.on_mail()
        return "250 OK"


class _Controller(Controller):
    """Knows which free port it was given."""

    def _trigger_server(self) -> None:
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


def _make_certificate(file: Path) -> None:
    """Write a key and a certificate for 127.0.0.1 that is its own authority."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(IPv4Address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    file.write_bytes(pem + certificate.public_bytes(serialization.Encoding.PEM))
